#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What cannot be recorded is not delivered, and everything else is.
. "$(dirname "$0")/lib.sh"

start_sandbox
people

# Moves the archive to a small file system of its own.
"$sandbox" stop "$box"
mv "$ARCHIVE" "$ARCHIVE.kept"
mkdir -m 700 "$ARCHIVE"
mount -t tmpfs -o size=48m,mode=700 tmpfs "$ARCHIVE" || bail_out "no tmpfs can be mounted"
unmount() {
	mount -l | grep -q " $ARCHIVE/records " && umount -l "$ARCHIVE/records"
	mount -l | grep -q " $ARCHIVE " && umount -l "$ARCHIVE"
}
trap 'unmount; clean_up' EXIT
cp -a "$ARCHIVE.kept/." "$ARCHIVE/"
echo 'disk-reserve 4M' >"$box/conf.d/disk.conf"
restart_sandbox

carl() {
	post mia@agency.example carl@kids.example "$@"
}
colleague() {
	post mia@agency.example cole@agency.example hi
}

ok "on its own file system it works" carl hi

# --- full

fallocate -l "$(df --output=avail -B1 "$ARCHIVE" | tail -n 1)" "$ARCHIVE/filler" 2>/dev/null ||
	dd if=/dev/zero of="$ARCHIVE/filler" bs=64k 2>/dev/null
like "$(carl full)" '^452 4\.3\.1' "on a full disk mail in scope must wait"
like "$(from_outside carl@kids.example mia@agency.example full)" '^452 4\.3\.1' "a child's too"
ok "other mail passes" colleague
ok "a log line says so" logged 'tempfail'
is "$(mail_of carl@kids.example)" 1 "nothing unrecorded is delivered"
rm "$ARCHIVE/filler"
ok "with room again it goes on without hands" wait_for 20 carl again

# --- recorded is recorded, with a file or without

mount --bind "$ARCHIVE/records" "$ARCHIVE/records" && mount -o remount,bind,ro "$ARCHIVE/records" ||
	bail_out "the records cannot be made read-only"
ok "where no file can be made mail is recorded all the same" carl unfiled
ok "an alarm says so" wait_for 20 logged 'alarm about=filing state=wrong'
umount "$ARCHIVE/records"
ok "and when it is over" wait_for 20 logged 'alarm about=filing state=well'
is "$(chaperone --json archive verify | json 'd["problems"]')" "[]" "and the file is there"

# --- the index is not the archive

kill_chaperoned
for index in "$ARCHIVE"/index.sqlite*; do
	echo "no database" >"$index"
done
restart_sandbox
ok "a broken index does not stop recording" carl index
id=$(header Chaperone-Record "$(newest carl@kids.example)")
chaperone archive reindex >/dev/null
is "$(chaperone --as max@agency.example --json case show C1 | json "'$id' in [e['id'] for e in d['entries']]")" \
	true "and reindex finds what was recorded meanwhile"

# --- a key that cannot be read

kill_chaperoned
mv "$box/keys/signing.key" "$box/keys/away"
restart_sandbox
like "$(carl key)" '^4' "without its key nothing in scope is taken"
mv "$box/keys/away" "$box/keys/signing.key"
kill_chaperoned
restart_sandbox
ok "with it again it is" carl key

kill_chaperoned
chmod 644 "$box/keys/signing.key"
ok "a key that others can read is refused" no "$(readlink -f "$(sed -n 's/^exec \([^ ]*\)chaperone .*/\1chaperoned/p' "$CHAPERONE")")" -c "$CONFIG" -t
chmod 600 "$box/keys/signing.key"
restart_sandbox

# --- damage

# flip WHICH: alters one byte of the journal segment in use, in its first batch or its last.
flip() {
	/usr/bin/python3 - "$1" "$ARCHIVE"/journal/* <<'P'
import sys
which, *paths = sys.argv[1:]
for path in paths:
    with open(path, "r+b") as file:
        content = file.read().rstrip(b"\0")
        if content:
            at = 400 if which == "first" else len(content) - 20
            file.seek(at)
            file.write(bytes([content[at] ^ 0x55]))
P
}

some() {
	local i
	for i in 1 2 3; do carl "$1 $i" >/dev/null; done
	kill_chaperoned
}

some torn
flip last
restart_sandbox
ok "a torn tail does not hinder a start" carl "after torn"
is "$(chaperone --json archive verify | json 'd["problems"]')" "[]" "and nothing is missing"

some damaged
cp -a "$ARCHIVE/journal" "$work/journal"
flip first
restart_sandbox
like "$(carl damaged)" '^4' "with a damaged journal nothing in scope is taken"
ok "other mail passes" colleague
ok "the log names the damage" logged 'damage'
kill_chaperoned
rm -r "$ARCHIVE/journal"
cp -a "$work/journal" "$ARCHIVE/journal"
restart_sandbox
ok "mended, it goes on" carl mended
is "$(chaperone --json archive verify | json 'd["problems"]')" "[]" "and the archive is whole"
finish
