# archive: keeps it.  Includes base; knows neither register nor rules.
noinst_LIBRARIES += %D%/libarchive.a
%C%_libarchive_a_SOURCES = \
	%D%/draft.c %D%/draft.h \
	%D%/export.h \
	%D%/index.c %D%/index.h \
	%D%/layout.h \
	%D%/record.c %D%/record.h \
	%D%/seal.c %D%/seal.h \
	%D%/sealed.c %D%/sealed.h \
	%D%/store.h \
	%D%/tree.c %D%/tree.h \
	%D%/verify.h
