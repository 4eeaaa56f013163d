"""What a reader sees: another process's builds, filters, exact scores, generations that are swept, several threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator
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

from index import segments, view
from index.build import build_index
from index.catalog.engine import open_engine
from index.catalog.sweep import CatalogSweeper
from index.catalog.tables import Segment
from index.catalog.write import CatalogWriter
from index.errors import StaleSnapshot
from index.ids import best
from index.segments import SMALLEST_TIER, TIER_SEGMENTS, stale_segments, tier_to_merge
from index.settings import IndexSettings
from index.snapshot import Index, Snapshot
from index.sweep import sweep
from index.types import BuildOptions, Filters, Progress
from index.vectors.store import VectorStore


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


@pytest.mark.slow
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


@pytest.mark.slow
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
    (Filters(format="md"), {"north/tides.md", "north/docks.md", "south/tides.md", "south/plain.md"}),
    (Filters(format="Markdown"), {"north/tides.md", "north/docks.md", "south/tides.md", "south/plain.md"}),
    (Filters(format="txt"), set()),
    (Filters(format="md", outlet="hafenpost"), {"north/docks.md"}),
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


WAYS = ("by the copies", "read from Chroma", "by Chroma's graph")


def take(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """How vectors are scored: the copies are at hand, or few passages are allowed, or neither."""
    if way != WAYS[0]:
        monkeypatch.setattr(VectorStore, "rows", lambda store, name: None)
    if way == WAYS[2]:
        monkeypatch.setattr(view, "EXACT_LIMIT", -1)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("only", "expected"), FILTERS)
def test_filters(news: Index, only: Filters, expected: set[str], way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By words, by vectors, and for the places of passages."""
    take(way, monkeypatch)
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


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("only", [None, Filters(uri="docs/0?0.txt")], ids=["all", "filtered"])
def test_nearest_are_those_that_numpy_finds(
    many: Index, only: Filters | None, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(way, monkeypatch)
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


def test_a_broad_filter_finds_by_words_what_a_selective_one_would(many: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """One asks for more and leaves out what is not allowed, the other names the allowed passages."""
    only = Filters(uri="docs/1*")
    named = many.snapshot().words(["anchor", "bridg"], 50, only)
    monkeypatch.setattr(view, "EXACT_LIMIT", 0)
    monkeypatch.setattr(view, "SPARE", 0.1)
    assert many.snapshot().words(["anchor", "bridg"], 50, only) == named
    assert 30 < len(named) <= 50


def test_the_best_of_many_scores_with_ties_by_id() -> None:
    ids = np.array([9, 2, 7, 4, 5], dtype=np.int64)
    scores = np.array([0.5, 0.25, 0.5, 0.75, 0.5], dtype=np.float32)
    assert best(ids, scores, 2) == [(4, 0.75), (5, 0.5)]
    assert best(ids, scores, 9) == [(4, 0.75), (5, 0.5), (7, 0.5), (9, 0.5), (2, 0.25)]
    assert best(ids[:0], scores[:0], 3) == []


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


# Words of several languages, exact forms, phrases


SPOKEN = {
    "hafen.md": "---\ntitle: Hafen\nlanguage: de\npublisher: Hafenpost\n---\n\n"
    "Die Hafengebühren steigen im Sommer. Alte Häuser stehen am Wasser, und die Fähren legen früh ab.\n",
    "haus.md": "---\ntitle: Haus\nlanguage: de\npublisher: Hafenpost\n---\n\nEin Haus steht allein.\n",
    "port.md": "---\ntitle: Port\nlanguage: fr\npublisher: Le Quai\n---\n\nLes bateaux amarrés paient une redevance.\n",
    "puerto.md": "---\ntitle: Puerto\nlanguage: es\n---\n\nLos barcos pequeños no pagan en verano.\n",
    "pier.md": "---\ntitle: The North Pier\nlanguage: en\npublisher: The Gazette\n---\n\n"
    "# Loud engines\n\nThe F-16 and the P-200 cost 2,500 in C++. LiHua said so. Ferries are leaving at noon.\n",
    "signs.md": "---\ntitle: Signs\nlanguage: en\n---\n\nThe north and pier signs stand apart; the pier is north.\n",
    "other.md": "---\ntitle: Other\nlanguage: en\n---\n\nA ferry leaves at noon, and the 16 pays 200.\n",
}


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    made = index_settings(tmp_path_factory.mktemp("spoken"))
    write(made.seeds_dir, SPOKEN)
    build_index(made, embedder=WordCounts())
    opened = Index(made, WordCounts())
    yield opened.snapshot()
    opened.close()


def names_of(now: Snapshot, ids: Collection[int]) -> set[str]:
    return {uri.removeprefix("docs/") for uri, *_ in places(now, ids)} if ids else set()


def asked(now: Snapshot, question: str, only: Filters | None = None) -> list[str]:
    """Names of the documents that words find for a question, best first."""
    terms = now.terms(question)
    hits = now.words([form for form, _ in terms.forms], 10, only, [form for form, _ in terms.exact])
    return [name for passage_id, _ in hits for name in names_of(now, [passage_id])]


def test_languages_the_commonest_first_and_outlets(spoken: Snapshot) -> None:
    assert spoken.languages == ("en", "de", "es", "fr")
    assert spoken.outlets == ("Hafenpost", "Le Quai", "The Gazette")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Welche Hafengebühr?", {"hafen.md"}),
        ("Wo stehen die Häuser?", {"hafen.md", "haus.md"}),
        ("Quel bateau est amarré ?", {"port.md"}),
        ("¿Qué barco es pequeña?", {"puerto.md"}),
        ("When does the ferry leave?", {"pier.md", "other.md"}),
        ("P-200", {"pier.md", "other.md"}),
        ("p200", {"pier.md"}),
        ("f16", {"pier.md"}),
        ("2500", {"pier.md"}),
        ("2,500", {"pier.md"}),
        ("Is it C++?", {"pier.md"}),
        ("Li Hua", {"pier.md"}),
    ],
)
def test_words_find_other_forms_and_exact_ones(spoken: Snapshot, question: str, expected: set[str]) -> None:
    assert set(asked(spoken, question)) == expected


