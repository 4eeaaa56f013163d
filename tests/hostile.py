"""A loader that does to its process what a hostile file would: files that end in .hostile say what.

`hostile_parsers` makes the parser processes of a test know it; everything else about them is real.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.errors import UnreadableFile
from index.loaders.content import Content, Part
from index.loaders.formats import FORMATS, Format
from index.loaders.metadata import Metadata
from index.loaders.pulse import beat
from index.parsing import process

SUFFIX = ".hostile"


def load(data: bytes) -> Content:
    what, _, argument = data.decode().partition(" ")
    match what:
        case "hang":
            while True:
                time.sleep(1)
        case "spin":
            while True:
                pass
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "exit":
            os._exit(3)
        case "raise":
            raise IndexError("list index\nout of range")
        case "refuse":
            raise UnreadableFile("encrypted", "it asks for a password")
        case "devour":
            return Content(str(len([bytearray(10_000_000) for _ in range(10_000)])))
        case "recurse":
            return load(data)
        case "print":
            print("noise " * 1000, flush=True)
            os.write(1, b"noise " * 1000)
        case "slow":
            for _ in range(int(argument)):
                time.sleep(0.3)
                beat()
        case "flood":
            return Content(
                "", parts=(Part("a.txt", content=Content("The flood comes.\n" * 60_000)) for _ in range(10_000))
            )
        case "parts":
            return Content("The letter names the harbour.", parts=_parts(argument.split()))
        case "environment":
            return Content("\n".join(f"{name} is {value}" for name, value in sorted(os.environ.items())))
    return Content(f"The file said {data.decode()}.", metadata=Metadata(title="Said"))


def _parts(names: list[str]) -> Iterator[Part]:
    for name in names:
        if name == "stop":
            raise ValueError("the rest is damaged")
        yield Part(name, f"print {name}".encode() if name.endswith(SUFFIX) else f"The part is {name}.\n".encode())


def register() -> None:
    sys.modules["index.loaders.hostile"] = sys.modules[__name__]
    FORMATS[SUFFIX] = Format("text/x-hostile", "hostile")


@contextmanager
def hostile_parsers() -> Iterator[None]:
    start = f"import sys; sys.path.append({str(Path(__file__).parent)!r}); import hostile; hostile.register(); "
    with pytest.MonkeyPatch.context() as patch:
        process.end_idle()
        patch.setattr(process, "_START", process._START.replace("from index", f"{start}from index", 1))
        patch.setitem(FORMATS, SUFFIX, Format("text/x-hostile", "hostile"))
        yield
        process.end_idle()
