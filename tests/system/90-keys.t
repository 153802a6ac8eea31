#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# New keys: handed over while the former still run, refused from nowhere; days that end.
. "$(dirname "$0")/lib.sh"

alarm() {
	chaperone --json status | json "d['alarms'].get('$1', '')"
}
reloads() {
	grep -c ' reload state=done' "$box/log/chaperoned.log"
}
is_reloaded() {
	[ "$(reloads)" -gt "$1" ]
}
reload() {
	local before
	before=$(reloads)
	kill -USR1 "$CHAPERONED_PID"
	wait_for 60 is_reloaded "$before" || diag "no reload"
}
# new_keys NAME DAYS: a key, a certificate and a log key beside the sandbox's own.
new_keys() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days "$2" \
		-subj "/CN=archive $1" -addext keyUsage=critical,digitalSignature \
		-addext extendedKeyUsage=emailProtection \
		-keyout "$box/keys/$1.key" -out "$box/keys/$1.crt" 2>/dev/null
	openssl genpkey -algorithm ed25519 -out "$box/keys/$1-log.key"
	chmod 600 "$box/keys/$1.key" "$box/keys/$1-log.key"
}
name_keys() {
	printf '%s\n' "signing-key file:$box/keys/$1.key" "signing-cert $box/keys/$1.crt" \
		"log-key file:$box/keys/$1-log.key" >"$box/conf.d/keys.conf"
}
check() {
	"$top_builddir/chaperoned" -c "$CONFIG" -t 2>&1
}
problems() {
	chaperone --json archive verify "$@" | json '[p["problem"] for p in d["problems"]]'
}

start_sandbox
people
is "$(check)" "" "with its own keys there is nothing to say"
settle
wait_for 10 test -e "$ARCHIVE/log/checkpoint"
cp "$ARCHIVE/log/checkpoint" "$work/before"
first=$(chaperone --json archive status | json 'd["log"]["verifier_key"]')

new_keys next 400
name_keys next
like "$(check)" "signing-cert: the archive does not know it: take it into use by reload" \
	"chaperoned -t says that the certificate is new"
like "$(check)" "log-key: the log is signed by another" "and the log's key"
reload
is "$(alarm signing-key)$(alarm log-key)" "" "a reload hands over"
ok "mail passes" post mia@agency.example carl@kids.example hello
ok "the checkpoint is signed by both" wait_for 10 eval '[ "$(grep -c "^— " "$ARCHIVE/log/checkpoint")" = 2 ]'
is "$([ "$(chaperone --json archive status | json 'd["log"]["verifier_key"]')" != "$first" ] && echo new)" new \
	"status names the new key"
is "$(problems)" "[]" "the archive is whole across the change"
is "$(problems --against "$work/before")" "[]" "and goes on from a checkpoint of before"
is "$(check)" "" "now there is nothing to say any more"
record=$(grep -l '"type":"key"' -r "$ARCHIVE/records" | sort | tail -n 1)
ok "openssl: the new certificate is introduced by the former" openssl cms -verify -in "$record" \
	-CAfile "$box/keys/signing.crt" -partial_chain -out /dev/null
restart_sandbox
ok "mail passes after a restart" post mia@agency.example carl@kids.example again
is "$(alarm signing-key)$(alarm log-key)" "" "with nothing to say"

# From nowhere.
"$sandbox" stop "$box"
new_keys stranger 400
name_keys stranger
restart_sandbox
like "$(alarm signing-key)" "does not know this certificate" "keys that nobody introduced are refused at the start"
like "$(alarm log-key)" "signed by another key" "so is the log's"
like "$(post mia@agency.example carl@kids.example no)" "^451" "and mail in scope waits"
name_keys next
reload
ok "with the former keys it goes on" post mia@agency.example carl@kids.example yes
sed -i "s|next.crt|stranger.crt|" "$box/conf.d/keys.conf"
like "$(check)" "this certificate is not of the key" "a certificate of another key is said by chaperoned -t"
check >/dev/null
is "$?" 1 "which exits with 1"

new_keys short 20
name_keys short
like "$(check)" "signing-cert: the certificate's days end on" "days that end within 30 are said by chaperoned -t"
reload
ok "and by status" wait_for 30 eval 'alarm signing-cert | grep -q "days end on"'
ok "and mail passes" post mia@agency.example carl@kids.example short
is "$(problems)" "[]" "the archive is whole"
"$sandbox" stop "$box"
is "$(problems --against "$work/before")" "[]" "and without the daemon"
finish
