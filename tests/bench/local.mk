# Benchmarks: ratios in one interleaved run (docs/performance.md).
EXTRA_PROGRAMS += %D%/null_milter %D%/rule_hits %D%/rule_speed
CLEANFILES += %D%/null_milter$(EXEEXT) %D%/rule_hits$(EXEEXT) %D%/rule_speed$(EXEEXT)
EXTRA_DIST += %D%/mail-rate %D%/message.eml

BENCH_CYCLES = 12
bench: all %D%/null_milter
	CHAPERONE_BUILD='$(abs_top_builddir)' $(abs_top_srcdir)/%D%/mail-rate \
	  --cycles $(BENCH_CYCLES) --null-milter %D%/null_milter
