# console: people's side, the command.  Includes base; the offline tools also register,
# rules, archive, desk.
noinst_LIBRARIES += %D%/libconsole.a
%C%_libconsole_a_SOURCES = \
	%D%/client.c %D%/client.h \
	%D%/command.c %D%/command.h \
	%D%/folder.c %D%/folder.h \
	%D%/help.c %D%/help.h \
	%D%/letter.c %D%/letter.h \
	%D%/nearest.c %D%/nearest.h \
	%D%/offline.c %D%/offline.h \
	%D%/opener.c %D%/opener.h \
	%D%/owner.c %D%/owner.h \
	%D%/paper.c %D%/paper.h \
	%D%/setup.c %D%/setup.h \
	%D%/show.c %D%/show.h \
	%D%/table.c %D%/table.h \
	%D%/verbs.c %D%/verbs.h \
	%D%/zip.c %D%/zip.h
CONSOLE_LDADD = %D%/libconsole.a $(LDADD)

bin_PROGRAMS += chaperone
chaperone_SOURCES = %D%/main.c
chaperone_LDADD = $(CONSOLE_LDADD)

# The completion of bash has the name of what it completes.
EXTRA_DIST += %D%/chaperone.bash
COMPLETIONS = $(DESTDIR)$(datadir)/bash-completion/completions
.PHONY: install-completion uninstall-completion
install-data-local: install-completion
uninstall-local: uninstall-completion
install-completion:
	$(MKDIR_P) "$(COMPLETIONS)"
	$(INSTALL_DATA) $(srcdir)/%D%/chaperone.bash "$(COMPLETIONS)/chaperone"
uninstall-completion:
	rm -f "$(COMPLETIONS)/chaperone"
