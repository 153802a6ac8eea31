#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every row of policy.table through a private Postfix: recorded as the table says."""
import base64
import collections
import datetime
import glob
import itertools
import json
import os
import shutil
import smtplib
import subprocess
import sys
import time
import zoneinfo

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from box import Box, Tap  # noqa: E402

LEAD, SECOND, MANAGER = "dsl@agency.example", "dsl2@agency.example", "max@agency.example"
ZONE = zoneinfo.ZoneInfo("Europe/London")
USUAL = {"from": "mia@agency.example", "to": "c@kids.example", "when": "2026-11-24 11:00"}
Row = collections.namedtuple("Row", "number what way sender to when message expected")


def plain(text):
    return text.encode("latin-1", "backslashreplace").decode("unicode_escape")


def cell(text, usual=None):
    text = text.strip()
    text = plain(usual if text == "-" and usual else text)
    return "" if text == "<>" else text


def read_table():
    data, rows = {}, []
    for line in open(os.path.join(HERE, "policy.table")):
        line = line.rstrip("\n")
        if line.startswith("data "):
            _, name, value = line.split()
            data[name] = value
        elif line and not line.startswith("#"):
            what, way, sender, to, when, message, expected = line.split("|")
            rows.append(Row(len(rows), what.strip(), cell(way), cell(sender, USUAL["from"]),
                            cell(to, USUAL["to"]).split(), cell(when, USUAL["when"]),
                            message.strip(), cell(expected)))
    return data, rows


# --- the message of a row, as tests/rules/telling.h makes it

REPEATED = {"deep": ("message/rfc822", "Content-Type: message/rfc822\n\n",
                     "Subject: inside\n\nHello.\n"),
            "parts": ("multipart/mixed; boundary=ppp", "--ppp\n\nx\n", "--ppp--\n")}


def compose(data, row):
    fields, body, attached, has_from = [], "Hello.\n", None, True
    for item in row.message.split(" / "):
        if item == "verified":
            domain = row.sender.rpartition("@")[2]
            fields.insert(0, "Authentication-Results: mail.agency.example; "
                          f"dmarc=pass header.from={domain}")
        elif item.startswith(("deep ", "parts ")):
            kind, times = item.split()
            of, one, end = REPEATED[kind]
            fields.append(f"Content-Type: {of}")
            body = one * int(times) + end
        elif item == "-From":
            has_from = False
        elif item.startswith("body "):
            body = plain(item[5:])
        elif item.startswith("attach "):
            _, kind, name, what = item.split(" ")
            attached = (f'Content-Type: {kind}; name="{name}"\n'
                        f"Content-Transfer-Encoding: base64\n\n{data[what]}\n")
        elif item != "-" and not item.startswith("after "):
            fields.append(plain(item))
    if has_from and not any(field.startswith("From:") for field in fields):
        fields.append(f"From: {row.sender}")
    if not any(field.startswith("To:") for field in fields):
        fields.append(f"To: {', '.join(row.to)}")
    fields = [f"Subject: row {row.number}", f"X-Row: {row.number}"] + fields
    if attached:
        fields.append("Content-Type: multipart/mixed; boundary=bbb")
        body = f"--bbb\n\n{body}\n--bbb\n{attached}--bbb--\n"
    text = ("\n".join(fields) + "\n\n" + body).replace("\n", "\r\n")
    return text.encode().replace("␀".encode(), b"\0")


# --- the agency of policy.register.json, by commands

def options(thing, names):
    for name, option in names.items():
        value = thing.get(name)
        for one in value if isinstance(value, list) else [value]:
            if one is True:
                yield f"--{option}"
            elif one:
                yield from (f"--{option}", str(one))


def address(one):
    """An address of the register as an option takes it, with its days."""
    if isinstance(one, str):
        return one
    days = [f"{word} {one[word]}" for word in ("from", "until") if word in one]
    return " ".join([one["address"], *days])


def add_staff(box, staff):
    for one in staff:
        box.ask("staff", "add", one["email"], *options(one, {
            "name": "name", "manager": "manager", "logins": "login", "also": "also",
            "numbers": "number", "roles": "role", "members": "members"}))
        if "away_from" in one:
            box.ask("staff", "change", one["email"], "--away", one["away_from"],
                    one["away_until"])
        if "cover" in one and "ended" not in one:
            box.ask("staff", "change", one["email"], "--cover", one["cover"])
        if "suspended" in one:
            box.ask("staff", "change", one["email"], "--suspended", one["suspended"])


def add_people(box, people):
    for one in people:
        known = dict(one, born=one.get("first_thought_born", one["born"]),
                     addresses=[address(each) for each in one["addresses"]])
        box.ask("person", "add", one["case"], *options(known, {
            "name": "name", "born": "born", "addresses": "address", "shared": "shared",
            "via": "via", "sms": "sms", "manager": "manager"}))


