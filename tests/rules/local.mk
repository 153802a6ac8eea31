# One program per module of rules/.
EXTRA_DIST += %D%/court.h %D%/table.h %D%/evasion.table
UNIT_TESTS += \
	%D%/test_history \
	%D%/test_holidays \
	%D%/test_evasion \
	%D%/test_extremes \
	%D%/test_judge \
	%D%/test_language \
	%D%/test_policy \
	%D%/test_quotes \
	%D%/test_rules \
	%D%/test_table \
	%D%/test_scope \
	%D%/test_text
