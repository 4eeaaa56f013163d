"""Very large files, made anew: seconds, documents and the memory of the parser process.

python -m bench.large [--mb 200] [--pages 1000]
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

from bench.files import read_one
from index.parsing.limits import Limits
from index.parsing.process import end_idle

WORDS = (
    "harbour pier ferry council budget tariff berth north repair storm winter notice meeting vote fee season".split()
)


def sentence(number: int) -> str:
    chosen = [WORDS[(number * step + step) % len(WORDS)] for step in (1, 3, 5, 7, 11)]
    return f"In case {number} the {chosen[0]} {chosen[1]} and the {chosen[2]} {chosen[3]} cost {number % 997} crowns."


def csv_rows(size: int) -> Iterator[bytes]:
    yield b"Number,Name,Fee,Town,Remark\n"
    number = written = 0
    while written < size:
        number += 1
        row = f'{number},Holder {number},{number % 500}.50,{WORDS[number % len(WORDS)]},"{sentence(number)}"\n'.encode()
        written += len(row)
        yield row


def mailbox(size: int) -> Iterator[bytes]:
    number = written = 0
    while written < size:
        number += 1
        message = EmailMessage()
        message["From"], message["Subject"] = f"Holder {number} <holder@example.org>", f"Case {number}"
        message["Date"] = "Thu, 07 Mar 2024 16:55:00 +0100"
        message.set_content("\n".join(sentence(100 * number + line) for line in range(60)))
        data = b"From holder@example.org Thu Mar  7 16:55:00 2024\n" + message.as_bytes() + b"\n"
        written += len(data)
        yield data


def book(path: Path, pages: int) -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path))
    for page in range(pages):
        canvas.bookmarkPage(str(page))
        canvas.addOutlineEntry(f"Case {page}", str(page))
        canvas.drawString(72, 780, f"Case {page}")
        for line in range(40):
            canvas.drawString(72, 750 - 17 * line, sentence(40 * page + line))
        canvas.drawString(290, 30, f"Page {page + 1} of {pages}")
        canvas.showPage()
    canvas.save()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--mb", type=int, default=200)
    parser.add_argument("--pages", type=int, default=1_000)
    chosen = parser.parse_args()
    print("| file | MB | seconds | MB/s | documents | characters | passages | peak MB of the parser | |")
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("book.pdf", "rows.csv", "inbox.mbox"):
            path = Path(folder, name)
            if name == "book.pdf":
                book(path, chosen.pages)
            else:
                with path.open("wb") as file:
                    file.writelines((csv_rows if name == "rows.csv" else mailbox)(chosen.mb * 1_000_000))
            found = read_one(path, name, Limits())
            path.unlink()
            print(
                f"| {name} | {found.size / 1e6:.1f} | {found.seconds:.1f} | {found.size / 1e6 / found.seconds:.2f} | "
                f"{1 + found.parts} | {found.characters:,} | {found.passages:,} | {found.memory_mb} | {found.reason} |",
                flush=True,
            )
    end_idle()


if __name__ == "__main__":
    main()