def add_agreements(box, agreements):
    ids = {}
    for one in agreements:
        one = dict(one, staff=",".join(one["staff"]),
                   channels=",".join(one.get("channels", [])))
        ground = {"parent": ["--parent", one.get("parent"), "--parent-aware",
                             one.get("parent_aware")],
                  "decision": ["--decision", one.get("decision")],
                  "of-age": ["--of-age"]}[one["ground"]]
        ids[one["id"]] = box.ask("agreement", "add", *options(one, {
            "case": "case", "staff": "staff", "channels": "channel", "purpose": "purpose",
            "from": "from", "until": "until", "agreed": "agreed", "informed": "informed"}),
            *ground, actor=LEAD if "max@agency.example" in one["staff"] else MANAGER)["id"]
    return ids


def add_contacts(box, contacts):
    """False where the command does not know contacts."""
    for one in contacts:
        where = ["--case", one["case"]] if one["case"] else ["--agency"]
        code, _, _ = box.command("contact", "add", *where, *options(one, {
            "name": "name", "role": "role", "address": "address", "until": "until",
            "private": "private"}), check=False)
        if code:
            return False
    return True


def end_some(box, register, ids):
    for one in register["agreements"]:
        if "ended" in one:
            box.ask("agreement", "end", ids[one["id"]], "--reason", one["end_reason"],
                    actor=LEAD)
    for one in register["staff"]:
        if "ended" in one:
            box.ask("staff", "end", one["email"], "--cover", one["cover"], "--reason",
                    one["end_reason"])
    for one in register["people"]:
        if one.get("state") == "ended":
            box.ask("person", "end", one["case"], "--reason", one["state_reason"],
                    actor=MANAGER)
        if "first_thought_born" in one:
            box.ask("person", "change", one["case"], "--born", one["born"])


# --- sending

def moment(text):
    """Seconds of a local time, or of one in UTC."""
    if text.endswith("Z"):
        return datetime.datetime.fromisoformat(text[:-1] + "+00:00").timestamp()
    then = datetime.datetime.strptime(text, "%Y-%m-%d %H:%M")
    return then.replace(tzinfo=ZONE).timestamp()


class Clock:
    def __init__(self, path):
        self.path = path
        self.set("2026-01-10 11:00")

    def set(self, text):
        with open(self.path + ".new", "w") as file:
            file.write(str(int(moment(text) - time.time()) + 20))
        os.replace(self.path + ".new", self.path)


def connect(box, row):
    way, _, login = row.way.partition(" ")
    port = box.env["MX_PORT" if way in ("outside", "mx") else "SMTP_PORT"]
    smtp = smtplib.SMTP("127.0.0.1", int(port), timeout=60)
    smtp.ehlo("client.example")
    client = {"outside": ["ADDR=192.0.2.9"], "mx": ["ADDR=192.0.2.9"],
              "trusted": ["ADDR=127.0.0.9"]}.get(way, [])
    claims = ([f"LOGIN={login}"] if login else []) + client
    if claims:
        smtp.docmd("XCLIENT", " ".join(claims))
        smtp.ehlo("client.example")
    return smtp


def let_outside_claim(box):
    """Clients and logins at the outer listener too, whose headers the mail server leaves
    as they are."""
    service = f"127.0.0.1:{box.env['MX_PORT']}/inet"
    for name, value in (("smtpd_authorized_xclient_hosts", "127.0.0.0/8"),
                        ("local_header_rewrite_clients", ""),
                        ("smtpd_relay_restrictions",
                         "permit_sasl_authenticated,reject_unauth_destination")):
        subprocess.run(["postconf", "-c", box.env["MTA_CONFIG"], "-P",
                        f"{service}/{name}={value}"], check=True)
    subprocess.run(["postfix", "-c", box.env["MTA_CONFIG"], "reload"], check=True,
                   capture_output=True)

    def is_let():
        with smtplib.SMTP("127.0.0.1", int(box.env["MX_PORT"])) as smtp:
            smtp.ehlo("client.example")
            return smtp.has_extn("xclient")
    box.wait_for(is_let)


def send(box, smtp, data, row):
    """The last answer of the server."""
    code, words = smtp.docmd("MAIL", f"FROM:<{row.sender}>")
    for recipient in row.to:
        if code == 250:
            code, words = smtp.docmd("RCPT", f"TO:<{recipient}>")
    if code == 250:
        code, words = smtp.data(compose(data, row))
    else:
        smtp.rset()
    return code, words


def hand_in(box, data, row):
    """By sendmail(1); when this returns the mail server has dealt with it."""
    conf = box.env["MTA_CONFIG"]
    queue = subprocess.run(["postconf", "-c", conf, "-h", "queue_directory"],
                           capture_output=True, text=True, check=True).stdout.strip()
    done = subprocess.run(["sendmail", "-C", conf, "-i", "-f", row.sender, *row.to],
                          input=compose(data, row).replace(b"\r\n", b"\n"), check=False)
    box.wait_for(lambda: not os.listdir(os.path.join(queue, "maildrop")))
    box.settle()
    return (451 if done.returncode else 250), b"sendmail(1)"


