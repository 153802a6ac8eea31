# One program per module of rules/.
EXTRA_DIST += %D%/court.h
UNIT_TESTS += \
	%D%/test_judge \
	%D%/test_policy \
	%D%/test_rules \
	%D%/test_scope \
	%D%/test_text
