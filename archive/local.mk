# archive: keeps it.  Includes base; knows neither register nor rules.
noinst_LIBRARIES += %D%/libarchive.a
%C%_libarchive_a_SOURCES = \
	%D%/ahead.c %D%/ahead.h \
	%D%/audit.c %D%/audit.h \
	%D%/catalog.c %D%/catalog.h \
	%D%/chains.c %D%/chains.h \
	%D%/commit.c %D%/commit.h \
	%D%/draft.c %D%/draft.h \
	%D%/entries.c %D%/entries.h \
	%D%/erase.c %D%/erase.h \
	%D%/erased.c %D%/erased.h \
	%D%/export.c %D%/export.h \
	%D%/filer.c %D%/filer.h \
	%D%/files.c %D%/files.h \
	%D%/form.c %D%/form.h \
	%D%/guide.c %D%/guide.h \
	%D%/index.c %D%/index.h %D%/index_inside.h \
	%D%/index_add.c %D%/index_find.c \
	%D%/inside.h \
	%D%/inspect.c %D%/inspect.h \
	%D%/journal.c %D%/journal.h \
	%D%/keyring.c %D%/keyring.h \
	%D%/layout.h \
	%D%/locker.c %D%/locker.h \
	%D%/lookup.c \
	%D%/lost.c %D%/lost.h \
	%D%/marker.c %D%/marker.h \
	%D%/note.c %D%/note.h \
	%D%/partials.c %D%/partials.h \
	%D%/opening.c \
	%D%/past.c %D%/past.h \
	%D%/problems.c %D%/problems.h \
	%D%/prove.c %D%/prove.h \
	%D%/publish.c %D%/publish.h \
	%D%/record.c %D%/record.h \
	%D%/roots.c %D%/roots.h \
	%D%/rows.c %D%/rows.h \
	%D%/digest.c \
	%D%/identity.c \
	%D%/seal.c %D%/seal.h %D%/seal_inside.h \
	%D%/trust.c \
	%D%/sealed.c %D%/sealed.h \
	%D%/segment.c %D%/segment.h \
	%D%/stamp.c %D%/stamp.h \
	%D%/stamps.c %D%/stamps.h \
	%D%/state.c %D%/state.h \
	%D%/store.c %D%/store.h \
	%D%/strangers.c %D%/strangers.h \
	%D%/tiles.c %D%/tiles.h \
	%D%/timeline.c %D%/timeline.h \
	%D%/tree.c %D%/tree.h \
	%D%/verify.c %D%/verify.h \
	%D%/witness.c %D%/witness.h

# VERIFY.txt as bytes: a string literal may not be that long.
%D%/guide-text.h: %D%/guide.txt
	$(AM_V_GEN)$(MKDIR_P) %D% && { echo 'static const char guide_text[] = {'; \
	  od -An -v -tx1 $(srcdir)/%D%/guide.txt | sed 's/ \(..\)/0x\1,/g'; \
	  echo '};'; } > $@
%D%/guide.$(OBJEXT): %D%/guide-text.h
CLEANFILES += %D%/guide-text.h
EXTRA_DIST += %D%/guide.txt
