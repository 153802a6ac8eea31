# archive: keeps it.  Includes base; knows neither register nor rules.
noinst_LIBRARIES += %D%/libarchive.a
%C%_libarchive_a_SOURCES = \
	%D%/draft.h \
	%D%/export.h \
	%D%/index.h \
	%D%/record.h \
	%D%/seal.h \
	%D%/store.h \
	%D%/verify.h
