"""Mails and mailboxes: what their text is, what stands beside it, and what broken ones become."""

from __future__ import annotations

from datetime import date
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.loaders.content import Content
from index.loaders.mail import mailbox
from index.loaders.mail.message import load
from index.loaders.mail.text import decoded, header_text, unflowed

HEAD = b"From: Ann Lee <ann@lab.example>\nTo: bo@lab.example\nSubject: Budget\nDate: Mon, 1 Jan 2024 00:30:00 +0200\n"


def body_of(data: bytes) -> str:
    return load(data).text.partition("\n\n")[2]


def files_of(content: Content) -> dict[str, bytes]:
    return {part.name: part.data for part in content.parts}


def whole_mail() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Grüße aus Łódź: the budget for the coming year, and what else there is to be told about it"
    message["From"] = "Zoë Brûlé <zoe@lab.example>"
    message["To"] = "bo@lab.example, cy@lab.example"
    message["Date"] = "Sun, 31 Dec 2023 23:30:00 -0800"
    message.set_content("The plain words.\n")
    message.add_alternative("<html><body><p>The <b>rich</b> words.</p></body></html>", subtype="html")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="report.pdf")
    return message


def test_headers_body_attachments_and_metadata() -> None:
    content = load(whole_mail().as_bytes())
    assert content.text == (
        "Subject: Grüße aus Łódź: the budget for the coming year, and what else there is to be told about it\n"
        "From: Zoë Brûlé <zoe@lab.example>\n"
        "To: bo@lab.example, cy@lab.example\n"
        "Date: Sun, 31 Dec 2023 23:30:00 -0800\n\n"
        "The plain words."
    )
    assert content.metadata.title.startswith("Grüße aus Łódź: the budget")
    assert content.metadata.author == "Zoë Brûlé"
    assert content.metadata.published == date(2023, 12, 31)
    assert content.metadata.outlet is None
    assert files_of(content) == {"report.pdf": b"%PDF-1.4"}


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("=?utf-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?utf-8?Q?Gr=C3?= =?utf-8?Q?=BC=C3=9Fe?=", "Grüße"),
        ("Re: =?iso-8859-1?Q?caf=E9?= tomorrow", "Re: café tomorrow"),
        ("=?utf-8?B?broken", "=?utf-8?B?broken"),
        ("=?no-such-code?Q?plain?=", "plain"),
        ("folded\n  line", "folded line"),
        ("Gr\udcc3\udcbc\udcc3\udc9fe", "Grüße"),
    ],
)
def test_headers_are_decoded(raw: str, shown: str) -> None:
    assert header_text(raw) == shown


def test_raw_bytes_in_headers_and_names_are_read() -> None:
    raw = (
        "Subject: Grüße\nFrom: Zoë <z@x.example>\n".encode()
        + (
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nHi\n--b\n"
            'Content-Type: text/plain; name="Übersicht.txt"\nContent-Disposition: attachment\n\nsums\n--b--\n'
        ).encode()
    )
    content = load(raw)
    assert content.text == "Subject: Grüße\nFrom: Zoë <z@x.example>\n\nHi"
    assert files_of(content) == {"Übersicht.txt": b"sums"}


def test_headers_that_others_would_stop_at() -> None:
    raw = b"From : Ann <ann@x.example>\nnot a header at all: no\nSubject: Still read\nDate: 3 May 99\n\nBody"
    content = load(raw)
    assert content.metadata.title == "Still read"
    assert content.metadata.published == date(1999, 5, 3)
    assert content.text.endswith("\n\nBody")


def test_the_address_stands_for_a_missing_name() -> None:
    assert load(b"From: <ann@lab.example>\n\nHi").metadata.author == "ann@lab.example"


def test_a_sender_that_no_address_parser_takes() -> None:
    assert load(b"From: " + b"(" * 50_000 + b"\n\nHi").text.endswith("\n\nHi")
    assert load(b"From: ann and bo\n\nHi").metadata.author == "ann and bo"


@pytest.mark.parametrize(
    ("charset", "data", "words"),
    [
        ("iso-8859-1", "“café” costs €5".encode("cp1252"), "“café” costs €5"),
        ("utf-8", "Größe".encode("latin-1"), "Größe"),
        ("no-such-code", "Größe".encode(), "Größe"),
        ("us-ascii", "Größe".encode(), "Größe"),
        ("iso-2022-jp", "日本語".encode("iso-2022-jp"), "日本語"),
        ("gb2312", "中文邮件".encode("gb18030"), "中文邮件"),
        ("koi8-r", "Привет всем".encode("koi8-r"), "Привет всем"),
        ("utf-8", b"a\x00b", "ab"),
    ],
)
def test_bodies_in_wrong_and_right_charsets(charset: str, data: bytes, words: str) -> None:
    raw = HEAD + f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n".encode() + data
    assert body_of(raw) == words


