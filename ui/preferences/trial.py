"""A trial of the connection: it runs in the background, so that the page stays usable while an endpoint is slow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.settings import Settings
from ui.preferences.stored import has_fixed_endpoint
from ui.preferences.words import for_page
from ui.words import host_of
from ui.work import start

if TYPE_CHECKING:
    from rag.probe import Probe


@dataclass(slots=True)
class Trial:
    """`found` is None until the endpoint has answered or failed."""

    host: str
    model: str
    found: Probe | None = None

    @property
    def running(self) -> bool:
        return self.found is None


def begin(settings: Settings) -> Trial:
    trial = Trial(host_of(settings.openai_base_url), settings.llm_model)
    start(_try, trial, settings)
    return trial


def _try(trial: Trial, settings: Settings) -> None:
    from rag.probe import Probe, probe
    from ui.work import problem_of

    try:
        found = probe(settings)
        trial.found = found if has_fixed_endpoint(settings) else replace(found, fix=for_page(found.fix))
    except Exception as error:  # whatever it was, the page must not wait for ever
        told = problem_of(error)
        trial.found = Probe(False, told.message, told.fix, trial.model, 0.0)
