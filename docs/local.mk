# docs: man pages and guides.
EXTRA_DIST += README HACKING.md NEWS.md SECURITY.md %D%/architecture.md %D%/archive-format.md %D%/control.md \
	%D%/decisions
