#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The daemon is killed at random moments under load.  Whatever was answered with success
is on record, whatever was delivered is on record, every record verifies, and a release
that was cut short is never done twice without saying so."""
import collections
import glob
import os
import random
import re
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from box import CHILD, LEAD, MANAGER, WORKER, Box, Tap, message

KILLS = int(os.environ.get("KILLS", "100"))
OTHER = "olga@agency.example"  # has no agreement: held


class Load(threading.Thread):
    """Sends one kind of message after the other, and remembers what the server said."""

    def __init__(self, box, name, sender, recipient, outside=False):
        super().__init__(daemon=True)
        self.box, self.name_, self.ends = box, name, threading.Event()
        self.sender, self.recipient, self.outside = sender, recipient, outside
        self.accepted, self.tried = set(), 0

    def run(self):
        while not self.ends.is_set():
            self.tried += 1
            token = f"token-{self.name_}-{self.tried}"
            answer = self.box.send(self.sender, [self.recipient],
                                   message(self.sender, self.recipient, token),
                                   login=None if self.outside else self.sender,
                                   outside=self.outside)
            if answer.startswith("250"):
                self.accepted.add(token)
            else:
                time.sleep(0.02)


class Releases(threading.Thread):
    """Releases what is held, one after the other."""

    def __init__(self, box):
        super().__init__(daemon=True)
        self.box, self.ends = box, threading.Event()
        self.asked = collections.Counter()
        self.wrong = []

    def run(self):
        while not self.ends.is_set():
            code, held, _ = self.box.command("held", "list", actor=MANAGER, check=False)
            ready = [hold for hold in held or [] if hold["state"] == "held"]
            for hold in ready[:3]:
                code, _, words = self.box.command("held", "release", hold["id"], "--reason",
                                                  "trial", actor=MANAGER, check=False)
                self.asked[hold["id"]] += 1
                if code not in (0, 3, 4, 75):
                    self.wrong.append(f"exit {code}: {words}")
            time.sleep(0.05)


def tokens(texts):
    return [match.group(0).decode() for text in texts
            for match in [re.search(rb"token-[a-z]+-\d+", text)] if match]


def main():
    tap = Tap()
    with Box() as box:
        box.register()
        box.ask("staff", "add", OTHER, "--name", "Olga Other", "--manager", MANAGER)
        loads = [Load(box, "passed", WORKER, CHILD), Load(box, "held", OTHER, CHILD),
                 Load(box, "inbound", CHILD, WORKER, outside=True)]
        releases = Releases(box)
        for thread in [*loads, releases]:
            thread.start()
        for _ in range(KILLS):
            time.sleep(random.uniform(0.02, 0.4))
            box.kill()
            box.restart()
        for thread in [*loads, releases]:
            thread.ends.set()
        for thread in [*loads, releases]:
            thread.join()
        tap.ok(True, f"killed {KILLS} times under load of "
                     f"{sum(load.tried for load in loads)} messages")
        for load in loads:
            tap.ok(len(load.accepted) > KILLS / 5, f"{load.name_}: enough messages went through",
                   f"{len(load.accepted)} of {load.tried}")

        subprocess.run(["postqueue", "-c", box.env["MTA_CONFIG"], "-f"])
        wanted = loads[0].accepted
        box.wait_for(lambda: wanted <= set(tokens(box.delivered(CHILD))), 60)
        box.wait_for(lambda: loads[2].accepted <= set(tokens(box.delivered(WORKER))), 60)
        code, found, _ = box.command("archive", "verify", check=False)
        tap.ok(code == 0 and found["ok"], "every record verifies", found)

        os.kill(box.pid, 15)  # a clean stop files everything
        box.wait_for(lambda: not os.path.exists(f"/proc/{box.pid}"))
        records = {}
        for path in glob.glob(os.path.join(box.env["ARCHIVE"], "records", "*", "*", "*.eml")):
            with open(path, "rb") as record:
                records[os.path.basename(path)[:-4]] = record.read()
        recorded = set(tokens(records.values()))
        for load in loads:
            tap.ok(load.accepted <= recorded, f"{load.name_}: what was answered is on record",
                   load.accepted - recorded)
        for who in (CHILD, WORKER):
            bare = [text for text in box.delivered(who) if b"token-" in text and
                    re.search(rb"(?m)^Chaperone-Record: (\w+)", text).group(1).decode()
                    not in records]
            tap.ok(not bare, f"every message that {who} has is on record",
                   f"{len(bare)} are not")
        tap.ok(wanted <= set(tokens(box.delivered(CHILD))), "what passed was delivered")
        tap.ok(loads[2].accepted <= set(tokens(box.delivered(WORKER))),
               "what came from the child was delivered",
               loads[2].accepted - set(tokens(box.delivered(WORKER))))

        copies = collections.Counter(
            re.search(rb"(?m)^Chaperone-Record: (\w+)", text).group(1).decode()
            for text in box.delivered(CHILD) if b"token-held-" in text)
        tap.ok(not releases.wrong, "a release ends with an exit code of the interface",
               "\n".join(releases.wrong))
        tap.ok(copies and max(copies.values()) == 1, "no release was delivered twice",
               [pair for pair in copies.items() if pair[1] > 1])
        unasked = [id for id in copies if not releases.asked[id]]
        tap.ok(not unasked, "nothing held was delivered that nobody released", unasked)
    tap.done()


main()
