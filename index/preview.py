"""What a build would do, without doing it: the plan, the passages it would embed, and how long that takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from index.catalog.engine import open_engine
from index.catalog.files import CatalogFiles
from index.catalog.read import CatalogReader
from index.catalog.write import CatalogWriter
from index.chunk import embedding_input, input_key
from index.embed import configured_fingerprint, open_embedder
from index.errors import CitewiseError, IndexMissing
from index.parsing.ahead import open_parsers
from index.parsing.text import ParsedText
from index.plan import make_plan
from index.roots import forgotten_roots, roots_to_scan
from index.scan import Scan, scan
from index.settings import IndexSettings
from index.types import BuildOptions, BuildPlan, Failure, Progress

SAMPLE = 16


def plan_build(
    settings: IndexSettings,
    on_progress: Callable[[Progress], None] | None = None,
    *,
    options: BuildOptions | None = None,
    embedder: Any = None,
    count: bool = True,
) -> BuildPlan:
    """What `build_index` would do now. Writes nothing.

    `count` reads the new and changed files to tell how many passages would be embedded; without it the plan takes no
    longer than the scan. Where no build measured the embedder's speed yet, a local one embeds 16 passages for it.
    """
    options = options or BuildOptions()
    tell = on_progress or (lambda progress: None)
    try:
        engine = open_engine(settings.index_dir)
    except IndexMissing:
        found = _scan(settings, options, {}, {}, tell)
        plan = make_plan(found.listing, {})
        return _counted(plan, _Counting(settings, embedder), plan.added, found, tell) if count else plan
    try:
        reader, files = CatalogReader(engine), CatalogFiles(engine)
        state, roots = reader.state(), reader.roots()
        dropped = forgotten_roots(options, roots)
        known = files.known_files(state.epoch)
        forgotten = tuple(uri for uri, file in known.items() if file.root in dropped)
        kept = {name: path for name, path in roots.items() if name not in dropped}
        found = _scan(settings, options, kept, files.file_stats(), tell)
        failed = {} if options.retry_failed or options.full else files.failed_files()
        plan = make_plan(found.listing, known, failed, allow_loss=options.yes)
        plan = replace(plan, removed=tuple(sorted((*plan.removed, *forgotten))))
        if not count:
            return plan
        counting = _Counting(settings, embedder, reader, CatalogWriter(engine), state.epoch, options.full)
        uris = sorted(found.listing.sha256) if options.full else [*plan.added, *plan.changed]
        return _counted(plan, counting, uris, found, tell)
    finally:
        engine.dispose()


@dataclass(slots=True)
class _Counting:
    """What is known before a file is read: nothing, or what the catalog holds."""

    settings: IndexSettings
    embedder: Any
    reader: CatalogReader | None = None
    writer: CatalogWriter | None = None
    epoch: int = 0
    full: bool = False
    inputs: dict[str, str] = field(default_factory=dict)

    def take(self, parsed: ParsedText) -> None:
        """Notes the embedding inputs of the passages that the catalog does not hold."""
        document = parsed.document
        known = self.writer.passage_ids(self.epoch, parsed.keys) if self.writer and not self.full else {}
        for piece, key in zip(parsed.chunks, parsed.keys, strict=True):
            if key not in known:
                text = document.text[piece.start : piece.end]
                hashed = input_key(document.title, piece.headings, text)
                self.inputs[hashed] = embedding_input(document.title, piece.headings, text)

    def to_embed(self) -> int:
        """Of these, how many have no vector; and those that an earlier build left without one."""
        if self.reader is None:
            return len(self.inputs)
        fingerprint = configured_fingerprint(self.settings, self.embedder)
        alike = self.reader.embedded_inputs(list(self.inputs), fingerprint)
        pending = 0 if self.full else self.reader.counts(self.reader.state()).pending
        return len(self.inputs.keys() - alike) + pending

    def speed(self) -> float | None:
        """Passages a second: of earlier builds, else of a sample; None where a sample would cost an endpoint's time."""
        fingerprint = configured_fingerprint(self.settings, self.embedder)
        if self.reader is not None and (found := self.reader.embedding_speed(fingerprint)) is not None:
            return found
        if not self.inputs or (self.embedder is None and self.settings.embedder.startswith("openai:")):
            return None
        sample = list(self.inputs.values())[:SAMPLE]
        try:
            embedder = open_embedder(self.settings, self.embedder)
            embedder.embed_passages(sample[:1])  # loads the model
            started = time.perf_counter()
            embedder.embed_passages(sample)
        except CitewiseError:
            return None
        return len(sample) / (time.perf_counter() - started)


def _counted(
    plan: BuildPlan, counting: _Counting, uris: Sequence[str], found: Scan, tell: Callable[[Progress], None]
) -> BuildPlan:
    failures = []
    parsers = open_parsers(counting.settings)
    for done, file in enumerate(parsers.read(uris, found.paths, lambda uri, sha256: False), 1):
        for one in file.documents():
            if isinstance(one, Failure):
                failures.append(one)
            else:
                counting.take(one)
        tell(Progress("read", done, len(uris), file.uri))
    count = counting.to_embed()
    speed = counting.speed() if count else None
    unread = {failure.uri for failure in failures}
    kept = {name: tuple(uri for uri in getattr(plan, name) if uri not in unread) for name in ("added", "changed")}
    every = {failure.uri: failure for failure in (*plan.failures, *failures)}
    return replace(
        plan,
        **kept,
        failures=tuple(every[uri] for uri in sorted(every)),
        to_embed=count,
        seconds=round(count / speed, 1) if speed else (None if count else 0.0),
    )


def _scan(
    settings: IndexSettings, options: BuildOptions, roots: Any, stats: Any, tell: Callable[[Progress], None]
) -> Scan:
    return scan(
        roots_to_scan(settings, options, roots),
        stats,
        settings.max_file_mb,
        lambda count: tell(Progress("scan", count, 0)),
        settings.index_dir,
    )
