"""Measuring: `citewise eval`, and the questions that people's feedback gives it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from rag.cli.common import JSON, load_settings, out, reporting, shown


@click.command(name="eval")
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
    with reporting(as_json):
        from rag import terminal
        from rag.evaluation import measure, report

        request = measure.Request(**asked)
        try:
            request.check(fail_if_worse)
            limits = measure.parse_limits(fail_under)
        except ValueError as error:
            raise click.UsageError(str(error)) from None
        sets = measure.measure(request, load_settings(), measure.Progresses(terminal.progress, report.asking))
        for note in report.notes(sets):
            click.echo(f"note: {note}", err=True)
        out(report.as_json(sets) if as_json else report.text(sets))
        if missed := measure.shortfalls(sets, limits) + (measure.losses(sets) if fail_if_worse else []):
            click.echo(shown(f"error: {'; '.join(missed)}."), err=True)
            raise SystemExit(1)


@click.command()
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write FILE instead.", metavar="FILE")
def feedback(output: Path | None) -> None:
    """Write the feedback of all kept chats as questions for: citewise eval --feedback FILE"""
    with reporting(False):
        from index.errors import CitewiseError
        from rag.chats.feedback import feedback_rows
        from rag.chats.sqlite import FILENAME
        from rag.chats.store import ChatStore
        from rag.evaluate import uris

        settings = load_settings()
        rated = []
        if (settings.index_dir / FILENAME).is_file():
            with ChatStore(settings.index_dir / FILENAME) as chats:
                rated = chats.feedback()
        made = feedback_rows(rated, uris(settings)) if rated else feedback_rows(())
        if made.left_out:
            click.echo(
                f"note: {made.left_out} without a word on what is right, or on documents that are gone.", err=True
            )
        if not made.rows:
            raise CitewiseError("There is no feedback to measure with.", "Rate answers in the chat page: citewise ui")
        if output is None:
            out(made.lines.rstrip("\n"))
            return
        try:
            output.write_text(made.lines, encoding="utf-8")
        except OSError as error:
            raise CitewiseError(f"{output} cannot be written: {error.strerror}.", "Choose another FILE.") from None
        click.echo(f"{len(made.rows)} questions are in {output}. Ask them: citewise eval --feedback {output}", err=True)
