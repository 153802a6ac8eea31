# milter: the daemon.  Includes every folder but console.
noinst_LIBRARIES += %D%/libmilterside.a
%C%_libmilterside_a_SOURCES = \
	%D%/control.c %D%/control.h \
	%D%/request.c %D%/request.h
