from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from corpus import (
    FERRY,
    HARBOUR,
    LIMIT,
    PIER,
    BagEmbedder,
    assert_exact,
    citewise,
    environment,
    settings,
    small_index,
    write,
)

from index import build_index, snapshot
from index.errors import DocumentNotFound, EmbedderError, IndexMissing
from index.types import Filters
from rag import Assistant, Settings
from rag.assistant import FRESH_TRIES
from rag.errors import QuestionError
from rag.present import answer_json
from rag.stream import WITHDRAWN
from rag.types import Answer

ANSWERABLE = [
    ("When was the last strike?", "February 4", "truce/last-strike.txt"),
    ("Who speaks for Harakat Al Nujaba?", "Hussein Al Musawi", "truce/"),
    ("How many American troops are in Iraq?", "2,500", "truce/coalition-talks.html"),
    ("When did the first round of talks take place?", "January 27", "truce/"),
    (
        "Who did Washington hold responsible for the attack at the border?",
        "Islamic Resistance",
        "truce/border-attack.docx",
    ),
    ("How many leaders of Kataib Hezbollah were killed?", "two leaders", "truce/"),
    (
        "What reason does the Nujaba spokesman give for the truce?",
        "make room for the Iraqi",
        "truce/nujaba-spokesman.md",
    ),
    ("How do US officials explain the lull?", "strikes that American\\s+forces", "truce/washington-view.pdf"),
    ("Why did the militias stop their attacks?", "to avoid embarrassing", "truce/lawmaker-on-talks.html"),
    (
        "How fast may a boat go in the inner harbour, and since when?",
        "4 knots",
        "council/notice-2025-02-speed-limit.txt",
    ),
    ("What does a night cost in summer for a boat of 9 metres?", "26", "council/berth-tariff-2025.docx"),
    ("How many nights a year may I live on my boat?", "60 nights", "council/harbour-faq.md"),
    ("How much does the North Pier repair cost?", "412,000 crowns", "council/"),
    ("When does the North Pier close?", "May 5 to September 26", "council/north-pier-press-release.html"),
    ("Where do I leave waste oil?", "green store", "council/harbour-faq.md"),
    ("Where can I pay by card?", "at the desk", "council/harbour-faq.md"),
    ("On which radio channel do I call the harbour office?", "channel 12", "council/"),
    ("Who moved that the speed limit be lowered?", "Councillor Quillan", "council/minutes-2025-0"),
    ("Who took the minutes?", "Mina Drewell", "council/minutes-2025-0"),
    ("Can I swim from the steps?", "forbidden", "council/harbour-faq.md"),
]
UNANSWERABLE = [
    "Who is the prime minister of Iraq?",
    "What is the capital of Australia?",
    "Who won the football world cup in 2022?",
    "How tall is the lighthouse?",
    "Which airline flies to Baghdad?",
    "What salary does the mayor earn?",
    "Who is the president of France?",
    "How do I renew my passport?",
]


@pytest.fixture(scope="module")
def willing(seeds: Assistant) -> Iterator[Assistant]:
    """Answers every question: for what does not depend on the confidence."""
    with Assistant.open(seeds.settings.model_copy(update={"min_confidence": 0.0})) as assistant:
        yield assistant


def small(folder: Path, **values: Any) -> Assistant:
    return Assistant.open(small_index(folder, **values), embedder=BagEmbedder())


def untimed(answer: Answer) -> str:
    return json.dumps({**answer_json(answer), "timings_ms": None}, sort_keys=True)


# --- the sample documents ---


@pytest.mark.parametrize(("question", "fact", "uri"), ANSWERABLE)
def test_the_sample_documents_answer(seeds: Assistant, question: str, fact: str, uri: str) -> None:
    answer = seeds.ask(question)
    assert answer.status == "answered", answer.nearest
    assert_exact(answer)
    assert all(statement.check == "verbatim" for statement in answer.statements)
    holding = [c for c in answer.citations if re.search(fact, c.quote) and f"/{uri}" in f"/{c.document.uri}"]
    assert holding, [(c.document.uri, c.quote) for c in answer.citations]


