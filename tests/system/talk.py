#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""talk - speaks SMTP from a script on standard input

usage: talk.py PORT <script

    > EHLO x        sends the line
    >> FILE         sends a file as it is, with CRLF line ends and dots doubled, and the dot
    bdat FILE       sends a file by BDAT, in pieces of 1,000 bytes
    < 250           the answer has that code
    # words         nothing

Prints what was said; exit 1 at the first answer that is another.
"""
import re
import socket
import sys


def read_answer(stream):
    lines = []
    while not lines or lines[-1][3:4] == b"-":
        line = stream.readline()
        if not line:
            break
        lines.append(line)
    return b"".join(lines).decode("utf-8", "replace").rstrip() or "(closed)"


def read_message(path):
    with open(path, "rb") as file:
        return re.sub(rb"(?<!\r)\n", b"\r\n", file.read())


def pieces(content, size=1000):
    for start in range(0, len(content), size):
        last = b" LAST" if start + size >= len(content) else b""
        piece = content[start:start + size]
        yield b"BDAT %d%s\r\n" % (len(piece), last) + piece


def say(connection, stream, verb, rest):
    """One line of the script; returns whether it went as written."""
    if verb == ">":
        connection.sendall(rest.encode() + b"\r\n")
    elif verb == ">>":
        message = re.sub(rb"(?m)^\.", b"..", read_message(rest))
        end = b".\r\n" if message.endswith(b"\r\n") else b"\r\n.\r\n"
        connection.sendall(message + end)
    elif verb == "bdat":
        for piece in pieces(read_message(rest)):
            connection.sendall(piece)
            answer = read_answer(stream)
            print("<", answer)
            if not answer.startswith("250"):
                return False
    elif verb == "<":
        answer = read_answer(stream)
        print("<", answer)
        return answer.startswith(rest)
    return True


def main():
    with socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=120) as connection:
        stream = connection.makefile("rb")
        for line in sys.stdin:
            verb, _, rest = line.strip().partition(" ")
            if verb != "<":
                print(verb, rest)
            if not say(connection, stream, verb, rest):
                sys.exit(f"wanted: {rest}")


if __name__ == "__main__":
    main()
