# One program per module of milter/.
UNIT_TESTS += \
	%D%/test_alarms \
	%D%/test_capture \
	%D%/test_control \
	%D%/test_pool \
	%D%/test_post \
	%D%/test_reply \
	%D%/test_socket \
	%D%/test_suspects