def send_all(box, clock, data, rows):
    """By time, so that the clock never goes back; one connection for each way."""
    answers, lines = {}, {}
    for row in sorted(rows, key=lambda row: (moment(row.when), row.number)):
        clock.set(row.when)
        if row.way == "sendmail":
            answers[row.number] = hand_in(box, data, row)
            continue
        if row.way not in lines:
            lines[row.way] = connect(box, row)
        try:
            answers[row.number] = send(box, lines[row.way], data, row)
        except (OSError, smtplib.SMTPException) as error:
            answers[row.number] = (421, str(error).encode())
            del lines[row.way]
    for smtp in lines.values():
        smtp.close()
    return answers


# --- what came of it

def outcome(entry):
    words = [entry["direction"], entry["verdict"]]
    told = [name for name in ("manager", "lead", "duty", "author")
            if any(name in finding.get("notify", []) for finding in entry["findings"])]
    last = None
    for finding in entry["findings"]:
        one = f"{finding['rule']}={finding['action']}"
        if one != last:
            words.append(one)
        last = one
    about = entry.get("about", [])
    return " ".join(words + (["told", *told] if told else []) +
                    (["about", *about] if about else []))


def entries(box, register):
    """Row number → entry."""
    found = {}
    for person, lead in itertools.product(register["people"], (LEAD, SECOND)):
        shown = box.ask("case", "show", person["case"], actor=lead)
        for entry in shown["entries"]:
            subject = (entry.get("subject") or "").split()
            if entry["type"] == "mail" and subject[:1] == ["row"]:
                found[int(subject[1])] = entry
    return found


def only_checks(box):
    """The table is about the built-in checks as they are shipped, and words of danger."""
    for path in glob.glob(os.path.join(box.dir, "rules.d", "*.rules")):
        if os.path.basename(path) != "checks.rules":
            os.unlink(path)
    shutil.copy(os.path.join(HERE, "policy.rules"), os.path.join(box.dir, "rules.d"))


def delivered_rows(box, addresses):
    """Row numbers that arrived, for each address."""
    arrived = collections.defaultdict(set)
    for address in addresses:
        for mail in box.delivered(address):
            for line in mail.split(b"\r\n\r\n")[0].split(b"\r\n"):
                if line.startswith(b"X-Row: "):
                    arrived[address].add(int(line[7:]))
    return arrived


def check(tap, row, entry, answer, arrived):
    expected, _, also = row.expected.partition(" also ")
    got = outcome(entry) if entry else "out"
    reached = all(row.number in arrived[to.lower()] for to in row.to if "%" not in to)
    added = all(row.number in arrived[to] for to in also.split())
    kept = not entry or entry["verdict"] not in ("hold", "reject")
    is_plain = all(to.isascii() and to.rstrip(".") == to and '"' not in to for to in row.to)
    right = got == expected and answer[0] == 250 and added
    if is_plain:
        right = right and (reached if kept else not any(
            row.number in arrived[to.lower()] for to in row.to))
    tap.ok(right, row.what, f"got:    {got}\nwanted: {expected}\nanswer: {answer}\n"
           f"arrived: {reached}\nadded: {added}")


def main():
    tap = Tap()
    if os.geteuid() != 0:
        print("1..0 # SKIP needs root")
        return
    data, rows = read_table()
    register = json.load(open(os.path.join(HERE, "policy.register.json")))
    clock_path = f"/tmp/chaperone-clock-{os.getpid()}"
    clock = Clock(clock_path)
    os.environ["CHAPERONE_CLOCK"] = clock_path
    with Box() as box:
        only_checks(box)
        holidays = os.path.join(box.dir, "holidays")
        with open(holidays, "w") as file:
            file.write("2026-12-25 Christmas\n")
        box.conf(open(os.path.join(HERE, "policy.conf")).read() + f"holidays {holidays}\n")
        clock.set("2026-02-01 11:00")
        add_staff(box, register["staff"])
        add_people(box, register["people"])
        ids = add_agreements(box, register["agreements"])
        has_contacts = add_contacts(box, register["contacts"])
        clock.set("2026-02-02 10:00")
        end_some(box, register, ids)
        let_outside_claim(box)
        answers = send_all(box, clock, data, rows)
        box.settle()
        found = entries(box, register)
        addresses = {to.lower() for row in rows for to in row.to} | \
            {to for row in rows for to in row.expected.partition(" also ")[2].split()}
        arrived = delivered_rows(box, addresses)
        contacts = [one["address"] for one in register["contacts"]]
        for row in rows:
            if not has_contacts and any(to.endswith(one) for to in row.to for one in contacts):
                tap.skip(row.what, "the command knows no contacts")
            else:
                check(tap, row, found.get(row.number), answers[row.number], arrived)
    os.unlink(clock_path)
    tap.done()


main()
