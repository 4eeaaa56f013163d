"""What changed between the folders and the index. Pure: looks at no file and no store."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from index.types import BuildPlan, Failure, Rename

SETTLE_NS = 2_000_000_000
LOSS_LIMIT = 0.5


@dataclass(frozen=True, slots=True)
class FileStat:
    """What the file system says of a file, and the hash its bytes had when it was last read."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    sha256: str
    scanned_ns: int


@dataclass(frozen=True, slots=True)
class KnownFile:
    root: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The folders as they are now. `unlisted` are uri prefixes of folders that could not be listed."""

    sha256: Mapping[str, str]
    roots: Collection[str]
    unlisted: Collection[str] = ()
    failures: tuple[Failure, ...] = ()


def suffix_of(uri: str) -> str:
    """Decides the loader: equal bytes under the same suffix are the same content."""
    return PurePosixPath(uri).suffix.lower()


def same_file(then: FileStat, size: int, mtime_ns: int, ctime_ns: int, inode: int) -> bool:
    """Whether a file need not be read again. A change within 2 s of the last scan may have left the same stamps."""
    unchanged = (then.size, then.mtime_ns, then.ctime_ns, then.inode) == (size, mtime_ns, ctime_ns, inode)
    return unchanged and max(mtime_ns, ctime_ns) + SETTLE_NS < then.scanned_ns


def make_plan(
    listing: Listing,
    known: Mapping[str, KnownFile],
    failed: Mapping[str, tuple[str, Failure]] | None = None,
    *,
    allow_loss: bool = False,
) -> BuildPlan:
    """Compares a listing with the live documents of its roots.

    `failed` maps uris to (sha256, failure) of an earlier build: the same bytes are not tried again. A document is
    removed only when its folder was listed and does not hold it; a root that would lose more than half of its
    documents keeps them and is reported, unless `allow_loss`.
    """
    failed = failed or {}
    failures = list(listing.failures)
    failed_before = {
        uri: failure
        for uri, (sha256, failure) in failed.items()
        if listing.sha256.get(uri) == sha256 and known.get(uri, KnownFile("", "")).sha256 != sha256
    }
    present = {uri: sha256 for uri, sha256 in listing.sha256.items() if uri not in failed_before}
    ours = {uri: file for uri, file in known.items() if file.root in listing.roots}
    unreadable = {failure.uri for failure in listing.failures}
    gone = {
        uri: file
        for uri, file in ours.items()
        if uri not in listing.sha256 and uri not in unreadable and not _under(uri, listing.unlisted)
    }
    added = {uri for uri in present if uri not in ours}
    renamed = _renames(gone, {uri: present[uri] for uri in added})
    lost = set(gone) - {rename.source for rename in renamed}
    for root in sorted(listing.roots):
        of_root = {uri for uri in lost if gone[uri].root == root}
        total = sum(file.root == root for file in ours.values())
        if not allow_loss and len(of_root) > LOSS_LIMIT * total:
            lost -= of_root
            detail = f"{len(of_root)} of {total} documents are gone; they are kept until you say --yes or --forget"
            failures.append(Failure(root, "missing", detail))
    return BuildPlan(
        added=tuple(sorted(added - {rename.target for rename in renamed})),
        changed=tuple(sorted(uri for uri in present if uri in ours and ours[uri].sha256 != present[uri])),
        renamed=renamed,
        removed=tuple(sorted(lost)),
        unchanged=tuple(sorted(uri for uri in present if uri in ours and ours[uri].sha256 == present[uri])),
        failed_before=tuple(sorted(failed_before)),
        failures=tuple(sorted([*failures, *failed_before.values()], key=lambda failure: failure.uri)),
    )


def was_listed(uri: str, listing: Listing) -> bool:
    """Whether the folder of a uri was looked at, so that a file missing from it is known to be gone."""
    return uri.partition("/")[0] in listing.roots and not _under(uri, listing.unlisted)


def _renames(gone: Mapping[str, KnownFile], added: Mapping[str, str]) -> tuple[Rename, ...]:
    targets: dict[str, list[str]] = {}
    for uri in sorted(added, reverse=True):
        targets.setdefault(added[uri], []).append(uri)
    renames = []
    for uri in sorted(gone):
        if same := targets.get(gone[uri].sha256):
            renames.append(Rename(uri, same.pop()))
    return tuple(renames)


def _under(uri: str, prefixes: Collection[str]) -> bool:
    return any(uri == prefix or uri.startswith(f"{prefix}/") for prefix in prefixes)
