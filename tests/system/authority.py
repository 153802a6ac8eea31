#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""authority - a time stamp authority that can be told to fail, made of openssl

usage: authority.py make DIR            keys and certificates; DIR/ca.pem is what to believe
       authority.py reply DIR FAULT     a question on standard input, the reply on the other
       authority.py serve DIR PORT      over HTTP on the loopback; DIR/fault names the fault
"""
import http.server
import os
import subprocess
import sys
import tempfile
import time

TST_INFO = "1.2.840.113549.1.9.16.1.4"
POLICY = b"\x06\x04\x2a\x03\x04\x05"  # 1.2.3.4.5

CONFIG = """
[ca]
default_ca = all
[all]
database = {dir}/index
rand_serial = yes
new_certs_dir = {dir}
default_md = sha256
policy = any
[any]
commonName = supplied
[issuer]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[stamping]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[purpose]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = critical,emailProtection
[both]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = critical,timeStamping,emailProtection
[uncritical]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = timeStamping
[tsa]
default_tsa = toy
[toy]
serial = {dir}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.5
digests = sha256
accuracy = secs:1
ess_cert_id_alg = {alg}
"""

NOW = ("20200101000000Z", "20500101000000Z")
PAST = ("20200101000000Z", "20210101000000Z")
# name of a certificate: who issues it, its extensions, its days
CERTIFICATES = {
    "good": ("ca", "stamping", NOW),
    "expired": ("ca", "stamping", PAST),
    "stranger": ("other", "stamping", NOW),
    "purpose": ("ca", "purpose", NOW),
    "both": ("ca", "both", NOW),
    "uncritical": ("ca", "uncritical", NOW),
}


def openssl(*words, data=None):
    done = subprocess.run(["openssl", *words], input=data, capture_output=True, check=False)
    if done.returncode:
        sys.exit(f"openssl {' '.join(words)}: {done.stderr.decode()}")
    return done.stdout


def write_config(directory, alg="sha256"):
    path = f"{directory}/{alg}.conf"
    with open(path, "w", encoding="ascii") as file:
        file.write(CONFIG.format(dir=directory, alg=alg))
    return path


def issue(directory, config, name, issuer, extensions, days):
    own = issuer == name
    openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-subj", f"/CN=toy {name}", "-keyout", f"{directory}/{name}.key",
            "-out", f"{directory}/{name}.csr")
    signing = ["-selfsign"] if own else ["-cert", f"{directory}/{issuer}.pem"]
    openssl("ca", "-batch", "-notext", "-config", config, *signing, "-keyfile",
            f"{directory}/{issuer}.key", "-extensions", extensions, "-startdate", days[0],
            "-enddate", days[1], "-in", f"{directory}/{name}.csr", "-out",
            f"{directory}/{name}.pem")


def make(directory):
    os.makedirs(directory, exist_ok=True)
    config = write_config(directory)
    write_config(directory, "sha1")
    with open(f"{directory}/index", "w", encoding="ascii"):
        pass
    with open(f"{directory}/serial", "w", encoding="ascii") as file:
        file.write("01\n")
    for name in ("ca", "other"):
        issue(directory, config, name, name, "issuer", NOW)
    for name, (issuer, extensions, days) in CERTIFICATES.items():
        issue(directory, config, name, issuer, extensions, days)


def honest(directory, question, alg="sha256"):
    with tempfile.NamedTemporaryFile() as asked:
        asked.write(question)
        asked.flush()
        return openssl("ts", "-reply", "-config", f"{directory}/{alg}.conf", "-queryfile",
                       asked.name, "-inkey", f"{directory}/good.key", "-signer",
                       f"{directory}/good.pem")


def wrap(tag, *parts):
    body = b"".join(parts)
    length = len(body)
    if length < 128:
        return bytes([tag, length]) + body
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 128 | size]) + length.to_bytes(size, "big") + body


def resign(directory, reply, name, change=lambda info: info):
    """What an honest reply says, changed, and signed by somebody."""
    with tempfile.TemporaryDirectory() as work:
        with open(f"{work}/reply", "wb") as file:
            file.write(reply)
        openssl("ts", "-reply", "-in", f"{work}/reply", "-token_out", "-out", f"{work}/token")
        info = openssl("cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-in",
                       f"{work}/token")
        token = openssl("cms", "-sign", "-binary", "-nodetach", "-cades", "-md", "sha256",
                        "-econtent_type", TST_INFO, "-outform", "DER", "-signer",
                        f"{directory}/{name}.pem", "-inkey", f"{directory}/{name}.key",
                        data=change(info))
    return wrap(0x30, wrap(0x30, wrap(0x02, b"\0")), token)


def yesterday(info):
    at = info.index(b"\x18\x0f") + 2
    then = time.strftime("%Y%m%d%H%M%S", time.gmtime(time.time() - 86400)).encode()
    return info[:at] + then + info[at + 14:]


def question_of(question, *words):
    """Another question: words for openssl ts -query, over the same imprint or another."""
    if "-digest" not in words and "-data" not in words:
        at = question.index(b"\x04\x20") + 2
        words = (*words, "-digest", question[at:at + 32].hex())
    if POLICY in question:
        words = (*words, "-tspolicy", "1.2.3.4.5")
    return openssl("ts", "-query", "-sha256", "-cert", *words)


def reply_to(directory, fault, question):
    if fault == "nonce":
        return honest(directory, question_of(question))
    if fault == "imprint":
        return honest(directory, question_of(question, "-digest", "00" * 32))
    if fault == "policy":
        return resign(directory, honest(directory, question), "good",
                      lambda info: info.replace(POLICY, POLICY[:-1] + b"\1"))
    if fault == "refused":
        return wrap(0x30, wrap(0x30, wrap(0x02, b"\2"), wrap(0x30, wrap(0x0C, b"not today"))))
    if fault == "clock":
        return resign(directory, honest(directory, question), "good", yesterday)
    if fault == "sha1":
        return honest(directory, question, "sha1")
    if fault == "garbage":
        return b"<html>it works</html>"
    if fault == "long":
        return b"\x30" * 3000000
    if fault in CERTIFICATES and fault != "good":
        return resign(directory, honest(directory, question), fault)
    return honest(directory, question)


def current_fault(directory):
    try:
        with open(f"{directory}/fault", encoding="ascii") as file:
            return file.read().strip()
    except FileNotFoundError:
        return "none"


def serve(directory, port):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            question = self.rfile.read(int(self.headers["Content-Length"]))
            fault = current_fault(directory)
            if fault == "slow":
                time.sleep(600)
            if fault == "500":
                self.send_error(500)
                return
            reply = reply_to(directory, fault, question)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

    http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()


def main():
    verb, directory = sys.argv[1], sys.argv[2]
    if verb == "make":
        make(directory)
    elif verb == "serve":
        serve(directory, sys.argv[3])
    else:
        sys.stdout.buffer.write(reply_to(directory, sys.argv[3], sys.stdin.buffer.read()))


main()
