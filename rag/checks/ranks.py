"""Superlatives of a statement that its spans do not hold: "the largest", "the last", "the only". Pure.

"best" and "worst" are left alone: they are opinions that a source gives in many words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.checks.told import Facts

_ANY = "most least record\\w* leading leads leader leaders top maxim\\w+ minim\\w+ foremost unmatched peak\\w* ever"
# Words that claim one thing, and the further words that claim it in a source.
_GROUPS = (
    ("larg bigg great high tall long wid broad deep heav", "main chief principal primar\\w+ major dominant"),
    ("small low short narrow light tin", "few\\w*"),
    ("old eld earl", "first ancient original\\w*"),
    ("young new late", "recent\\w* last"),
    ("fast quick", ""),
    ("slow", ""),
    ("rich wealth", ""),
    ("poor", ""),
    ("strong", "powerful"),
    ("weak", ""),
    ("cheap", "low\\w* less"),
    ("bus", ""),
)
_DEGREE = r"(?:i?er|i?est|st|r)"
_SAID = tuple(re.compile(rf"(?:{words.replace(' ', '|')})i?e?st") for words, _ in _GROUPS)
_HELD = tuple(
    re.compile("|".join((rf"(?:{words.replace(' ', '|')}){_DEGREE}", *further.split(), *_ANY.split())))
    for words, further in _GROUPS
)
_TIMES = (
    "week month year night winter spring summer autumn fall season decade century minute name few several many "
    "for from until to till more longer about between up january february march april may june july august september "
    "october november december monday tuesday wednesday thursday friday saturday sunday one two three four five six "
    "seven eight nine ten and but"
).replace(" ", "|")
_LAST_SAID = re.compile(
    rf"\b(?:the|its|his|her|their|our|whose|'s|was|were|is|are|came|left) last\b(?! (?:(?:{_TIMES})\b|\d|to ))"
)
_LAST_HELD = re.compile(
    r"last|lastly|latest|final\w*|end(?:s|ed|ing)?|clos(?:es?|ed|ing)|recent\w*|conclu\w+|ultimate\w*|previous\w*|former\w*|"
    r"never|since|no|past|letzte\w*|zuletzt|últim[oa]s?|derni\w+"
)
_ONLY_SAID = re.compile(r"(?:\b(?:the|its|his|her|their|our)|'s) only\b(?! \d)")
_ONLY_HELD = re.compile(
    r"only|sole|solely|just|single|alone|lone|exclusive\w*|exclud\w+|limited|restricted|except\w*|unless|but|no|not|none|"
    r"nobody|nothing|neither|nor|never|cannot|without|until|unique\w*|other|others|nur|einzig\w*|sólo|solo|únic[oa]s?|seule?s?"
)


def missing_ranks(statement: Facts, evidence: Facts) -> Iterator[str]:
    """The words that claim more than the evidence does."""
    for said, held, shown in ((_LAST_SAID, _LAST_HELD, "last"), (_ONLY_SAID, _ONLY_HELD, "only")):
        if said.search(statement.flat) and not any(map(held.fullmatch, evidence.words)):
            yield shown
    for match in re.finditer(r"\b(?<!\bat )[a-z]+st\b", statement.flat):
        for said, held in zip(_SAID, _HELD, strict=True):
            if said.fullmatch(match[0]) and not any(map(held.fullmatch, evidence.words)):
                yield match[0]