@pytest.mark.parametrize("question", UNANSWERABLE)
def test_the_sample_documents_do_not_say(seeds: Assistant, question: str) -> None:
    answer = seeds.ask(question)
    assert (answer.status, answer.statements, answer.citations) == ("abstained", (), ())
    assert answer.nearest and answer.uncovered_terms
    words = {word.strip("?,.") for word in question.split()}
    assert set(answer.uncovered_terms) <= words
    for hit in answer.nearest:
        assert hit.passage.text == hit.document.text[hit.passage.start : hit.passage.end]


def test_different_reasons_for_the_truce_stand_side_by_side(willing: Assistant) -> None:
    answer = willing.ask("Which explanations are given for the truce?")
    assert len({citation.document.uri for citation in answer.citations}) >= 2


def test_the_same_question_twice_gives_the_same_answer(seeds: Assistant, willing: Assistant) -> None:
    for assistant in (seeds, willing):
        answers = [assistant.ask("When was the last strike?") for _ in range(2)]
        assert untimed(answers[0]) == untimed(answers[1])


def test_another_process_gives_the_same_bytes(willing: Assistant) -> None:
    question = "Why did the militias stop their attacks?"
    done = citewise("ask", question, "--json", env=environment(willing.settings, CITEWISE_MIN_CONFIDENCE="0"))
    assert done.returncode == 0, done.stderr
    answer = willing.ask(question)
    assert answer.status == "answered"
    assert json.dumps({**json.loads(done.stdout), "timings_ms": None}, sort_keys=True) == untimed(answer)


def test_two_threads_ask_at_once(willing: Assistant) -> None:
    questions = [question for question, _, _ in ANSWERABLE[:3]] + UNANSWERABLE[:1]
    alone = [untimed(willing.ask(question)) for question in questions]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda question: untimed(willing.ask(question)), questions))
    assert together == alone


def test_a_stream_yields_what_ask_answers(willing: Assistant) -> None:
    question = "Why did the militias stop their attacks?"
    stream = willing.stream(question)
    shown = list(stream)
    assert len(shown) > 1 and tuple(shown) == stream.answer.statements
    assert not stream.withdrawn
    assert untimed(stream.answer) == untimed(willing.ask(question))
    assert list(stream) == [], "a stream runs once"


def test_an_answer_needs_no_iteration(willing: Assistant) -> None:
    assert willing.stream("When was the last strike?").answer.status == "answered"


def test_stages_are_timed_in_seconds(seeds: Assistant) -> None:
    timings = seeds.ask("When was the last strike?").timings
    assert {"retrieve", "read", "total"} <= set(timings)
    assert 0 < timings["retrieve"] <= timings["total"] < 60


def test_search_gives_the_best_passages_first(seeds: Assistant) -> None:
    hits = seeds.search("last strike on US forces", k=5)
    assert len(hits) == 5
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[0].document.uri.endswith("truce/last-strike.txt")
    assert [hit.passage.id for hit in seeds.search("last strike on US forces", k=2)] == [h.passage.id for h in hits[:2]]


@pytest.mark.parametrize(
    ("filters", "allowed"),
    [
        (Filters(outlet="Gulf Ledger"), {"seeds/truce/coalition-talks.html", "seeds/truce/nujaba-spokesman.md"}),
        (Filters(uri="seeds/truce/last-strike.txt"), {"seeds/truce/last-strike.txt"}),
        (Filters(published_after=date(2024, 3, 11), published_before=date(2024, 3, 12)), {
            "seeds/truce/border-attack.docx", "seeds/truce/washington-view.pdf"}),
    ],
)  # fmt: skip
def test_filters_choose_the_documents(seeds: Assistant, filters: Filters, allowed: set[str]) -> None:
    hits = seeds.search("Why did the militias stop their attacks on US forces?", 50, filters)
    assert {hit.document.uri for hit in hits} == allowed
    answer = seeds.ask("Why did the militias stop their attacks on US forces?", filters)
    assert answer.filters == filters
    assert {citation.document.uri for citation in answer.citations} <= allowed


def test_filters_that_nothing_meets_abstain(seeds: Assistant) -> None:
    answer = seeds.ask("When was the last strike?", Filters(outlet="Nobody's Paper"))
    assert (answer.status, answer.nearest) == ("abstained", ())
    assert seeds.search("When was the last strike?", filters=Filters(language="xx")) == []


def test_empty_filters_are_no_filters(seeds: Assistant) -> None:
    assert seeds.ask("When was the last strike?", Filters()).filters is None


