# One program per module of rules/.
EXTRA_DIST += tests/data/writer.fodt tests/data/writer.docx tests/data/writer.odt
EXTRA_DIST += tests/data/make-documents tests/data/letter.docx tests/data/letter.odt \
	tests/data/sheet.xlsx tests/data/slides.pptx tests/data/bomb.docx tests/data/laughs.docx \
	tests/data/outside.docx tests/data/many.zip tests/data/nested.zip
EXTRA_DIST += %D%/court.h %D%/table.h %D%/telling.h %D%/trial.h \
	%D%/evasion.table
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
	%D%/test_text \
	%D%/test_trails \
	%D%/test_units
