# desk: what people may ask for.  Includes base, register, rules, archive.
noinst_LIBRARIES += %D%/libdesk.a
%C%_libdesk_a_SOURCES = \
	%D%/access.c %D%/access.h \
	%D%/actor.c %D%/actor.h \
	%D%/agreements.c \
	%D%/answer.c \
	%D%/answers.c %D%/answers.h \
	%D%/approval.c %D%/approval.h \
	%D%/archives.c \
	%D%/bygone.c %D%/bygone.h \
	%D%/casefile.c %D%/casefile.h \
	%D%/cases.c %D%/cases.h \
	%D%/chronology.c %D%/chronology.h \
	%D%/complaints.c %D%/complaints.h \
	%D%/concern.c %D%/concern.h \
	%D%/contacts.c \
	%D%/desk.c %D%/desk.h \
	%D%/dossier.c \
	%D%/erasing.c \
	%D%/erasure.c \
	%D%/explain.c \
	%D%/exports.c \
	%D%/fields.c %D%/fields.h \
	%D%/filing.c %D%/filing.h \
	%D%/hearsay.c %D%/hearsay.h \
	%D%/held.c %D%/held.h \
	%D%/hold.c %D%/hold.h \
	%D%/holds.c %D%/holds.h \
	%D%/imports.c \
	%D%/inside.h \
	%D%/judged.c %D%/judged.h \
	%D%/keeping.c %D%/keeping.h \
	%D%/letter.c %D%/letter.h \
	%D%/mail.c %D%/mail.h \
	%D%/moment.c %D%/moment.h \
	%D%/names.c %D%/names.h \
	%D%/notices.c %D%/notices.h \
	%D%/page.c %D%/page.h \
	%D%/people.c \
	%D%/pictures.c %D%/pictures.h \
	%D%/pins.c %D%/pins.h \
	%D%/post.h \
	%D%/proposal.c %D%/proposal.h \
	%D%/quotes.c %D%/quotes.h \
	%D%/recall.c %D%/recall.h \
	%D%/redaction.c %D%/redaction.h \
	%D%/registry.c %D%/registry.h \
	%D%/release.c \
	%D%/replay.c \
	%D%/requests.c %D%/requests.h \
	%D%/restriction.c %D%/restriction.h \
	%D%/retention.c %D%/retention.h \
	%D%/review.c \
	%D%/rights.c %D%/rights.h \
	%D%/rows.c %D%/rows.h \
	%D%/sealing.c %D%/sealing.h \
	%D%/search.c \
	%D%/story.c %D%/story.h \
	%D%/subject.c %D%/subject.h \
	%D%/tally.c %D%/tally.h \
	%D%/telling.c %D%/telling.h \
	%D%/transcripts.c \
	%D%/unseal.c %D%/unseal.h \
	%D%/verbs.c %D%/verbs.h \
	%D%/wording.c %D%/wording.h \
	%D%/words.c %D%/words.h \
	%D%/workers.c \
	%D%/world.c %D%/world.h

# The agency's own from the first time on: never written over.
EXTRA_DIST += %D%/retention.table
tabledir = $(sysconfdir)/chaperone

.PHONY: install-table uninstall-table
install-data-local: install-table
uninstall-local: uninstall-table

install-table:
	$(MKDIR_P) '$(DESTDIR)$(tabledir)'
	test -e '$(DESTDIR)$(tabledir)/retention.table' || \
	  $(INSTALL_DATA) '$(srcdir)/%D%/retention.table' '$(DESTDIR)$(tabledir)'

uninstall-table:
	! cmp -s '$(srcdir)/%D%/retention.table' '$(DESTDIR)$(tabledir)/retention.table' || \
	  rm -f '$(DESTDIR)$(tabledir)/retention.table'
