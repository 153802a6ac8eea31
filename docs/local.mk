# docs: man pages and guides.
