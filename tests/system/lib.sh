# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# lib.sh - the frame of the scenarios: TAP, a sandbox, letters, what arrived
#
# A scenario file sources this, starts a sandbox, tells its story and ends with
# `finish`.  It runs with `set -u`, without -e: a check that fails is a result.
set -u
top_srcdir=${top_srcdir:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
[ -z "${top_builddir:-}" ] || export CHAPERONE_BUILD=${CHAPERONE_BUILD:-$top_builddir}
sandbox=$top_srcdir/scripts/sandbox

[ "$(id -u)" = 0 ] || {
	echo "1..0 # SKIP needs root"
	exit 0
}
# Only root may enter it: a sandbox must work there too.
work=$(mktemp -d /tmp/chaperone-test-XXXXXX)
box=$work/box
unset CHAPERONE_CLOCK CHAPERONE_SANDBOX_WRAP
. "$top_srcdir/scripts/sandbox.d/letters.sh"

clean_up() {
	local each
	for each in "$work"/box*; do
		"$sandbox" stop "$each" >/dev/null 2>&1
	done
	[ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM HUP

# --- TAP

tests=0

diag() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

pass() {
	echo "ok $((++tests)) - $1"
}

fail() {
	echo "not ok $((++tests)) - $1"
}

# ok DESCRIPTION COMMAND…: the command succeeds; its words are shown when it does not.
ok() {
	local description=$1 output code
	shift
	output=$("$@" 2>&1) && pass "$description" && return
	code=$?
	fail "$description"
	diag "exit $code of: $*"
	diag "$output"
}

# exits CODE DESCRIPTION COMMAND…
exits() {
	local wanted=$1 description=$2 output code
	shift 2
	output=$("$@" 2>&1)
	code=$?
	is "$code" "$wanted" "$description"
	[ "$code" = "$wanted" ] || diag "$output"
}

# is GOT WANTED DESCRIPTION
is() {
	if [ "$1" = "$2" ]; then
		pass "$3"
	else
		fail "$3"
		diag "got:    $1"
		diag "wanted: $2"
	fi
}

# like GOT REGEX DESCRIPTION
like() {
	if [[ $1 =~ $2 ]]; then
		pass "$3"
	else
		fail "$3"
		diag "got:         $1"
		diag "wanted like: $2"
	fi
}

bail_out() {
	echo "Bail out! $*"
	exit 1
}

finish() {
	echo "1..$tests"
}

# --- the sandbox

# start_sandbox [WORD…]
start_sandbox() {
	"$sandbox" start "$box" "$@" >&2 || bail_out "the sandbox does not start"
	read_sandbox || bail_out "sandbox env fails"
}

restart_sandbox() {
	"$sandbox" restart "$box" >&2 || bail_out "the sandbox does not restart"
	read_sandbox || bail_out "sandbox env fails"
}

kill_chaperoned() {
	kill -9 "$CHAPERONED_PID"
	wait_for 10 no test -d "/proc/$CHAPERONED_PID"
}

# people: a manager, a worker, a lead and a colleague; Carl, who has an agreement with
# Mia, and Dora, who has none.
people() {
	{
		chaperone staff add dsl@agency.example --name "Lea Lead" --role lead &&
			chaperone staff add max@agency.example --name "Max Manager" --role manager \
				--manager dsl@agency.example &&
			chaperone staff add mia@agency.example --name "Mia Worker" \
				--manager max@agency.example &&
			chaperone staff add cole@agency.example --name "Cole League" \
				--manager max@agency.example &&
			chaperone person add C1 --name "Carl Child" --born 2011-05-01 \
				--address carl@kids.example --manager max@agency.example &&
			chaperone person add C2 --name "Dora Child" --born 2011-06-01 \
				--address dora@kids.example --manager max@agency.example &&
			agree C1 mia@agency.example
	} >/dev/null || bail_out "people cannot be registered"
}

# logged REGEX: chaperoned has written such a line.
logged() {
	grep -qE "$1" "$box/log/chaperoned.log"
}

# held_ids: the ids of all that waits, one a line; the lead sees what the manager must not.
held_ids() {
	chaperone --as dsl@agency.example --json held list | json '"\n".join(h["id"] for h in d)'
}
