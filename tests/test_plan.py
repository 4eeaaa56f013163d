"""The plan: pure, so it is held to its rules over any folders and any index."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.plan import LOSS_LIMIT, SETTLE_NS, FileStat, KnownFile, Listing, make_plan, same_file, suffix_of
from index.types import BuildPlan, Failure, Rename

ROOTS = ("a", "b")
URIS = st.builds(
    "{}/{}{}".format, st.sampled_from(ROOTS), st.sampled_from(["", "sub/", "sub/deep/"]), st.sampled_from("1234")
)
HASHES = st.sampled_from(["h1", "h2", "h3", "h4", "h5"])


@st.composite
def situations(draw: st.DrawFn) -> tuple[Listing, dict[str, KnownFile], dict[str, tuple[str, Failure]], bool]:
    """What a scan can find beside any index: nothing below an unlisted folder, failures only of files not listed."""
    files = draw(st.dictionaries(URIS, HASHES, max_size=10))
    known = {uri: KnownFile(uri[0], sha256) for uri, sha256 in draw(st.dictionaries(URIS, HASHES, max_size=10)).items()}
    roots = draw(st.sets(st.sampled_from(ROOTS)))
    unlisted = draw(st.sets(st.sampled_from(["a", "b/sub", "b/sub/deep"]), max_size=2))
    listed = {
        uri: sha256
        for uri, sha256 in files.items()
        if uri[0] in roots and not any(uri.startswith(f"{folder}/") for folder in unlisted)
    }
    unreadable = draw(st.sets(URIS, max_size=2)) - listed.keys()
    failures = tuple(Failure(uri, "unreadable", "") for uri in sorted(unreadable) if uri[0] in roots)
    failed = {
        uri: (h, Failure(uri, "damaged", "")) for uri, h in draw(st.dictionaries(URIS, HASHES, max_size=4)).items()
    }
    return Listing(listed, roots, unlisted, failures), known, failed, draw(st.booleans())


def applied(plan: BuildPlan, known: dict[str, str], listing: Listing) -> dict[str, str]:
    """What the index holds after the plan: uri -> hash."""
    after = dict(known)
    for uri in (*plan.removed, *(rename.source for rename in plan.renamed)):
        del after[uri]
    for uri in (*plan.added, *plan.changed, *(rename.target for rename in plan.renamed)):
        after[uri] = listing.sha256[uri]
    return after


@given(situations())
def test_every_listed_file_is_in_exactly_one_list(
    situation: tuple[Listing, dict[str, KnownFile], dict[str, tuple[str, Failure]], bool],
) -> None:
    listing, known, failed, allow_loss = situation
    plan = make_plan(listing, known, failed, allow_loss=allow_loss)
    targets = [rename.target for rename in plan.renamed]
    told = Counter([*plan.added, *plan.changed, *targets, *plan.unchanged, *plan.failed_before])
    assert told == Counter(listing.sha256.keys())
    assert not set(plan.removed) & set(told)
    gone = Counter([*plan.removed, *(rename.source for rename in plan.renamed)])
    assert gone.keys() <= known.keys() - listing.sha256.keys() and set(gone.values()) <= {1}


@given(situations())
def test_only_a_folder_that_was_listed_loses_files(
    situation: tuple[Listing, dict[str, KnownFile], dict[str, tuple[str, Failure]], bool],
) -> None:
    listing, known, failed, allow_loss = situation
    plan = make_plan(listing, known, failed, allow_loss=allow_loss)
    unreadable = {failure.uri for failure in listing.failures}
    for uri in (*plan.removed, *(rename.source for rename in plan.renamed)):
        assert known[uri].root in listing.roots
        assert uri not in unreadable
        assert not any(uri.startswith(f"{folder}/") for folder in listing.unlisted)


@given(situations())
def test_the_plan_leads_from_the_index_to_the_listing(
    situation: tuple[Listing, dict[str, KnownFile], dict[str, tuple[str, Failure]], bool],
) -> None:
    """With losses allowed, all that differs afterwards could not be listed, could not be read, or failed before."""
    listing, known, failed, _ = situation
    plan = make_plan(listing, known, failed, allow_loss=True)
    before = {uri: file.sha256 for uri, file in known.items()}
    after = applied(plan, before, listing)
    kept = {
        uri
        for uri in before
        if uri[0] not in listing.roots
        or uri in {failure.uri for failure in listing.failures}
        or any(uri.startswith(f"{folder}/") for folder in listing.unlisted)
    }
    wanted = {**{uri: before[uri] for uri in kept}, **listing.sha256}
    for uri in plan.failed_before:
        wanted.pop(uri)
        if uri in before:
            wanted[uri] = before[uri]
    assert after == wanted


@given(situations())
def test_renames_pair_equal_bytes_and_leave_none_over(
    situation: tuple[Listing, dict[str, KnownFile], dict[str, tuple[str, Failure]], bool],
) -> None:
    listing, known, failed, _ = situation
    plan = make_plan(listing, known, failed, allow_loss=True)
    for rename in plan.renamed:
        assert known[rename.source].sha256 == listing.sha256[rename.target]
    assert not {known[uri].sha256 for uri in plan.removed} & {listing.sha256[uri] for uri in plan.added}


@given(situations())
def test_a_root_never_silently_loses_more_than_half(
    situation: tuple[Listing, dict[str, KnownFile], dict[str, tuple[str, Failure]], bool],
) -> None:
    listing, known, failed, _ = situation
    careful, free = make_plan(listing, known, failed), make_plan(listing, known, failed, allow_loss=True)
    assert careful.renamed == free.renamed and careful.added == free.added and careful.changed == free.changed
    kept_roots = {failure.uri for failure in careful.failures if failure.uri in ROOTS}
    for root in ROOTS:
        would_go = [uri for uri in free.removed if known[uri].root == root]
        held = sum(file.root == root for file in known.values())
        too_many = len(would_go) > LOSS_LIMIT * held
        assert [uri for uri in careful.removed if known[uri].root == root] == ([] if too_many else would_go)
        assert (root in kept_roots) == too_many
    assert not {failure.uri for failure in free.failures} & set(ROOTS)


@given(situations())
def test_a_failed_file_is_left_alone_only_while_its_bytes_are_the_same(
    situation: tuple[Listing, dict[str, KnownFile], dict[str, tuple[str, Failure]], bool],
) -> None:
    listing, known, failed, _ = situation
    plan = make_plan(listing, known, failed)
    for uri in listing.sha256:
        same = uri in failed and failed[uri][0] == listing.sha256[uri]
        indexed = uri in known and known[uri].sha256 == listing.sha256[uri]
        assert (uri in plan.failed_before) == (same and not indexed)
    assert {failed[uri][1] for uri in plan.failed_before} <= set(plan.failures)


@pytest.mark.parametrize(("lost", "kept"), [(1, False), (2, False), (3, True), (4, True)])
def test_half_of_four_may_go_three_may_not(lost: int, kept: bool) -> None:
    known = {f"a/{n}": KnownFile("a", f"h{n}") for n in range(4)}
    plan = make_plan(Listing({f"a/{n}": f"h{n}" for n in range(lost, 4)}, ["a"]), known)
    assert len(plan.removed) == (0 if kept else lost)
    assert [failure.reason for failure in plan.failures] == (["missing"] if kept else [])
    assert all(f"{lost} of 4" in failure.detail and "--yes" in failure.detail for failure in plan.failures)


def test_moving_everything_is_no_loss() -> None:
    known = {f"a/{n}": KnownFile("a", f"h{n}") for n in range(4)}
    plan = make_plan(Listing({f"a/new/{n}": f"h{n}" for n in range(4)}, ["a"]), known)
    assert plan.renamed == tuple(Rename(f"a/{n}", f"a/new/{n}") for n in range(4))
    assert (plan.removed, plan.failures, plan.is_empty) == ((), (), False)


def test_a_folder_is_no_prefix_of_another_name() -> None:
    known = {"a/sub/1": KnownFile("a", "h1"), "a/submarine": KnownFile("a", "h2"), "a/3": KnownFile("a", "h3")}
    plan = make_plan(Listing({"a/3": "h3"}, ["a"], ["a/sub"]), known)
    assert plan.removed == ("a/submarine",)


STAT = FileStat(10, 1_000 * SETTLE_NS, 1_000 * SETTLE_NS, 7, "h", 1_002 * SETTLE_NS)


def test_equal_stamps_are_believed() -> None:
    assert same_file(STAT, STAT.size, STAT.mtime_ns, STAT.ctime_ns, STAT.inode)


@pytest.mark.parametrize("at", range(4), ids=["size", "mtime", "ctime", "inode"])
def test_any_other_stamp_is_a_change(at: int) -> None:
    stamps = [STAT.size, STAT.mtime_ns, STAT.ctime_ns, STAT.inode]
    stamps[at] += 1
    assert not same_file(STAT, *stamps)


@pytest.mark.parametrize("late", ["mtime_ns", "ctime_ns"])
@pytest.mark.parametrize(
    ("before_scan", "believed"), [(SETTLE_NS + 1, True), (SETTLE_NS, False), (0, False), (-5, False)]
)
def test_stamps_close_to_the_scan_are_not_believed(late: str, before_scan: int, believed: bool) -> None:
    stamps = {"mtime_ns": 0, "ctime_ns": 0, late: STAT.scanned_ns - before_scan}
    then = FileStat(10, stamps["mtime_ns"], stamps["ctime_ns"], 7, "h", STAT.scanned_ns)
    assert same_file(then, 10, then.mtime_ns, then.ctime_ns, 7) is believed


def test_the_suffix_is_that_of_the_name() -> None:
    assert [suffix_of(uri) for uri in ("a/b.TXT", "a.b/c", "a/b.tar.gz", "a/.txt")] == [".txt", "", ".gz", ""]
