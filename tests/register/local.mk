# One program per module of register/.
EXTRA_DIST += %D%/people.h
UNIT_TESTS += \
	%D%/test_agreement \
	%D%/test_contact \
	%D%/test_directory \
	%D%/test_hours \
	%D%/test_mention \
	%D%/test_person \
	%D%/test_staff
