# docs: man pages and guides.
EXTRA_DIST += README HACKING.md NEWS.md SECURITY.md %D%/architecture.md %D%/archive-format.md %D%/control.md %D%/pictures.md %D%/register-import.md %D%/rights.md \
	%D%/decisions %D%/performance.md %D%/rules-accuracy.md %D%/testing.md
dist_man_MANS += %D%/chaperone.1 %D%/chaperone.conf.5 %D%/chaperoned.8
