#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""probe - looks at ports and sockets for the sandbox

usage: probe.py ports N                     N free ports, one a line
       probe.py control SOCKET PID          waits for the daemon, prints its process id
       probe.py smtp PORT...                waits a little until each takes mail

Exit 1 when it waited for nothing.  PID is the process that was started: when it is
gone there is nothing to wait for.
"""
import random
import smtplib
import socket
import struct
import sys
import time

START_SECONDS = 60
MAIL_SECONDS = 3


def free_ports(count):
    """Below the range from which the kernel takes a client's own port."""
    held = []
    while len(held) < count:
        listener = socket.socket()
        try:
            listener.bind(("127.0.0.1", random.randrange(10000, 32000)))
            held.append(listener)
        except OSError:
            listener.close()
    return [listener.getsockname()[1] for listener in held]


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def listener_of(path):
    """The process that listens, whatever it runs under."""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        credentials = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        return struct.unpack("3i", credentials)[0]


def greets(port):
    """A message may begin: the filter was asked and answered."""
    with smtplib.SMTP("127.0.0.1", port, "probe.example", timeout=START_SECONDS) as server:
        server.ehlo()
        code, text = server.docmd("MAIL FROM:<probe@elsewhere.example>")
        if code != 250:
            raise OSError(f"port {port} answers {code} {text.decode('utf-8', 'replace')}")


def wait_for(seconds, look, is_hopeless=lambda: False):
    end = time.monotonic() + seconds
    while True:
        try:
            return look()
        except (OSError, smtplib.SMTPException) as error:
            if is_hopeless() or time.monotonic() > end:
                sys.exit(f"probe: {error}")
        time.sleep(0.05)


def main():
    verb, *words = sys.argv[1:]
    if verb == "ports":
        print(*free_ports(int(words[0])), sep="\n")
    elif verb == "control":
        path, pid = words
        print(wait_for(START_SECONDS, lambda: listener_of(path), lambda: not is_running(pid)))
    else:
        for port in words:
            wait_for(MAIL_SECONDS, lambda port=port: greets(int(port)))


if __name__ == "__main__":
    main()