def test_an_exact_form_goes_before_its_parts(spoken: Snapshot) -> None:
    assert asked(spoken, "P-200") == ["pier.md", "other.md"]
    assert asked(spoken, "F-16") == ["pier.md", "other.md"]
    assert asked(spoken, "P-200", Filters(uri="docs/other.md")) == ["other.md"]


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("DIE FÄHREN LEGEN", {"hafen.md"}),
        ("die fahren legen früh ab", {"hafen.md"}),
        ("die Fähre legen", set()),
        ("bateaux amarrés", {"port.md"}),
        ("Barcos  pequeños\nno", {"puerto.md"}),
        ("the north pier", {"pier.md"}),
        ("loud engines", {"pier.md"}),
        ("pier north", set()),
        ("leaving at noon", {"pier.md"}),
        ("leaves at noon", {"other.md"}),
        ("at noon", {"pier.md", "other.md"}),
        ("noon", {"pier.md", "other.md"}),
        ('"north" AND (pier)', {"signs.md"}),
        ('title:"north pier"~2', set()),
        ("north*", {"pier.md", "signs.md"}),
        ("cost 2500 in c++", {"pier.md"}),
        ("LiHua said so", {"pier.md"}),
        ("nowhere to be found", set()),
        ("", set()),
        ("?!", set()),
    ],
)
def test_only_passages_with_the_words_of_a_phrase_in_a_row(spoken: Snapshot, phrase: str, expected: set[str]) -> None:
    """In any case, but in no other form, and never as a query."""
    every = [form for text in SPOKEN.values() for form, _ in spoken.terms(text).forms]
    only = Filters(phrase=phrase)
    assert names_of(spoken, [found for found, _ in spoken.words(every, 20, only)]) == expected
    assert names_of(spoken, [found for found, _ in spoken.nearest(counts("anchor"), 20, only)]) == expected


def test_a_phrase_with_other_filters(spoken: Snapshot) -> None:
    assert asked(spoken, "noon ferry", Filters(phrase="at noon", uris=("docs/other.md",))) == ["other.md"]
    assert asked(spoken, "noon ferry", Filters(phrase="leaves at noon", outlet="The Gazette")) == []


def test_a_phrase_has_to_be_in_one_passage_not_in_one_document(tmp_path: Path) -> None:
    made = index_settings(tmp_path)
    write(made.seeds_dir, {"long.txt": text_of(["anchor"], ["bridge"], ["castle"])})
    build_index(made, embedder=WordCounts())
    opened = Index(made, WordCounts())
    try:
        now = opened.snapshot()
        hits = now.words(["report"], 9, Filters(phrase="names bridge and then"))
        assert ["bridge" in text for *_, text in places(now, [found for found, _ in hits])] == [True]
        assert len(now.words(["report"], 9, Filters(phrase="and then goes on"))) == 3
    finally:
        opened.close()


