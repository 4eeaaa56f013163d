"""Whether the language model of the settings can be reached and answers: the test button of a settings page."""

from __future__ import annotations

import time
from dataclasses import dataclass

from rag.errors import LLMAuthError, LLMBadResponse, LLMError, LLMUnreachable
from rag.settings import Settings

PATIENCE = 30.0  # seconds, unless the settings wait less
NAMED = 5  # models that a message names


@dataclass(frozen=True, slots=True)
class Probe:
    """`ok`, or what is wrong (`message`, one line) and its `fix`. `seconds` until the model had said a few words.

    `models` are the names that the endpoint lists, sorted; empty where it lists none.
    """

    ok: bool
    message: str
    fix: str
    model: str
    seconds: float
    models: tuple[str, ...] = ()


def probe(settings: Settings) -> Probe:
    """Asks the endpoint for its models and the model for a few words. Documents are not sent. Raises nothing."""
    from rag.llm import connect, list_models

    quick = settings.model_copy(update={"llm_timeout": min(settings.llm_timeout, PATIENCE)})
    began, models = time.perf_counter(), tuple[str, ...]()
    try:
        try:
            models = list_models(quick)
        except (LLMAuthError, LLMUnreachable):
            raise
        except LLMError:  # not every endpoint has such a list
            pass
        began = time.perf_counter()
        writer = connect(quick)
        try:
            said = writer.few_words()
        finally:
            writer.close()
        if not said.strip():
            raise LLMBadResponse("The model gave an empty reply.", "Try again, or choose another model.")
    except LLMError as error:
        return Probe(False, str(error), _fix(error, quick.llm_model, models), quick.llm_model, _since(began), models)
    return Probe(True, "", "", quick.llm_model, _since(began), models)


def _fix(error: LLMError, model: str, models: tuple[str, ...]) -> str:
    """The fix of the error; where the model may be to blame and is not on the list, what is on it."""
    if not models or model in models or "CITEWISE_LLM_MODEL" not in error.fix:
        return error.fix
    named = ", ".join(models[:NAMED]) + (", ..." if len(models) > NAMED else "")
    return f"The endpoint does not list {model}. It has: {named}."


def _since(began: float) -> float:
    return time.perf_counter() - began
