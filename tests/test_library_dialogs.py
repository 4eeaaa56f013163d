"""What is said, and done, before documents are taken away: their files, and the chats that hold their text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

from corpus import LIMIT, hit, write
from saved_chats import answered, full_turn
from test_library_render import document, html_of

from rag.chats.store import ChatStore
from ui.chat.answers import Answers
from ui.library import dialogs
from ui.library.stock import Root, Stock, make_rows
from ui.model import Library
from ui.shelf import Shelf


def test_what_happens_to_the_files_is_known_before(tmp_path: Path) -> None:
    (tmp_path / "uploads").mkdir()
    write(tmp_path / "uploads", {"up.txt": "x", ".citewise-uploads": ""})
    write(tmp_path / "papers", {"letter.eml": "x", "a.txt": "x"})
    documents = [
        document(1, uri="papers/a.txt"), document(2, uri="papers/letter.eml"),
        document(3, uri="papers/letter.eml/note.txt"), document(4, uri="uploads/up.txt"),
    ]  # fmt: skip
    roots = tuple(Root(name, tmp_path / name, True, 0) for name in ("papers", "uploads"))
    stock = Stock(Library("ready"), make_rows(documents, [], {}), roots)
    fate = dialogs.fate_of(["papers/letter.eml/note.txt", "uploads/up.txt"], stock, tmp_path / "index")
    assert fate.deleted == (tmp_path / "uploads" / "up.txt",)
    assert fate.left_out == (tmp_path / "papers" / "letter.eml",)
    assert [row.uri for row in fate.along] == ["papers/letter.eml"]
    html = html_of(dialogs.fate_blocks(fate))
    assert "Deleted from the disk" in html and "Stays where it is" in html
    elsewhere = dialogs.fate_of(["uploads/up.txt"], stock, tmp_path / "other" / "index")
    assert elsewhere.deleted == () and elsewhere.left_out == fate.deleted, "the uploads of another index"


class Once(list[str]):
    """Counts how often it is gone through."""

    times = 0

    def __iter__(self) -> Iterator[str]:
        self.times += 1
        return super().__iter__()


def test_what_is_asked_for_is_looked_through_once_and_not_for_each_row(tmp_path: Path) -> None:
    write(tmp_path / "papers", {"letter.eml": "x"})
    documents = [document(number, uri=f"papers/letter.eml/{number}.txt") for number in range(1, 41)]
    stock = Stock(Library("ready"), make_rows(documents, [], {}), (Root("papers", tmp_path / "papers", True, 0),))
    uris = Once(row.uri for row in stock.rows[:20])
    assert dialogs.fate_of(uris, stock, tmp_path / "index").along == stock.rows[20:]
    assert uris.times <= 2


def test_what_stays_in_chats_is_said() -> None:
    assert dialogs.chat_blocks(0, 0) == []
    own, others, both = (html_of(dialogs.chat_blocks(*numbers)) for numbers in ((1, 0), (0, 1), (2, 3)))
    assert "stays in 1 chat of yours, unless you delete" in own and "other people" not in own
    assert "stays in 1 chat of other people; only they can delete them" in others and "yours" not in others
    assert "2 chats of yours" in both and "3 chats of other people" in both


def test_own_chats_that_hold_the_text_are_deleted_and_those_of_others_stay(tmp_path: Path) -> None:
    near = replace(full_turn(), statements=(), answer=answered(nearest=(hit(LIMIT, 1),)))  # it is not cited
    with ChatStore(tmp_path / "chats.sqlite") as kept:
        answers = Answers(cast("Shelf", None), kept)
        for owner, chat_id in (("ada", "one"), ("ada", "two"), ("bob", "three")):
            kept.put_turn(chat_id, near, owner)
        assert answers.chat("ada", "one").turns, "it is in memory, too"
        own, others = kept.holding(["papers/1.txt"], "ada")
        assert {chat.id for chat in own} == {"one", "two"} and others == 1
        dialogs.delete_chats(answers, "ada", own)
        assert answers.chat("ada", "one").turns == () and answers.heads("ada") == []
        assert kept.holding(["papers/1.txt"], "ada") == ([], 1)
