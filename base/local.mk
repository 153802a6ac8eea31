# base: words every other folder uses; includes no other folder.
noinst_LIBRARIES += %D%/libbase.a
%C%_libbase_a_SOURCES = \
	%D%/address.h \
	%D%/clock.h \
	%D%/day.h \
	%D%/envelope.h \
	%D%/file.h \
	%D%/json.h \
	%D%/log.h \
	%D%/message.h \
	%D%/settings.h \
	%D%/ulid.h
