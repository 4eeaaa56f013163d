"""Where suggested questions come from: on the topic of the answer, and spread over the library."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from corpus import BagEmbedder, small_index

from index.types import Document
from rag import Assistant
from rag.suggest import follow_ups, suggest
from rag.suggesting.drafts import telling_words
from rag.suggesting.origin import is_form, origin_of

PAGE = Document(1, "papers/a.txt", "", "", "", language="en")
PAPERS = {
    "pier.txt": "The North Pier of Tarn was opened in 1932. The contract for the pier is worth 412,000 crowns.\n",
    "ferry.txt": "The ferry to Gull Island carries 60 passengers. The Gull Island ferry was built by Orla Menn.\n",
    "museum.txt": "The museum of Ardle was founded in 1860 by Orla Menn. It shows boats and nets.\n",
}


def test_follow_ups_come_from_what_was_cited_or_found_for_the_question(tmp_path: Path) -> None:
    far = {
        "mill.txt": "The mill of Vasby was opened in 1888. How many sacks it ground is not known.\n",
        "tower.txt": "There are 12 bells in the tower of Lunde. The tower of Lunde was built by Ines Paar.\n",
    }
    chosen = small_index(tmp_path, PAPERS | far, answer_mode="extractive")
    with Assistant.open(chosen, embedder=BagEmbedder()) as assistant:
        answer = assistant.ask("How many passengers does the ferry to Gull Island carry?")
        assert {hit.document.uri for hit in assistant.search(answer.question)} > {
            "papers/ferry.txt",
            "papers/tower.txt",
        }
        assert {one.uri for one in follow_ups(assistant, answer)} == {"papers/ferry.txt"}
        hits = assistant.search(answer.question)
        for name, uris in (("ferry", {"papers/ferry.txt"}), ("mill", set())):
            near = tuple(hit for hit in hits if hit.document.uri == f"papers/{name}.txt")
            found = follow_ups(assistant, replace(answer, citations=(), nearest=near))
            assert near and {one.uri for one in found} == uris
        assert follow_ups(assistant, answer, asked=[one.question for one in follow_ups(assistant, answer)]) == []


def test_words_that_tell_what_a_question_is_about() -> None:
    assert telling_words("How many bells are there in the tower?") == {"bell", "tower"}
    assert not telling_words("Wann wird es?") and not telling_words("What is said about it?")
    assert telling_words("Which fee?") == telling_words("Which fees?") == {"fee"}


def test_openers_are_spread_over_folders_texts_first(tmp_path: Path) -> None:
    news = {
        f"news/{at}.txt": f"---\ndate: 2024-0{at}-02\n---\n\nThe {name} Pier was opened in 19{at}2.\n"
        for at, name in enumerate(("North", "South", "East", "West"), 1)
    }
    others = {
        "letters/ferry.txt": PAPERS["ferry.txt"],
        "plans/museum.txt": PAPERS["museum.txt"],
        "lists/mill.csv": "what,when\nThe mill of Vasby was opened in 1888.,1888\n",
    }
    for folder in ("news", "letters", "plans", "lists"):
        (tmp_path / "papers" / folder).mkdir(parents=True)
    with Assistant.open(
        small_index(tmp_path, news | others, answer_mode="extractive"), embedder=BagEmbedder()
    ) as assistant:
        uris = [one.uri for one in suggest(assistant, 4)]
        folders = [Path(uri).parent.name for uri in uris]
        assert sorted(folders[:3]) == ["letters", "news", "plans"] and folders[3] != "lists"
        assert "papers/news/4.txt" in uris


def test_a_form_is_no_text() -> None:
    form = "Name\nOrla Menn\nBorn\n1830\nTown\nArdle\n"
    text = "The North Pier of Tarn was opened in 1932 by the mayor of the town.\nIt is long.\n"
    assert is_form(form) and not is_form(text) and not is_form("")
    assert (
        origin_of(replace(PAGE, text=text, uri="a/b.csv")).tabular
        and not origin_of(replace(PAGE, text=text, uri="a/b.txt")).tabular
    )
    assert (
        origin_of(replace(PAGE, text=text, uri="a/b.txt", published=date(2024, 1, 2))).day
        == date(2024, 1, 2).toordinal()
    )
