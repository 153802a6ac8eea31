# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# chaperone.sh - chaperoned of a sandbox: its configuration, keys and start

# made_up_certificate NAME: a key pair of someone who does not exist.
made_up_certificate() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
		-subj "/CN=$1@agency.example" -keyout "$dir/keys/$1.key" -out "$dir/keys/$1.crt" \
		2>>"$dir/log/openssl.log"
}

chaperone_configure() {
	fill chaperone.conf >"$dir/chaperone.conf"
	cp -r "$top"/rules/*.rules "$dir/rules.d/"
	made_up_certificate dsl
	made_up_certificate dsl2
	chaperone_write_command
	"$dir/chaperone" init >>"$dir/log/init.log"
}

# One path that knows its configuration, and the time by which the daemon goes.
chaperone_write_command() {
	{
		echo '#!/bin/sh'
		[ -z "$CLOCK" ] || echo "export CHAPERONE_CLOCK=$CLOCK"
		echo "exec $BUILD/chaperone -c $dir/chaperone.conf \"\$@\""
	} >"$dir/chaperone"
	chmod 755 "$dir/chaperone"
}

# A process that was killed looks dead before its last thread is, which still holds the port.
chaperone_wait_for_port() {
	local end=$((SECONDS + 10)) pid
	pid=$(cat "$dir/run/chaperoned.pid" 2>/dev/null) || return 0
	while grep -qsv ') [ZX] ' "/proc/$pid/task/"*/stat && [ "$SECONDS" -lt "$end" ]; do
		sleep 0.05
	done
}

# Waits until it listens.  Under a wrap it is not the process that we started, so the
# process id on file becomes that of whoever listens.
chaperone_start() {
	chaperone_write_command
	chaperone_wait_for_port
	[ -z "$CLOCK" ] && unset CHAPERONE_CLOCK || export CHAPERONE_CLOCK=$CLOCK
	detach chaperoned $WRAP "$BUILD/chaperoned" -c "$dir/chaperone.conf" -f
	"$parts/probe.py" control "$dir/run/control.sock" "$(cat "$dir/run/chaperoned.pid")" \
		>"$dir/run/listener.pid" 2>"$dir/log/probe.log" || {
		say "chaperoned does not start; the end of $dir/log/chaperoned.log:"
		tail -n 5 "$dir/log/chaperoned.log" >&2
		return 1
	}
	mv "$dir/run/listener.pid" "$dir/run/chaperoned.pid"
}
