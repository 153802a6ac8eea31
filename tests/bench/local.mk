# Benchmarks: ratios in one interleaved run (docs/performance.md).
EXTRA_PROGRAMS += %D%/judge_cost %D%/milter_load %D%/null_milter %D%/rule_hits %D%/rule_speed
CLEANFILES += %D%/judge_cost$(EXEEXT) %D%/milter_load$(EXEEXT) \
	%D%/null_milter$(EXEEXT) %D%/rule_hits$(EXEEXT) \
	%D%/rule_speed$(EXEEXT)
EXTRA_DIST += %D%/figures.h %D%/filter-cost %D%/mail-rate %D%/message.eml

# P11; a sum of its own, because the millions take an hour: check-long.
EXTRA_PROGRAMS += %D%/growth %D%/register_growth
CLEANFILES += %D%/growth$(EXEEXT) %D%/register_growth$(EXEEXT)
.PHONY: growth
GROWTH = 10000 100000 1000000
GROWTH_DIR = growth.tmp
growth: %D%/growth
	rm -rf $(GROWTH_DIR)
	for size in $(GROWTH); do \
	  %D%/growth $(GROWTH_DIR)/$$size $$size && rm -rf $(GROWTH_DIR)/$$size || exit 1; \
	done

%C%_register_growth_SOURCES = %D%/register_growth.c tests/desk/bureau.c \
	tests/desk/bureau.h tests/archive/scratch.c tests/archive/scratch.h

# The register's part of P11: a few minutes a cycle.
REGISTER_CYCLES = 3
.PHONY: bench-register
bench-register: %D%/register_growth
	%D%/register_growth $(REGISTER_CYCLES)

BENCH_CYCLES = 12
bench: all %D%/judge_cost %D%/null_milter %D%/rule_speed
	%D%/judge_cost $(abs_top_srcdir)/rules $(BENCH_CYCLES) \
	  $(abs_top_srcdir)/%D%/message.eml
	CHAPERONE_BUILD='$(abs_top_builddir)' $(abs_top_srcdir)/%D%/mail-rate \
	  --cycles $(BENCH_CYCLES) --null-milter %D%/null_milter
	%D%/rule_speed $(abs_top_srcdir)/rules $(abs_top_srcdir)/%D%/message.eml \
	  $(BENCH_CYCLES)

# Beside OpenDKIM, which is installed where it is not.
.PHONY: bench-peers
bench-peers: bench %D%/milter_load
	command -v opendkim || DEBIAN_FRONTEND=noninteractive apt-get install -y opendkim
	CHAPERONE_BUILD='$(abs_top_builddir)' $(abs_top_srcdir)/%D%/filter-cost \
	  --cycles $(BENCH_CYCLES) --null-milter %D%/null_milter --load %D%/milter_load

# What the shipped rules find: CHAPERONE_CORPUS names the data that is not in the tree.
EXTRA_DIST += tests/data/ordinary.txt tests/data/not-ordinary.txt \
	tests/data/later-ordinary.txt tests/data/later-not-ordinary.txt \
	tests/data/inbound-ordinary.txt tests/data/inbound-telling.txt \
	tests/data/held-out-ordinary.txt tests/data/held-out-not-ordinary.txt \
	tests/data/held-out-inbound-ordinary.txt \
	tests/data/held-out-inbound-telling.txt
.PHONY: accuracy
accuracy: %D%/rule_hits
	$(abs_top_srcdir)/scripts/accuracy %D%/rule_hits $(abs_top_srcdir)/rules \
	  $(abs_top_srcdir)/tests/data $(CHAPERONE_CORPUS) > rules-accuracy.tmp
	@if test -n "$(CHAPERONE_CORPUS)"; then \
	  mv rules-accuracy.tmp $(abs_top_srcdir)/docs/rules-accuracy.md; \
	else echo 'no CHAPERONE_CORPUS: only our own sets, in rules-accuracy.tmp'; fi
