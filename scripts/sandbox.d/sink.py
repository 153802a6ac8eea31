#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""sink - takes every message and files it for each recipient

usage: sink.py PORT DIR WORK

DIR/<recipient, lower case>/<n>.eml, n from 1 in order of arrival, with CRLF and dots
undone; written in WORK, on the same file system, and renamed.  It says 250 only then.
"""
import asyncio
import os
import sys

END = b"\r\n.\r\n"


class Shelf:
    """The folders of the recipients."""

    def __init__(self, directory, work):
        self.directory, self.work = directory, work
        self.last = {}

    def put(self, recipient, content):
        folder = os.path.join(self.directory, recipient.lower().replace("/", "%2F"))
        os.makedirs(folder, exist_ok=True)
        draft = os.path.join(self.work, "message")
        with open(draft, "wb") as file:
            file.write(content)
        os.rename(draft, self.next_path(folder))

    def next_path(self, folder):
        n = self.last.get(folder, 0)
        if not os.path.exists(os.path.join(folder, f"{n}.eml")):
            names = (name[:-4] for name in os.listdir(folder) if name.endswith(".eml"))
            n = max((int(name) for name in names if name.isdigit()), default=0)
        self.last[folder] = n + 1
        return os.path.join(folder, f"{n + 1}.eml")


class Session(asyncio.Protocol):
    """One client, and what it has sent so far."""

    def __init__(self, shelf):
        self.shelf = shelf
        self.buffer = bytearray()
        self.searched = 0
        self.in_message = False
        self.recipients = []

    def connection_made(self, transport):
        self.transport = transport
        self.reply("220 sink ESMTP")

    def data_received(self, data):
        self.buffer += data
        while self.take_message() if self.in_message else self.take_command():
            pass

    def take_command(self):
        line, end, rest = self.buffer.partition(b"\r\n")
        if not end:
            return False
        self.buffer = rest
        words = line.decode("utf-8", "surrogateescape")
        verb = words.split(" ", 1)[0].upper()
        getattr(self, "do_" + verb, self.do_unknown)(words)
        return not self.transport.is_closing()

    def take_message(self):
        end = self.buffer.find(END, self.searched)
        if end < 0:
            self.searched = max(0, len(self.buffer) - len(END))
            return False
        content = bytes(self.buffer[: end + 2]).replace(b"\r\n.", b"\r\n")[2:]
        del self.buffer[: end + len(END)]
        self.in_message = False
        for recipient in self.recipients:
            self.shelf.put(recipient, content)
        self.recipients = []
        self.reply("250 filed")
        return True

    def do_EHLO(self, words):
        self.reply("250-sink", "250-8BITMIME", "250-PIPELINING", "250 SMTPUTF8")

    def do_HELO(self, words):
        self.reply("250 sink")

    def do_MAIL(self, words):
        self.recipients = []
        self.reply("250 ok")

    def do_RCPT(self, words):
        self.recipients.append(words[words.index("<") + 1 : words.rindex(">")])
        self.reply("250 ok")

    def do_DATA(self, words):
        # The line end before the first line, so that a lone dot is found there too.
        self.buffer[:0] = b"\r\n"
        self.searched = 0
        self.in_message = True
        self.reply("354 go on")

    def do_RSET(self, words):
        self.recipients = []
        self.reply("250 ok")

    do_NOOP = do_HELO

    def do_QUIT(self, words):
        self.reply("221 bye")
        self.transport.close()

    def do_unknown(self, words):
        self.reply("502 not known here")

    def reply(self, *lines):
        self.transport.write("".join(line + "\r\n" for line in lines).encode())


async def main():
    port, directory, work = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    shelf = Shelf(directory, work)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Session(shelf), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
