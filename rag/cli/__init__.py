"""The command line. Imports nothing heavy before a command needs it; every error is one line and its fix."""

from __future__ import annotations

import click

from rag.cli.asking import ask, chat, search, status, text, ui
from rag.cli.measuring import evaluate, feedback
from rag.cli.upkeep import backup, doctor, index, restore


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="citewise", message="%(version)s")
def main() -> None:
    """Ask your own documents: every sentence of an answer is cited and checked against the source."""


for command in (index, ask, search, chat, ui, status, text, evaluate, feedback, doctor, backup, restore):
    main.add_command(command)
