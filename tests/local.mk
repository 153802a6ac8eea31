# tests: one program per module; cmocka reports each case through TAP.  Each folder's
# programs are listed in tests/FOLDER/local.mk, the scenarios in tests/system/local.mk.
UNIT_TESTS =
SYSTEM_TESTS =
FUZZERS =
EXTRA_DIST += %D%/corpus.h %D%/testing.h %D%/unit

include tests/base/local.mk
include tests/register/local.mk
include tests/rules/local.mk
include tests/archive/local.mk
include tests/desk/local.mk
include tests/milter/local.mk
include tests/console/local.mk
include tests/fuzz/local.mk
include tests/system/local.mk
include tests/interop/local.mk
include tests/bench/local.mk

if HAVE_CMOCKA
check_PROGRAMS += $(UNIT_TESTS)
endif

TESTS = $(check_PROGRAMS)
AM_TESTS_ENVIRONMENT = CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	G_DEBUG=fatal-criticals; export G_DEBUG; \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir;
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_COMPILER = $(top_srcdir)/tests/unit
TEST_EXTENSIONS = .t
T_LOG_DRIVER = $(LOG_DRIVER)

VALGRIND = valgrind -q --error-exitcode=99 --leak-check=full \
	--errors-for-leak-kinds=definite,indirect \
	--suppressions=$(abs_top_srcdir)/tests/valgrind.supp
EXTRA_DIST += %D%/valgrind.supp
RUNS_PATTERNS = -e rules/test_rules -e rules/test_evasion -e rules/test_extremes \
	-e rules/test_quotes -e rules/test_table -e rules/test_history -e rules/test_trails \
	-e desk/test_rules
LONG_UNDER_VALGRIND = -e archive/test_store -e archive/test_verify
SANITIZE = -g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all

.PHONY: check-system check-valgrind check-asan check-tsan fuzz bench

# The scenarios on real mail servers: root, and the packages of scripts/install-packages.
check-system: all
	$(MAKE) check TESTS='$(SYSTEM_TESTS)'

# Patterns that PCRE2 compiled to machine code read whole vectors, also past the end of a
# text, and mask what they should not have seen; valgrind cannot know.  Programs that match
# a lot are left to the sanitizers, others with rules in them run without one check.
WITH_RULES = -e rules -e desk/test_keeping
check-valgrind:
	$(MAKE) check AM_LOG_FLAGS='$(VALGRIND)' \
	  TESTS="`printf '%s\n' $(UNIT_TESTS) | grep -v $(WITH_RULES) $(LONG_UNDER_VALGRIND) | tr '\n' ' '`"
	$(MAKE) check AM_LOG_FLAGS='$(VALGRIND) --undef-value-errors=no' \
	  TESTS="`printf '%s\n' $(UNIT_TESTS) | grep $(WITH_RULES) | grep -v $(RUNS_PATTERNS) | tr '\n' ' '`"

# What takes too long for every day; docs/testing.md has its last run.
.PHONY: check-long
check-long: all
	$(MAKE) check AM_LOG_FLAGS='$(VALGRIND)' \
	  TESTS="`printf '%s\n' $(UNIT_TESTS) | grep $(LONG_UNDER_VALGRIND) | tr '\n' ' '`"
	$(MAKE) fuzz FUZZ_SECONDS=120
	$(MAKE) growth
	KILLS=300 $(MAKE) check-system SYSTEM_TESTS='tests/system/60-kill.t' T_LIMIT=3600

# From a fresh copy of the sources, so that it works in and out of tree.
check-asan:
	$(MAKE) distdir distdir=_asan
	cd _asan && ./configure --disable-hardening --quiet \
	  CFLAGS='$(SANITIZE)' LDFLAGS='-fsanitize=address,undefined'
	$(MAKE) -C _asan check

check-tsan:
	$(MAKE) distdir distdir=_tsan
	cd _tsan && ./configure --disable-hardening --quiet \
	  CFLAGS='-g -O1 -fsanitize=thread' LDFLAGS='-fsanitize=thread'
	$(MAKE) -C _tsan check

FUZZ_SECONDS = 30
# 0: another one each time
FUZZ_SEED = 0
EXTRA_PROGRAMS += $(FUZZERS)
fuzz:
	$(MAKE) distdir distdir=_fuzz
	cd _fuzz && ./configure --disable-hardening --quiet CC=clang \
	  CFLAGS='-g -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all'
	$(MAKE) -C _fuzz $(FUZZERS) LDFLAGS='-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all'
	cd _fuzz && for f in $(FUZZERS); do \
	  mkdir -p corpus/$$f && ./$$f -seed=$(FUZZ_SEED) -max_total_time=$(FUZZ_SECONDS) corpus/$$f || exit 1; done

clean-local:
	rm -rf _asan _tsan _fuzz
