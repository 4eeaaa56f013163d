"""Asking: the commands that read the index."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from rag.cli.common import FILTER, JSON, load_settings, out, prompt, question_text, read_filters, reporting


@click.command()
@click.argument("question")
@FILTER
@JSON
def ask(question: str, filters: Sequence[str], as_json: bool) -> None:
    """Answer QUESTION with cited, checked sentences ("-" reads it from standard input)."""
    with reporting(as_json):
        from rag import Assistant, present, terminal

        with Assistant.open(load_settings()) as assistant:
            answer = assistant.ask(question_text(question), read_filters(filters))
        if answer.notice:
            click.echo(f"note: {answer.notice}", err=True)
        out(present.answer_json(answer) if as_json else terminal.answer(answer))


@click.command()
@click.argument("question")
@click.option("-k", default=10, show_default=True, type=click.IntRange(1, 100), help="How many passages.")
@FILTER
@JSON
def search(question: str, k: int, filters: Sequence[str], as_json: bool) -> None:
    """List the passages that fit QUESTION best."""
    with reporting(as_json):
        from rag import Assistant, present, terminal

        with Assistant.open(load_settings()) as assistant:
            hits = assistant.search(question_text(question), k, read_filters(filters))
        out([present.hit_json(hit) for hit in hits] if as_json else terminal.hits(hits))


@click.command()
@FILTER
def chat(filters: Sequence[str]) -> None:
    """Ask in the terminal, question after question; an empty line ends it."""
    with reporting(False):
        from rag import Assistant, terminal

        with Assistant.open(load_settings()) as assistant:
            click.echo(terminal.greeting(assistant), err=True)
            conversation, chosen = assistant.chat(), read_filters(filters)
            while question := prompt():
                with reporting(False, leave=False):
                    answer = conversation.ask(question, chosen)
                    if answer.notice:
                        click.echo(f"note: {answer.notice}", err=True)
                    out(terminal.answer(answer))


@click.command()
def ui() -> None:
    """Open the chat page in the browser."""
    import os
    import subprocess

    command = [sys.executable, "-m", "ui"]
    if os.name == "posix":
        os.execv(sys.executable, command)  # one process: who ends it ends the server
    raise SystemExit(subprocess.call(command))


@click.command()
@JSON
def status(as_json: bool) -> None:
    """Show what the index holds."""
    with reporting(as_json):
        from rag import terminal
        from rag.status import read_status

        found = read_status(load_settings())
        out(found if as_json else terminal.status(found))


@click.command()
@click.argument("uri")
def text(uri: str) -> None:
    """Write the stored text of the document URI, exactly as citations count it."""
    with reporting(False):
        from rag.status import read_text

        found = read_text(load_settings(), uri)
        sys.stdout.buffer.write(found.encode())
        sys.stdout.buffer.flush()
