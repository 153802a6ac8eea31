#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Someone who has openssl, and has never heard of chaperone, checks an export.
. "$(dirname "$0")/lib.sh"

start_sandbox
people

for i in 1 2 3; do
	post mia@agency.example carl@kids.example "out $i" "line $i" >/dev/null
	from_outside carl@kids.example mia@agency.example "in $i" "größe $i" >/dev/null
done
post cole@agency.example carl@kids.example held >/dev/null
settle

export=$work/export
ok "the case is exported" chaperone --as max@agency.example case export C1 --to "$export"
ok "with words on how to check it" test -s "$export/VERIFY.txt"
is "$(find "$export/records" | grep -cE -- '-(out|in)bound-[0-9A-Z]{26}\.eml$')" 7 "seven messages are in it"

ok "which a shell follows to the end" \
	sh -c "cd '$export' && sed -n 's/^    //p' VERIFY.txt | sh | tail -n 1 | grep -qx 'ALL GOOD'"
is "$(find "$export/proofs" -name '*.proof' | wc -l)" "$(find "$export/records" -name '*.eml' | wc -l)" "there is a proof of each record"
cp "$(find "$export/proofs" -name '*.proof' | head -n 1)" "$work/pinned"
post mia@agency.example carl@kids.example later "and more" >/dev/null
ok "the archive goes on from a proof that was kept" chaperone archive verify --against "$work/pinned"
sed 's/^index ./index 9/' "$work/pinned" >"$work/forged"
exits 1 "and not from a forged one" chaperone archive verify --against "$work/forged"

cat "$export"/certs/*.pem >"$work/ca.pem"
good=0 bad=''
for record in "$export"/records/*.eml; do
	if openssl cms -verify -in "$record" -CAfile "$work/ca.pem" -out "$work/content" 2>>"$work/openssl"; then
		good=$((good + 1))
	else
		bad+=" ${record##*/}"
	fi
done
is "$bad" "" "openssl verifies every record ($good)"

altered=$(grep -l 'line 1' "$export"/records/*outbound*.eml | head -n 1)
sed 's/line 1/line 7/' "$altered" >"$work/altered.eml"
ok "and not an altered one" \
	no openssl cms -verify -in "$work/altered.eml" -CAfile "$work/ca.pem" -out /dev/null

# in_record ORIGINAL: its bytes stand in the record as they are.
in_record() {
	/usr/bin/python3 -c 'import sys
record, original = (open(name, "rb").read() for name in sys.argv[1:])
sys.exit(original not in record)' "$export"/records/*"$(basename "$1")" "$1"
}
apart=''
for original in "$export"/original/*.eml; do
	in_record "$original" || apart+=" ${original##*/}"
done
is "$apart" "" "the originals are what was signed, byte for byte"
is "$(find "$export/original" -name '*.eml' | wc -l)" 7 "all of them"

# The older of openssl's two commands, GnuTLS and GnuPG are other people's as well.
# apart RECORD: its signed part and its signature, as $work/signed and $work/smime.p7s.
apart() {
	/usr/bin/python3 - "$1" "$work/signed" "$work/smime.p7s" <<'P'
import base64, re, sys
record = open(sys.argv[1], "rb").read()
boundary = re.search(rb'boundary="?([^";\s]+)', record).group(1)
_, signed, signature = record.split(b"--" + boundary)[:3]
open(sys.argv[2], "wb").write(signed[2:-2])
open(sys.argv[3], "wb").write(base64.b64decode(signature.partition(b"\r\n\r\n")[2]))
P
}
record=$(find "$export/records" -name '*inbound*' | head -n 1)
apart "$record"
ok "openssl smime verifies one, too" \
	openssl smime -verify -in "$record" -CAfile "$work/ca.pem" -purpose any -out /dev/null
ok "certtool does" certtool --p7-verify --inder --load-ca-certificate "$work/ca.pem" \
	--load-data "$work/signed" --infile "$work/smime.p7s"

# NSS is a library of other people.
mkdir "$work/nss"
certutil -N -d "sql:$work/nss" --empty-password
for cert in "$export"/certs/*.pem; do
	certutil -A -d "sql:$work/nss" -n "$(basename "$cert")" -t "P,P,P" -i "$cert"
done
ok "cmsutil verifies one, too" cmsutil -D -d "sql:$work/nss" -n -u 4 -c "$work/signed" -i "$work/smime.p7s"

# gpgsm trusts what its list says, and asks no network.
export GNUPGHOME=$work/gnupg
mkdir -m 700 "$GNUPGHOME"
printf '%s\n' disable-crl-checks disable-dirmngr >"$GNUPGHOME/gpgsm.conf"
openssl x509 -in "$export/certs/all.pem" -noout -fingerprint -sha1 |
	sed 's/.*=//; s/$/ S relax/' >"$GNUPGHOME/trustlist.txt"
gpgsm --batch --import "$export"/certs/all.pem 2>>"$work/gpgsm"
ok "gpgsm does" gpgsm --batch --verify "$work/smime.p7s" "$work/signed"
gpgconf --kill all
finish
