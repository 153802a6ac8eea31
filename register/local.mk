# register: who may write to whom.  Pure; includes base.
noinst_LIBRARIES += %D%/libregister.a
%C%_libregister_a_SOURCES = \
	%D%/agreement.h \
	%D%/directory.h \
	%D%/hours.h \
	%D%/person.h \
	%D%/staff.h
