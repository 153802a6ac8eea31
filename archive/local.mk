# archive: keeps it.  Includes base; knows neither register nor rules.
noinst_LIBRARIES += %D%/libarchive.a
%C%_libarchive_a_SOURCES = \
	%D%/draft.c %D%/draft.h \
	%D%/export.c %D%/export.h \
	%D%/guide.c %D%/guide.h \
	%D%/index.c %D%/index.h \
	%D%/inspect.c %D%/inspect.h \
	%D%/layout.h \
	%D%/record.c %D%/record.h \
	%D%/seal.c %D%/seal.h \
	%D%/sealed.c %D%/sealed.h \
	%D%/store.h \
	%D%/tree.c %D%/tree.h \
	%D%/verify.c %D%/verify.h

# VERIFY.txt as bytes: a string literal may not be that long.
%D%/guide-text.h: %D%/guide.txt
	$(AM_V_GEN)$(MKDIR_P) %D% && { echo 'static const char guide_text[] = {'; \
	  od -An -v -tx1 $(srcdir)/%D%/guide.txt | sed 's/ \(..\)/0x\1,/g'; \
	  echo '};'; } > $@
%D%/guide.$(OBJEXT): %D%/guide-text.h
CLEANFILES += %D%/guide-text.h
EXTRA_DIST += %D%/guide.txt
