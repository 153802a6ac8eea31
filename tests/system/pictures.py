#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""pictures - letters of a young person with a made-up picture or film in them

usage: pictures.py NAME         the letter, its lines ended by CRLF
       pictures.py --names      all names
       pictures.py --find DIR   names every file under DIR that holds the picture, in any
                                of the forms in which it was sent; exit 0 if there is one

The picture's bytes are always the same, so that they can be looked for; each letter says
WORDS beside it, where it has room for words.
"""
import base64
import hashlib
import io
import os
import quopri
import sys
import zipfile

MARK = b"".join(hashlib.sha256(b"made-up picture %d" % i).digest() for i in range(64))
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + MARK + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06" + MARK
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom\x00\x00\x00\x08free" + MARK
HEAD = "From: Carl <carl@kids.example>\nTo: mia@agency.example\nSubject: look\nMIME-Version: 1.0\n"
WORDS = "these are my words"
TEXT = f"Content-Type: text/plain\n\n{WORDS}\n"


def b64(data, width=76):
    text = base64.b64encode(data).decode()
    return "\n".join(text[i:i + width] for i in range(0, len(text), width))


def qp(data):
    return quopri.encodestring(data).decode().replace("\r", "=0D")


def part(data, kind, encoding="base64", extra="", width=76):
    encoded = b64(data, width) if encoding == "base64" else qp(data)
    return f"Content-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n{extra}\n{encoded}"


def multipart(kind, boundary, *parts, top=True, preamble="", epilogue=""):
    head = HEAD if top else ""
    middle = "".join(f"\n--{boundary}\n{each}" for each in parts)
    return (f'{head}Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{preamble}'
            f"{middle}\n--{boundary}--\n{epilogue}")


def archive(name="holiday.jpg", data=JPEG):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as box:
        box.writestr(name, data)
    return out.getvalue()


def binary(data):
    """A part as it stands, but for what no mail server would take."""
    return data.replace(b"\x00", b"\x01").replace(b"\n", b"\x0b").replace(b"\r", b"\x0c")


def letters():
    jpeg = part(JPEG, 'image/jpeg; name="me.jpg"', extra='Content-Disposition: attachment; filename="me.jpg"\n')
    inner = f"From: carl@kids.example\nSubject: inner\nMIME-Version: 1.0\n{part(PNG, 'image/png')}"
    html = 'Content-Type: text/html\n\n<p>these are my words<img src="cid:one">\n'
    related = multipart("related", "rel", html, part(PNG, "image/png", extra="Content-ID: <one>\n"), top=False)
    return {
        "mixed": multipart("mixed", "part", TEXT, jpeg),
        "words-after": multipart("mixed", "part", jpeg, TEXT),
        "two": multipart("mixed", "part", jpeg, TEXT, part(MP4, "video/mp4")),
        "film": multipart("mixed", "part", TEXT, part(MP4, "video/mp4")),
        "related": multipart("alternative", "alt", TEXT, related),
        "single": HEAD + part(JPEG, 'image/jpeg; name="me.jpg"'),
        "single-film": HEAD + part(MP4, "video/mp4"),
        "inner": multipart("mixed", "part", TEXT, f"Content-Type: message/rfc822\n\n{inner}"),
        "zip": multipart("mixed", "part", TEXT, part(archive(), 'application/zip; name="a.zip"')),
        "document": multipart("mixed", "part", TEXT, part(archive("word/media/image1.jpg"),
                              "application/vnd.openxmlformats-officedocument.wordprocessingml.document")),
        "quoted": multipart("mixed", "part", TEXT, part(JPEG, "image/jpeg", "quoted-printable")),
        "binary": multipart("mixed", "part", TEXT,
                            "Content-Type: image/jpeg\nContent-Transfer-Encoding: binary\n\nBINARY"),
        "untyped": multipart("mixed", "part", TEXT, part(JPEG, "application/octet-stream")),
        "lying": multipart("mixed", "part", TEXT, part(JPEG, 'text/plain; name="me.txt"')),
        "odd-boundary": multipart("mixed", "--=_ odd/:'()", TEXT, jpeg, preamble="--=_\n", epilogue="after\n"),
        "long-lines": multipart("mixed", "part", TEXT, part(JPEG, "image/jpeg", width=900)),
        "unclosed": multipart("mixed", "part", TEXT, jpeg).rsplit("\n--part--", 1)[0] + "\n",
        "no-boundary": HEAD + f"Content-Type: multipart/mixed\n\n--part\n{TEXT}\n--part\n{jpeg}\n",
        "deep": deep(jpeg),
        "uuencode": HEAD + f"Content-Type: text/plain\n\n{WORDS}\n{uuencode()}",
    }


def uuencode():
    import binascii
    lines = [binascii.b2a_uu(JPEG[i:i + 45]).decode() for i in range(0, len(JPEG), 45)]
    return "begin 644 me.jpg\n" + "".join(lines) + "`\nend\n"


def deep(body):
    for i in range(40):
        body = multipart("mixed", f"b{i}", body, top=False)
    return HEAD + body


def write(name):
    text = letters()[name].encode()
    if name == "binary":
        text = text.replace(b"BINARY", binary(JPEG))
    sys.stdout.buffer.write(text.replace(b"\n", b"\r\n"))


def needles():
    """Stretches of the picture as it is and in base64, at each of the three offsets."""
    yield MARK[64:96]
    yield binary(MARK[64:128])
    for picture in (JPEG, PNG, MP4, archive(), archive("word/media/image1.jpg")):
        at = picture.index(MARK) + 300
        for shift in range(3):
            yield base64.b64encode(picture[at + shift:at + shift + 36])[:40]
    yield uuencode().splitlines()[20].encode()[5:45]
    yield qp(JPEG).replace("\n", "\r\n").encode()[600:660]


def find(top):
    sought, found = list(needles()), False
    for folder, _, names in os.walk(top):
        for name in names:
            path = os.path.join(folder, name)
            if not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                data = file.read()
            flat = data.replace(b"\r\n", b"")
            if any(each in data or each in flat for each in sought):
                print(path)
                found = True
    return found


if sys.argv[1:2] == ["--names"]:
    print("\n".join(letters()))
elif sys.argv[1:2] == ["--find"]:
    sys.exit(0 if find(sys.argv[2]) else 1)
else:
    write(sys.argv[1])
