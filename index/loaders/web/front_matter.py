"""What stands before the text of a Markdown file: YAML between ---, TOML between +++, or Pandoc's lines with %."""

from __future__ import annotations

import re
import tomllib

Pairs = list[tuple[str, str]]

_YAML = re.compile(r"\A---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?\n)?\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
_PANDOC = re.compile(r"\A%[ \t]+(.+(?:\n[ \t]+.+)*)\n(?:%[ \t]*(.*(?:\n[ \t]+.+)*)\n)?(?:%[ \t]*(.*)\n)?")
_ENTRY = re.compile(r"[\"']?([\w.:-]+)[\"']?[ \t]*:(?:[ \t]+(.*))?")
_LIST_ENTRY = re.compile(r"[ \t]*-[ \t]+(.*)")
_NAMED = re.compile(r"[\"']?(?:name|literal)[\"']?[ \t]*:[ \t]*(.*)", re.I)
_NESTED = re.compile(r"[\w.-]+[ \t]*:(?:[ \t]|$)")
_BLOCK_SCALAR = re.compile(r"[|>][+-]?\d?")


def split_front_matter(text: str) -> tuple[Pairs, str]:
    """Names and values at the top level, and the text behind them. What is nested deeper is left out, but for names in
    a list of people."""
    if match := _YAML.match(text):
        pairs = _yaml(match[1] or "")
        return ([], text) if pairs is None else (pairs, text[match.end() :])
    if match := _TOML.match(text):
        try:
            values = tomllib.loads(match[1] or "")
        except (tomllib.TOMLDecodeError, RecursionError):
            return [], text
        return [pair for key, value in values.items() for pair in _toml(key, value)], text[match.end() :]
    if match := _PANDOC.match(text):
        told = zip(("title", "author", "date"), match.groups(), strict=True)
        return [(key, " ".join(value.split())) for key, value in told if value], text[match.end() :]
    return [], text


def _yaml(source: str) -> Pairs | None:
    """None when it is prose between two rules."""
    pairs: Pairs = []
    is_open = False  # whether indented lines go on with the last value
    for line in source.split("\n"):
        if entry := _ENTRY.fullmatch(line):
            value = entry[2] or ""
            is_open = bool(value.strip())
            pairs.append((entry[1], "" if _BLOCK_SCALAR.fullmatch(value.strip()) else _unquoted(value)))
        elif pairs and (element := _LIST_ENTRY.fullmatch(line)):
            key, value = pairs[-1]
            pairs[-1] = (key, ", ".join(filter(None, (value, _element(element[1])))))
        elif line[:1] in (" ", "\t") and line.strip():
            if is_open and pairs:
                key, value = pairs[-1]
                pairs[-1] = (key, f"{value} {line.strip()}".strip(" \"'"))
        elif line.strip() and line[0] != "#":
            return None
    return pairs


def _element(value: str) -> str:
    if named := _NAMED.fullmatch(value.strip(" {}").split(",")[0]):
        return _unquoted(named[1])
    return "" if _NESTED.match(value) else _unquoted(value)


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        inner = value[1:-1]
        return inner.replace("''", "'") if value[0] == "'" else inner.replace('\\"', '"').replace("\\\\", "\\")
    if value.startswith("[") and value.endswith("]"):
        return ", ".join(filter(None, (_unquoted(part) for part in value[1:-1].split(","))))
    if value.startswith("{") and value.endswith("}"):
        return _element(value)
    return re.sub(r"\s+#.*$", "", value)


def _toml(key: str, value: object) -> Pairs:
    if isinstance(value, dict):
        return _toml(key, value["name"]) if isinstance(value.get("name"), str) else []
    if isinstance(value, list):
        return [pair for each in value for pair in _toml(key, each)]
    return [(key, str(value))]
