"""Static word vectors of WordLlama: the mean of a text's token vectors. Many times as fast as MiniLM, and weaker.

Only two data files of the package wordllama are read; its code, which may download, is never imported.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from index.errors import EmbedderError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

WEIGHTS, TOKENIZER = "weights/l2_supercat_256.safetensors", "tokenizers/l2_supercat_tokenizer_config.json"
SHA256 = {
    WEIGHTS: "64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5",
    TOKENIZER: "93248f2a9ec36c7b35f700a033d5f36228aae48db61aee31007fa49062cdeb68",
}
DIMENSION = 256
STATIC = f"wordllama-l2-supercat/{SHA256[WEIGHTS][:8]}/{DIMENSION}/mean/l2"


class StaticVectors:
    """Means of token vectors, normalised. Safe from several threads; no text is too long.

    Raises EmbedderError when the package is missing or altered.
    """

    def __init__(self) -> None:
        self.fingerprint = STATIC
        self.english_only = True
        self._loaded: tuple[Any, Vectors] | None = None
        self._lock = threading.Lock()

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        import numpy as np

        if not texts:
            return np.zeros((0, DIMENSION), dtype=np.float32)
        tokenizer, table = self._load()
        # The unknown token stands for a text without any.
        rows = [found.ids or [0] for found in tokenizer.encode_batch(list(texts), add_special_tokens=False)]
        sums = np.stack([table[ids].sum(axis=0, dtype=np.float32) for ids in rows])
        return cast("Vectors", sums / np.linalg.norm(sums, axis=1, keepdims=True))

    def embed_query(self, text: str) -> Vectors:
        return cast("Vectors", self.embed_passages([text])[0])

    def _load(self) -> tuple[Any, Vectors]:
        with self._lock:
            if self._loaded is None:
                self._loaded = _load_tokenizer(), _load_table()
            return self._loaded


def _load_tokenizer() -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(_checked(TOKENIZER).decode())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _load_table() -> Vectors:
    """The token vectors, of shape (tokens, 256). The file: length of a JSON header, the header, one float16 tensor."""
    import numpy as np

    data = _checked(WEIGHTS)
    start = 8 + int.from_bytes(data[:8], "little")
    (tensor,) = [about for name, about in json.loads(data[8:start]).items() if name != "__metadata__"]
    first, last = tensor["data_offsets"]
    table = np.frombuffer(data[start + first : start + last], dtype="<f2").reshape(tensor["shape"])
    return table.astype(np.float32)


def _checked(name: str) -> bytes:
    fix = "Install it with: pip install 'citewise[fast]', or set CITEWISE_EMBEDDER=local."
    spec = find_spec("wordllama")
    if spec is None or not spec.submodule_search_locations:
        raise EmbedderError("The fast embedder needs the package wordllama.", fix)
    file = Path(spec.submodule_search_locations[0]) / name
    try:
        data = file.read_bytes()
    except OSError as error:
        raise EmbedderError(f"{file.name} of the fast embedder cannot be read.", fix) from error
    if hashlib.sha256(data).hexdigest() != SHA256[name]:
        raise EmbedderError(
            f"{file.name} of the fast embedder is not the one expected.", "Reinstall wordllama==0.4.0.post1."
        )
    return data
