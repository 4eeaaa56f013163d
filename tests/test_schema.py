"""Every JSON output of the command line is held to rag/schema.json."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from corpus import HARBOUR, LIMIT, PROJECT, BagEmbedder, Reply, seeds_index, small_index, write
from jsonschema import Draft202012Validator, FormatChecker

import rag.cli
from index.types import Span
from rag import Assistant
from rag.llm import Draft
from rag.present import answer_json
from rag.types import Attribution, Disagreement

SCHEMA = json.loads((PROJECT / "rag" / "schema.json").read_text(encoding="utf-8"))
QUESTION = "What is the speed limit in the inner harbour?"


def validator(name: str) -> Draft202012Validator:
    schema = {"$schema": SCHEMA["$schema"], "$defs": SCHEMA["$defs"], "$ref": f"#/$defs/{name}"}
    return Draft202012Validator(schema, format_checker=FormatChecker())


def run(env: Mapping[str, str], *arguments: str, exit_code: int = 0) -> Any:
    done = CliRunner().invoke(rag.cli.main, arguments, env=env)
    assert done.exit_code == exit_code, done.output
    return json.loads(done.stdout)


@cache
def outputs(folder: Path) -> dict[str, tuple[str, Any]]:
    """Every output by a name, with the definition that describes it."""
    chosen = small_index(
        folder, {**HARBOUR, "broken.pdf": b"no pdf", "dated.md": "---\ndate: 2024-03-08\n---\nIt rains."}
    )
    env = {"CITEWISE_INDEX_DIR": str(chosen.index_dir)}
    none = {"CITEWISE_INDEX_DIR": str(folder / "none")}
    sure, unsure = {**env, "CITEWISE_MIN_CONFIDENCE": "0"}, {**env, "CITEWISE_MIN_CONFIDENCE": "1"}
    found = {
        "answered": ("answer", run(sure, "ask", QUESTION, "--json")),
        "abstained": ("answer", run(unsure, "ask", QUESTION, "--json")),
        "filtered": ("answer", run(sure, "ask", QUESTION, "--filter", "published_after=2020-01-01", "--json")),
        "written": ("answer", written(chosen)),
        "search": ("hits", run(env, "search", QUESTION, "--json")),
        "nothing found": ("hits", run(env, "search", QUESTION, "--json", "--filter", "outlet=None")),
        "status": ("status", run(env, "status", "--json")),
        "question error": ("error", run(env, "ask", "?", "--json", exit_code=1)),
        "settings error": ("error", run({"CITEWISE_PASSAGES": "0"}, "status", "--json", exit_code=1)),
        "no index": ("error", run(none, "status", "--json", exit_code=1)),
    }
    saved = folder / "saved.zip"
    found["backup"] = ("backup", run(env, "backup", str(saved), "--json"))
    again = {**env, "CITEWISE_INDEX_DIR": str(folder / "again")}
    found["restore"] = ("restore", run(again, "restore", str(saved), "--json"))
    found["diagnosis"] = ("diagnosis", run(again, "doctor", "--json", exit_code=1))
    found["repair"] = ("diagnosis", run(again, "doctor", "--repair", "--json", exit_code=1))
    write(
        chosen.seeds_dir, {"limit.txt": LIMIT + "It holds.", "new.txt": "New words.", "moved.txt": HARBOUR["pier.txt"]}
    )
    for gone in ("pier.txt", "ferry.txt"):
        (chosen.seeds_dir / gone).unlink()
    found["plan"] = ("plan", run(env, "index", "--dry-run", "--json"))
    found["first plan"] = ("plan", run(none, "index", "--dry-run", "--json", str(chosen.seeds_dir)))
    found["report"] = ("report", run(env, "index", "--full", "--json"))
    return found


def written(chosen: Any) -> Any:
    """An answer of a model with a sound and two unsound sentences, one of them without any source."""

    class Writer:
        def write(self, *_: Any) -> Reply:
            right, wrong = (f"The speed limit in the inner harbour is {n} knots." for n in (4, 9))
            return Reply([Draft(right, (1,)), Draft(wrong, (1,)), Draft("Zebras graze.", ())])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Assistant, "writer", lambda self: Writer())
        with Assistant.open(chosen.model_copy(update={"answer_mode": "llm"}), embedder=BagEmbedder()) as assistant:
            answer = assistant.ask(QUESTION)
    assert [statement.check for statement in answer.statements] == ["verbatim", "unsupported", "unsupported"]
    return json.loads(json.dumps(answer_json(answer)))


@pytest.fixture
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, Any]]:
    return outputs(tmp_path_factory.getbasetemp() / "schema")


NAMES = [
    "answered", "abstained", "filtered", "written", "search", "nothing found", "status", "question error",
    "settings error", "no index", "plan", "first plan", "report", "backup", "restore", "diagnosis", "repair",
]  # fmt: skip


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_output_is_looked_at(found: dict[str, tuple[str, Any]]) -> None:
    assert set(found) == set(NAMES)
    told = {name: output for name, (_, output) in found.items()}
    assert told["answered"]["status"] == "answered" and told["abstained"]["status"] == "abstained"
    assert told["abstained"]["nearest"] and told["filtered"]["filters"]
    assert told["search"] and told["status"]["failures"] and told["nothing found"] == []
    plan = told["plan"]
    assert all(
        plan[kind] for kind in ("added", "changed", "renamed", "removed", "unchanged", "failed_before", "failures")
    )
    assert told["report"]["embedded"] and told["report"]["renamed"]


@pytest.mark.parametrize("name", NAMES)
def test_output_is_valid(found: dict[str, tuple[str, Any]], name: str) -> None:
    definition, output = found[name]
    validator(definition).validate(output)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_or_extra_field_is_not_valid(found: dict[str, tuple[str, Any]], name: str) -> None:
    definition, output = found[name]
    check = validator(definition)
    for place in objects(output):
        for key in [*place(output)]:
            changed = deepcopy(output)
            del place(changed)[key]
            assert not check.is_valid(changed), f"{key} may be missing"
        changed = deepcopy(output)
        place(changed)["surprise"] = "?"
        assert not check.is_valid(changed), f"anything may stand beside {sorted(place(output))}"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("status",), "unsure"),
        (("mode",), "magic"),
        (("generation",), -1),
        (("timings_ms", "total"), "fast"),
        (("statements", 0, "check"), "true"),
        (("statements", 0, "support"), 1.5),
        (("statements", 0, "citations"), ["1"]),
        (("citations", 0, "marker"), 0),
        (("citations", 0, "start"), 1.5),
        (("citations", 0, "published"), "yesterday"),
        (("citations", 0, "quote"), ""),
    ],
)
def test_a_value_of_the_wrong_kind_is_not_valid(
    found: dict[str, tuple[str, Any]], path: tuple[str | int, ...], value: Any
) -> None:
    changed = deepcopy(found["answered"][1])
    at = changed
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    assert not validator("answer").is_valid(changed)


def test_an_answer_with_every_part_is_valid(tmp_path_factory: pytest.TempPathFactory) -> None:
    willing = seeds_index(tmp_path_factory).model_copy(update={"min_confidence": 0.0})
    with Assistant.open(willing) as assistant:
        answer = assistant.ask("When was the last strike?")
    citation = answer.citations[0]
    full = replace(
        answer,
        short_answer=Span(citation.document.id, citation.start, citation.start + 8),
        missing=("who announced it",),
        disagreements=(Disagreement("February 4", Attribution("officials", None, None, True), (1,)),),
        notice="Words only.",
    )
    output = json.loads(json.dumps(answer_json(full)))
    validator("answer").validate(output)
    assert output["short_answer"]["text"] == citation.quote[:8]


def objects(output: Any, path: tuple[str | int, ...] = ()) -> Iterator[Any]:
    """A way to each object in the output, but for the freely named timings."""

    def go(root: Any) -> Any:
        for step in path:
            root = root[step]
        return root

    if isinstance(output, dict):
        if path[-1:] != ("timings_ms",):
            yield go
        for key, value in output.items():
            yield from objects(value, (*path, key))
    elif isinstance(output, list):
        for at, value in enumerate(output):
            yield from objects(value, (*path, at))
