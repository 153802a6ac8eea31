#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""send - hands the message on standard input to a sandbox's mail server

usage: send.py SMTP_PORT MX_PORT [--as EMAIL|--outside] -f FROM RCPT...

Prints the server's answer; exit 0 when it was 250 for the whole, else 1.  When one
recipient is refused nothing is sent.
"""
import argparse
import re
import smtplib
import sys


class Refused(Exception):
    """The server's answer, when it is not the one that lets us go on."""


def parse_arguments():
    parser = argparse.ArgumentParser(prog="sandbox send DIR", allow_abbrev=False)
    parser.add_argument("smtp_port", type=int, help=argparse.SUPPRESS)
    parser.add_argument("mx_port", type=int, help=argparse.SUPPRESS)
    side = parser.add_mutually_exclusive_group()
    side.add_argument("--as", dest="login", metavar="EMAIL", help="logged in as EMAIL")
    side.add_argument("--outside", action="store_true", help="to the MX listener")
    parser.add_argument("-f", dest="sender", metavar="FROM", required=True,
                        help="the envelope sender; '' for the null sender")
    parser.add_argument("recipients", metavar="RCPT", nargs="+")
    return parser.parse_intermixed_args()


def ask(server, *words, expect=250):
    code, text = server.docmd(" ".join(words))
    if code != expect:
        raise Refused(f"{code} {text.decode('utf-8', 'replace')}")
    return f"{code} {text.decode('utf-8', 'replace')}"


def xtext(text):
    return "".join(c if "!" <= c <= "~" and c not in "+=" else
                   "".join(f"+{b:02X}" for b in c.encode()) for c in text)


def log_in(server, login):
    """As anyone: the sandbox asks for no password."""
    if server.has_extn("xclient"):
        ask(server, "XCLIENT", "LOGIN=" + xtext(login), expect=220)
        server.ehlo_or_helo_if_needed()
        server.ehlo()
    else:
        server.login(login, "sandbox", initial_response_ok=True)


def path(address):
    """An address that has its own brackets is sent as it stands."""
    return address if address.startswith("<") else f"<{address}>"


def needs_utf8(message, addresses):
    """RFC 6531: addresses or a header beyond ASCII, as UTF-8."""
    header = re.split(rb"\r\n\r\n", message, maxsplit=1)[0]
    try:
        return not ("".join(addresses).isascii() and header.decode().isascii())
    except UnicodeDecodeError:
        return False


def send(server, sender, recipients, message):
    options = ""
    if not message.isascii() and server.has_extn("8bitmime"):
        options += " BODY=8BITMIME"
    if needs_utf8(message, [sender, *recipients]) and server.has_extn("smtputf8"):
        server.command_encoding = "utf-8"
        options += " SMTPUTF8"
    ask(server, f"MAIL FROM:{path(sender)}{options}")
    for recipient in recipients:
        ask(server, f"RCPT TO:{path(recipient)}")
    ask(server, "DATA", expect=354)
    dotted = re.sub(rb"(?m)^\.", b"..", message)
    server.send(dotted + (b".\r\n" if dotted.endswith(b"\r\n") else b"\r\n.\r\n"))
    code, text = server.getreply()
    answer = f"{code} {text.decode('utf-8', 'replace')}"
    if code != 250:
        raise Refused(answer)
    return answer


def main():
    arguments = parse_arguments()
    message = re.sub(rb"(?<!\r)\n", b"\r\n", sys.stdin.buffer.read())
    port = arguments.mx_port if arguments.outside else arguments.smtp_port
    try:
        with smtplib.SMTP("127.0.0.1", port, "client.example", timeout=600) as server:
            server.ehlo()
            if arguments.login:
                log_in(server, arguments.login)
            print(send(server, arguments.sender, arguments.recipients, message))
    except Refused as refusal:
        print(refusal)
        sys.exit(1)
    except smtplib.SMTPResponseException as refusal:
        print(refusal.smtp_code, refusal.smtp_error.decode("utf-8", "replace"))
        sys.exit(1)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        sys.exit(f"sandbox send: {error}: is the sandbox running? (scripts/sandbox restart DIR)")


if __name__ == "__main__":
    main()
