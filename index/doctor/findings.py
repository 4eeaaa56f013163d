"""What an examination of an index tells: findings, and what was looked at. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

SAMPLE = 1_000
REPAIR = "citewise doctor --repair"
REBUILD = "citewise index --full"
RESTORE = "Restore it: citewise restore FILE, or move the index folder away and build again: citewise index"


@dataclass(frozen=True, slots=True)
class Finding:
    """`check` is a short name that stays the same; `message` and `fix` are one line each.

    A problem makes answers worse or wrong; a notice does not. `repairable`: `repair` puts it right."""

    check: str
    severity: Literal["problem", "notice"]
    message: str
    fix: str
    repairable: bool = False


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found at one generation (None: the catalog does not tell).

    `checked`: how many of what were looked at. `disk`: bytes of "catalog", "words" and "vectors", and those "free".
    `repaired`: what a repair did, a line each; `findings` are then those that are left.
    """

    findings: tuple[Finding, ...]
    checked: Mapping[str, int]
    versions: Mapping[str, str | None]
    disk: Mapping[str, int]
    generation: int | None = None
    repaired: tuple[str, ...] = field(default=())

    @property
    def healthy(self) -> bool:
        """Whether no finding is a problem."""
        return all(finding.severity == "notice" for finding in self.findings)


def evenly(items: Sequence[int], count: int = SAMPLE) -> list[int]:
    """Up to `count` of them from the first to the last, the same ones each time."""
    if len(items) <= count:
        return list(items)
    step = (len(items) - 1) / max(1, count - 1)
    return [items[round(at * step)] for at in range(count)]


def counted(count: int, what: str) -> str:
    """ "1 passage", "2,000 passages"."""
    return f"{count:,} {what}" if count != 1 else f"1 {what.removesuffix('s')}"


def have(count: int) -> str:
    return "has" if count == 1 else "have"


def one_line(error: BaseException) -> str:
    """What an error says, in one short line without a full stop."""
    told = " ".join(str(error).split()) or type(error).__name__
    return (told if len(told) <= 160 else f"{told[:159]}…").removesuffix(".")