def test_a_document_by_its_uri(seeds: Assistant) -> None:
    assert "February 4" in seeds.document("seeds/truce/last-strike.txt").text
    with pytest.raises(DocumentNotFound, match="no-such.txt") as missing:
        seeds.document("seeds/no-such.txt")
    assert missing.value.fix


@pytest.mark.parametrize("question", ["", "?!", "a" * 50_000])
def test_a_question_that_is_none_is_refused(seeds: Assistant, question: str) -> None:
    for ask in (seeds.ask, seeds.search, seeds.stream, seeds.chat().ask):
        with pytest.raises(QuestionError):
            ask(question)


# --- an index that changes ---


def rebuild(assistant: Assistant) -> None:
    build_index(assistant.settings, embedder=BagEmbedder())


def edit_before_showing(assistant: Assistant, monkeypatch: pytest.MonkeyPatch, edits: list[dict[str, str]]) -> None:
    """Publishes the next edit each time something was retrieved and nothing is shown yet."""
    begin = assistant.begin

    def begin_then_edit(*arguments: Any) -> Any:
        asking = begin(*arguments)
        if edits:
            write(assistant.settings.seeds_dir, edits.pop(0))
            rebuild(assistant)
        return asking

    monkeypatch.setattr(assistant, "begin", begin_then_edit)


def test_a_document_changed_meanwhile_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with small(tmp_path) as assistant:
        edit_before_showing(assistant, monkeypatch, [{"limit.txt": LIMIT.replace("4 knots", "3 knots")}])
        answer = assistant.ask("What is the speed limit in knots?")
        assert "3 knots" in answer.statements[0].text
        assert answer.statements[0].check == "verbatim"
        assert answer.generation == assistant.snapshot.generation


def test_a_document_that_keeps_changing_is_never_shown_as_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small(tmp_path) as assistant:
        edits = [{"limit.txt": LIMIT.replace("4 knots", f"{n} knots")} for n in range(5, 5 + FRESH_TRIES)]
        edit_before_showing(assistant, monkeypatch, edits)
        answer = assistant.ask("What is the speed limit in knots?")
        cited = [s for s in answer.statements if any(c.document.uri.endswith("limit.txt") for c in s.citations)]
        assert cited and all(s.check == "unsupported" and WITHDRAWN in s.failed for s in cited)


def test_a_streamed_statement_is_withdrawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with small(tmp_path) as assistant:
        edit_before_showing(assistant, monkeypatch, [{"limit.txt": "The office is closed."}])
        stream = assistant.stream("What is the speed limit in knots?")
        shown = list(stream)
        assert (shown[0].check, shown[0].support, shown[0].failed) == ("unsupported", 0.0, (WITHDRAWN,))
        assert stream.withdrawn == {citation.document.id for citation in shown[0].citations}
        assert stream.answer.status == "partial"


def test_a_build_between_two_statements_withdraws_only_what_changed(tmp_path: Path) -> None:
    files = {"a.txt": "One reason for the truce is fear of more strikes.", "b.txt": "A reason for the truce was rain."}
    with Assistant.open(small_index(tmp_path, files), embedder=BagEmbedder()) as assistant:
        statements = iter(stream := assistant.stream("What are the reasons for the truce?"))
        first = next(statements)
        (still,) = {"a.txt", "b.txt"} - {first.citations[0].document.uri.rpartition("/")[2]}
        write(assistant.settings.seeds_dir, {still: "Nothing to see."})
        rebuild(assistant)
        second = next(statements)
        assert (first.check, second.check) == ("verbatim", "unsupported")
        assert stream.answer.statements[:2] == (first, second)


def test_a_removed_document_is_not_found_again(tmp_path: Path) -> None:
    with small(tmp_path) as assistant:
        assert assistant.search("ferry to Gull Island")[0].document.uri == "papers/ferry.txt"
        (assistant.settings.seeds_dir / "ferry.txt").unlink()
        rebuild(assistant)
        assert "papers/ferry.txt" not in {hit.document.uri for hit in assistant.search("ferry to Gull Island")}
        with pytest.raises(DocumentNotFound):
            assistant.document("papers/ferry.txt")


