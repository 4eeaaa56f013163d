"""Ways in which an index is damaged, by hand and beside all of its code."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from doubles import WordCounts, index_settings, rows, text_of, write

from index.build import build_index
from index.lexical import LexicalIndex
from index.settings import IndexSettings

FIRST = {"1.txt": text_of(["anchor"], ["bridge"]), "2.txt": text_of(["castle"], ["dragon"])}
SECOND = {"3.txt": text_of(["ember"], ["forest"]), "4.txt": text_of(["garden", "island"])}
UUID = "00000000-1111-2222-3333-444444444444"


def build_twice(folder: Path) -> IndexSettings:
    """An index of four documents and seven passages in two segments, of four and of three."""
    folder.mkdir()
    settings = index_settings(folder)
    for files in (FIRST, SECOND):
        write(settings.seeds_dir, files)
        assert build_index(settings, embedder=WordCounts()).pending == 0
    return settings


def fresh(built: Path) -> IndexSettings:
    """The index that was built, as it was then and in the same place: its roots are known by their paths."""
    shutil.rmtree(built, ignore_errors=True)
    shutil.copytree(built.with_name("kept"), built)
    return index_settings(built)


def big_document(folder: Path) -> IndexSettings:
    """So many passages in one segment that Chroma keeps its index in files."""
    settings = index_settings(folder)
    write(settings.seeds_dir, {"long.txt": text_of(*([f"number{n}"] for n in range(1_100)))})
    assert build_index(settings, embedder=WordCounts()).pending == 0
    return settings


def sql(settings: IndexSettings, *statements: str) -> None:
    with closing(sqlite3.connect(settings.index_dir / "catalog.sqlite")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def segment_names(settings: IndexSettings) -> list[str]:
    """Of the live segments, the older first."""
    return [row[0] for row in rows(settings.index_dir, f"SELECT name FROM segments WHERE died = {2**62} ORDER BY id")]


@contextmanager
def chroma_client(settings: IndexSettings) -> Iterator[Any]:
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(settings.index_dir / "vectors"), Settings(anonymized_telemetry=False))
    try:
        yield client
    finally:
        client.close()  # type: ignore[attr-defined]


def words(settings: IndexSettings) -> Path:
    return settings.index_dir / "words" / "1"


def words_file(settings: IndexSettings, suffix: str) -> Path:
    return sorted(words(settings).glob(f"*.{suffix}"))[0]


def empty_words(settings: IndexSettings) -> None:
    shutil.rmtree(words(settings))
    LexicalIndex(words(settings))


def other_words(settings: IndexSettings) -> None:
    index = LexicalIndex(words(settings))
    index.delete([3])
    index.add([(3, "", [], "Something else.", "en")])


def delete_collection(settings: IndexSettings) -> None:
    with chroma_client(settings) as client:
        client.delete_collection(segment_names(settings)[0])


def delete_row(settings: IndexSettings) -> None:
    with chroma_client(settings) as client:
        client.get_collection(segment_names(settings)[0], embedding_function=None).delete(ids=["2"])


def change_row(settings: IndexSettings) -> None:
    other = np.zeros(11, dtype=np.float32)
    other[5] = 1
    with chroma_client(settings) as client:
        client.get_collection(segment_names(settings)[1], embedding_function=None).update(ids=["6"], embeddings=[other])


def copy_of(settings: IndexSettings, at: int = 0) -> Path:
    return settings.index_dir / "vectors" / f"{segment_names(settings)[at]}.npy"


def write_copy(settings: IndexSettings, change: Any) -> None:
    path = copy_of(settings)
    with path.open("rb") as file:
        ids, vectors = np.load(file), np.load(file)
    ids, vectors = change(ids, vectors)
    with path.open("wb") as file:
        np.save(file, ids)
        np.save(file, vectors)


def longer_row(ids: Any, vectors: Any) -> Any:
    vectors[1] *= 3
    return ids, vectors


def other_row(ids: Any, vectors: Any) -> Any:
    vectors[1] = vectors[1][::-1]
    return ids, vectors


def lose_both(settings: IndexSettings) -> None:
    copy_of(settings).unlink()
    delete_collection(settings)


def copy_alone(settings: IndexSettings) -> None:
    write_copy(settings, longer_row)
    delete_collection(settings)


def overwrite(path: Path, at: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(data)


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def chroma_file(settings: IndexSettings) -> Path:
    return settings.index_dir / "vectors" / "chroma.sqlite3"


def copies_too(settings: IndexSettings) -> None:
    for path in (settings.index_dir / "vectors").glob("*.npy"):
        path.write_bytes(b"noise")
    overwrite(chroma_file(settings), 0, b"\xff" * 4096)


def touch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"left by a crash")


def overwrite_pages(settings: IndexSettings) -> None:
    path = settings.index_dir / "catalog.sqlite"
    for page in range(3, path.stat().st_size // 4096, 2):
        overwrite(path, page * 4096, b"\xff" * 64)


# The damage, its finding, and how many vectors a repair has to make again.
RENEWED: dict[str, tuple[Any, str, int]] = {
    "words deleted": (lambda s: shutil.rmtree(s.index_dir / "words"), "words missing", 0),
    "words emptied by a reader": (empty_words, "words missing", 0),
    "some words deleted": (lambda s: LexicalIndex(words(s)).delete([2, 5]), "words missing", 0),
    "strange words": (
        lambda s: LexicalIndex(words(s)).add([(99, "", [], "Who is this?", "en")]),
        "words left over",
        0,
    ),
    "other words": (other_words, "words not found", 0),
    "words cut": (lambda s: halve(words_file(s, "idx")), "words damaged", 0),
    "a file of words gone": (lambda s: words_file(s, "term").unlink(), "words damaged", 0),
    "words changed": (lambda s: overwrite(words_file(s, "pos"), 3, b"\xff\xff"), "words damaged", 0),
    "words noise": (lambda s: (words(s) / "meta.json").write_text("{}"), "words damaged", 0),
    "vectors deleted": (lambda s: shutil.rmtree(s.index_dir / "vectors"), "segments damaged", 7),
    "collection deleted": (delete_collection, "segments damaged", 0),
    "row deleted": (delete_row, "segments damaged", 0),
    "row changed": (change_row, "segments damaged", 1),
    "Chroma's file overwritten": (lambda s: overwrite(chroma_file(s), 0, b"\xff" * 4096), "vectors damaged", 0),
    "Chroma's file cut": (lambda s: halve(chroma_file(s)), "vectors damaged", 0),
    "Chroma's file gone": (lambda s: chroma_file(s).unlink(), "segments damaged", 0),
    "Chroma and copies": (copies_too, "vectors damaged", 7),
    "copy gone": (lambda s: copy_of(s).unlink(), "copies missing", 0),
    "copy cut": (lambda s: halve(copy_of(s)), "copies missing", 0),
    "copy has a longer row": (lambda s: write_copy(s, longer_row), "segments damaged", 0),
    "copy has another row": (lambda s: write_copy(s, other_row), "segments damaged", 1),
    "copy lacks rows": (lambda s: write_copy(s, lambda i, v: (i[1:], v[1:])), "segments damaged", 0),
    "copy of another length": (lambda s: write_copy(s, lambda i, v: (i, v[:, :5].copy())), "segments damaged", 0),
    "collection gone, copy wrong": (copy_alone, "segments damaged", 1),
    "collection and copy": (lose_both, "segments damaged", 4),
}
CATALOG: dict[str, tuple[Any, str, str]] = {
    "offsets shifted": (
        lambda s: sql(s, 'UPDATE placements SET start = start + 1, "end" = "end" + 1 WHERE content_id = 2'),
        "passages damaged",
        "docs/2.txt",
    ),
    "overlap": (lambda s: sql(s, "UPDATE placements SET start = 3 WHERE ordinal = 1"), "passages damaged", "overlaps"),
    "place gone": (lambda s: sql(s, "DELETE FROM placements WHERE ordinal = 0"), "passages damaged", "4 documents"),
    "text changed": (
        lambda s: sql(s, "UPDATE contents SET text = replace(text, 'anchor', 'ANCHOR')"),
        "passages damaged",
        "docs/1.txt",
    ),
    "passage changed": (
        lambda s: sql(s, "UPDATE passages SET title = 'Another' WHERE id = 3"),
        "passages damaged",
        "as it was written",
    ),
    "passage gone": (lambda s: sql(s, "DELETE FROM passages WHERE id = 3"), "passages damaged", "no words"),
    "uri doubled": (
        lambda s: sql(
            s,
            "INSERT INTO documents (epoch, uri, file, root, content_id, born, died) "
            "SELECT epoch, uri, file, root, content_id, born, died FROM documents WHERE uri = 'docs/4.txt'",
        ),
        "documents doubled",
        "docs/4.txt",
    ),
    "text gone": (lambda s: sql(s, "DELETE FROM contents WHERE id = 1"), "text missing", "docs/1.txt"),
}
FILES: dict[str, tuple[Any, str]] = {
    "no database": (lambda s: overwrite(s.index_dir / "catalog.sqlite", 0, b"\xff" * 4096), "catalog damaged"),
    "pages overwritten": (overwrite_pages, "catalog damaged"),
    "gone": (lambda s: [p.unlink() for p in s.index_dir.glob("catalog.sqlite*")], "catalog missing"),
}
LEFT: dict[str, tuple[Any, str]] = {
    "reserved ids": (lambda s: sql(s, "INSERT INTO orphans VALUES (99, 1)"), "1 reserved passages"),
    "reserved segment": (
        lambda s: sql(
            s, f"INSERT INTO segments (epoch, name, size, born, died) VALUES (1, 'segment-x', 0, {2**62}, {2**62})"
        ),
        "1 reserved segments",
    ),
    "collection": (
        lambda s: [client.create_collection("segment-y", embedding_function=None) for client in _client(s)],
        "1 collections",
    ),
    "folder": (lambda s: (s.index_dir / "vectors" / UUID).mkdir(), "1 folders of collections"),
    "copy": (lambda s: touch(s.index_dir / "vectors" / "segment-z.npy"), "1 copies"),
    "half a copy": (lambda s: touch(copy_of(s).with_suffix(".tmp")), "1 copies"),
    "words": (lambda s: touch(s.index_dir / "words" / "1-abc" / "meta.json"), "1 word folders"),
    "vectors of nothing": (
        lambda s: sql(s, "INSERT INTO vectors VALUES (98, 1)", "INSERT INTO vectors VALUES (1, 99)"),
        "1 vectors of no passage, 1 vectors of no segment",
    ),
    "vectors set aside": (lambda s: touch(s.index_dir / "vectors-damaged" / "x"), "1 folders of damaged vectors"),
}


def _client(settings: IndexSettings) -> Iterator[Any]:
    with chroma_client(settings) as client:
        yield client
