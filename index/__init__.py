"""The index: documents in, passages out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.build import build_index
    from index.preview import plan_build
    from index.types import BuildOptions, BuildPlan, BuildReport, Progress
    from index.watcher import watch

_HOMES = {
    "BuildOptions": "index.types",
    "BuildPlan": "index.types",
    "BuildReport": "index.types",
    "Progress": "index.types",
    "build_index": "index.build",
    "plan_build": "index.preview",
    "watch": "index.watcher",
}

__all__ = ["BuildOptions", "BuildPlan", "BuildReport", "Progress", "build_index", "plan_build", "watch"]


def __getattr__(name: str) -> Any:
    """Imports a public name when it is first used, so that `import index` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'index' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