def test_an_open_assistant_answers_from_a_build_of_another_process(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    write(chosen.seeds_dir)
    build_index(chosen)
    with Assistant.open(chosen) as assistant:
        before = assistant.ask("How much is a sauna ticket?")
        assert not any("sauna" in c.quote for c in before.citations)
        write(chosen.seeds_dir, {"sauna.txt": "A sauna ticket costs 12 crowns.", "limit.txt": LIMIT})
        done = citewise("index", "--json", env=environment(chosen))
        assert json.loads(done.stdout)["added"] == ["papers/sauna.txt"]
        after = assistant.ask("How much is a sauna ticket?")
        assert after.statements[0].text == "A sauna ticket costs 12 crowns."
        assert after.generation > before.generation
        assert assistant.search("sauna ticket")[0].ranks.dense == 1


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("How many divers examined the pier?", ("How many divers",)),
        ("How many volunteers cleared the storm damage from the South Mole?", ("How many volunteers",)),
        ("How many trawlers land their catch in another port?", ()),
        ("How many firms had sent offers?", ()),
    ],
)
def test_a_number_that_is_not_told_is_said_to_be_missing(
    seeds: Assistant, question: str, missing: tuple[str, ...]
) -> None:
    answer = seeds.ask(question)
    assert (answer.status, answer.missing) == ("partial" if missing else "answered", missing)
    assert answer.statements and answer.statements[0].check == "verbatim"


# --- what can be missing ---


@pytest.mark.parametrize("make", [lambda folder: None, lambda folder: folder.mkdir()])
def test_without_an_index_the_error_says_what_to_do(tmp_path: Path, make: Any) -> None:
    make(tmp_path / "index")
    with pytest.raises(IndexMissing) as missing:
        with Assistant.open(settings(tmp_path)) as assistant:
            assistant.ask("Anything?")
    assert "citewise index" in missing.value.fix
    assert not list((tmp_path / "index").glob("*")), "asking writes nothing"


def test_an_index_of_an_empty_folder_abstains(tmp_path: Path) -> None:
    with Assistant.open(small_index(tmp_path, {}), embedder=BagEmbedder()) as assistant:
        answer = assistant.ask("Anything?")
        assert (answer.status, answer.nearest) == ("abstained", ())


