"""What a build reads: what changed, into the live epoch, or everything, into a second one beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from index.catalog.files import CatalogFiles
from index.catalog.read import CatalogReader
from index.catalog.texts import Placed
from index.catalog.write import CatalogWriter
from index.interrupt import Ending
from index.plan import KnownFile, suffix_of
from index.publish import TextPublisher
from index.scan import Scan
from index.segments import newest
from index.types import BuildPlan, Progress


@dataclass(frozen=True, slots=True)
class TextReading:
    """The texts of one build. What `tell` raises ends it between two files, as does `ending`."""

    reader: CatalogReader
    writer: CatalogWriter
    files: CatalogFiles
    publisher: TextPublisher
    plan: BuildPlan
    found: Scan
    tell: Callable[[Progress], None]
    ending: Ending

    def apply(self) -> None:
        """Removals and renames first, in one publish; then what has to be read."""
        placed, unread = [], []
        for rename in self.plan.renamed:
            sha256 = self.found.listing.sha256[rename.target]
            content = self.writer.content_id(self.publisher.epoch, sha256, suffix_of(rename.target))
            if content is None:
                unread.append(rename.target)
            else:
                placed.append(Placed(self.found.root_of[rename.target], rename.target, content))
        self.publisher.remove([*self.plan.removed, *(rename.source for rename in self.plan.renamed)], placed)
        self._read([*self.plan.added, *self.plan.changed, *unread])

    def fill_beside(self, live: int, before: Mapping[str, KnownFile]) -> None:
        """Fills a second epoch: every file is read again; what cannot be read now is carried over as stored.

        `before` are the files of the live epoch.
        """
        publisher, listed = self.publisher, self.found.listing.sha256
        done = self.files.known_files(publisher.epoch)
        todo = [uri for uri, sha256 in listed.items() if done.get(uri, KnownFile("", "")).sha256 != sha256]
        publisher.remove([uri for uri in done if uri not in before and uri not in listed])
        self._read(todo)
        dropped = {*self.plan.removed, *(rename.source for rename in self.plan.renamed)}
        have, failed = self.files.known_files(publisher.epoch), self.files.failed_files()
        carried = sorted(before.keys() - have.keys() - dropped)
        for uri in carried:
            self.ending.check()
            if found_before := self.reader.inside(uri, newest(self.reader, live)):
                publisher.carry_over(before[uri].root, found_before)
        publisher.flush()
        # Publishing a file forgets its failure; those carried over still have theirs.
        self.files.save_failures([(before[uri].root, *failed[uri]) for uri in carried if uri in failed])
        publisher.remove([uri for uri in have if uri in dropped])

    def _read(self, uris: Sequence[str]) -> None:
        self.publisher.read_files(
            uris,
            self.found.paths,
            self.found.root_of,
            lambda done, total, uri: self.tell(Progress("read", done, total, uri)),
        )
        self.ending.check()
