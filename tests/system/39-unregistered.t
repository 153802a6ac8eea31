#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""An answer from an address that nobody has, to mail on record: recorded, delivered, and
the manager is asked to register the address."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from box import Box, Tap, CHILD, LEAD, MANAGER, WORKER  # noqa: E402

NEW = "carl.new@world.example"
OUT = "Message-ID: <first@agency.example>\r\n"


def write(sender, recipient, subject, extra=""):
    return (f"From: <{sender}>\r\nTo: <{recipient}>\r\nSubject: {subject}\r\n{extra}\r\n"
            "see you on thursday\r\n")


def mails(box):
    return {entry["subject"]: entry
            for entry in box.ask("case", "show", "C1", actor=LEAD)["entries"]
            if entry["type"] == "mail"}


def answer(box, subject, named, sender=NEW, to=WORKER):
    return box.send(sender, [to], write(sender, to, subject, named), outside=True)


def main():
    tap = Tap()
    if os.geteuid() != 0:
        print("1..0 # SKIP needs root")
        return
    with Box() as box:
        box.register()
        box.ask("contact", "add", "--case", "C1", "--name", "Pat", "--role", "carer",
                "--address", "pat@home.example")
        box.send(WORKER, [CHILD], write(WORKER, CHILD, "first", OUT), login=WORKER)
        said = answer(box, "one", "In-Reply-To: <first@agency.example>\r\n")
        answer(box, "two", "References: <x@y.example> <first@agency.example>\r\n")
        answer(box, "three", "In-Reply-To: <other@agency.example>\r\n")
        answer(box, "four", "")
        answer(box, "five", "In-Reply-To: <first@agency.example>\r\n", "pat@home.example")
        box.settle()
        found = mails(box)
        tap.ok(said.startswith("250"), "it is taken", said)
        tap.ok("one" in found and "two" in found,
               "what names a recorded Message-ID is on record", list(found))
        tap.ok(not {"three", "four", "five"} & set(found),
               "what names another, or none, or comes from a contact, is not", list(found))
        rules = [finding["rule"] for finding in found.get("one", {}).get("findings", [])]
        tap.ok("unregistered" in rules, "it is found", rules)
        tap.ok(found.get("one", {}).get("direction") == "inbound", "as inbound")
        tap.ok(len(box.delivered(WORKER)) >= 5, "all of it is delivered")
        told = box.wait_for(lambda: [mail for mail in box.delivered(MANAGER)
                                     if b"register this address" in mail])
        tap.ok(bool(told), "the manager is asked: register this address?")
        box.kill()
        box.restart()
        tap.ok(box.wait_for(lambda: answer(box, "six", "In-Reply-To: <first@agency.example>\r\n")
                            and (box.settle() or "six" in mails(box))),
               "known after a start too, from the index")
        box.ask("archive", "reindex")
        answer(box, "seven", "In-Reply-To: <first@agency.example>\r\n")
        answer(box, "eight", "In-Reply-To: <FIRST@agency.example>\r\n")
        box.settle()
        found = mails(box)
        tap.ok("seven" in found, "and from another index", list(found))
        tap.ok("eight" not in found, "an id in other letters is another", list(found))
    tap.done()


main()
