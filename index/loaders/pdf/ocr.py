"""Text recognition for pages that are pictures, by the program `tesseract`, if CITEWISE_OCR_LANGUAGES names some."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import zlib

from index.errors import UnreadableFile

_VARIABLE = "CITEWISE_OCR_LANGUAGES"
_PROGRAM = "tesseract"
_SECONDS = 60
HOW_TO = f"to have them recognised, install {_PROGRAM} and set {_VARIABLE} to their languages, such as eng or eng+deu"


def languages() -> str:
    """What to recognise, as tesseract names it; empty when recognition is off or the program is missing."""
    wanted = os.environ.get(_VARIABLE, "").strip()
    return wanted if wanted and shutil.which(_PROGRAM) else ""


def recognise(png: bytes, languages: str) -> str:
    """The text of a picture; lines end with a line break, paragraphs with an empty line.

    Raises UnreadableFile when the program fails ("no text layer") or needs more than a minute ("timed out").
    """
    command = [_PROGRAM, "stdin", "stdout", "--psm", "1", "-l", languages]
    try:
        done = subprocess.run(
            command, input=png, capture_output=True, timeout=_SECONDS, env={**os.environ, "OMP_THREAD_LIMIT": "1"}
        )
    except subprocess.TimeoutExpired:
        raise UnreadableFile("timed out", f"recognising the text of a page took more than {_SECONDS} seconds") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
        raise UnreadableFile(
            "no text layer", f"text recognition failed: {said[0][:200]}; check {_VARIABLE}={languages}"
        )
    return done.stdout.decode("utf-8", "replace").replace("\f", "\n")


def grey_png(pixels: bytes, width: int, height: int, stride: int) -> bytes:
    """A picture from rows of one byte a pixel; each row takes `stride` bytes, of which the first `width` count."""
    rows = b"".join(b"\0" + pixels[row * stride : row * stride + width] for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
