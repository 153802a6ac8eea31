# One program per part of desk/, each with a real archive.
UNIT_TESTS += \
	%D%/test_cases \
	%D%/test_chronology \
	%D%/test_held \
	%D%/test_imports \
	%D%/test_keeping \
	%D%/test_register \
	%D%/test_release \
	%D%/test_redaction \
	%D%/test_restricted \
	%D%/test_retention \
	%D%/test_rights \
	%D%/test_rules \
	%D%/test_sealing \
	%D%/test_search \
	%D%/test_transcripts
BUREAU = %D%/bureau.c %D%/bureau.h tests/archive/scratch.c tests/archive/scratch.h
%C%_test_cases_SOURCES = %D%/test_cases.c $(BUREAU)
%C%_test_imports_SOURCES = %D%/test_imports.c $(BUREAU)
%C%_test_held_SOURCES = %D%/test_held.c $(BUREAU)
%C%_test_keeping_SOURCES = %D%/test_keeping.c $(BUREAU)
%C%_test_register_SOURCES = %D%/test_register.c $(BUREAU)
%C%_test_release_SOURCES = %D%/test_release.c $(BUREAU)
%C%_test_redaction_SOURCES = %D%/test_redaction.c
%C%_test_restricted_SOURCES = %D%/test_restricted.c $(BUREAU)
%C%_test_retention_SOURCES = %D%/test_retention.c
%C%_test_rights_SOURCES = %D%/test_rights.c $(BUREAU)
%C%_test_rules_SOURCES = %D%/test_rules.c $(BUREAU)
%C%_test_transcripts_SOURCES = %D%/test_transcripts.c $(BUREAU)
%C%_test_sealing_SOURCES = %D%/test_sealing.c $(BUREAU)
%C%_test_search_SOURCES = %D%/test_search.c $(BUREAU)
%C%_test_chronology_SOURCES = %D%/test_chronology.c $(BUREAU)
