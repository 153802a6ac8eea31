# Scenarios on real mail servers, each on servers of its own.  Two may run at a time, so the
# longest begins first.
SYSTEM_TESTS += \
	%D%/60-kill.t \
	%D%/10-sandbox.t \
	%D%/20-core-postfix.t \
	%D%/21-core-sendmail.t \
	%D%/30-commands.t \
	%D%/31-forged.t \
	%D%/32-sessions.t \
	%D%/33-addresses.t \
	%D%/34-decisions.t \
	%D%/36-table.t \
	%D%/37-register.t \
	%D%/38-restricted.t \
	%D%/39-unregistered.t \
	%D%/40-life.t \
	%D%/50-failing-closed.t \
	%D%/51-trouble.t \
	%D%/70-corpus.t \
	%D%/80-outside-check.t \
	%D%/85-reading.t \
	%D%/86-quotes.t \
	%D%/87-sealing.t \
	%D%/88-stamps.t \
	%D%/89-keeping.t \
	%D%/89-pins.t \
	%D%/90-keys.t

EXTRA_DIST += \
	%D%/authority.py \
	%D%/core.sh \
	%D%/corpus.py \
	%D%/lib.sh \
	%D%/pictures.py \
	%D%/policy.conf \
	%D%/policy.register.json \
	%D%/policy.rules \
	%D%/policy.table \
	%D%/talk.py \
	%D%/tap.py \
	$(SYSTEM_TESTS)

# None may hang the rest.
T_LOG_COMPILER = timeout
T_LIMIT = 1800
AM_T_LOG_FLAGS = -k 30 $(T_LIMIT)

# Loaded before the daemon's own libraries: makes parsing or flushing fail on demand.
EXTRA_DIST += %D%/box.py %D%/trouble.c
CLEANFILES += %D%/trouble.so
%D%/trouble.so: %D%/trouble.c
	$(AM_V_at)$(MKDIR_P) %D%
	$(AM_V_CC)$(CC) -shared -fPIC -O1 -o $@ $(srcdir)/%D%/trouble.c -ldl
check-system: %D%/trouble.so
