# rules: what mail may say and do.  Pure but for reading rule files; includes base, register.
noinst_LIBRARIES += %D%/librules.a
%C%_librules_a_SOURCES = \
	%D%/judge.h \
	%D%/policy.h \
	%D%/scope.h \
	%D%/verdict.h
