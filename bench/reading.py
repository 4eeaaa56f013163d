"""Sentence choice on SQuAD-style sets: is the gold span in the first sentence, in the best three; and the time.

python -m bench.reading WORK FOLDER [FOLDER...]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from bench import beir
from rag.answering import read_hits


def main(work: Path, folders: list[Path], limit: int = 400) -> None:
    for folder in folders:
        first = three = n = 0
        seconds = []
        with beir.assistant(folder, work) as assistant:
            asked = [query for query in beir.queries(folder) if query.answers]
            for query in asked[:: max(1, len(asked) // limit)]:
                started = time.perf_counter()
                reading, _ = read_hits(assistant.begin(query.text, None, ()))
                seconds.append(time.perf_counter() - started)
                texts = [one.sentence.text for one in reading.scored[:3]]
                first += any(gold in text for gold in query.answers for text in texts[:1])
                three += any(gold in text for gold in query.answers for text in texts)
                n += 1
        seconds.sort()
        print(
            f"{folder.parent.name}/{folder.name}: n {n}  first {first / n:.3f}  best three {three / n:.3f}  "
            f"p50 {seconds[n // 2] * 1000:.0f} ms  p95 {seconds[int(n * 0.95)] * 1000:.0f} ms"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
