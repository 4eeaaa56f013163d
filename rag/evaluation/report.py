"""Figures of an evaluation as tables for a terminal, and progress on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

Json = dict[str, Any]
PARTS = ("retrieval", "answers", "abstention", "citations", "latency_ms")
BREAKDOWNS = ("by_type", "by_language", "by_kind")


def as_json(sets: Mapping[str, Json]) -> Json:
    """The figures of a single set; {"sets": {name: figures}} of several."""
    return next(iter(sets.values())) if len(sets) == 1 else {"sets": dict(sets)}


def text(sets: Mapping[str, Json]) -> str:
    compared = {name: one["comparison"] for name, one in sets.items() if "comparison" in one}
    return "\n\n".join(filter(None, (table(sets), comparison(compared))))


def notes(sets: Mapping[str, Json]) -> list[str]:
    """What a reader of the figures should know: questions that were refused, or answered otherwise than set."""
    lines = []
    for name, one in sets.items():
        if one["counts"]["refused"]:
            lines.append(
                f"{name}: {one['counts']['refused']} questions are too long or empty and count as not answered."
            )
        if one["counts"]["notices"]:
            lines.append(
                f"{name}: {one['counts']['notices']} answers came about otherwise than the settings say; "
                "ask one of them to see why."
            )
    return lines


def table(sets: Mapping[str, Json]) -> str:
    """A block for each part, a row for each set; a single set's groups stand below it."""
    rows = list(sets.items())
    if len(rows) == 1:
        for breakdown in BREAKDOWNS:
            groups = rows[0][1][breakdown]
            rows += [(f"  {name}", group) for name, group in groups.items() if len(groups) > 1]
    return "\n\n".join(block for part in PARTS if (block := _block(part, rows)))


def comparison(sets: Mapping[str, Json]) -> str:
    """Old, new and difference of each metric, with a word on whether it is real."""
    lines = []
    for name, found in sets.items():
        rows = [["", "old", "new", "difference", "95 % interval", "p", "n", ""]]
        for metric, one in found.items():
            interval = f"{one['low']:+.3f} to {one['high']:+.3f}"
            numbers = [f"{one['old']:.3f}", f"{one['new']:.3f}", f"{one['difference']:+.3f}"]
            rows.append([metric, *numbers, interval, f"{one['p']:.3f}", str(one["n"]), one["verdict"]])
        rows[0][0] = name
        lines.append(_aligned(rows, left=(0, 7)))
    return "\n\n".join(lines)


@contextmanager
def asking(name: str) -> Iterator[Callable[[int, int], None]]:
    """One line on standard error that follows the questions; plain lines, now and then, when it is no terminal."""
    live = sys.stderr.isatty()
    at, width = 0.0, 0

    def on_asked(done: int, total: int) -> None:
        nonlocal at, width
        if done < total and time.monotonic() - at < (0.1 if live else 5):
            return
        line = f"Asking {name}: {done:,} of {total:,}"
        sys.stderr.write(f"\r{line:<{width}}" if live else f"{line}\n")
        sys.stderr.flush()
        at, width = time.monotonic(), len(line)

    try:
        yield on_asked
    finally:
        if live and width:
            sys.stderr.write("\r" + " " * width + "\r")


def _block(part: str, rows: Sequence[tuple[str, Json]]) -> str:
    metrics = list(dict.fromkeys(metric for _, one in rows for metric in one.get(part, ())))
    having = [(label, one) for label, one in rows if part in one]
    told = [
        [
            label,
            str(one["counts"].get(part, one["n"])),
            *(_number(part, metric, one[part].get(metric)) for metric in metrics),
        ]
        for label, one in having
    ]
    if part == "answers":  # fewer questions have a span for an answer than an answer
        metrics.append("spans")
        told = [[*row, str(one["counts"]["spans"])] for row, (_, one) in zip(told, having, strict=True)]
    return _aligned([[part.replace("_ms", " (ms)"), "n", *metrics], *told], left=(0,)) if told else ""


def _number(part: str, metric: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if metric == "words" or part == "latency_ms" else f"{value:.3f}"


def _aligned(rows: Sequence[Sequence[str]], left: Sequence[int]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            f"{cell:<{width}}" if column in left else f"{cell:>{width}}"
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
