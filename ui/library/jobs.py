"""What a build is asked for: each job says in words what it wants, and prepares the folders for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from index.errors import CitewiseError, RootError
from index.ignore import file_of, leave_out, take_back
from index.settings import IndexSettings
from index.types import BuildOptions, BuildReport
from index.uploads import own_uploads
from ui.words import counted

Check = Callable[[], None]  # raises when the job was cancelled


class Job(Protocol):
    @property
    def wants(self) -> str:
        """What it is for, in words."""

    def prepare(self, settings: IndexSettings, check: Check) -> BuildOptions:
        """Does what has to be done before the build, which may be done twice. Calls `check` in between. Raises
        CitewiseError."""


@dataclass(frozen=True, slots=True)
class Update:
    paths: tuple[Path, ...] = ()
    retry_failed: bool = False
    full: bool = False
    allow_loss: bool = False

    @property
    def wants(self) -> str:
        if self.full:
            return "Building the index anew"
        if self.retry_failed:
            return "Reading again what could not be read"
        if len(self.paths) == 1:
            return f"Bringing {self.paths[0].name} up to date"
        return "Bringing the index up to date"

    def prepare(self, settings: IndexSettings, check: Check) -> BuildOptions:
        return BuildOptions(self.paths, full=self.full, yes=self.allow_loss, retry_failed=self.retry_failed)


@dataclass(frozen=True, slots=True)
class Removal:
    uris: tuple[str, ...]
    purge: bool = False

    @property
    def wants(self) -> str:
        what = self.uris[0].rpartition("/")[2] if len(self.uris) == 1 else counted(len(self.uris), "document")
        return f"Removing {what}"

    def prepare(self, settings: IndexSettings, check: Check) -> BuildOptions:
        """Deletes the files that were uploaded, and leaves the others out from now on."""
        roots = indexed_folders(settings)
        uploads = own_uploads(settings.index_dir, roots)
        files, touched = set(), {}
        deleted: list[Path] = []
        left: dict[Path, list[Path]] = defaultdict(list)
        for uri in self.uris:
            check()
            name = uri.partition("/")[0]
            if name not in touched:
                if name not in roots or not Path(roots[name]).is_dir():
                    raise RootError(f"The folder of {uri} is not there.", "Forget the folder to remove its documents.")
                touched[name] = Path(roots[name])
            if (found := file_of(uri, roots)) is None:
                files.add(uri)  # it is gone already: the build sees that
                continue
            file_uri, path = found
            files.add(file_uri)
            if path.parent == uploads:
                deleted.append(path)
            else:
                left[touched[name]].append(path)
        for root, paths in left.items():
            leave_out(root, paths)
        for path in deleted:
            path.unlink(missing_ok=True)
        options = BuildOptions(tuple(touched.values()), purge=self.purge)
        return replace(options, yes=_only_these(settings, options, files, check))


@dataclass(frozen=True, slots=True)
class Restoring:
    uri: str

    @property
    def wants(self) -> str:
        return f"Taking {self.uri.rpartition('/')[2]} in again"

    def prepare(self, settings: IndexSettings, check: Check) -> BuildOptions:
        name, _, place = self.uri.partition("/")
        root = indexed_folders(settings).get(name)
        if root is None:
            raise RootError(f"{name} is not an indexed folder.", "Add the folder again.")
        take_back(Path(root), place)
        return BuildOptions((Path(root),))


@dataclass(frozen=True, slots=True)
class Forgetting:
    root: Path
    purge: bool = False

    @property
    def wants(self) -> str:
        return f"Forgetting the folder {self.root.name}"

    def prepare(self, settings: IndexSettings, check: Check) -> BuildOptions:
        return BuildOptions(forget=(self.root,), purge=self.purge)


def own_failures(report: BuildReport, paths: Sequence[Path], roots: Mapping[str, str]) -> BuildReport:
    """The report of a build of these folders without what could not be read in others, which it repeats. `roots` are
    the paths of the indexed folders by name. A build of no folder in particular is one of all."""
    if not paths:
        return report
    wanted = {str(path.expanduser().resolve()) for path in paths}
    names = {name for name, path in roots.items() if path in wanted}
    return replace(report, failures=tuple(one for one in report.failures if one.uri.partition("/")[0] in names))


def indexed_folders(settings: IndexSettings) -> dict[str, str]:
    """The path of each indexed folder by its name; none while there is no index."""
    from index.catalog.engine import open_engine
    from index.catalog.read import CatalogReader
    from index.errors import IndexMissing

    try:
        engine = open_engine(settings.index_dir)
    except IndexMissing:
        return {}
    try:
        return CatalogReader(engine).roots()
    finally:
        engine.dispose()


def _only_these(settings: IndexSettings, options: BuildOptions, files: set[str], check: Check) -> bool:
    """Whether a build that may lose any number of documents loses no other than these, so that it may."""
    from index.preview import plan_build

    try:
        plan = plan_build(settings, lambda _: check(), options=replace(options, yes=True), count=False)
    except CitewiseError:
        return False
    return set(plan.removed) <= files
