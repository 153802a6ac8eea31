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

# no COMMAND…: it fails.
no() {
	! "$@"
}

# wait_for SECONDS COMMAND…: until it succeeds.
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.1
	done
}

# json EXPRESSION: a Python expression over the document on standard input, `d`.
json() {
	/usr/bin/python3 -c 'import json, sys
d = json.load(sys.stdin)
value = eval(sys.argv[1])
print(value if isinstance(value, str) else json.dumps(value))' "$1"
}

# --- the sandbox

# start_sandbox [WORD…]: starts it and takes its variables over.
start_sandbox() {
	"$sandbox" start "$box" "$@" >&2 || bail_out "the sandbox does not start"
	read_sandbox
}

read_sandbox() {
	local assignments
	assignments=$("$sandbox" env "$box") || bail_out "sandbox env fails"
	eval "$assignments"
}

restart_sandbox() {
	"$sandbox" restart "$box" >&2 || bail_out "the sandbox does not restart"
	read_sandbox
}

# chaperone WORD…: the command, as root.
chaperone() {
	"$CHAPERONE" "$@"
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
	} >&2 || bail_out "people cannot be registered"
}

# agree CASE STAFF: an agreement for the year around today, with a parent's word.
agree() {
	local start end
	start=$(date -d '-30 days' +%F) end=$(date -d '+300 days' +%F)
	chaperone --as max@agency.example agreement add --case "$1" --staff "$2" \
		--purpose "keeping in touch" --from "$start" --until "$end" --agreed "$start" \
		--informed "$start" --parent "Ann Parent" --parent-aware "$start"
}

# --- letters

# letter FROM TO SUBJECT [LINE…]: a message on standard output.
letter() {
	printf 'From: %s\nTo: %s\nSubject: %s\n' "$1" "$2" "$3"
	printf 'Date: %s\nMessage-ID: <%s.%s@client.example>\n\n' "$(date -R)" "$SECONDS" "$RANDOM$RANDOM"
	shift 3
	printf '%s\n' "${@:-Hello.}"
}

# send WORD…: hands over what is on standard input.
send() {
	"$sandbox" send "$box" "$@"
}

# post FROM TO SUBJECT [LINE…]: a letter of a member of staff, logged in.
post() {
	letter "$@" | send --as "$1" -f "$1" "$2"
}

# from_outside FROM TO SUBJECT [LINE…]: a letter that comes from the world.
from_outside() {
	letter "$@" | send --outside -f "$1" "$2"
}

# queue_is_empty: nothing is on its way inside the mail server.
queue_is_empty() {
	[ -z "$(find "$box"/mta/queue/{maildrop,incoming,active,deferred} "$box"/mta/queue/[dq]f* \
		-type f 2>/dev/null)" ]
}

settle() {
	wait_for 30 queue_is_empty || diag "the mail server's queue does not empty"
}

# mail_of RECIPIENT: how many messages have arrived, all told.
mail_of() {
	settle
	find "$DELIVERED/$1" -name '*.eml' 2>/dev/null | wc -l
}

# newest RECIPIENT: the path of the last that arrived.
newest() {
	printf '%s/%s/%s.eml\n' "$DELIVERED" "$1" "$(mail_of "$1")"
}

# header NAME FILE: the values of a header, one a line.
header() {
	sed '/^\r$/q' "$2" | tr -d '\r' | sed -n "s/^$1: *//Ip"
}

# body FILE: everything after the header.
body() {
	sed '1,/^\r$/d' "$1"
}

# logged REGEX: chaperoned has written such a line.
logged() {
	grep -qE "$1" "$box/log/chaperoned.log"
}

# held_ids: the ids of what waits, one a line.
held_ids() {
	chaperone --as max@agency.example --json held list | json '"\n".join(h["id"] for h in d)'
}
