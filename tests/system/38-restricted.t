#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A message that may be about staff: delivered without a word of what was found, on record
for leads alone, and told to nobody whom it may be about."""
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from box import Box, Tap, CHILD, LEAD, MANAGER, WORKER  # noqa: E402

SECOND = "dsl2@agency.example"
READS = [("case", "list"), ("case", "list", "--search", "zebra"), ("case", "show", "C1"),
         ("case", "list", "--search", "rule:about-staff"), ("person", "show", "C1", "--history"),
         ("held", "list", "--all")]


def write(box, words, subject="zebra"):
    return box.send(CHILD, [WORKER], f"From: {CHILD}\r\nTo: {WORKER}\r\n"
                    f"Subject: {subject}\r\n\r\n{words}\r\n", outside=True)


def mails(box, actor):
    return [entry for entry in box.ask("case", "show", "C1", actor=actor)["entries"]
            if entry["type"] == "mail"]


def answers(box, actor):
    return [box.command(*words, actor=actor, check=False) for words in READS]


def figures(box):
    status = box.ask("status")
    return status["verdicts"]["tag"], status["held"]


def export(box, actor=None):
    with tempfile.TemporaryDirectory() as folder:
        to = os.path.join(folder, "out")
        code, _, said = box.command("case", "export", "C1", "--to", to, actor=actor, check=False)
        if code:
            return f"exit {code}: {said}"
        return {name: open(os.path.join(top, name), "rb").read()
                for top, _, names in os.walk(to) for name in names}


def notices(box, address):
    return [mail for mail in box.delivered(address) if b"attention" in mail]


def only_leads(tap, box):
    before, counts = answers(box, MANAGER), figures(box)
    answer = write(box, "Will Worker hit me again")
    tap.ok(answer.startswith("250"), "it is taken", answer)
    box.settle()
    mail = box.delivered(WORKER)[-1].split(b"\r\n\r\n")[0]
    tap.ok(b"Chaperone-Record:" in mail, "delivered with its record's id", mail)
    tap.ok(b"Chaperone-Finding:" not in mail, "and without a finding", mail)
    tap.ok(answers(box, MANAGER) == before, "a manager's lists and searches are as before")
    tap.ok(figures(box) == counts, "so are the counts", figures(box))
    log = [line for line in box.log().splitlines() if mails(box, LEAD)[-1]["id"] in line]
    tap.ok(log and not any("about-staff" in line or "tag" in line for line in log),
           "the log does not say what was found", "\n".join(log))
    found = mails(box, LEAD)
    tap.ok(len(found) == 1 and found[0].get("restricted") and found[0]["about"] == [WORKER],
           "a lead reads it, and about whom it may be", found)
    return found[0]["id"]


def told(tap, box):
    box.wait_for(lambda: notices(box, LEAD) and notices(box, SECOND), 30)
    tap.ok(all(b"Speak of it to nobody" in mail for mail in notices(box, LEAD)),
           "the leads are told")
    tap.ok(not notices(box, MANAGER) and not notices(box, WORKER), "and nobody else")


def exported(tap, box, number):
    manager, lead = export(box, MANAGER), export(box, LEAD)
    tap.ok(f"{number}.eml" in lead, "a lead's export has it", list(lead))
    tap.ok(not any(number in name or number.encode() in text for name, text in manager.items()),
           "a manager's does not name it")
    tap.ok(json.loads(manager["MANIFEST.json"])["left_out"] == [], "nor that one is left out")


def about_the_lead(tap, box):
    before = answers(box, LEAD)
    write(box, "Dana Lead hit me", "okapi")
    box.settle()
    tap.ok(answers(box, LEAD) == before, "the lead who is named sees nothing new")
    found = mails(box, SECOND)[-1]
    tap.ok(found["subject"] == "okapi", "the second lead sees it", found)
    told_before = len(notices(box, LEAD))
    box.wait_for(lambda: len(notices(box, SECOND)) > told_before, 30)
    tap.ok(len(notices(box, LEAD)) == told_before, "and alone is told")
    code, _, _ = box.command("case", "restrict", found["id"], "--reason", "r", actor=LEAD,
                             check=False)
    tap.ok(code == 3, "and has nothing to say about it")


def offline(tap, box, number):
    box.kill()
    files = export(box)
    tap.ok(isinstance(files, dict) and "MANIFEST.json" in files and
           not any(number in name or number.encode() in text for name, text in files.items()),
           "an export without the daemon leaves it out", files if isinstance(files, str) else "")


def main():
    tap = Tap()
    if os.geteuid() != 0:
        print("1..0 # SKIP needs root")
        return
    with Box() as box:
        box.register()
        box.ask("staff", "add", SECOND, "--name", "Sue Second", "--role", "lead")
        number = only_leads(tap, box)
        told(tap, box)
        exported(tap, box, number)
        about_the_lead(tap, box)
        offline(tap, box, number)
    tap.done()


main()
