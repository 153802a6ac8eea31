# SPDX-License-Identifier: Apache-2.0
"""box.py - a sandbox as Python scenarios use it, and TAP for what they find"""
import glob
import json
import os
import shlex
import shutil
import signal
import smtplib
import subprocess
import sys
import tempfile
import time

TOP = os.environ.get("top_srcdir") or os.path.join(os.path.dirname(__file__), "..", "..")
SANDBOX = os.path.join(TOP, "scripts", "sandbox")
LEAD, MANAGER, WORKER = "dsl@agency.example", "mia@agency.example", "will@agency.example"
CHILD = "carl@kids.example"


class Tap:
    """Test Anything Protocol: one line for each thing that was looked at."""

    def __init__(self):
        self.count = self.failed = 0

    def ok(self, holds, what, detail=""):
        self.count += 1
        self.failed += not holds
        print(f"{'ok' if holds else 'not ok'} {self.count} - {what}", flush=True)
        if not holds and detail:
            for line in str(detail).splitlines()[:20]:
                print(f"# {line}", flush=True)
        return holds

    def skip(self, what, why):
        self.count += 1
        print(f"ok {self.count} - {what} # SKIP {why}", flush=True)

    def done(self):
        print(f"1..{self.count}", flush=True)
        sys.exit(1 if self.failed else 0)


class Box:
    """A private mail server with Chaperone in it, in a directory of its own."""

    def __init__(self, mta="postfix", wrap=None, conf=None):
        self.root = tempfile.mkdtemp(prefix="chaperone-test-")
        self.dir = os.path.join(self.root, "box")
        self.environ = dict(os.environ)
        if "top_builddir" in os.environ:
            self.environ.setdefault("CHAPERONE_BUILD", os.environ["top_builddir"])
        if wrap:
            self.environ["CHAPERONE_SANDBOX_WRAP"] = wrap
        self.sandbox("start", self.dir, "--mta", mta)
        self.read_env()
        if conf:
            self.conf(conf)

    def sandbox(self, *words):
        done = subprocess.run([SANDBOX, *words], capture_output=True, text=True,
                              env=self.environ, stdin=subprocess.DEVNULL)
        if done.returncode:
            raise RuntimeError(f"sandbox {words[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def read_env(self):
        lines = shlex.split(self.sandbox("env", self.dir), comments=True)
        self.env = dict(line.split("=", 1) for line in lines if "=" in line)
        self.pid = int(self.env["CHAPERONED_PID"])

    def conf(self, text, name="test.conf"):
        """Settings that replace earlier ones; in force when this returns."""
        with open(os.path.join(self.dir, "conf.d", name), "w") as conf:
            conf.write(text)
        seen = self.log().count(" reload ")
        os.kill(self.pid, signal.SIGUSR1)
        self.wait_for(lambda: self.log().count(" reload ") > seen)
        said = [line for line in self.log().splitlines() if " reload " in line][-1]
        if "refused" in said:
            raise RuntimeError(said)

    def command(self, *words, actor=None, check=True):
        """Runs chaperone; (exit code, its JSON or None, standard error)."""
        words = [self.env["CHAPERONE"], "--json", *(["--as", actor] if actor else []), *words]
        done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if check and done.returncode:
            raise RuntimeError(f"{' '.join(words)}: exit {done.returncode}: {done.stderr}")
        return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr

    def ask(self, *words, actor=None):
        return self.command(*words, actor=actor)[1]

    def register(self):
        """A lead, a manager, a worker, a child and their agreement."""
        self.ask("staff", "add", LEAD, "--name", "Dana Lead", "--role", "lead")
        self.ask("staff", "add", MANAGER, "--name", "Mia Manager", "--role", "manager",
                 "--manager", LEAD)
        self.ask("staff", "add", WORKER, "--name", "Will Worker", "--manager", MANAGER)
        self.ask("person", "add", "C1", "--name", "Carl Young", "--born", "2012-05-04",
                 "--address", CHILD, "--manager", MANAGER)
        return self.agree()

    def agree(self):
        return self.ask("agreement", "add", "--case", "C1", "--staff", WORKER, "--purpose",
                        "keeping in touch", "--from", "2020-01-01", "--until", "2035-12-31",
                        "--agreed", "2020-01-01", "--informed", "2020-01-01", "--parent",
                        "Pat Young", "--parent-aware", "2020-01-01")["id"]

    def send(self, sender, recipients, message, login=None, outside=False, options=()):
        """The server's answer to the message, "250 …"; any other answer as it came."""
        if isinstance(message, str):
            message = message.encode()
        port = self.env["MX_PORT" if outside else "SMTP_PORT"]
        try:
            with smtplib.SMTP("127.0.0.1", int(port), timeout=60) as smtp:
                if login:
                    smtp.ehlo("client.example")
                    smtp.docmd("XCLIENT", f"LOGIN={login}")
                smtp.ehlo("client.example")
                code, words = smtp.mail(sender, options)
                for recipient in recipients:
                    if code == 250:
                        code, words = smtp.rcpt(recipient)
                if code == 250:
                    code, words = smtp.data(message)
            return f"{code} {words.decode(errors='replace')}"
        except (OSError, smtplib.SMTPException) as error:
            return f"421 {error}"

    def delivered(self, recipient):
        """What the recipient has, in order: bytes."""
        files = glob.glob(os.path.join(self.env["DELIVERED"], recipient.lower(), "*.eml"))
        files.sort(key=lambda path: int(os.path.basename(path)[:-4]))
        return [open(path, "rb").read() for path in files]

    def wait_for(self, what, seconds=30):
        """Calls until it holds; what it returned last."""
        end = time.monotonic() + seconds
        while True:
            result = what()
            if result or time.monotonic() > end:
                return result
            time.sleep(0.1)

    def settle(self):
        """Waits until the mail server has nothing left to deliver."""
        self.wait_for(lambda: "empty" in subprocess.run(
            ["postqueue", "-c", self.env["MTA_CONFIG"], "-p"], capture_output=True,
            text=True).stdout)

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        while os.path.exists(f"/proc/{self.pid}") and \
                open(f"/proc/{self.pid}/stat").read().rsplit(")", 1)[1].split()[0] != "Z":
            time.sleep(0.01)

    def restart(self):
        self.sandbox("restart", self.dir)
        self.read_env()

    def log(self):
        text = ""
        for path in glob.glob(os.path.join(self.dir, "**", "*.log"), recursive=True):
            text += open(path, errors="replace").read()
        return text

    def close(self):
        self.sandbox("stop", self.dir)
        shutil.rmtree(self.root, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.close()


def message(sender, recipient, subject, text="Hello,\r\nsee you on Thursday.\r\n", extra=""):
    """A plain message, CRLF throughout."""
    return (f"From: <{sender}>\r\nTo: <{recipient}>\r\nSubject: {subject}\r\n{extra}"
            f"Message-ID: <{abs(hash((sender, recipient, subject)))}@client.example>\r\n"
            "Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n\r\n" + text)