@pytest.mark.parametrize(
    ("encoding", "data", "words"),
    [
        (b"base64", b"SGVsbG8gd29ybGQ", "Hello world"),  # without its padding
        (b"base64 ", b"SGVsbG8g\n!!d29ybGQ=", "Hello world"),
        (b"quoted-printable", b"caf=C3=A9 costs =\n5 =ZZ euro", "café costs 5 =ZZ euro"),
        (b"7-bit", b"Hello world", "Hello world"),
        (b"", b"Hello world", "Hello world"),
    ],
)
def test_transfer_encodings_with_damage(encoding: bytes, data: bytes, words: str) -> None:
    raw = HEAD + b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: " + encoding + b"\n\n" + data
    assert body_of(raw) == words


def test_flowed_lines_are_joined() -> None:
    assert unflowed("One long \nline.\n> quoted \n> more\n>> deeper\n-- \nAnn") == (
        "One long line.\n> quoted more\n>> deeper\n-- \nAnn"
    )
    assert unflowed("Sauer \nkraut", delete_space=True) == "Sauerkraut"
    raw = HEAD + b"Content-Type: text/plain; charset=utf-8; format=flowed\n\nOne \nline.\n"
    assert body_of(raw) == "One line."


def test_quoted_earlier_messages_stay() -> None:
    assert body_of(HEAD + b"\nYes.\n\n> Shall we?\n") == "Yes.\n\n> Shall we?"


def test_html_alone_and_html_behind_a_stub() -> None:
    page = MIMEText("<style>p{}</style><p>First&nbsp;words.</p><p>" + "The page says it all. " * 20 + "</p>", "html")
    assert body_of(HEAD + page.as_bytes()).startswith("First words.\n\nThe page says it all.")
    both = MIMEMultipart("alternative")
    both.attach(MIMEText("Please use a newer program."))
    both.attach(page)
    assert body_of(HEAD + both.as_bytes()).startswith("First words.")


def test_nested_multiparts_and_inline_pictures() -> None:
    related = MIMEMultipart("related")
    related.attach(MIMEText("<p>Look: <img src='cid:logo'></p>", "html"))
    logo = MIMEBase("image", "png")
    logo.add_header("Content-ID", "<logo>")
    logo.add_header("Content-Disposition", "inline", filename="logo.png")
    logo.set_payload("AAAA")
    related.attach(logo)
    alternative = MIMEMultipart("alternative")
    alternative.attach(MIMEText("Look:"))
    alternative.attach(related)
    mixed = MIMEMultipart("mixed")
    mixed.attach(alternative)
    named = MIMEText("Sums of the year", "csv")
    named.add_header("Content-Disposition", "inline", filename="sums.csv")
    mixed.attach(named)
    mixed.attach(MIMEText("A footer of the list."))
    content = load(HEAD + mixed.as_bytes())
    assert content.text.endswith("\n\nLook:\n\nA footer of the list.")
    assert files_of(content) == {"sums.csv": b"Sums of the year"}


def test_attachments_of_an_alternative_that_is_not_shown_are_kept() -> None:
    page = MIMEMultipart("mixed")
    page.attach(MIMEText("<p>Hello there</p>", "html"))
    report = MIMEBase("application", "pdf", name="report.pdf")
    report.set_payload("%PDF-1.4")
    page.attach(report)
    both = MIMEMultipart("alternative")
    both.attach(MIMEText("Hello there"))
    both.attach(page)
    content = load(HEAD + both.as_bytes())
    assert content.text.count("Hello there") == 1
    assert list(files_of(content)) == ["report.pdf"]


def test_names_of_attachments_are_safe_and_differ() -> None:
    message = MIMEMultipart()
    for name in ("../../etc/passwd", "a\\b\\same.txt", "same.txt", "", "x" * 300 + ".txt", "tab\there.txt"):
        part = MIMEBase("application", "pdf")
        part.add_header("Content-Disposition", "attachment", **({"filename": name} if name else {}))
        part.set_payload("data")
        message.attach(part)
    names = list(files_of(load(message.as_bytes())))
    assert names[:4] == ["passwd", "same.txt", "same-2.txt", "part-4.pdf"]
    assert all(0 < len(name) <= 120 and "/" not in name and ".." not in name and name.isprintable() for name in names)
    assert len(set(names)) == 6


def test_texts_of_other_kinds_are_shown_where_they_have_no_name() -> None:
    message = MIMEMultipart()
    message.attach(MIMEText("See the change:"))
    message.attach(MIMEText("- old\n+ new", "x-diff"))
    content = load(HEAD + message.as_bytes())
    assert content.text.endswith("See the change:\n\n- old\n+ new") and not content.parts


def test_an_attached_mail_is_a_part_with_its_bytes() -> None:
    message = MIMEMultipart()
    message.attach(MIMEText("See below."))
    message.attach(MIMEMessage(whole_mail()))
    content = load(HEAD + message.as_bytes())
    (part,) = content.parts
    assert part.name.endswith(".eml") and len(part.name) <= 120
    inner = load(part.data)
    assert inner.text.endswith("The plain words.") and list(files_of(inner)) == ["report.pdf"]


def test_a_mail_of_attachments_alone_is_read() -> None:
    raw = HEAD + b"Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0x\n"
    content = load(raw)
    assert content.text.startswith("Subject: Budget\nFrom: Ann Lee")
    assert files_of(content) == {"part-1.pdf": b"%PDF-1"}


