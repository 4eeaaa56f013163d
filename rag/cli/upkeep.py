"""Upkeep: the commands that build, watch, examine, save and restore the index."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from rag.cli.common import JSON, complain, ended_in_time, load_settings, out, reporting

FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would be done, and do nothing.")
@click.option("--watch", is_flag=True, help="Go on, and build again whenever a document changes, until Ctrl-C.")
@click.option("--full", is_flag=True, help="Build everything anew beside the live index, then switch.")
@click.option("--forget", multiple=True, type=click.Path(path_type=Path), help="Drop a folder and its documents.")
@click.option("--purge", is_flag=True, help="Leave nothing of deleted documents in any file of the index.")
@click.option("--yes", is_flag=True, help="Let a folder lose more than half of its documents.")
@click.option("--retry-failed", is_flag=True, help="Try unchanged files again that failed before.")
@JSON
def index(
    paths: Sequence[Path],
    dry_run: bool,
    watch: bool,
    full: bool,
    forget: Sequence[Path],
    purge: bool,
    yes: bool,
    retry_failed: bool,
    as_json: bool,
) -> None:
    """Bring the index up to date with the folders PATHS, or with all folders it remembers."""
    if dry_run and watch:
        raise click.UsageError("--dry-run and --watch do not go together.")
    with reporting(as_json), ended_in_time():
        from index import build_index, plan_build
        from index.errors import CitewiseError
        from index.types import BuildOptions, BuildReport
        from rag import present, terminal

        settings = load_settings()
        options = BuildOptions(tuple(paths), tuple(forget), full, yes, retry_failed, purge)

        def tell(report: BuildReport) -> None:
            out(present.report_json(report) if as_json else terminal.report(report), lines=watch)

        with terminal.progress() as on_progress:
            if dry_run:
                plan = plan_build(settings, on_progress, options=options)
            elif not watch:
                report = build_index(settings, on_progress, options=options)
        if dry_run:
            out(present.plan_json(plan) if as_json else terminal.plan(plan))
        elif not watch:
            tell(report)
        else:
            from index import watch as follow

            def warn(error: CitewiseError) -> None:
                complain(str(error), error.fix, False)

            click.echo("Watching; Ctrl-C ends it.", err=True)
            follow(settings, tell, on_error=warn, options=options)


@click.command()
@click.option("--repair", is_flag=True, help="Put right what can be: nothing is parsed again.")
@JSON
def doctor(repair: bool, as_json: bool) -> None:
    """Examine the index: catalog, words and vectors against each other. Exits 1 when there is a problem."""
    with reporting(as_json):
        from index.doctor.examine import examine
        from index.doctor.repair import repair as put_right
        from rag import present, terminal

        settings = load_settings()
        if repair:
            with terminal.progress() as on_progress:
                found = put_right(settings, on_progress=on_progress)
        else:
            found = examine(settings)
        out(present.diagnosis_json(found) if as_json else terminal.diagnosis(found))
        if not found.healthy:
            raise SystemExit(1)


@click.command()
@FILE
@click.option("--overwrite", is_flag=True, help="Replace FILE when it exists.")
@JSON
def backup(file: Path, overwrite: bool, as_json: bool) -> None:
    """Save the index in FILE, also while it is being built: catalog, texts, vectors and chats; words are made anew."""
    with reporting(as_json):
        from index.backup.save import backup as save
        from rag import present, terminal

        saved = save(load_settings(), file, overwrite=overwrite)
        out(present.backup_json(saved) if as_json else terminal.backup(saved))


@click.command()
@FILE
@click.option(
    "--root", "roots", multiple=True, metavar="NAME=FOLDER", help="Where a folder of the backup is on this machine."
)
@JSON
def restore(file: Path, roots: Sequence[str], as_json: bool) -> None:
    """Make the index of FILE again, in an index folder that holds none. Nothing is parsed or embedded."""
    moved = dict(pair.partition("=")[::2] for pair in roots)
    if not all(moved.values()):
        raise click.UsageError("--root wants NAME=FOLDER.")
    with reporting(as_json):
        from index.backup.restore import restore as fetch
        from rag import present, terminal

        made = fetch(load_settings(), file, roots={name: Path(folder) for name, folder in moved.items()})
        out(present.restore_json(made) if as_json else terminal.restore(made))
