#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""login - stands in for saslauthd and says yes to everyone

usage: login.py SOCKET

A question is four strings (login, password, service, realm), each after its length in
two bytes; so is the answer.  For a sandbox, where anyone may be anyone.
"""
import os
import socketserver
import sys

ANSWER = b"OK"


class Login(socketserver.StreamRequestHandler):
    def handle(self):
        for _ in range(4):
            self.rfile.read(int.from_bytes(self.rfile.read(2), "big"))
        self.wfile.write(len(ANSWER).to_bytes(2, "big") + ANSWER)


def main():
    path = sys.argv[1]
    if os.path.exists(path):
        os.unlink(path)
    socketserver.UnixStreamServer(path, Login).serve_forever()


if __name__ == "__main__":
    main()
