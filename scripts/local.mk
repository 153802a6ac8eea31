# scripts: what people run by hand.
dist_noinst_SCRIPTS += %D%/check-layers
FOLDERS = base register rules archive desk milter console
C_FILES = cd $(top_srcdir) && find $(FOLDERS) tests -name '*.[ch]'

.PHONY: lint format
format:
	$(C_FILES) -exec clang-format -i {} +

lint:
	$(C_FILES) -exec clang-format --dry-run -Werror {} +
	cd $(top_srcdir) && scripts/check-layers
	cd $(top_srcdir) && find $(FOLDERS) -name '*.c' -print0 | \
	  xargs -0 -n 4 -P 2 sh -c 'clang-tidy --quiet "$$@" -- -std=c11 \
	    -I$(abs_top_builddir) -I. $(AM_CPPFLAGS) $(GLIB_CFLAGS) $(GMIME_CFLAGS) \
	    $(JANSSON_CFLAGS) $(CURL_CFLAGS)' sh