def test_signatures_are_no_documents() -> None:
    signed = MIMEMultipart("signed", protocol="application/pgp-signature")
    signed.attach(MIMEText("Signed words."))
    signature = MIMEBase("application", "pgp-signature", name="signature.asc")
    signature.set_payload("-----BEGIN PGP SIGNATURE-----")
    signed.attach(signature)
    content = load(HEAD + signed.as_bytes())
    assert content.text.endswith("\n\nSigned words.") and not content.parts


def test_invitations_and_reports_of_failed_delivery() -> None:
    invitation = (
        b"Content-Type: text/calendar; charset=utf-8; method=REQUEST\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\n"
        b"DTSTART;TZID=Europe/Berlin:20240105T100000\nSUMMARY:Budget\\, second\n  reading\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    assert body_of(HEAD + invitation) == "Start: 20240105T100000\nSummary: Budget, second reading"
    report = (
        b"Content-Type: multipart/report; boundary=b\n\n--b\n\nIt failed.\n--b\n"
        b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        b"Action: failed\nStatus: 5.1.1\n\n--b--\n"
    )
    assert body_of(HEAD + report) == "It failed.\n\nReporting-MTA: dns; mx.example\n\nAction: failed\nStatus: 5.1.1"


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n"
        b"--b\nContent-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\n--b--\n",
        b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\nMIIB\n",
        b"\n-----BEGIN PGP MESSAGE-----\n\nhQEMA0\n-----END PGP MESSAGE-----\n",
    ],
)
def test_encrypted_mails_are_told(rest: bytes) -> None:
    with pytest.raises(UnreadableFile) as caught:
        load(HEAD + rest)
    assert caught.value.reason == "encrypted"


def test_depth_and_number_of_parts_are_limited() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5000)) + b"\nHi\n"
    wide = b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 20_000
    for raw in (deep, wide):
        with pytest.raises(UnreadableFile) as caught:
            load(HEAD + raw)
        assert caught.value.reason == "too large"


def test_what_is_no_mail() -> None:
    with pytest.raises(UnreadableFile) as caught:
        load(bytes(range(256)) * 40)
    assert caught.value.reason == "not text"
    assert load(b"Just a note.\n").text == "Just a note."


@settings(max_examples=150)
@given(st.data())
def test_mutated_mails_raise_nothing_else(data: st.DataObject) -> None:
    raw = bytearray(whole_mail().as_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
        if not raw:
            return
    try:
        content = load(bytes(raw))
    except UnreadableFile:
        return
    names = [part.name for part in content.parts]
    assert len(names) == len(set(names))
    content.text.encode("utf-8")


@given(st.binary(max_size=200), st.sampled_from(["utf-8", "utf-16", "shift_jis", "gb2312", "utf-7", "nonsense", None]))
def test_decoding_never_fails(data: bytes, charset: str | None) -> None:
    assert isinstance(decoded(data, charset), str)


def mbox(*messages: bytes, gap: bytes = b"\n") -> bytes:
    return b"".join(b"From ann@x.example Mon Jan  1 10:00:00 2024\n" + each + gap for each in messages)


def test_a_mailbox_gives_its_messages() -> None:
    content = mailbox.load(
        mbox(HEAD + b"\nOne\n\nFrom here on it is prose.\n>From quoted\n>>From twice\n", HEAD + b"\nTwo\n")
    )
    parts = list(content.parts)
    assert content.text == ""
    assert [part.name for part in parts] == ["0001.eml", "0002.eml"]
    assert load(parts[0].data).text.endswith("One\n\nFrom here on it is prose.\nFrom quoted\n>From twice")
    assert load(parts[1].data).text.endswith("Two")


def test_mailboxes_with_other_line_ends_and_loose_starts() -> None:
    crlf = mbox(HEAD + b"\nOne\n", HEAD + b"\nTwo\n").replace(b"\n", b"\r\n")
    assert len(list(mailbox.load(crlf).parts)) == 2
    loose = b"From ann\n" + HEAD + b"\nOne\n\nFrom bo\n" + HEAD + b"\nTwo\n"
    assert len(list(mailbox.load(loose).parts)) == 2


def test_deleted_messages_of_a_folder_are_not_shown() -> None:
    data = mbox(b"X-Mozilla-Status: 0009\n" + HEAD + b"\nGone\n", b"X-Mozilla-Status: 0001\n" + HEAD + b"\nHere\n")
    assert [part.name for part in mailbox.load(data).parts] == ["0002.eml"]


def test_parts_of_a_mailbox_are_made_one_by_one() -> None:
    content = mailbox.load(mbox(*[b"Subject: n%d\n\nword\n" % n for n in range(12_345)]))
    parts = iter(content.parts)
    assert next(parts).name == "00001.eml"
    assert sum(1 for _ in parts) == 12_344


def test_what_is_no_mailbox() -> None:
    for data, reason in ((b"\n\n", "empty"), (b"Dear Ann,\n\nhello", "damaged")):
        with pytest.raises(UnreadableFile) as caught:
            mailbox.load(data)
        assert caught.value.reason == reason
