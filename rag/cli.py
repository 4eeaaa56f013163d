"""The command line. Imports nothing heavy before a command needs it; every error is one line and its fix."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.types import Filters
    from rag.settings import Settings

JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
FILTER = click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="KEY=VALUE",
    help="Only documents that match: uri, outlet, language, published_after, published_before. May be repeated.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="citewise", message="%(version)s")
def main() -> None:
    """Ask your own documents: every sentence of an answer is cited and checked against the source."""


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would be done, and do nothing.")
@click.option("--full", is_flag=True, help="Build everything anew beside the live index, then switch.")
@click.option("--forget", multiple=True, type=click.Path(path_type=Path), help="Drop a folder and its documents.")
@click.option("--yes", is_flag=True, help="Let a folder lose more than half of its documents.")
@click.option("--retry-failed", is_flag=True, help="Try unchanged files again that failed before.")
@JSON
def index(
    paths: Sequence[Path],
    dry_run: bool,
    full: bool,
    forget: Sequence[Path],
    yes: bool,
    retry_failed: bool,
    as_json: bool,
) -> None:
    """Bring the index up to date with the folders PATHS, or with all folders it remembers."""
    with _reporting(as_json):
        from index.build import build_index
        from index.preview import plan_build
        from index.types import BuildOptions
        from rag import present, terminal

        settings = _settings()
        options = BuildOptions(tuple(paths), tuple(forget), full, yes, retry_failed)
        if dry_run:
            plan = plan_build(settings, options=options)
            _out(present.plan_json(plan) if as_json else terminal.plan(plan))
            return
        with terminal.progress() as on_progress:
            report = build_index(settings, on_progress, options=options)
        _out(present.report_json(report) if as_json else terminal.report(report))


@main.command()
@click.argument("question")
@FILTER
@JSON
def ask(question: str, filters: Sequence[str], as_json: bool) -> None:
    """Answer QUESTION with cited, checked sentences ("-" reads it from standard input)."""
    with _reporting(as_json):
        from rag import Assistant, present, terminal

        with Assistant.open(_settings()) as assistant:
            answer = assistant.ask(_text(question), _filters(filters))
        if answer.notice:
            click.echo(f"note: {answer.notice}", err=True)
        _out(present.answer_json(answer) if as_json else terminal.answer(answer))


@main.command()
@click.argument("question")
@click.option("-k", default=10, show_default=True, type=click.IntRange(1, 100), help="How many passages.")
@FILTER
@JSON
def search(question: str, k: int, filters: Sequence[str], as_json: bool) -> None:
    """List the passages that fit QUESTION best."""
    with _reporting(as_json):
        from rag import Assistant, present, terminal

        with Assistant.open(_settings()) as assistant:
            hits = assistant.search(_text(question), k, _filters(filters))
        _out([present.hit_json(hit) for hit in hits] if as_json else terminal.hits(hits))


@main.command()
@FILTER
def chat(filters: Sequence[str]) -> None:
    """Ask in the terminal, question after question; an empty line ends it."""
    with _reporting(False):
        from rag import Assistant, terminal

        with Assistant.open(_settings()) as assistant:
            click.echo(terminal.greeting(assistant), err=True)
            conversation, chosen = assistant.chat(), _filters(filters)
            while question := _prompt():
                with _reporting(False, leave=False):
                    answer = conversation.ask(question, chosen)
                    if answer.notice:
                        click.echo(f"note: {answer.notice}", err=True)
                    _out(terminal.answer(answer))


@main.command()
def ui() -> None:
    """Open the chat page in the browser."""
    import subprocess

    raise SystemExit(subprocess.call([sys.executable, "-m", "ui"]))


@main.command()
@JSON
def status(as_json: bool) -> None:
    """Show what the index holds."""
    with _reporting(as_json):
        from rag import terminal
        from rag.status import read_status

        found = read_status(_settings())
        _out(found if as_json else terminal.status(found))


@main.command()
@click.argument("uri")
def text(uri: str) -> None:
    """Write the stored text of the document URI, exactly as citations count it."""
    with _reporting(False):
        from rag.status import read_text

        found = read_text(_settings(), uri)
        sys.stdout.buffer.write(found.encode())
        sys.stdout.buffer.flush()


@main.command(name="eval")
@click.argument("folders", nargs=-1, metavar="[DIR]...", type=click.Path(path_type=Path))
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Ask N questions of each DIR, drawn the same way.")
@click.option("--alone", is_flag=True, help="Ask follow-up questions without the turns before them.")
@click.option("--feedback", type=click.Path(path_type=Path), help="Also ask the questions of this file (form above).")
@click.option("--keep", type=click.Path(path_type=Path), help="Keep the indexes in this folder for the next run.")
@click.option("--save", type=click.Path(path_type=Path), help="Write all results, question by question.")
@click.option("--compare", type=click.Path(path_type=Path), help="Compare with a file that --save wrote.")
@click.option("--fail-under", multiple=True, metavar="METRIC=VALUE", help="Exit 1 when a figure is worse than this.")
@click.option("--fail-if-worse", is_flag=True, help="Exit 1 when --compare finds a real loss.")
@JSON
def evaluate(fail_under: Sequence[str], fail_if_worse: bool, as_json: bool, **asked: Any) -> None:
    """Measure retrieval, answers, refusals and citations on the questions in DIR.

    DIR holds corpus.jsonl {_id, title, text}, queries.jsonl {_id, text, answer, type, ...} and, if there are judgments,
    qrels.tsv or qrels/test.tsv (query-id, corpus-id, score). It is indexed beside your index with your settings. A
    figure appears only where DIR tells what is right.

    \b
    A line of the feedback file, with ids of DIR, or without DIR with uris of your own index:
    {"question": "...", "relevant": ["uri", ...], "answer": "..." or [...], "answerable": true}
    """
    with _reporting(as_json):
        from rag import terminal
        from rag.evaluation import measure, report

        request = measure.Request(**asked)
        try:
            request.check(fail_if_worse)
            limits = measure.parse_limits(fail_under)
        except ValueError as error:
            raise click.UsageError(str(error)) from None
        sets = measure.measure(request, _settings(), measure.Progresses(terminal.progress, report.asking))
        for note in report.notes(sets):
            click.echo(f"note: {note}", err=True)
        _out(report.as_json(sets) if as_json else report.text(sets))
        if missed := measure.shortfalls(sets, limits) + (measure.losses(sets) if fail_if_worse else []):
            click.echo(_shown(f"error: {'; '.join(missed)}."), err=True)
            raise SystemExit(1)


def _settings() -> Settings:
    from rag.settings import Settings, unknown_settings

    for line in unknown_settings():
        click.echo(f"warning: {line}", err=True)
    return Settings()


def _text(question: str) -> str:
    return sys.stdin.buffer.read().decode("utf-8", "replace") if question == "-" else question


def _prompt() -> str:
    try:
        return str(click.prompt("?", prompt_suffix=" ", default="", show_default=False)).strip()
    except click.Abort:
        return ""


def _filters(pairs: Sequence[str]) -> Filters | None:
    from rag.filters import parse_filters

    return parse_filters(pairs)


def _out(result: Any) -> None:
    click.echo(_shown(result) if isinstance(result, str) else json.dumps(result, ensure_ascii=False, indent=2))


def _shown(text: str) -> str:
    """Without control characters: what a document or a file name holds must not steer the terminal."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "\ufffd", text)


@contextmanager
def _reporting(as_json: bool, leave: bool = True) -> Iterator[None]:
    """Turns an error into one line and its fix on standard error (as JSON on standard output), and exit code 1."""
    from index.errors import CitewiseError

    try:
        yield
    except CitewiseError as error:
        _complain(str(error), error.fix, as_json)
        if leave:
            raise SystemExit(1) from None
    except UnicodeEncodeError:
        _complain("An argument is not valid UTF-8.", "Check the encoding of the terminal.", as_json)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        _complain("Stopped.", "What was published stays; run the command again to go on.", as_json)
        raise SystemExit(130) from None


def _complain(message: str, fix: str, as_json: bool) -> None:
    if as_json:
        from rag.present import error_json

        _out(error_json(message, fix))
    click.echo(_shown(f"error: {message}" + (f" {fix}" if fix else "")), err=True)


if __name__ == "__main__":
    main()
