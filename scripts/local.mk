# scripts: what people run by hand.
dist_noinst_SCRIPTS += \
	%D%/accuracy \
	%D%/check \
	%D%/check-layers \
	%D%/demo \
	%D%/install-packages \
	%D%/sandbox \
	%D%/sandbox.d/login.py \
	%D%/sandbox.d/probe.py \
	%D%/sandbox.d/send.py \
	%D%/sandbox.d/sink.py
dist_noinst_DATA += \
	%D%/lib.sh \
	%D%/sandbox.d/chaperone.conf \
	%D%/sandbox.d/chaperone.sh \
	%D%/sandbox.d/letters.sh \
	%D%/sandbox.d/main.cf \
	%D%/sandbox.d/master.cf \
	%D%/sandbox.d/postfix.sh \
	%D%/sandbox.d/sendmail.mc \
	%D%/sandbox.d/sendmail.sh

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
	    -I$(abs_top_builddir) -I. "-DSYSCONFDIR=\"/etc\"" $(GLIB_CFLAGS) $(GMIME_CFLAGS) \
	    $(JANSSON_CFLAGS) $(CURL_CFLAGS) $(HS_CFLAGS) $(XML_CFLAGS)' sh
