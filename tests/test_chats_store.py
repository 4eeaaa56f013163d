"""Chats in their file: kept, listed, found, taken away without a trace, and safe from kills and from each other."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from corpus import LIMIT, document, environment, hit
from saved_chats import NOW, answered, full_turn, quoted, said

from index.errors import CitewiseError, StorageError
from index.types import Filters
from rag.chats.sqlite import FILENAME, MIGRATIONS
from rag.chats.store import ChatStore
from rag.chats.types import Feedback, Problem, Turn


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ChatStore]:
    with ChatStore(tmp_path / FILENAME) as opened:
        yield opened


def asked(number: int, question: str) -> Turn:
    return Turn(number, question, state="done", answer=answered(said(quoted(document(LIMIT), "4 knots"))))


def titles(store: ChatStore, search: str = "", owner: str = "") -> list[str]:
    return [one.title for one in store.heads(owner, search)]


def change(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, values)


def test_a_chat_is_read_back_as_it_was(store: ChatStore) -> None:
    limited = Filters(outlet="Gull Post")
    first, second = full_turn(), replace(full_turn(2), state="failed", answer=None, problem=Problem("No.", "Wait."))
    store.put_turn("c1", first)
    store.put_turn("c1", second)
    store.set_filters("c1", limited)
    chat = store.chat("c1")
    assert chat is not None and chat.turns == (first, second)
    assert (chat.id, chat.title, chat.filters) == ("c1", first.question, limited)
    assert chat.created < chat.changed and chat.created.utcoffset() is not None


def test_a_chat_outlives_its_store(tmp_path: Path) -> None:
    with ChatStore(tmp_path / "new" / FILENAME) as store:
        store.put_turn("c1", full_turn())
    with ChatStore(tmp_path / "new" / FILENAME) as store:
        chat = store.chat("c1")
    assert chat is not None and chat.turns == (full_turn(),)
    with pytest.raises(CitewiseError, match="closed"):
        store.heads()


def test_what_is_not_there_is_none(store: ChatStore) -> None:
    assert store.chat("c1") is None and store.heads() == [] and not store.delete("c1")
    assert not store.set_feedback("c1", 1, Feedback("good"))
    store.rename("c1", "Mine")
    store.drop_turns_from("c1", 1)
    assert store.chat("c1") is None


def test_a_turn_is_saved_again_as_it_goes_on(store: ChatStore) -> None:
    turn = Turn(1, "What is the limit?", state="writing")
    for now in (turn, replace(turn, statements=full_turn().statements[:1]), replace(full_turn(), id=1)):
        store.put_turn("c1", now)
        chat = store.chat("c1", running=True)
        assert chat is not None and chat.turns == (now,)
    assert [one.turns for one in store.heads()] == [1]


@pytest.mark.parametrize("state", ["waiting", "writing"])
def test_a_turn_of_a_process_that_died_has_stopped(store: ChatStore, state: str) -> None:
    turn = replace(full_turn(), state=state)  # type: ignore[arg-type]
    store.put_turn("c1", turn)
    stopped, running = store.chat("c1"), store.chat("c1", running=True)
    assert stopped is not None and stopped.turns == (replace(turn, state="stopped"),)
    assert running is not None and running.turns == (turn,)


def test_an_answer_does_not_bring_a_deleted_chat_back(store: ChatStore) -> None:
    store.put_turn("c1", asked(1, "a?"))
    assert store.put_turn("c1", asked(1, "b?"), create=False) and not store.put_turn("c1", asked(2, "c"), create=False)
    store.delete("c1")
    assert not store.put_turn("c1", asked(1, "d?"), create=False) and store.chat("c1") is None


def test_the_newest_comes_first(store: ChatStore) -> None:
    for name in ("one", "two", "three"):
        store.put_turn(name, asked(1, name))
    store.put_turn("one", asked(2, "more"))
    assert titles(store) == ["one", "three", "two"]
    assert [(head.id, head.turns) for head in store.heads(limit=2)] == [("one", 2), ("three", 1)]


def test_a_chat_without_a_question_is_not_listed(store: ChatStore) -> None:
    store.set_filters("c1", Filters(language="de"))
    assert store.heads() == []
    store.put_turn("c1", asked(1, "a?"))
    chat = store.chat("c1")
    assert titles(store) == ["a?"] and chat is not None and chat.filters == Filters(language="de")


def test_the_first_question_is_the_title_unless_it_was_renamed(store: ChatStore) -> None:
    store.put_turn("c1", asked(1, "How  many\nboats " + "leave the harbour " * 9))
    (title,) = titles(store)
    assert title.startswith("How many boats leave") and len(title) <= 82 and title.endswith(("harbour …", "the …"))
    store.put_turn("c1", asked(1, "How many?"))
    assert titles(store) == ["How many?"]
    store.rename("c1", "  Boats ")
    store.put_turn("c1", asked(1, "When?"))
    assert titles(store) == ["Boats"]
    store.rename("c1", " ")
    assert titles(store) == ["When?"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("STÄDTE", ["Städte"]),
        ("sta\u0308dte", ["Städte"]),
        ("strasse", ["Städte"]),
        ("knots LIMIT", ["100% sure_", "Städte", "plain"]),
        ("limit nowhere", []),
        ("%", ["100% sure_"]),
        ("0_ ", []),
        ("sure_", ["100% sure_"]),
        ("", ["100% sure_", "Städte", "plain"]),
        ("o'clock\"; DROP TABLE chats", []),
    ],
)
def test_search(store: ChatStore, search: str, found: list[str]) -> None:
    for title, question in [("plain", "What is the limit?"), ("Städte", "Limit in der Straße?"), ("", "limit")]:
        store.put_turn(title, asked(1, question))
        store.rename(title, title or "100% sure_")
    assert titles(store, search) == found


def test_search_reads_questions_answers_and_unfinished_sentences(store: ChatStore) -> None:
    store.put_turn("c1", replace(full_turn(), state="stopped", answer=None, question="Zeppelin?"))
    assert titles(store, "zeppelin") == titles(store, "inner harbour") == ["Zeppelin?"]
    assert titles(store, "customs steps") == []  # a word of a document that nobody said


def test_another_owner_sees_nothing_and_changes_nothing(store: ChatStore) -> None:
    turn = full_turn()
    store.put_turn("c1", turn, owner="ann")
    store.set_filters("c1", Filters(language="en"), owner="ann")
    before = store.chat("c1", "ann")
    for other in ("bob", "", "ANN"):
        assert store.chat("c1", other) is None
        assert store.heads(other) == store.heads(other, "limit") == store.citing(["papers/1.txt"], other) == []
        assert store.feedback(other) == []
        assert not store.delete("c1", other) and not store.set_feedback("c1", 1, None, other)
        store.rename("c1", "Stolen", other)
        store.drop_turns_from("c1", 1, other)
        assert not store.put_turn("c1", asked(1, "mine"), other, create=False)
    assert store.chat("c1", "ann") == before and titles(store, owner="ann") == [turn.question]
    store.put_turn("c1", asked(1, "mine"), owner="bob")
    store.set_filters("c1", Filters(), owner="bob")
    store.delete("c1", "bob")
    assert store.chat("c1", "ann") == before


def test_turns_are_dropped_from_a_number_on(store: ChatStore) -> None:
    for number in (1, 2, 3):
        store.put_turn("c1", asked(number, f"q{number}"))
    store.drop_turns_from("c1", 2)
    chat = store.chat("c1")
    assert chat is not None and [turn.question for turn in chat.turns] == ["q1"]


def test_feedback_is_kept_with_its_history(store: ChatStore) -> None:
    store.put_turn("c1", asked(1, "first"))
    store.put_turn("c1", Turn(2, "stopped", state="stopped"))
    store.put_turn("c1", asked(3, "third"))
    store.put_turn("c2", asked(1, "unrated"), owner="ann")
    given = Feedback("bad", "no", ("papers/2.txt",), False, NOW)
    assert store.set_feedback("c1", 3, given) and not store.set_feedback("c1", 9, given)
    (rated,) = store.feedback()
    assert (rated.question, rated.feedback) == ("third", given)
    assert rated.answer is not None and rated.history == (("first", "4 knots"),)
    store.set_feedback("c2", 1, Feedback("good"), owner="ann")
    assert len(store.feedback()) == 2 and [one.question for one in store.feedback("ann")] == ["unrated"]
    store.set_feedback("c1", 3, None)
    assert store.feedback("") == []


def test_chats_that_cite_a_document(store: ChatStore) -> None:
    store.put_turn("c1", full_turn())
    store.put_turn("c2", asked(1, "b?"), owner="ann")
    assert [one.id for one in store.citing(["papers/2.txt", "x"])] == ["c1"]
    assert [one.id for one in store.citing(["papers/1.txt"])] == ["c2", "c1"]
    assert [one.id for one in store.citing(["papers/1.txt"], owner="ann")] == ["c2"]
    assert store.citing(["papers/5.txt"]) == []  # only came near
    assert store.citing([]) == []


def test_chats_that_hold_a_document_are_counted_for_everybody(store: ChatStore) -> None:
    near = replace(full_turn(), statements=(), answer=answered(nearest=(hit(LIMIT, 1),)))  # abstained
    store.put_turn("near", near)
    store.put_turn("near", near, owner="1")
    for number in range(201):
        store.put_turn("c1", asked(1, "b?"), owner=f"{number}")
    own, others = store.holding(["papers/1.txt", "x"])
    assert [one.id for one in own] == ["near"] and others == 202
    own, others = store.holding(["papers/1.txt"], "1")
    assert [one.id for one in own] == ["c1", "near"] and others == 201
    assert store.holding(["papers/5.txt"]) == store.holding([]) == ([], 0)
    assert len(store.citing(["papers/1.txt"])) == 201


def test_documents_are_shared_and_go_with_the_last_turn(store: ChatStore, tmp_path: Path) -> None:
    def uris() -> list[str]:
        with closing(sqlite3.connect(tmp_path / FILENAME)) as connection:
            return sorted(uri for (uri,) in connection.execute("SELECT uri FROM documents"))

    four = [f"papers/{number}.txt" for number in (1, 2, 5, 6)]
    unrated = replace(full_turn(), feedback=None)  # what was rated stays when its question is asked again
    store.put_turn("c1", unrated)
    store.put_turn("c2", unrated)
    assert uris() == four
    store.delete("c1")
    assert uris() == four
    store.put_turn("c2", Turn(1, "anew"))
    assert uris() == []


def remains(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_nothing_of_a_deleted_chat_is_left_in_any_file(store: ChatStore, tmp_path: Path) -> None:
    chance = random.Random(3)
    kept: dict[str, list[bytes]] = {}
    for _ in range(150):
        name = f"c{chance.randrange(30)}"
        if name in kept and chance.random() < 0.3:
            assert all(mark in remains(tmp_path) for mark in kept[name])
            drop = chance.random() < 0.5
            store.drop_turns_from(name, 1) if drop else store.delete(name)
            store.settle()
            left = remains(tmp_path)
            assert not [mark for mark in kept.pop(name) if mark in left]
        else:
            mark = f"{chance.getrandbits(80):020x}"
            store.put_turn(name, Turn(len(kept.setdefault(name, [])) + 1, mark + " x" * chance.choice([1, 99, 4000])))
            kept[name].append(mark.encode())


def test_nothing_of_its_documents_is_left_either(store: ChatStore, tmp_path: Path) -> None:
    full = full_turn(note="a private note")
    packed = zlib.compress(LIMIT.encode())
    store.put_turn("c1", full)
    for trace in (packed, b"a private note", b"Gull Post", b"9 knots"):
        assert trace in remains(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILENAME)) as other:
        assert other.execute("SELECT count(*) FROM turns").fetchone() == (1,)  # another process has it open
        store.delete("c1")
        store.settle()
    for trace in (packed, b"a private note", b"Gull Post", b"9 knots"):
        assert trace not in remains(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="no modes there")
def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        (tmp_path / FILENAME).touch(0o666)
        with ChatStore(tmp_path / FILENAME) as store:
            store.put_turn("c1", full_turn())
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert len(modes) == 3 and set(modes.values()) == {0o600}


@pytest.mark.parametrize("damaged", ["{", "[]", '{"version": 99}', '{"version": 1, "turn": {"id": 1}}'])
def test_a_damaged_turn_stops_nothing_else(store: ChatStore, tmp_path: Path, damaged: str) -> None:
    store.put_turn("c1", asked(1, "lost?"))
    store.put_turn("c1", asked(2, "kept?"))
    store.put_turn("c2", asked(1, "other"))
    store.set_feedback("c1", 2, Feedback("good"))
    change(tmp_path / FILENAME, "UPDATE turns SET json=? WHERE number=1 AND question='lost?'", damaged)
    chat = store.chat("c1")
    assert chat is not None and chat.turns[0].state == "failed" and chat.turns[0].question == "lost?"
    assert chat.turns[0].problem is not None and chat.turns[0].problem.fix
    assert chat.turns[1].answer is not None and len(store.feedback()) == 1
    assert titles(store) == ["other", "lost?"] and store.chat("c2") is not None


def test_a_damaged_document_or_filter_stops_nothing_else(store: ChatStore, tmp_path: Path) -> None:
    store.put_turn("c1", asked(1, "lost?"))
    store.put_turn("c1", Turn(2, "kept?"))
    change(tmp_path / FILENAME, "UPDATE documents SET text=?", b"no zlib")
    change(tmp_path / FILENAME, "UPDATE chats SET filters='{'")
    chat = store.chat("c1")
    assert chat is not None and [turn.state for turn in chat.turns] == ["failed", "stopped"]
    assert chat.filters == Filters()


def test_a_file_that_is_no_file_of_chats(tmp_path: Path) -> None:
    (tmp_path / FILENAME).write_bytes(b"something else " * 100)
    with pytest.raises(StorageError, match="damaged") as caught:
        ChatStore(tmp_path / FILENAME)
    assert "Move the file away" in caught.value.fix
    with pytest.raises(StorageError, match="cannot be opened"):
        ChatStore(tmp_path)


def test_a_newer_file_is_not_touched(tmp_path: Path) -> None:
    ChatStore(tmp_path / FILENAME).close()
    change(tmp_path / FILENAME, f"PRAGMA user_version={len(MIGRATIONS) + 1}")
    with pytest.raises(CitewiseError, match="newer Citewise"):
        ChatStore(tmp_path / FILENAME)


def test_odd_characters_are_kept(store: ChatStore) -> None:
    turn = Turn(1, "\ud83d \0 what?", state="stopped")
    store.put_turn("c\0", turn)
    chat = store.chat("c\0")
    assert chat is not None and chat.turns == (turn,) and titles(store, "what")


def test_several_threads_and_stores(tmp_path: Path) -> None:
    stores = [ChatStore(tmp_path / FILENAME) for _ in range(3)]
    errors: list[BaseException] = []

    def work(number: int) -> None:
        store = stores[number % 3]
        try:
            for turn in range(1, 11):
                store.put_turn(f"c{number}", asked(turn, f"question {number}"))
                store.heads(search="question")
                store.chat(f"c{number}")
            store.put_turn("extra", asked(number, "x"))
            store.delete(f"c{number}") if number % 2 else store.rename(f"c{number}", f"kept {number}")
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    heads = {head.title: head.turns for head in stores[0].heads()}
    assert {title: turns for title, turns in heads.items() if title.startswith("kept")} == {
        "kept 2": 10, "kept 4": 10, "kept 6": 10
    }  # fmt: skip
    for store in stores:
        store.close()


@pytest.mark.slow
def test_many_processes_make_the_file_at_once(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from rag.chats.store import ChatStore; from rag.chats.types import Turn\n"
        "with ChatStore(Path('chats.sqlite')) as store: store.put_turn(sys.argv[1], Turn(1, 'q'))"
    )
    children = [subprocess.Popen([sys.executable, "-c", program, str(n)], env=environment()) for n in range(4)]
    assert [child.wait(60) for child in children] == [0] * 4
    with ChatStore(tmp_path / FILENAME) as store:
        assert len(store.heads()) == 4


WRITER = """
import sys
sys.path.insert(0, sys.argv[1])
from dataclasses import replace
from pathlib import Path
from saved_chats import full_turn
from rag.chats.store import ChatStore
store, number = ChatStore(Path("chats.sqlite")), int(sys.argv[2])
while True:
    turn = full_turn(number)
    for _ in range(3):
        store.put_turn("c1", replace(turn, state="writing", answer=None))
    store.put_turn("c1", turn)
    print(number, flush=True)
    number += 1
