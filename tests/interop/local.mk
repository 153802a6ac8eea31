# What we write, read by code that is not ours.
SYSTEM_TESTS += %D%/log.t
EXTRA_PROGRAMS += %D%/make_log
EXTRA_DIST += %D%/log.t %D%/check_log.go
check-system: %D%/make_log$(EXEEXT)