def test_another_embedder_searches_words_alone_and_says_so(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    with Assistant.open(chosen) as assistant:
        answer = assistant.ask("What is the speed limit in the inner harbour?")
        assert answer.statements[0].text == "The speed limit in the inner harbour is 4 knots."
        assert answer.notice is not None and "words" in answer.notice and "--full" in answer.notice
        assert all(hit.ranks.dense is None for hit in assistant.search("speed limit"))
    with Assistant.open(chosen, embedder=BagEmbedder()) as assistant:
        assert assistant.ask("What is the speed limit?").notice is None


class NoQueries(BagEmbedder):
    def embed_query(self, text: str) -> Any:
        raise EmbedderError("The endpoint is down.", "Start it.")


class NoPassages(BagEmbedder):
    def embed_passages(self, texts: Any) -> Any:
        if len(texts) > 1:
            raise EmbedderError("The endpoint is down.", "Start it.")
        return super().embed_passages(texts)


@pytest.mark.parametrize("broken", [NoQueries(), NoPassages()], ids=["at the question", "at the sentences"])
def test_an_embedder_that_fails_leaves_the_words(tmp_path: Path, broken: BagEmbedder) -> None:
    with Assistant.open(small_index(tmp_path), embedder=broken) as assistant:
        answer = assistant.ask("What is the speed limit in the inner harbour?")
        assert answer.statements[0].text == "The speed limit in the inner harbour is 4 knots."
        assert answer.statements[0].check == "verbatim"
        assert answer.notice is not None and "The endpoint is down." in answer.notice and "Start it." in answer.notice


def test_passages_that_still_wait_for_vectors_are_found(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    write(chosen.seeds_dir, {"sauna.txt": "A sauna ticket costs 12 crowns."})

    class Stopped(BagEmbedder):
        def embed_passages(self, texts: Any) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_index(chosen, embedder=Stopped())
    with Assistant.open(chosen, embedder=BagEmbedder()) as assistant:
        assert assistant.snapshot.counts().pending == 1
        assert assistant.ask("How much is a sauna ticket?").statements[0].text == "A sauna ticket costs 12 crowns."


def test_confidence_decides_between_answer_and_abstention(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    for confidence, status in ((0.0, "answered"), (1.0, "abstained")):
        picky = chosen.model_copy(update={"min_confidence": confidence})
        with Assistant.open(picky, embedder=BagEmbedder()) as assistant:
            assert assistant.ask("What is the speed limit?").status == status


def test_equal_passages_of_two_documents_are_hits_of_both(tmp_path: Path) -> None:
    files = {**HARBOUR, "copy.txt": LIMIT}
    with Assistant.open(small_index(tmp_path, files), embedder=BagEmbedder()) as assistant:
        hits = assistant.search("speed limit in the inner harbour", k=2)
        assert {hit.document.uri for hit in hits} == {"papers/copy.txt", "papers/limit.txt"}
        assert len({hit.passage.id for hit in hits}) == 1
        assert len(assistant.search("speed limit in the inner harbour", k=1)) == 1


def test_an_answer_does_not_depend_on_the_order_of_the_builds(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    small_index(one, {"pier.txt": PIER})
    write(one / "papers", {"limit.txt": LIMIT, "ferry.txt": FERRY})
    build_index(settings(one), embedder=BagEmbedder())
    small_index(two)
    told = []
    for folder in (one, two):
        with Assistant.open(settings(folder), embedder=BagEmbedder()) as assistant:
            answer = assistant.ask("When did the speed limit come into force?")
            told.append(json.loads(untimed(replace(answer, generation=0))))
    assert told[0] == told[1]


def test_importing_the_assistant_imports_no_vendor() -> None:
    vendors = {"chromadb", "llama_index", "onnxruntime", "openai", "streamlit"}
    code = f"import sys, rag.assistant; print(sorted({vendors!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_asking_goes_on_with_the_embedder_of_the_index(seeds: Assistant) -> None:
    """The settings name another one by now, and nobody has built with it yet."""
    other = Settings(**{**seeds.settings.model_dump(), "embedder": "openai:another"})
    with Assistant.open(other) as assistant:
        found = assistant.ask("When was the last strike?")
    assert found.notice is None
    assert untimed(found) == untimed(seeds.ask("When was the last strike?"))


def test_without_vectors_words_alone_answer_and_refuse(seeds: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """An embedder that was given when the index was built, and is not now."""
    monkeypatch.setattr(snapshot, "embedder_of", lambda *_: None)
    with Assistant.open(seeds.settings) as assistant:
        found = assistant.ask("When was the last strike?")
        refused = assistant.ask("What is the capital of Australia?")
    assert found.status == "answered" and "February 4" in found.text
    assert found.notice is not None and "Only words were searched" in found.notice
    assert refused.status == "abstained"


def test_a_sentence_about_something_else_is_no_rival_answer(tmp_path: Path) -> None:
    keys = {n: f"The golden key of town {n} weighs {n * 10} grams and is kept in its hall." for n in range(9)}
    papers = {f"{n}.txt": text for n, text in keys.items()}
    write(tmp_path / "papers", papers)
    chosen = settings(tmp_path, min_confidence=0.4)
    build_index(chosen)
    with Assistant.open(chosen) as assistant:
        answer = assistant.ask("How much does the golden key of town 7 weigh?")
    assert [citation.document.uri for citation in answer.citations] == ["papers/7.txt"]


# --- sources and times that a question names ---


def test_a_source_that_the_question_names_comes_first(seeds: Assistant) -> None:
    named = seeds.search("What does the Gulf Ledger report about the truce?", k=3)
    assert named[0].document.outlet == "Gulf Ledger"
    assert len(seeds.search("What does the Gulf Ledger report about the truce?", k=10)) == 10  # a hint hides nothing


def test_nothing_from_the_time_asked_about_is_said(seeds: Assistant) -> None:
    answer = seeds.ask("What did articles published in March 2019 say about the last strike?")
    assert answer.notice is not None and "from the time you name" in answer.notice
    assert seeds.ask("When was the last strike?").notice is None


def test_words_in_a_row(seeds: Assistant) -> None:
    only = Filters(phrase="The Last Strike on US forces")
    hits = seeds.search("When was it?", filters=only)
    assert hits and all("last strike on us forces" in " ".join(hit.passage.text.lower().split()) for hit in hits)
    assert seeds.search("When was it?", filters=Filters(phrase="strike last the on")) == []
