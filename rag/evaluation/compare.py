"""Is a difference between two evaluations real? The same questions paired, question by question. Pure but for one read.

The interval comes from a paired bootstrap, the p value from flipping the signs of the differences at random: with few
questions the bootstrap alone would be sure too soon.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import CitewiseError
from rag.evaluation.figures import LOWER_IS_BETTER, MEANS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RESAMPLES = 10_000
TOGETHER = 500
SEED = 20_240_204
SURE = 0.05
DIGITS = 6  # what is smaller is an error of rounding, not a difference

Json = dict[str, Any]
Values = Mapping[str, Mapping[str, float]]


def compare(old: Values, new: Values) -> Json:
    """{metric: {old, new, difference, low, high, p, n, verdict}} over the questions of both (id -> metric -> value).

    `low` and `high` bound the difference with 95 %; `verdict` is better, worse or "no real difference".
    """
    found: Json = {}
    for part, metrics in MEANS.items():
        for metric in metrics:
            name = f"{part}.{metric}"
            if metric != "words" and (pairs := _pairs(old, new, name)):
                found[name] = _compared([pairs], name in LOWER_IS_BETTER)
    rates = [_pairs(old, new, f"abstention.{name}") for name in MEANS["abstention"]]
    if all(rates):
        turned = [[(1 - before, 1 - after) for before, after in pairs] for pairs in rates]
        found["abstention.balanced_accuracy"] = _compared(turned, False)
    return found


def read_saved(path: Path) -> dict[str, Values]:
    """Values by set and question of a file that --save wrote. Raises CitewiseError."""
    try:
        sets = json.loads(path.read_text(encoding="utf-8"))["sets"]
        return {name: {one["id"]: dict(one["values"]) for one in found["queries"]} for name, found in sets.items()}
    except OSError as error:
        raise CitewiseError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from None
    except (AttributeError, KeyError, TypeError, ValueError):
        raise CitewiseError(f"{path} is no saved evaluation.", "Make one: citewise eval DIR --save FILE") from None


def earlier(saved: Mapping[str, Values], name: str, alone: bool) -> Values | None:
    """The saved set of that name; when there is only one on either side, that one."""
    return saved.get(name) or (next(iter(saved.values())) if alone and len(saved) == 1 else None)


def _pairs(old: Values, new: Values, name: str) -> list[tuple[float, float]]:
    return [
        (old[question][name], new[question][name])
        for question in new
        if question in old and name in old[question] and name in new[question]
    ]


def _compared(strata: Sequence[Sequence[tuple[float, float]]], lower_is_better: bool) -> Json:
    """A figure that is the mean of the means of its strata (one, but for balanced accuracy)."""
    import numpy as np

    before, after = (float(np.mean([np.mean([pair[side] for pair in pairs]) for pairs in strata])) for side in (0, 1))
    differences = [np.array([new - old for old, new in pairs]).round(DIGITS) for pairs in strata]
    low, high, p = _tested(differences)
    real = p < SURE and (low > 0 or high < 0)
    gained = (after > before) != lower_is_better
    return {
        "old": round(before, 4),
        "new": round(after, 4),
        "difference": round(after - before, 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "p": round(p, 4),
        "n": sum(map(len, strata)),
        "verdict": ("better" if gained else "worse") if real else "no real difference",
    }


def _tested(strata: Sequence[NDArray[np.float64]]) -> tuple[float, float, float]:
    """95 % interval of the mean difference, and the probability of one as large if the systems were alike."""
    import numpy as np

    random = np.random.default_rng(SEED)
    drawn, flipped = np.zeros(RESAMPLES), np.zeros(RESAMPLES)
    for values in strata:
        for start in range(0, RESAMPLES, TOGETHER):
            part = slice(start, start + TOGETHER)
            drawn[part] += values[random.integers(0, len(values), (TOGETHER, len(values)))].mean(axis=1) / len(strata)
            signs = random.integers(0, 2, (TOGETHER, len(values))) * 2 - 1
            flipped[part] += (signs * values).mean(axis=1) / len(strata)
    observed = abs(float(np.mean([values.mean() for values in strata])))
    as_large = int((np.abs(flipped) >= observed - 1e-12).sum())
    low, high = np.percentile(drawn, (2.5, 97.5))
    return float(low), float(high), (as_large + 1) / (RESAMPLES + 1)
