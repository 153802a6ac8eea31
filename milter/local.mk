# milter: the daemon.  Includes every folder but console.
noinst_LIBRARIES += %D%/libmilterside.a
%C%_libmilterside_a_SOURCES = \
	%D%/alarms.c %D%/alarms.h \
	%D%/callbacks.c %D%/callbacks.h \
	%D%/capture.c %D%/capture.h \
	%D%/conclude.c %D%/conclude.h \
	%D%/conclusion.c %D%/conclusion.h \
	%D%/control.c %D%/control.h \
	%D%/counters.c %D%/counters.h \
	%D%/court.c %D%/court.h \
	%D%/daemon.c %D%/daemon.h \
	%D%/fetch.c %D%/fetch.h \
	%D%/keys.c %D%/keys.h \
	%D%/lend.h \
	%D%/notices.c %D%/notices.h \
	%D%/pool.c %D%/pool.h \
	%D%/post.c %D%/post.h \
	%D%/privileges.c %D%/privileges.h \
	%D%/reply.c %D%/reply.h \
	%D%/report.c %D%/report.h \
	%D%/request.c %D%/request.h \
	%D%/session.c %D%/session.h \
	%D%/socket.c %D%/socket.h \
	%D%/stamper.c %D%/stamper.h \
	%D%/supervisor.c %D%/supervisor.h \
	%D%/suspects.c %D%/suspects.h \
	%D%/works.h

systemunitdir = $(prefix)/lib/systemd/system
dist_systemunit_DATA = %D%/chaperoned.service

sbin_PROGRAMS += chaperoned
chaperoned_SOURCES = %D%/chaperoned.c
