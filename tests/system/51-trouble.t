#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Parsing that hangs or crashes, and a flush that fails: what cannot be judged is recorded
all the same, what cannot be recorded is refused for now, out-of-scope mail passes."""
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from box import CHILD, LEAD, WORKER, Box, Tap, message

FRIEND = "ann@partner.example"
tap = Tap()


def outbound(box, subject, sender=WORKER):
    return box.send(sender, [CHILD], message(sender, CHILD, subject), login=sender)


def inbound(box, subject):
    return box.send(CHILD, [WORKER], message(CHILD, WORKER, subject), outside=True)


def other(box, subject):
    return box.send(WORKER, [FRIEND], message(WORKER, FRIEND, subject), login=WORKER)


def closed(box, name, code="451"):
    """In scope is refused for now, both ways; out of scope passes."""
    first = outbound(box, name)
    tap.ok(first.startswith(code), f"{name}: outbound gets {code}", first)
    second = inbound(box, name)
    tap.ok(second.startswith(code), f"{name}: inbound gets {code}", second)
    third = other(box, name)
    tap.ok(third.startswith("250"), f"{name}: out of scope passes", third)


def opens(box, name, seconds=30):
    answer = box.wait_for(lambda: outbound(box, name).startswith("250"), seconds)
    tap.ok(answer, f"{name}: in-scope mail is taken again")


def findings(box, subject):
    entries = box.ask("case", "show", "C1", actor=LEAD)["entries"]
    return [finding["rule"] for entry in entries if entry.get("subject") == subject
            for finding in entry["findings"]]


def stop(box):
    os.kill(box.pid, 15)
    box.wait_for(lambda: not os.path.exists(f"/proc/{box.pid}") or open(
        f"/proc/{box.pid}/stat").read().rsplit(")", 1)[1].split()[0] == "Z")


def library():
    return os.path.join(os.environ.get("top_builddir", "."), "tests", "system", "trouble.so")


def test_judging():
    trouble = os.environ["TROUBLE"] = "/var/tmp/chaperone-trouble-%d" % os.getpid()
    os.makedirs(trouble, exist_ok=True)

    def set_trouble(name, word):
        with open(os.path.join(trouble, name), "w") as file:
            file.write(word)

    def clear(name):
        os.unlink(os.path.join(trouble, name))

    with Box(wrap=f"env LD_PRELOAD={library()} TROUBLE={trouble}",
             conf="judge-deadline 1s\n") as box:
        box.register()
        set_trouble("judge", "hang")
        tap.ok(inbound(box, "hang in").startswith("250"), "judging hangs: inbound is taken")
        tap.ok(box.wait_for(lambda: any(b"hang in" in text for text in box.delivered(WORKER))),
               "judging hangs: inbound is delivered")
        tap.ok("unreadable" in findings(box, "hang in"), "judging hangs: recorded as unreadable")
        answer = outbound(box, "hang out")
        tap.ok(answer.startswith("250"), "judging hangs: outbound is taken", answer)
        clear("judge")
        held = box.wait_for(lambda: [
            hold for hold in box.command("held", "list", actor=LEAD, check=False)[1] or []
            if "unreadable" in [finding["rule"] for finding in hold["findings"]]])
        tap.ok(held, "judging hangs: outbound is held as unreadable")
        tap.ok(not any(b"hang out" in text for text in box.delivered(CHILD)),
               "judging hangs: outbound is not delivered")
        opens(box, "after two stuck threads")

        set_trouble("judge", "crash")
        first = inbound(box, "crash in")
        tap.ok(first.startswith("4"), "judging crashes: not answered with success", first)
        box.restart()
        again = inbound(box, "crash in")
        tap.ok(again.startswith("250"), "judging crashed: the next time it is taken", again)
        tap.ok("unreadable" in findings(box, "crash in"), "judging crashed: recorded unreadable")
        clear("judge")

        set_trouble("flush", "EIO")
        closed(box, "a flush fails")
        clear("flush")
        first = outbound(box, "flush is not retried")
        tap.ok(first.startswith("451"), "after a failed flush only a restart helps", first)
        stop(box)
        box.restart()
        opens(box, "restart after a failed flush")
        tap.ok(box.command("archive", "verify", check=False)[0] == 0, "the archive verifies")
    shutil.rmtree(trouble)


test_judging()
tap.done()
