# One program per module of base/.
UNIT_TESTS += \
	%D%/test_authres \
	%D%/test_skeleton \
	%D%/test_address \
	%D%/test_clock \
	%D%/test_csv \
	%D%/test_cut \
	%D%/test_day \
	%D%/test_envelope \
	%D%/test_file \
	%D%/test_headers \
	%D%/test_json \
	%D%/test_log \
	%D%/test_message \
	%D%/test_settings \
	%D%/test_ulid
