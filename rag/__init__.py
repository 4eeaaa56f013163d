"""Asking: `Assistant`, `Settings` and the types of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.settings import Settings
    from rag.types import Answer, Citation, Filters, Hit, Statement
    from rag.verify import Verdict, verify

_HOMES = {
    "Answer": "rag.types",
    "Assistant": "rag.assistant",
    "Citation": "rag.types",
    "Filters": "rag.types",
    "Hit": "rag.types",
    "Settings": "rag.settings",
    "Statement": "rag.types",
    "Verdict": "rag.verify",
    "verify": "rag.verify",
}

__all__ = ["Answer", "Assistant", "Citation", "Filters", "Hit", "Settings", "Statement", "Verdict", "verify"]


def __getattr__(name: str) -> Any:
    """Imports a public name when it is first used, so that `import rag` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
