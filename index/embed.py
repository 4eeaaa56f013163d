"""Embedders: the local MiniLM (default), static vectors, an OpenAI-compatible endpoint, any llama-index BaseEmbedding.

Vectors are float32 arrays of shape (n, dimension) with rows of length 1. Passages never reach the local model longer
than it reads: the chunker holds them to 200 of MiniLM's tokens, and the prefix is short.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

from index.errors import CitewiseError, EmbedderError
from index.minilm import MINILM, MiniLM
from index.minilm import count_tokens as count_tokens
from index.minilm import load_tokenizer as load_tokenizer
from index.minilm import shorten as shorten
from index.static import STATIC, StaticVectors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.settings import IndexSettings

    Vectors = NDArray[np.float32]

REQUEST_TEXTS = 64
# What makes a llama-index model give other vectors, by the names that its integrations use.
_OPENAI = re.compile(r"openai/(.+?)(?:/dimensions=(\d+))?(?:/query=(.*?))?(?:/passage=(.*?))?/l2", re.DOTALL)
TELLING_FIELDS = ("model_name", "dimensions", "embed_dim", "query_instruction", "text_instruction")


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
    return StaticVectors() if settings.embedder == "fast" else MiniLM(settings.threads)


def embed(embedder: Embedder, texts: Sequence[str], dimension: int | None = None) -> Vectors:
    """The vectors of passages. EmbedderError for whatever the embedder raises, and unless they fit the texts."""
    import numpy as np

    try:
        rows = embedder.embed_passages(texts)
        _unit_rows(rows, len(texts), dimension, "The embedder")
        return np.asarray(rows, dtype=np.float32)
    except CitewiseError:
        raise
    except Exception as error:
        told = " ".join(str(error).split())[:200].removesuffix(".")
        why = f"The embedder failed: {type(error).__name__}{told and ': '}{told}."
        raise EmbedderError(why, "Check it, then build again: only what has no vector is embedded.") from error


def configured_fingerprint(settings: IndexSettings, given: Any = None) -> str:
    """The fingerprint `open_embedder` would have, without loading a model."""
    if given is None and not settings.embedder.startswith("openai:"):
        return STATIC if settings.embedder == "fast" else MINILM
    return open_embedder(settings, given).fingerprint


def embedder_of(fingerprint: str, settings: IndexSettings, given: Any = None) -> Embedder | None:
    """The embedder that has a fingerprint, whichever one the settings name now; None when it cannot be made from it."""
    if configured_fingerprint(settings, given) == fingerprint:
        return open_embedder(settings, given)
    if found := _OPENAI.fullmatch(fingerprint):
        model, dimensions, query, passage = found.groups()
        wanted = {
            "embedder": f"openai:{model}",
            "embedder_dimensions": int(dimensions) if dimensions else None,
            "embedder_query_prefix": query,
            "embedder_passage_prefix": passage,
        }
        made = OpenAIEmbedder(settings.model_copy(update=wanted))
        return made if made.fingerprint == fingerprint else None
    if fingerprint == MINILM:
        return MiniLM(settings.threads)
    return StaticVectors() if fingerprint == STATIC else None


class OpenAIEmbedder:
    """`/embeddings` of OpenAI or a compatible endpoint, 64 texts a request; the SDK retries.

    The prefixes and the dimension of the settings are part of the fingerprint.
    """

    def __init__(self, settings: IndexSettings) -> None:
        self._settings = settings
        self._model = settings.embedder.removeprefix("openai:")
        self._dimension = settings.embedder_dimensions
        chosen = {
            "dimensions": settings.embedder_dimensions,
            "query": settings.embedder_query_prefix,
            "passage": settings.embedder_passage_prefix,
        }
        self.fingerprint = "/".join(["openai", self._model, *_named(chosen), "l2"])
        self._client: Any = None
        self._lock = threading.Lock()

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed([f"{self._settings.embedder_passage_prefix or ''}{text}" for text in texts])

    def embed_query(self, text: str) -> Vectors:
        return cast("Vectors", self._embed([f"{self._settings.embedder_query_prefix or ''}{text}"])[0])

    def _embed(self, texts: list[str]) -> Vectors:
        import openai

        asked = {"dimensions": wanted} if (wanted := self._settings.embedder_dimensions) else {}
        rows: list[Any] = []
        try:
            for first in range(0, len(texts), REQUEST_TEXTS):
                batch = texts[first : first + REQUEST_TEXTS]
                reply = self._connect().embeddings.create(
                    model=self._model, input=batch, encoding_format="float", **asked
                )
                rows += [item.embedding for item in sorted(reply.data, key=lambda item: item.index)]
        except (openai.OpenAIError, AttributeError, TypeError, ValueError) as error:
            told = type(error).__name__ if isinstance(error, openai.OpenAIError) else "its reply is in another format"
            raise EmbedderError(
                f"The embedding endpoint failed: {told}.",
                "Check OPENAI_API_KEY, OPENAI_BASE_URL (it often ends in /v1) and CITEWISE_EMBEDDER.",
            ) from error
        vectors = _unit_rows(rows, len(texts), self._dimension, "The embedding endpoint")
        if texts:
            self._dimension = vectors.shape[1]
        return vectors

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
    """Any llama-index BaseEmbedding, which knows itself what a question needs and what a text.

    Whatever its vendor raises becomes an EmbedderError.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        chosen = {name: getattr(model, name, None) for name in TELLING_FIELDS}
        self.fingerprint = "/".join(["llama-index", type(model).__name__, *_named(chosen), "l2"])
        self._dimension: int | None = None

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._rows(lambda: self._model.get_text_embedding_batch(list(texts)), len(texts))

    def embed_query(self, text: str) -> Vectors:
        return cast("Vectors", self._rows(lambda: [self._model.get_query_embedding(text)], 1)[0])

    def _rows(self, embed: Callable[[], Any], count: int) -> Vectors:
        name = type(self._model).__name__
        try:
            rows = embed()
        except Exception as error:
            raise EmbedderError(f"The embedding model {name} failed: {type(error).__name__}.", "Check it.") from error
        vectors = _unit_rows(rows, count, self._dimension, f"The embedding model {name}")
        if count:
            self._dimension = vectors.shape[1]
        return vectors


def _named(chosen: dict[str, Any]) -> list[str]:
    return [f"{name}={value}" for name, value in chosen.items() if value not in (None, "")]


def _unit_rows(rows: Any, count: int, dimension: int | None, source: str) -> Vectors:
    """The rows with length 1. EmbedderError unless they are `count` rows of finite numbers, all of `dimension`."""
    import numpy as np

    fix = "Check the model: CITEWISE_EMBEDDER and CITEWISE_EMBEDDER_DIMENSIONS name it, or the code that gave it."
    if len(rows) != count:
        raise EmbedderError(f"{source} gave {len(rows)} vectors for {count} texts.", "Try again.")
    if not count:
        return np.zeros((0, dimension or 0), dtype=np.float32)
    try:
        vectors = np.asarray(rows, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise EmbedderError(f"{source} gave vectors that are not rows of numbers of one length.", fix) from error
    if vectors.ndim != 2 or not vectors.shape[1] or vectors.shape[1] != (dimension or vectors.shape[1]):
        wanted = f"{dimension} numbers each" if dimension else "one row of numbers for each text"
        raise EmbedderError(f"{source} gave vectors of shape {vectors.shape}, not {wanted}.", fix)
    if not np.isfinite(vectors).all():
        raise EmbedderError(f"{source} gave vectors with numbers that are not finite.", fix)
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return cast("Vectors", (vectors / np.maximum(lengths, 1e-12)).astype(np.float32))
