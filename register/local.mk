# register: who may write to whom.  Pure; includes base.
noinst_LIBRARIES += %D%/libregister.a
%C%_libregister_a_SOURCES = \
	%D%/agreement.c %D%/agreement.h \
	%D%/contact.c %D%/contact.h \
	%D%/directory.c %D%/directory.h \
	%D%/field.c %D%/field.h \
	%D%/hours.c %D%/hours.h \
	%D%/name.c %D%/name.h \
	%D%/person.c %D%/person.h \
	%D%/staff.c %D%/staff.h
