# register: who may write to whom.  Pure; includes base.
noinst_LIBRARIES += %D%/libregister.a
%C%_libregister_a_SOURCES = \
	%D%/agreement.c %D%/agreement.h \
	%D%/contact.c %D%/contact.h \
	%D%/directory.c %D%/directory.h \
	%D%/entry.c %D%/entry.h \
	%D%/field.c %D%/field.h \
	%D%/hours.c %D%/hours.h \
	%D%/inside.h \
	%D%/kind.c %D%/kind.h \
	%D%/lookup.c \
	%D%/mention.c %D%/mention.h \
	%D%/name.c %D%/name.h \
	%D%/person.c %D%/person.h \
	%D%/places.c %D%/places.h \
	%D%/shelf.c %D%/shelf.h \
	%D%/staff.c %D%/staff.h
