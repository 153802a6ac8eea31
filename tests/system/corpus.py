#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""corpus - sends a folder of messages, and compares what arrived with what was kept

usage: corpus.py send FOLDER PORT FROM TO     prints what was not answered with 250
       corpus.py compare DELIVERED ORIGINALS  prints the files that differ
"""
import os
import re
import smtplib
import sys


def messages(folder):
    for path, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if name.endswith(".eml"):
                yield os.path.join(path, name)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def send_all(folder, port, sender, recipient):
    for path in messages(folder):
        message = re.sub(rb"(?<!\r)\n", b"\r\n", read(path))
        try:
            with smtplib.SMTP("127.0.0.1", port, "client.example", timeout=120) as server:
                server.ehlo()
                server.mail(sender, ["BODY=8BITMIME"])
                server.rcpt(recipient)
                code, answer = server.data(message)
        except (OSError, smtplib.SMTPException) as error:
            code, answer = 0, str(error).encode()
        if code != 250:
            print(path, code, answer.decode("utf-8", "replace"))


def less_trace(message):
    """Without our headers, and the Received line of this server."""
    message = re.sub(rb"\A(?:Chaperone-[^\n]*\n)*", b"", message)
    message = re.sub(rb"\AReceived:[^\n]*\n(?:[ \t][^\n]*\n)*", b"", message)
    return re.sub(rb"\A(?:Chaperone-[^\n]*\n)*", b"", message)


def seen_by_milters(message):
    """Head and body; blanks before a header's colon are not shown to a milter."""
    head, _, body = message.partition(b"\r\n\r\n")
    return re.sub(rb"(?m)^([!-9;-~]+)[ \t]+:", rb"\1:", head.removesuffix(b"\r\n")), body


def is_cut(head):
    """Of a longer field Postfix shows a milter the first 60,000 bytes."""
    return any(len(field) > 60000 for field in re.split(rb"\r\n(?![ \t])", head))


def fields(head):
    """Its fields without ours, in any order, folds and blanks aside."""
    found = (b" ".join(field.split()) for field in re.split(rb"\r\n(?![ \t])", head))
    return sorted(field for field in found if not field.lower().startswith(b"chaperone-"))


def is_same(delivered, original):
    head, body = seen_by_milters(less_trace(delivered))
    original_head, original_body = seen_by_milters(original)
    if body != original_body:
        return False
    if b"\nChaperone-Sealed:" in original_head:
        # What a changed field is goes to the end of the head: all of it was put away.
        return fields(head) == fields(original_head)
    return head == original_head or is_cut(head)


def compare_all(delivered, originals):
    for path in messages(delivered):
        message = read(path)
        record = re.search(rb"^Chaperone-Record: (\w+)", message, re.MULTILINE)
        original = os.path.join(originals, record.group(1).decode() + ".eml") if record else ""
        if not os.path.exists(original):
            print(path, "has no record")
        elif not is_same(message, read(original)):
            print(path, "differs from", original)


def main():
    verb, *words = sys.argv[1:]
    if verb == "send":
        send_all(words[0], int(words[1]), *words[2:])
    else:
        compare_all(*words)


if __name__ == "__main__":
    main()
