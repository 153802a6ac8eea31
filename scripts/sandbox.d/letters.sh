# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# letters.sh - writing letters to a sandbox and looking at what arrived: for the demo and
# the scenarios.  Who sources it sets `sandbox`, the script, and `box`, the directory.

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

# read_sandbox: takes over its variables, anew after each restart.
read_sandbox() {
	local assignments
	assignments=$("$sandbox" env "$box") || return 1
	eval "$assignments"
}

# chaperone WORD…: the command, as root.
chaperone() {
	"$CHAPERONE" "$@"
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
	wait_for 30 queue_is_empty || echo "the mail server's queue does not empty" >&2
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
