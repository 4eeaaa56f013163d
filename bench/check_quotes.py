"""Checks citations against what `citewise text` writes. A program of its own, which shares no code with the product.

    python bench/check_quotes.py INDEX < CITATIONS

INDEX is the folder of an index; CITATIONS are lines of JSON: [uri, start, end, quote]. Prints {checked, wrong}.
"""

import json
import os
import subprocess
import sys
from collections import defaultdict


def main(index: str) -> None:
    by_document = defaultdict(list)
    for line in sys.stdin:
        uri, start, end, quote = json.loads(line)
        by_document[uri].append((start, end, quote))
    environment = {**os.environ, "CITEWISE_INDEX_DIR": index}
    checked = wrong = 0
    for uri, citations in by_document.items():
        command = [sys.executable, "-m", "rag.cli", "text", uri]
        done = subprocess.run(command, capture_output=True, env=environment, check=True)
        text = done.stdout.decode("utf-8")
        for start, end, quote in citations:
            checked += 1
            wrong += text[start:end] != quote or not quote
    print(json.dumps({"checked": checked, "wrong": wrong}))


if __name__ == "__main__":
    main(sys.argv[1])