"""


@pytest.mark.slow
def test_a_kill_loses_at_most_the_turn_in_progress(tmp_path: Path) -> None:
    done = 0
    for attempt in range(8):
        arguments = [sys.executable, "-c", WRITER, str(Path(__file__).parent), str(done + 1)]
        with subprocess.Popen(arguments, env=environment(), stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            told = child.stdout.readline()
            time.sleep(0.05 + attempt * 0.013)
            child.send_signal(signal.SIGKILL)
            finished = int((told + child.stdout.read()).split()[-1])
        with ChatStore(tmp_path / FILENAME) as store:
            chat = store.chat("c1")
            assert chat is not None and finished > done
            assert all(chat.turns[number - 1] == full_turn(number) for number in range(1, finished + 1))
            assert len(chat.turns) <= finished + 1 and chat.turns[-1].state in ("done", "stopped")
            store.drop_turns_from("c1", finished + 1)
            done = finished
    with closing(sqlite3.connect(tmp_path / FILENAME)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert json.loads(connection.execute("SELECT json FROM turns").fetchone()[0])["version"] == 1


def test_another_process_that_leaves_does_not_take_the_log_away(tmp_path: Path) -> None:
    """SQLite's locks are those of the process: a file that is closed by hand would drop them."""
    path = tmp_path / "chats.sqlite"
    with ChatStore(path) as store:
        store.put_turn("one", Turn(1, "Before?"))
        visit = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('SELECT 1 FROM chats').fetchall(); "
        visit += "db.close()"
        subprocess.run([sys.executable, "-c", visit, str(path)], check=True)
        assert path.with_name("chats.sqlite-wal").exists()
        store.put_turn("one", Turn(2, "After?"))
    with ChatStore(path) as store:
        kept = store.chat("one")
        assert kept is not None and [turn.question for turn in kept.turns] == ["Before?", "After?"]
