# desk: what people may ask for.  Includes base, register, rules, archive.
noinst_LIBRARIES += %D%/libdesk.a
%C%_libdesk_a_SOURCES = \
	%D%/desk.h \
	%D%/mail.h \
	%D%/post.h \
	%D%/world.h
