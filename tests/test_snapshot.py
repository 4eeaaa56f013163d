"""What a reader sees: another process's builds, filters, exact scores, generations that are swept, several threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
import pytest
from doubles import (
    WordCounts,
    build_in_child,
    check_readable,
    counts,
    found_by_words,
    found_nearby,
    index_settings,
    paragraph,
    places,
    run_in_child,
    text_of,
    write,
)

from index import segments, snapshot
from index.build import build_index
from index.catalog import Segment, open_engine
from index.catalog_sweep import CatalogSweeper
from index.catalog_write import CatalogWriter
from index.errors import StaleSnapshot
from index.segments import SMALLEST_TIER, TIER_SEGMENTS, stale_segments, tier_to_merge
from index.settings import IndexSettings
from index.snapshot import Index
from index.sweep import sweep
from index.types import BuildOptions, Filters, Progress
from index.vectors import VectorStore


@pytest.fixture
def config(tmp_path: Path) -> IndexSettings:
    """An index of docs/a.txt (anchor, bridge) and docs/b.txt (castle)."""
    made = index_settings(tmp_path)
    write(made.seeds_dir, {"a.txt": text_of(["anchor"], ["bridge"]), "b.txt": text_of(["castle"])})
    build_index(made, embedder=WordCounts())
    return made


@pytest.fixture
def index(config: IndexSettings) -> Iterator[Index]:
    opened = Index(config, WordCounts())
    yield opened
    opened.close()


# Other processes


def test_a_build_of_another_process_is_noticed(config: IndexSettings, index: Index) -> None:
    before = index.snapshot()
    assert found_by_words(before, "anchor") == found_nearby(before, "anchor") == {"docs/a.txt"}
    assert index.snapshot() is before, "the same one as long as nothing was published"

    write(config.seeds_dir, {"a.txt": text_of(["bridge"]), "c.txt": text_of(["dragon"])})
    assert run_in_child(build_in_child, config) == 0

    after = index.snapshot()
    assert after.generation > before.generation
    assert found_by_words(after, "dragon") == found_nearby(after, "dragon") == {"docs/c.txt"}
    assert found_by_words(after, "anchor") == found_nearby(after, "anchor") == set()
    assert found_by_words(before, "anchor") == found_nearby(before, "anchor") == {"docs/a.txt"}, "never changes"
    assert found_by_words(before, "dragon") == found_nearby(before, "dragon") == set()


def test_a_full_build_of_another_process_is_noticed(config: IndexSettings, index: Index) -> None:
    before = index.snapshot()
    assert found_nearby(before, "anchor") == {"docs/a.txt"}
    write(config.seeds_dir, {"c.txt": text_of(["dragon"])})
    assert run_in_child(build_in_child, config, BuildOptions(full=True)) == 0
    after = index.snapshot()
    assert after.state.epoch == before.state.epoch + 1
    assert found_by_words(after, "dragon") == found_nearby(after, "dragon") == {"docs/c.txt"}
    assert found_by_words(before, "dragon") == set()


# Filters


NEWS = {
    "north/tides.md": (
        ["anchor", "ember"],
        "---\ntitle: Tides\nlanguage: en\npublisher: The Gazette\ndate: 2024-03-07\n---\n",
    ),
    "north/docks.md": (
        ["anchor", "ember"],
        "---\ntitle: Docks\nlanguage: de\npublisher: Hafenpost\ndate: 2024-05-01\n---\n",
    ),
    "south/tides.md": (
        ["anchor", "dragon"],
        "---\ntitle: Tides\nlanguage: en\npublisher: Österreich\ndate: 2025-01-31\n---\n",
    ),
    "south/plain.md": (["anchor", "forest"], "---\ntitle: Plain\nlanguage: en\n---\n"),
}
FILTERS = [
    (Filters(uri="docs/north/"), {"north/tides.md", "north/docks.md"}),
    (Filters(uri="docs/no"), {"north/tides.md", "north/docks.md"}),
    (Filters(uri="north"), set()),
    (Filters(uri="*/tides.md"), {"north/tides.md", "south/tides.md"}),
    (Filters(uri="docs/?outh/*"), {"south/tides.md", "south/plain.md"}),
    (Filters(uris=("docs/north/tides.md", "docs/none.md")), {"north/tides.md"}),
    (Filters(uris=()), set()),
    (Filters(uri="docs/[st]outh/*"), set()),  # a bracket is a bracket: file names have them
    (Filters(outlet="the gazette"), {"north/tides.md"}),
    (Filters(outlet="Österreich"), {"south/tides.md"}),
    (Filters(outlet="Gazette"), set()),
    (Filters(language="DE"), {"north/docks.md"}),
    (Filters(published_after=date(2024, 5, 1)), {"north/docks.md", "south/tides.md"}),
    (Filters(published_after=date(2024, 5, 2)), {"south/tides.md"}),
    (Filters(published_before=date(2024, 3, 7)), {"north/tides.md"}),
    (Filters(published_before=date(2024, 3, 6)), set()),
    (Filters(published_after=date(2024, 1, 1), published_before=date(2024, 12, 31), language="en"), {"north/tides.md"}),
]


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    made = index_settings(tmp_path_factory.mktemp("news"))
    write(made.seeds_dir, {name: f"{head}\n{paragraph(*markers)}\n" for name, (markers, head) in NEWS.items()})
    build_index(made, embedder=WordCounts())
    opened = Index(made, WordCounts())
    yield opened
    opened.close()


@pytest.mark.parametrize("exact", [True, False], ids=["exact", "by Chroma"])
@pytest.mark.parametrize(("only", "expected"), FILTERS)
def test_filters(news: Index, only: Filters, expected: set[str], exact: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """By words, by vectors, and for the places of passages."""
    monkeypatch.setattr(snapshot, "EXACT_LIMIT", snapshot.EXACT_LIMIT if exact else -1)
    now = news.snapshot()
    wanted = {f"docs/{name}" for name in expected}
    by_words = [passage_id for passage_id, _ in now.words(["anchor"], 10, only)]
    nearby = [passage_id for passage_id, _ in now.nearest(counts("anchor"), 10, only)]
    assert {uri for uri, *_ in places(now, by_words)} == wanted
    assert {uri for uri, *_ in places(now, nearby)} == wanted
    every = {passage.id for document in now.documents() for passage in now.neighbours(document.id)}
    assert {now.document(passage.document_id).uri for passage in now.passages(every, only)} == wanted


def test_filters_together_and_none(news: Index) -> None:
    now = news.snapshot()
    assert len(now.words(["anchor"], 10, Filters())) == len(now.nearest(counts("anchor"), 10, None)) == 4
    assert [score for _, score in now.words(["ember"], 10, Filters(uri="docs/north/"))] == [
        score for _, score in now.words(["ember"], 10)
    ], "a filter does not change a score"


# Scores


def many_texts(number: int) -> dict[str, str]:
    """Files of one passage each with different vectors: the digits of the number are the counts of the first words."""
    words = ("anchor", "bridge", "castle")
    return {
        f"{n:03}.txt": text_of([word for at, word in enumerate(words) for _ in range(n // 6**at % 6)] + ["dragon"])
        for n in range(number)
    }


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    made = index_settings(tmp_path_factory.mktemp("many"))
    write(made.seeds_dir, many_texts(150))
    build_index(made, embedder=WordCounts())
    opened = Index(made, WordCounts())
    yield opened
    opened.close()


@pytest.mark.parametrize("only", [None, Filters(uri="docs/0?0.txt")], ids=["by Chroma", "exact"])
def test_nearest_are_those_that_numpy_finds(many: Index, only: Filters | None) -> None:
    now, query = many.snapshot(), counts("anchor bridge bridge castle")
    texts = {
        p.id: p.text
        for d in now.documents()
        for p in now.neighbours(d.id)
        if not only or fnmatch(d.uri, only.uri or "")
    }
    assert len(texts) == (10 if only else 150)
    scores = {passage_id: float(counts(text) @ query) for passage_id, text in texts.items()}
    hits = now.nearest(query, 10, only)
    best = sorted(scores.values(), reverse=True)[:10]
    np.testing.assert_allclose([score for _, score in hits], best, atol=1e-5)
    np.testing.assert_allclose([scores[passage_id] for passage_id, _ in hits], best, atol=1e-5)


def test_similarities_are_exact_and_leave_out_what_has_no_vector(many: Index) -> None:
    now, query = many.snapshot(), counts("castle dragon")
    texts = {p.id: p.text for d in now.documents()[:20] for p in now.neighbours(d.id)}
    found = now.similarities(query, [*texts, 9_999])
    assert found.keys() == texts.keys()
    for passage_id, text in texts.items():
        assert found[passage_id] == pytest.approx(float(counts(text) @ query), abs=1e-6)


def test_words_rank_the_rarer_and_the_denser_first(news: Index) -> None:
    now = news.snapshot()
    hits = now.words(["anchor", "forest"], 10)
    assert places(now, [hits[0][0]]).pop()[0] == "docs/south/plain.md"
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)
    assert now.idf("forest") > now.idf("anchor")
    assert now.words([], 10) == now.words(["nowhere"], 10) == []
    assert len(now.words(["anchor"], 2)) == 2


def test_dead_vectors_do_not_hide_live_ones_behind_them(config: IndexSettings, index: Index) -> None:
    """The five nearest are deleted. Those of the same segment that come next are still found, although another segment
    has enough live passages that are further away. (The dead are too few for the segment to be written anew.)"""
    files = {f"old{n:02}.txt": text_of(["ember"] * (n + 5)) for n in range(5)}
    files |= {f"next{n:02}.txt": text_of(["ember"] * 4 + ["garden"] * (n + 1)) for n in range(20)}
    write(config.seeds_dir, files)
    build_index(config, embedder=WordCounts())
    for n in range(5):
        (config.seeds_dir / f"old{n:02}.txt").unlink()
    write(config.seeds_dir, {f"far{n}.txt": text_of(["ember"] + ["hammer"] * (n + 6)) for n in range(5)})
    build_index(config, embedder=WordCounts())
    now = index.snapshot()
    assert len(now._segments) == 3
    query = counts("ember ember")
    texts = {p.id: p.text for d in now.documents() for p in now.neighbours(d.id)}
    best = sorted((float(counts(text) @ query) for text in texts.values()), reverse=True)[:5]
    np.testing.assert_allclose([score for _, score in now.nearest(query, 5)], best, atol=1e-5)


# Generations


def swept(config: IndexSettings, now: float) -> None:
    engine, store = open_engine(config.index_dir), VectorStore(config.index_dir / "vectors")
    try:
        sweep(CatalogSweeper(engine), CatalogWriter(engine), store, config.index_dir / "words", now)
    finally:
        store.close()
        engine.dispose()


def edited(config: IndexSettings, times: int) -> None:
    """Builds after one edit each of docs/b.txt, which gets one "dragon" more; docs/a.txt stays."""
    for _ in range(times):
        dragons = (config.seeds_dir / "b.txt").read_text().count("dragon")
        write(config.seeds_dir, {"b.txt": text_of(["castle"] + ["dragon"] * (dragons + 1))})
        build_index(config, embedder=WordCounts())


def test_a_snapshot_is_kept_for_some_minutes_and_builds(config: IndexSettings, index: Index) -> None:
    old = index.snapshot()
    edited(config, 4)
    swept(config, time.time() + 500)
    assert found_by_words(old, "castl") == found_nearby(old, "castle") == {"docs/b.txt"}
    swept(config, time.time() + 700)
    with pytest.raises(StaleSnapshot):
        old.words(["castl"], 5)
    assert found_by_words(index.snapshot(), "castl") == {"docs/b.txt"}


def test_the_last_builds_are_kept_however_old(config: IndexSettings, index: Index) -> None:
    edited(config, 1)
    before_last = index.snapshot()
    edited(config, 3)
    swept(config, time.time() + 1e6)
    with pytest.raises(StaleSnapshot):
        found_by_words(before_last, "castl")
    last_but_one = index.snapshot()
    edited(config, 2)
    swept(config, time.time() + 1e6)
    assert found_by_words(last_but_one, "report") == {"docs/a.txt", "docs/b.txt"}


@pytest.mark.parametrize("only", [None, Filters(uri="docs/")], ids=["all", "filtered"])
def test_a_swept_snapshot_says_so_and_the_next_one_answers(
    config: IndexSettings, index: Index, only: Filters | None
) -> None:
    old = index.snapshot()
    ids = [passage_id for passage_id, _ in old.words(["report"], 9)]
    edited(config, 4)
    swept(config, time.time() + 1e6)
    with pytest.raises(StaleSnapshot):
        old.words(["report"], 9, only)
    with pytest.raises(StaleSnapshot):
        old.nearest(counts("anchor"), 9, only)
    with pytest.raises(StaleSnapshot):
        old.passages(ids, only)
    new = index.snapshot()
    assert found_by_words(new, "report") == {"docs/a.txt", "docs/b.txt"}
    assert found_nearby(new, "anchor") == {"docs/a.txt"}
    with pytest.raises(StaleSnapshot):
        new.document(10_000)


def test_gone_names_the_documents_that_a_generation_does_not_show(config: IndexSettings, index: Index) -> None:
    old = {document.uri: document.id for document in index.snapshot().documents()}
    edited(config, 2)
    now = index.snapshot()
    assert now.gone(old.values()) == {old["docs/b.txt"]}
    assert now.gone([]) == set()
    assert now.counts().documents == 2


def test_several_threads_ask_while_a_build_runs(config: IndexSettings, index: Index) -> None:
    """Every answer is that of one generation: docs/a.txt is always there, docs/b.txt in one of its versions."""
    stop = threading.Event()
    wrong: list[object] = []
    asked = [0, 0]

    def ask(number: int) -> None:
        while not stop.is_set():
            try:
                now = index.snapshot()
                if found_by_words(now, "report") != {"docs/a.txt", "docs/b.txt"}:
                    wrong.append("words")
                if found_nearby(now, "anchor") != {"docs/a.txt"}:
                    wrong.append("vectors")
                asked[number] += 1
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    try:
        edited(config, 4)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert min(asked) > 3


# Segments


def sizes(*given: int) -> list[Segment]:
    return [Segment(number, f"segment-{number}", size) for number, size in enumerate(given)]


def test_a_tier_is_merged_when_it_is_crowded() -> None:
    small = sizes(1, 2, 3, 4)
    assert tier_to_merge(small) == small
    assert tier_to_merge(small[:3]) == []
    assert tier_to_merge([]) == []


@pytest.mark.parametrize("tier", range(8))
def test_tiers_grow_by_four(tier: int) -> None:
    first = SMALLEST_TIER * 4**tier
    crowd = sizes(*[first] * TIER_SEGMENTS)
    assert tier_to_merge(crowd) == crowd
    assert tier_to_merge(sizes(*[first] * (TIER_SEGMENTS - 1), 4 * first)) == [], "the next tier"
    assert tier_to_merge(sizes(*[first] * (TIER_SEGMENTS - 1), 4 * first - 1)) != [], "the last of this tier"


def test_the_smallest_crowded_tier_goes_first() -> None:
    large, small = [1024] * 4, [10] * 5
    assert [segment.size for segment in tier_to_merge(sizes(*large, *small))] == small


def test_more_than_a_fifth_dead_is_stale() -> None:
    a, b, c, empty = sizes(10, 10, 10, 0)
    assert stale_segments([(a, 10), (b, 8), (c, 7), (empty, 0)]) == [c]


def test_many_small_publishes_make_few_segments_and_the_same_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = index_settings(tmp_path)
    write(made.seeds_dir, many_texts(40))
    build_index(made, embedder=WordCounts())
    whole = Index(made, WordCounts())
    query = counts("anchor castle castle")
    expected = whole.snapshot().nearest(query, 12)
    assert len(whole.snapshot()._segments) == 1
    whole.close()
    monkeypatch.setattr(segments, "PUBLISH_VECTORS", 2)
    monkeypatch.setattr(segments, "EMBED_TOGETHER", 2)
    most = 0

    def look(progress: Progress) -> None:
        nonlocal most
        most = max(most, len(store.names()) if progress.stage == "embed" else 0)

    store = VectorStore(made.index_dir / "vectors")
    build_index(made, look, options=BuildOptions(full=True), embedder=WordCounts())
    store.close()
    assert most > 20, "as many were published"
    pieces = Index(made, WordCounts())
    now = pieces.snapshot()
    assert len(now._segments) < TIER_SEGMENTS
    hits = now.nearest(query, 12)
    np.testing.assert_allclose([score for _, score in hits], [score for _, score in expected], atol=1e-5)
    pieces.close()
    check_readable(made, pending=0)
