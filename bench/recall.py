"""Is every word there, and on its page? Compared with readers that are not ours.

    python -m bench.recall FOLDER [--passages 200] [--each]

Words: pdftotext (poppler-utils) for PDF, LibreOffice for Office files, Python's email package for mails. Recall is the
share of their words, each as often as it stands there, that our text holds. Pages: passages of PDFs chosen at random,
whose words pdftotext must find on the page that is cited.
"""

from __future__ import annotations

import argparse
import email
import email.policy
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from index.parsing.limits import Limits
from index.parsing.process import end_idle, give_back, lease
from index.parsing.text import ParsedText
from index.plan import suffix_of

# Every sheet, with what the cells show.
_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
_TEXT = "txt:Text (encoded):UTF8"
OFFICE = {".docx": _TEXT, ".odt": _TEXT, ".rtf": _TEXT, ".xlsx": _CSV, ".xls": _CSV, ".pptx": "pdf", ".odp": "pdf"}
ENOUGH = 0.8  # of the words of a passage


@dataclass(frozen=True, slots=True)
class Compared:
    path: Path
    recall: float
    words: int
    missing: tuple[tuple[str, int], ...]


def read(path: Path) -> list[ParsedText]:
    process = lease(Limits())
    found = [one for one in process.parse(path.name, [path.read_bytes()]) if isinstance(one, ParsedText)]
    give_back(process)
    return found


def theirs(path: Path, folder: Path) -> str | None:
    """The text of the other reader; None when it gives none."""
    kind = suffix_of(path.name)
    if kind == ".pdf":
        return pdftotext(path)
    if kind == ".eml":
        return _mail(path.read_bytes())
    target = folder / f"{abs(hash(path))}"
    target.mkdir(exist_ok=True)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", OFFICE[kind], "--outdir", str(target), str(path)]
    subprocess.run(command, capture_output=True, timeout=180, check=False)
    made = sorted(target.iterdir())
    texts = [pdftotext(one) if one.suffix == ".pdf" else one.read_text("utf-8", "replace") for one in made]
    return "\n".join(texts) or None


def pdftotext(path: Path, page: int | None = None) -> str:
    pages = ["-f", str(page), "-l", str(page)] if page else []
    done = subprocess.run(["pdftotext", *pages, str(path), "-"], capture_output=True, timeout=120, check=False)
    return done.stdout.decode("utf-8", "replace")


def _mail(data: bytes) -> str | None:
    message = email.message_from_bytes(data, policy=email.policy.default)
    try:
        body = message.get_body(("plain", "html"))
        text = str(body.get_content()) if body is not None else ""
    except (LookupError, ValueError, AttributeError, TypeError):
        return None
    return re.sub(r"<(style|script|head)\b.*?</\1>|<[^>]*>", " ", text, flags=re.S) if "<" in text else text


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def compare(path: Path, folder: Path) -> Compared | None:
    other = theirs(path, folder)
    ours = read(path)
    if not other or not ours:
        return None
    wanted = words(other)
    missing = wanted - words("\n".join(one.document.text for one in ours))
    count = wanted.total()
    return Compared(path, 1 - missing.total() / count, count, tuple(missing.most_common(8))) if count else None


def pages_right(paths: Iterable[Path], count: int) -> Iterator[tuple[str, bool, str]]:
    """(file and page, whether the words of a passage are there, its text)."""
    passages = []
    for path in paths:
        for one in read(path):
            text = one.document.text
            passages += [(path, piece.page, text[piece.start : piece.end]) for piece in one.chunks if piece.page]
    for path, page, text in random.Random(0).sample(passages, min(count, len(passages))):
        # A passage may go on over the page; a row of a table repeats the names of its columns.
        share = _share(text, pdftotext(path, page) + pdftotext(path, page + 1))
        starts = _share(" ".join(text.split()[:12]), pdftotext(path, page))
        yield f"{path.name} page {page}", share >= ENOUGH and starts >= ENOUGH, text


def _share(text: str, page: str) -> float:
    """Of the different words of a text those that stand on a page."""
    wanted = words(text).keys()
    return len(wanted & words(page).keys()) / max(len(wanted), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, default=200)
    parser.add_argument("--each", action="store_true", help="a line for each file")
    chosen = parser.parse_args()
    for program in ("pdftotext", "soffice"):
        if shutil.which(program) is None:
            sys.exit(f"{program} is missing (Debian: poppler-utils, libreoffice-nogui)")
    paths = [path for path in sorted(chosen.folder.rglob("*")) if path.is_file()]
    found: dict[str, list[Compared]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            kind = suffix_of(path.name)
            if kind in OFFICE or kind in (".pdf", ".eml"):
                compared = compare(path, Path(folder))
                if compared is not None:
                    found[kind].append(compared)
                    if chosen.each:
                        print(f"{compared.recall:.3f} of {compared.words} {path.name}", flush=True)
    every = [one for some in found.values() for one in some]
    print("| format | files | median recall | at least .98 | lowest |\n|---|---|---|---|---|")
    for kind, some in [*sorted(found.items()), ("all", every)]:
        recalls = [one.recall for one in some]
        good = sum(recall >= 0.98 for recall in recalls)
        print(f"| {kind} | {len(some)} | {median(recalls):.3f} | {good} | {min(recalls):.3f} |")
    for one in sorted(every, key=lambda one: one.recall)[:10]:
        print(f"lowest: {one.recall:.3f} of {one.words} {one.path.name}: {', '.join(word for word, _ in one.missing)}")
    checked = list(pages_right([path for path in paths if suffix_of(path.name) == ".pdf"], chosen.passages))
    print(f"passages on their page: {sum(right for _, right, _ in checked)} of {len(checked)}")
    for place, right, text in checked:
        if not right:
            print(f"not there: {place}: {' '.join(text.split())[:100]}")
    end_idle()


if __name__ == "__main__":
    main()
