"""The vectors on a Chroma server: a real one on this machine, also one that is away, slow, or cuts a line."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from doubles import Vectors, WordCounts, check_readable, found_nearby, index_settings, text_of, write

from index import view
from index.build import build_index
from index.catalog import sweep as catalog_sweep
from index.errors import SettingsError, StaleSnapshot, VectorStoreError
from index.settings import IndexSettings
from index.snapshot import Index
from index.vectors import chroma as chroma_file
from index.vectors import store as vectors
from index.vectors.server import read_url
from index.vectors.store import VectorStore
from rag.assistant import Assistant
from rag.settings import Settings

pytestmark = pytest.mark.slow

OWNER, OTHER = "0123456789abcdef", "fedcba9876543210"
NAME = f"segment-{OWNER[:12]}-a"
FILES = {"a.txt": text_of(["anchor"], ["bridge"]), "b.txt": text_of(["castle"])}


class ChromaServer:
    """`chroma run` in a folder, on a port of its own; it can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = Path(sys.executable).with_name("chroma")
        command = [str(program), "run", "--path", str(self._folder), "--host", "127.0.0.1", "--port", str(self.port)]
        # Into a file: with a pipe that nobody reads the server would stop at a full one.
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        for _ in range(600):
            with suppress(httpx.TransportError):
                httpx.get(f"{self.url}/api/v2/heartbeat", timeout=1, trust_env=False)
                return
            time.sleep(0.05)
        raise AssertionError((self._folder / "log").read_text("utf-8", "replace")[-2_000:])

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    server = ChromaServer(tmp_path_factory.mktemp("chroma"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def chroma(running: ChromaServer) -> ChromaServer:
    """The server of all tests, started again if the last one left it stopped."""
    if running._process is None:
        running.start()
    return running


@contextmanager
def opened(folder: Path, url: str, owner: str = OWNER, patience: float = 5.0) -> Iterator[VectorStore]:
    store = VectorStore(folder, url, owner, patience)
    try:
        yield store
    finally:
        store.close()


def many(count: int) -> Vectors:
    made = np.random.default_rng(5).normal(size=(count, 8)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True).astype(np.float32)  # type: ignore[no-any-return]


def impatient(monkeypatch: pytest.MonkeyPatch, seconds: float = 0.3) -> None:
    monkeypatch.setattr(vectors, "read_url", lambda url, patience: read_url(url, seconds))


def sweeping_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No generation but the newest is kept."""
    monkeypatch.setattr(catalog_sweep, "KEEP_SECONDS", -1.0)
    monkeypatch.setattr(catalog_sweep, "KEEP_BUILDS", 0)


def made(folder: Path, chroma: ChromaServer, **values: Any) -> IndexSettings:
    folder.mkdir(exist_ok=True)
    return index_settings(folder, chroma_url=chroma.url, **values)


# Segments


def test_rows_come_back_and_cosines_are_those_of_the_embedded_one(chroma: ChromaServer, tmp_path: Path) -> None:
    rows = many(1_200)
    with opened(tmp_path, chroma.url) as store:
        store.create(NAME, list(range(1_200)), rows)
        store.create(NAME, list(range(1_200)), rows)
        hits = store.nearest([NAME], rows[7], 1_200)
        assert [hit[0] for hit in hits[:1]] == [7] and len(hits) == 1_200
        np.testing.assert_allclose([score for _, score in hits], [rows[i] @ rows[7] for i, _ in hits], atol=1e-5)
        ids, loaded = store.load(NAME)
        assert sorted(ids) == list(range(1_200))
        np.testing.assert_allclose(loaded, rows[ids], atol=1e-6)
        assert [path.name for path in tmp_path.iterdir()] == [f"{NAME}.npy"]
        assert store.size_on_disk() == (tmp_path / f"{NAME}.npy").stat().st_size
        store.vacuum()
        store.delete(NAME)
        store.delete(NAME)
        assert store.names() == set() and not list(tmp_path.iterdir())
        with pytest.raises(StaleSnapshot):
            store.nearest([NAME], rows[7], 1)


def test_only_the_collections_of_the_owner_are_listed(
    chroma: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "LIST_ROWS", 2)
    names = {f"segment-{OWNER[:12]}-{letter}" for letter in "abcde"}
    with opened(tmp_path / "a", chroma.url) as store, opened(tmp_path / "b", chroma.url, OTHER) as other:
        for name in names:
            store.create(name, [1], many(1))
        other.create(f"segment-{OTHER[:12]}-a", [1], many(1))
        assert store.names() == names
        assert other.names() == {f"segment-{OTHER[:12]}-a"}
        for name in names:
            store.delete(name)
        other.delete(f"segment-{OTHER[:12]}-a")
    with pytest.raises(ValueError, match="owner"):
        VectorStore(tmp_path, chroma.url)


def test_copies_are_kept_in_order_beside_a_server(chroma: ChromaServer, tmp_path: Path) -> None:
    with opened(tmp_path, chroma.url) as store:
        store.create(NAME, [3, 1], many(2))
        (tmp_path / f"{NAME}.npy").unlink()
        (tmp_path / "segment-gone.npy").write_bytes(b"left")
        store.keep([])
        store.drop_folders()
        again = store.rows(NAME)
        assert again is not None and again.ids.tolist() == [1, 3]
        assert [path.name for path in tmp_path.iterdir()] == [f"{NAME}.npy"]
        store.delete(NAME)


def test_what_a_new_server_lacks_is_put_there_from_the_copies(chroma: ChromaServer, tmp_path: Path) -> None:
    rows = many(30)
    inside = VectorStore(tmp_path)
    inside.create(NAME, list(range(30)), rows)
    inside.close()
    with opened(tmp_path, chroma.url) as store:
        assert store.restore([NAME, "segment-unknown"]) == {"segment-unknown"}
        assert [hit[0] for hit in store.nearest([NAME], rows[4], 1)] == [4]
        assert store.restore([NAME]) == set()
        store.delete(NAME)


def test_a_database_that_is_not_there(chroma: ChromaServer, tmp_path: Path) -> None:
    with opened(tmp_path, f"{chroma.url}?database=nowhere") as store:
        for ask in (store.names, lambda: store.nearest([NAME], many(1)[0], 1)):
            with pytest.raises(VectorStoreError, match="no database nowhere"):
                ask()


# Whole indexes


def test_an_index_on_a_server_is_built_changed_and_asked(
    chroma: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "SCAN_ROWS", 0)  # or so small an index would never ask the server
    sweeping_at_once(monkeypatch)
    settings = made(tmp_path, chroma)
    write(tmp_path / "docs", FILES)
    assert build_index(settings, embedder=WordCounts()).embedded == 3
    check_readable(settings, pending=0)
    with Assistant(
        Settings(**settings.model_dump(include={"index_dir", "seeds_dir", "chroma_url"})), embedder=None
    ) as a:
        assert a.search("castle")[0].document.uri == "docs/b.txt"
    index = Index(settings, WordCounts())
    try:
        assert found_nearby(index.snapshot(), text_of(["castle"]), 0.7) >= {"docs/b.txt"}
        write(tmp_path / "docs", {"b.txt": text_of(["dragon"])})
        build_index(settings, embedder=WordCounts())
        check_readable(settings, pending=0)
        assert found_nearby(index.snapshot(), text_of(["dragon"]), 0.7) >= {"docs/b.txt"}
    finally:
        index.close()
    assert not (settings.index_dir / "vectors" / "chroma.sqlite3").exists()


def test_a_sweep_leaves_the_other_index_alone(
    chroma: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "SCAN_ROWS", 0)
    sweeping_at_once(monkeypatch)
    one, two = made(tmp_path / "one", chroma), made(tmp_path / "two", chroma)
    for settings in (one, two):
        write(settings.seeds_dir, FILES)
        build_index(settings, embedder=WordCounts())
    for _ in range(2):
        for settings in (one, two):
            write(settings.seeds_dir, {"b.txt": text_of([str(time.time_ns())])})
            build_index(settings, embedder=WordCounts())
            check_readable(one, pending=0)
            check_readable(two, pending=0)


# A server that is away


def test_a_server_that_is_away_is_said_so_and_the_next_build_goes_on(
    chroma: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = made(tmp_path, chroma)
    write(tmp_path / "docs", FILES)
    chroma.stop()
    with monkeypatch.context() as patched:
        impatient(patched)
        with pytest.raises(VectorStoreError, match=f"{chroma.url} cannot be reached") as raised:
            build_index(settings, embedder=WordCounts())
    assert "CITEWISE_CHROMA_URL" in raised.value.fix
    chroma.start()
    assert build_index(settings, embedder=WordCounts()).embedded == 3
    check_readable(settings, pending=0)


def test_asking_without_the_server_searches_words_and_says_so(
    chroma: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = made(tmp_path, chroma, embedder="fast")
    write(tmp_path / "docs", FILES)
    build_index(settings)
    impatient(monkeypatch)
    asked = Settings(**settings.model_dump(include={"index_dir", "seeds_dir", "chroma_url", "embedder"}))
    with Assistant(asked) as assistant:
        chroma.stop()
        assert assistant.search("castle")[0].ranks.dense == 1, "a small index is scored by its copies"
        monkeypatch.setattr(view, "SCAN_ROWS", 0)
        assert assistant.search("castle")[0].document.uri == "docs/b.txt"
        notice = assistant.ask("Which report names the castle?").notice
        assert notice is not None and notice.startswith("Only words were searched") and chroma.url in notice


def test_a_server_restarted_in_the_middle_of_a_build(
    chroma: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = made(tmp_path, chroma)
    write(tmp_path / "docs", FILES)
    original, restarts = chroma_file.Chroma.create, 0

    def create(opened: chroma_file.Chroma, name: str, light: bool) -> None:
        """The collection is made, its rows are not."""
        nonlocal restarts
        original(opened, name, light)
        if not restarts:
            restarts += 1
            chroma.stop()
            threading.Timer(0.5, chroma.start).start()

    monkeypatch.setattr(chroma_file.Chroma, "create", create)
    assert build_index(settings, embedder=WordCounts()).embedded == 3
    assert restarts == 1
    check_readable(settings, pending=0)


class Proxy(threading.Thread):
    """A TCP line to a port. `spoil(number, request)` says what happens to each piece that is sent on a connection:
    "cut" closes it at once, "hang" never answers, "lose" passes it on and closes when the answer comes."""

    def __init__(self, port: int, spoil: Callable[[int, bytes], str | None]) -> None:
        super().__init__(daemon=True)
        self._target, self._spoil = port, spoil
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.connections = 0

    def run(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(near, self.connections), daemon=True).start()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)  # or accept() would wait for ever
        self._listening.close()
        self.join()

    def _serve(self, near: socket.socket, number: int) -> None:
        far = socket.create_connection(("127.0.0.1", self._target))
        lost = threading.Event()
        threading.Thread(target=self._answer, args=(near, far, lost), daemon=True).start()
        with near, far, suppress(OSError):
            while request := near.recv(65_536):
                match self._spoil(number, request):
                    case "cut":
                        return
                    case "hang":
                        continue
                    case "lose":
                        lost.set()
                far.sendall(request)

    @staticmethod
    def _answer(near: socket.socket, far: socket.socket, lost: threading.Event) -> None:
        with suppress(OSError):
            while answer := far.recv(65_536):
                if lost.is_set():
                    near.shutdown(socket.SHUT_RDWR)
                    return
                near.sendall(answer)


@contextmanager
def line(chroma: ChromaServer, spoil: Callable[[int, bytes], str | None]) -> Iterator[Proxy]:
    proxy = Proxy(chroma.port, spoil)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.close()


@pytest.mark.parametrize("how", ["cut", "hang"])
def test_a_spoilt_connection_is_tried_again(chroma: ChromaServer, tmp_path: Path, how: str) -> None:
    with line(chroma, lambda number, _: how if number == 1 else None) as proxy:
        with opened(tmp_path, proxy.url, patience=0.5) as store:
            store.create(NAME, [4], many(1))
            assert store.nearest([NAME], many(1)[0], 1)[0][0] == 4
            assert proxy.connections >= 2
            store.delete(NAME)


@pytest.mark.parametrize("lost", [b"/add ", b"/collections ", b"DELETE "])
def test_a_lost_answer_changes_nothing(chroma: ChromaServer, tmp_path: Path, lost: bytes) -> None:
    """The server did it; asked again it does nothing twice."""
    losses: list[int] = []

    def spoil(number: int, request: bytes) -> str | None:
        if lost in request and not losses:
            losses.append(number)
            return "lose"
        return None

    rows = many(20)
    with line(chroma, spoil) as proxy, opened(tmp_path, proxy.url) as store:
        store.create(NAME, list(range(20)), rows)
        ids, loaded = store.load(NAME)
        assert sorted(ids) == list(range(20))
        np.testing.assert_allclose(loaded, rows[ids], atol=1e-6)
        store.delete(NAME)
        assert NAME not in store.names()
    assert len(losses) == 1


def test_a_server_that_hangs_is_given_up(chroma: ChromaServer, tmp_path: Path) -> None:
    with line(chroma, lambda number, _: "hang") as proxy, opened(tmp_path, proxy.url, patience=0.2) as store:
        started = time.monotonic()
        with pytest.raises(VectorStoreError, match="does not answer in time"):
            store.names()
        assert time.monotonic() - started < 10
        assert proxy.connections == 2


# What else may answer


@contextmanager
def answering(*answers: tuple[int, str, str]) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """The place and the seen headers of a server that gives (status, type, body) in turn, the last one for ever."""
    left, seen = list(answers), []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append({name.lower(): value for name, value in self.headers.items()} | {"path": self.path})
            status, kind, body = left.pop(0) if len(left) > 1 else left[0]
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


DATABASE = (200, "application/json", '{"id": "00000000-0000-0000-0000-000000000001", "name": "d", "tenant": "t"}')
OVERLOADED = (503, "text/html", "<p>busy</p>")


def test_an_overloaded_server_is_asked_again(tmp_path: Path) -> None:
    answers = (OVERLOADED, DATABASE, OVERLOADED, (200, "application/json", "[]"))
    with answering(*answers) as (place, seen), opened(tmp_path, f"http://{place}/base/") as store:
        assert store.names() == set()
        assert len(seen) == 4 and seen[0]["path"].startswith("/base/api/v2/")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((500, "application/json", '{"error": "InternalError", "message": "disk\\nfull"}'), "error 500: disk full"),
        ((401, "application/json", '{"error": "AuthError", "message": "bad s3cret"}'), "refuses the user or token"),
        ((403, "text/plain", "s3cret is unknown"), "refuses the user or token"),
        ((200, "text/html", "<p>Welcome</p>"), "is not a Chroma server"),
        ((404, "text/html", "<p>Nothing here</p>"), "is not a Chroma server"),
        ((404, "application/json", '{"detail": "Not Found"}'), "is not a Chroma server"),
    ],
)
def test_wrong_answers_are_told_in_one_line_without_secrets(
    tmp_path: Path, answer: tuple[int, str, str], words: str
) -> None:
    with answering(answer) as (place, seen):
        with opened(tmp_path, f"http://s3cret@{place}?tenant=t&database=d", patience=0.2) as store:
            with pytest.raises(VectorStoreError, match=words) as raised:
                store.names()
    told = f"{raised.value} {raised.value.fix} {raised.value.__cause__}"
    assert "s3cret" not in told and "\n" not in told and "CITEWISE_CHROMA_URL" in told and place in told
    assert seen[0]["path"] == "/api/v2/tenants/t/databases/d"


@pytest.mark.parametrize(
    ("login", "headers"),
    [
        ("", {"authorization": None, "x-chroma-token": None}),
        ("tok%2Fen@", {"authorization": "Bearer tok/en", "x-chroma-token": "tok/en"}),
        ("me:pass%40word@", {"authorization": "Basic bWU6cGFzc0B3b3Jk", "x-chroma-token": None}),
    ],
)
def test_who_asks_is_told_in_headers(tmp_path: Path, login: str, headers: dict[str, str | None]) -> None:
    with answering(DATABASE, (200, "application/json", "[]")) as (place, seen):
        with opened(tmp_path, f"http://{login}{place}") as store:
            store.names()
    assert all({name: one.get(name) for name in headers} == headers for one in seen) and len(seen) == 2


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000",
        "https://chroma.example.org",
        "https://token@[::1]:8000/path/?tenant=a&database=b",
        "http://user:pa%20ss@host/",
    ],
)
def test_addresses_that_are_taken(url: str) -> None:
    assert IndexSettings(chroma_url=url, _env_file=None).chroma_url == url
    server = read_url(url, 1)
    assert "@" not in server.url and "?" not in server.url and not server.url.endswith("/")
    assert "token" not in repr(server) and "pa ss" not in repr(server)


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:8000",
        "ftp://secret@host",
        "http://",
        "http://secret@",
        "http://secret@host:0",
        "http://secret@host:99999",
        "http://secret@host:port",
        "http://secret@host#part",
        "http://secret@host?collection=a",
        "http://secret@host?tenant=",
        "http://secret@ho st",
        "http://secret@host\n",
        "http://[secret",
    ],
)
def test_addresses_that_are_not(url: str) -> None:
    with pytest.raises(SettingsError, match="CITEWISE_CHROMA_URL: must be an address") as raised:
        IndexSettings(chroma_url=url, _env_file=None)
    assert "secret" not in f"{raised.value} {raised.value.fix}"
    assert "secret" not in repr(IndexSettings(chroma_url="http://secret@host", _env_file=None))
