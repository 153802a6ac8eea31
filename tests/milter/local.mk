# One program per module of milter/.
UNIT_TESTS += \
	%D%/test_control
