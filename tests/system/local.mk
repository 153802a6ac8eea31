# Scenarios on real mail servers, in the order in which they run.
SYSTEM_TESTS += \
	%D%/10-sandbox.t

EXTRA_DIST += %D%/lib.sh $(SYSTEM_TESTS)
# None may hang the rest.
T_LOG_COMPILER = timeout
AM_T_LOG_FLAGS = -k 30 900
