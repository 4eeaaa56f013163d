"""`citewise eval` from its arguments to its result: folders, feedback, what was saved, limits to hold."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.build import OnProgress
from index.errors import CitewiseError
from index.roots import free_name
from rag.evaluate import Evaluation, OnAsked, evaluate, evaluate_index, save, uris
from rag.evaluation.beir import read_feedback, read_folder
from rag.evaluation.compare import Values, compare, read_saved
from rag.evaluation.figures import LOWER_IS_BETTER, names
from rag.settings import Settings

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """What to measure; without folders, the feedback is asked of the user's own index."""

    folders: Sequence[Path] = ()
    feedback: Path | None = None
    limit: int | None = None
    alone: bool = False
    keep: Path | None = None
    save: Path | None = None
    compare: Path | None = None

    def check(self, fail_if_worse: bool) -> None:
        """Raises ValueError when the parts do not go together."""
        if not self.folders and self.feedback is None:
            raise ValueError("Name a DIR to measure with, or a --feedback FILE.")
        if len(self.folders) > 1 and self.feedback is not None:
            raise ValueError("--feedback goes with one DIR, whose documents it names.")
        if fail_if_worse and self.compare is None:
            raise ValueError("--fail-if-worse needs --compare FILE.")


@dataclass(frozen=True, slots=True)
class Progresses:
    """Where progress is shown: of a build, and of the questions of a set by its name."""

    building: Callable[[], AbstractContextManager[OnProgress]]
    asking: Callable[[str], AbstractContextManager[OnAsked]]


def measure(request: Request, settings: Settings, progresses: Progresses) -> dict[str, Json]:
    """Figures by set, each with its `comparison` when one was asked for. Raises CitewiseError.

    What was saved is read first: a wrong path is told before the work, and one file can serve for both.
    """
    saved = None if request.compare is None else read_saved(request.compare)
    found = list(_evaluated(request, settings, progresses))
    if request.save is not None:
        save(found, request.save)
    sets = {one.name: one.figures for one in found}
    if saved is not None:
        for one in found:
            sets[one.name]["comparison"] = _compared(one, saved, request, len(found) == 1)
    return sets


def _evaluated(request: Request, settings: Settings, progresses: Progresses) -> Iterator[Evaluation]:
    limit, alone = request.limit, request.alone
    if not request.folders and request.feedback is not None:
        questions = read_feedback(request.feedback, uris(settings))
        with progresses.asking("index") as on_asked:
            yield evaluate_index(questions, settings, limit=limit, on_asked=on_asked)
    goldsets = [read_folder(folder) for folder in request.folders]
    taken: dict[str, str] = {}
    for goldset in goldsets:
        if request.feedback is not None:
            added = read_feedback(request.feedback, goldset.documents)
            goldset = replace(goldset, questions=(*goldset.questions, *added))
        goldset = replace(goldset, name=free_name(goldset.name, taken))
        taken[goldset.name] = goldset.name
        with progresses.building() as on_progress, progresses.asking(goldset.name) as on_asked:
            yield evaluate(
                goldset,
                settings,
                keep=request.keep,
                limit=limit,
                alone=alone,
                on_progress=on_progress,
                on_asked=on_asked,
            )


def _compared(one: Evaluation, saved: Mapping[str, Values], request: Request, single: bool) -> Json:
    """Compared with the saved set of its name; where there is only one on either side, with that."""
    old = saved.get(one.name) or (next(iter(saved.values())) if single and len(saved) == 1 else {})
    compared = compare(old, one.values)
    if not compared:
        raise CitewiseError(
            f"{request.compare} shares no question with {one.name}.", "Compare with a saved evaluation of that folder."
        )
    return compared


def parse_limits(pairs: Sequence[str]) -> dict[str, float]:
    """`ndcg@10=0.7` or `retrieval.ndcg@10=0.7` as {part.metric: value}. Raises ValueError that lists the metrics."""
    limits = {}
    for pair in pairs:
        given, _, value = pair.partition("=")
        found = [name for name in names() if given.strip().lower() in (name, name.partition(".")[2])]
        if not found:
            raise ValueError(f"'{given}' is no metric. There are: {', '.join(names())}.")
        try:
            limits[found[0]] = float(value)
            if not math.isfinite(limits[found[0]]):
                raise ValueError
        except ValueError:
            raise ValueError(f"'{pair}' has no number. Write METRIC=VALUE, e.g. ndcg@10=0.7.") from None
    return limits


def shortfalls(sets: Mapping[str, Json], limits: Mapping[str, float]) -> list[str]:
    """One piece of text for each limit a set does not hold. What no set can measure is not held either."""
    missed = []
    for name, limit in limits.items():
        part, _, metric = name.partition(".")
        measured = {label: value for label, one in sets.items() if (value := one.get(part, {}).get(metric)) is not None}
        if not measured:
            missed.append(f"{name} was not measured: there is no gold for it")
        for label, value in measured.items():
            if value > limit if name in LOWER_IS_BETTER else value < limit:
                missed.append(f"{label}: {name} is {value:g}, {'above' if value > limit else 'below'} {limit:g}")
    return missed


def losses(sets: Mapping[str, Json]) -> list[str]:
    """One piece of text for each metric that a comparison found worse."""
    return [
        f"{label}: {name} fell from {one['old']:g} to {one['new']:g}"
        if name not in LOWER_IS_BETTER
        else f"{label}: {name} rose from {one['old']:g} to {one['new']:g}"
        for label, found in sets.items()
        for name, one in found.get("comparison", {}).items()
        if one["verdict"] == "worse"
    ]
