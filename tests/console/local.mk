# One program per module of console/.
UNIT_TESTS += \
	%D%/test_client \
	%D%/test_command \
	%D%/test_folder \
	%D%/test_help \
	%D%/test_offline \
	%D%/test_show
%C%_test_client_LDADD = $(CONSOLE_LDADD)
%C%_test_command_LDADD = $(CONSOLE_LDADD)
%C%_test_folder_LDADD = $(CONSOLE_LDADD)
%C%_test_help_LDADD = $(CONSOLE_LDADD)
%C%_test_offline_LDADD = $(CONSOLE_LDADD)
%C%_test_show_LDADD = $(CONSOLE_LDADD)