def test_analysed_passages_are_those_asked_for_and_few_are_kept(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    now = index.snapshot()
    ids = {passage.id for document in now.documents() for passage in now.neighbours(document.id)}
    assert len(ids) == 3
    fresh = now.analysed(ids)
    assert fresh.keys() == ids
    monkeypatch.setattr(view, "CACHED_PASSAGES", 1)
    for some in (ids, sorted(ids)[:1], ids, sorted(ids)[1:]):
        assert now.analysed(some) == {one: fresh[one] for one in some}
        assert len(index.analysed) <= 1
    assert now.analysed([]) == {}
    assert {one.language for one in fresh.values()} == {"en"}
    assert sum("bridg" in one.stems for one in fresh.values()) == 1


def test_vectors_of_passages_are_those_of_their_texts(index: Index) -> None:
    now = index.snapshot()
    texts = {p.id: p.text for d in now.documents() for p in now.neighbours(d.id)}
    found = now.vectors([*texts, 9_999])
    assert found.keys() == texts.keys()
    for passage_id, text in texts.items():
        np.testing.assert_allclose(found[passage_id], counts(text), atol=1e-6)


# Generations


def live(now: Snapshot) -> list[int]:
    """The ids the snapshot goes by; read now, or made from those of the one before."""
    now.words(["report"], 1)
    assert now.known_live is not None
    return now.known_live.tolist()  # type: ignore[no-any-return]


def test_the_live_ids_of_a_generation_are_made_from_those_of_the_one_before(
    config: IndexSettings, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(index.snapshot())
    monkeypatch.setattr(type(index.catalog), "all_live", lambda *_: pytest.fail("they are read anew"))
    for step, files in enumerate(
        (
            {"b.txt": text_of(["castle"], ["dragon"]), "c.txt": text_of(["anchor"], ["ember"])},
            {"b.txt": text_of(["dragon"])},
            {"a.txt": text_of(["forest"])},
            {"b.txt": text_of(["castle"], ["dragon"]), "a.txt": text_of(["anchor"])},
        )
    ):
        write(config.seeds_dir, files)
        build_index(config, embedder=WordCounts())
        now = index.snapshot()
        fresh = {passage.id for document in now.documents() for passage in now.neighbours(document.id)}
        assert set(live(now)) == fresh, f"step {step}"
        assert live(now) == sorted(fresh)


def test_they_are_read_anew_when_what_went_may_have_been_swept(config: IndexSettings, index: Index) -> None:
    live(index.snapshot())
    edited(config, 4)
    swept(config, time.time() + 1e6)
    now = index.snapshot()
    assert now.known_live is None
    fresh = {passage.id for document in now.documents() for passage in now.neighbours(document.id)}
    assert live(now) == sorted(fresh)


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


@pytest.mark.slow
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


@pytest.mark.slow
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
    small = sizes(*range(1, TIER_SEGMENTS + 1))
    assert tier_to_merge(small) == small
    assert tier_to_merge(small[1:]) == []
    assert tier_to_merge([]) == []


@pytest.mark.parametrize("tier", range(8))
def test_tiers_grow_by_four(tier: int) -> None:
    first = SMALLEST_TIER * 4**tier
    crowd = sizes(*[first] * TIER_SEGMENTS)
    assert tier_to_merge(crowd) == crowd
    assert tier_to_merge(sizes(*[first] * (TIER_SEGMENTS - 1), 4 * first)) == [], "the next tier"
    assert tier_to_merge(sizes(*[first] * (TIER_SEGMENTS - 1), 4 * first - 1)) != [], "the last of this tier"


def test_the_smallest_crowded_tier_goes_first() -> None:
    large, small = [1024] * TIER_SEGMENTS, [10] * (TIER_SEGMENTS + 1)
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
    monkeypatch.setattr(segments, "FIRST_VECTORS", 2)
    monkeypatch.setattr(segments, "MOST_VECTORS", 2)
    monkeypatch.setattr(segments, "EMBED_TOGETHER", 2)
    most = 0

    def look(progress: Progress) -> None:
        nonlocal most
        most = max(most, len(store.names()) if progress.stage == "embed" else 0)

    store = VectorStore(made.index_dir / "vectors")
    build_index(made, look, options=BuildOptions(full=True), embedder=WordCounts())
    store.close()
    assert most >= 20, "as many were published"
    pieces = Index(made, WordCounts())
    now = pieces.snapshot()
    assert len(now._segments) < TIER_SEGMENTS
    hits = now.nearest(query, 12)
    np.testing.assert_allclose([score for _, score in hits], [score for _, score in expected], atol=1e-5)
    pieces.close()
    check_readable(made, pending=0)
