# One program per module of archive/.
UNIT_TESTS += \
	%D%/test_adopt \
	%D%/test_audit \
	%D%/test_crash \
	%D%/test_erase \
	%D%/test_export \
	%D%/test_files \
	%D%/test_form \
	%D%/test_handover \
	%D%/test_index \
	%D%/test_note \
	%D%/test_publish \
	%D%/test_locker \
	%D%/test_record \
	%D%/test_seal \
	%D%/test_segment \
	%D%/test_stamp \
	%D%/test_store \
	%D%/test_tamper \
	%D%/test_tamper_log \
	%D%/test_tree \
	%D%/test_verify
%C%_library = %D%/library.c %D%/library.h %D%/scratch.c %D%/scratch.h
%C%_test_export_SOURCES = %D%/test_export.c %D%/authority.c %D%/authority.h $(%C%_library)
%C%_test_record_SOURCES = %D%/test_record.c %D%/scratch.c %D%/scratch.h
%C%_test_files_SOURCES = %D%/test_files.c %D%/scratch.c %D%/scratch.h
%C%_test_form_SOURCES = %D%/test_form.c %D%/scratch.c %D%/scratch.h
%C%_test_seal_SOURCES = %D%/test_seal.c %D%/scratch.c %D%/scratch.h
%C%_test_store_SOURCES = %D%/test_store.c %D%/scratch.c %D%/scratch.h
%C%_test_crash_SOURCES = %D%/test_crash.c %D%/scratch.c %D%/scratch.h
%C%_test_erase_SOURCES = %D%/test_erase.c %D%/scratch.c %D%/scratch.h
%C%_test_verify_SOURCES = %D%/test_verify.c $(%C%_library)
%C%_tampering = %D%/tampering.c %D%/tampering.h %D%/authority.c %D%/authority.h $(%C%_library)
%C%_test_tamper_SOURCES = %D%/test_tamper.c $(%C%_tampering)
%C%_test_tamper_log_SOURCES = %D%/test_tamper_log.c $(%C%_tampering)
%C%_test_handover_SOURCES = %D%/test_handover.c %D%/authority.c %D%/authority.h $(%C%_library)
%C%_test_note_SOURCES = %D%/test_note.c %D%/scratch.c %D%/scratch.h
%C%_test_publish_SOURCES = %D%/test_publish.c %D%/scratch.c %D%/scratch.h
%C%_test_audit_SOURCES = %D%/test_audit.c $(%C%_library)
%C%_test_stamp_SOURCES = %D%/test_stamp.c %D%/authority.c %D%/authority.h $(%C%_library)
%C%_test_adopt_SOURCES = %D%/test_adopt.c $(%C%_library)
