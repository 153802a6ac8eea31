# base: words every other folder uses; includes no other folder.
noinst_LIBRARIES += %D%/libbase.a
%C%_libbase_a_SOURCES = \
	%D%/address.c %D%/address.h \
	%D%/authres.c %D%/authres.h \
	%D%/clock.c %D%/clock.h \
	%D%/csv.c %D%/csv.h \
	%D%/cut.c %D%/cut.h \
	%D%/day.c %D%/day.h \
	%D%/envelope.c %D%/envelope.h \
	%D%/file.c %D%/file.h \
	%D%/json.c %D%/json.h \
	%D%/listing.c %D%/listing.h \
	%D%/log.c %D%/log.h \
	%D%/headers.c \
	%D%/mailboxes.c \
	%D%/memory.c %D%/memory.h \
	%D%/message.c %D%/message.h \
	%D%/settings.c %D%/settings.h \
	%D%/skeleton.c %D%/skeleton.h \
	%D%/ulid.c %D%/ulid.h \
	%D%/value.c %D%/value.h
