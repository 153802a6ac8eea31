#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Real messages of many mail programs, each from a young person to a worker: none makes
# chaperoned crash, hang or tempfail, and each is kept as it was delivered.
# CHAPERONE_CORPUS: a folder with *.eml files.
. "$(dirname "$0")/lib.sh"

[ -n "${CHAPERONE_CORPUS:-}" ] || {
	echo "1..0 # SKIP CHAPERONE_CORPUS names no folder"
	exit 0
}
corpus() {
	/usr/bin/python3 "$top_srcdir/tests/system/corpus.py" "$@"
}

start_sandbox
people
pid=$CHAPERONED_PID
sent=$(find "$CHAPERONE_CORPUS" -name '*.eml' | wc -l)

is "$(corpus send "$CHAPERONE_CORPUS" "$MX_PORT" carl@kids.example mia@agency.example)" "" \
	"each of $sent messages is taken"
is "$(cat "/proc/$pid/comm" 2>/dev/null)" chaperoned "chaperoned lives on"
ok "and answers" chaperone status
is "$(mail_of mia@agency.example)" "$sent" "all are delivered"
ok "the case is exported" chaperone --as max@agency.example case export C1 --to "$work/export"
is "$(corpus compare "$DELIVERED/mia@agency.example" "$work/export/original")" "" \
	"what was kept is what was delivered, less the trace lines"
is "$(chaperone --json archive verify | json 'd["problems"]')" "[]" "the archive is whole"
finish
