"""The language model's door: a question and numbered evidence become a stream of draft sentences.

Any OpenAI-compatible endpoint (`connect`) or any llama-index LLM (`from_llm`). The vendors are imported when a model
is first used, because that takes seconds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from threading import local
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from weakref import finalize

from rag.drafts import Draft, SentenceAssembler
from rag.errors import LLMAuthError, LLMBadResponse, LLMBusy, LLMError, LLMUnreachable
from rag.prompts import Evidence, Message, is_refusal, messages
from rag.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

__all__ = ["Draft", "Endpoint", "Evidence", "SentenceAssembler", "Writer", "Writing", "connect", "explain", "from_llm"]

OPENAI_URL = "https://api.openai.com/v1"
RETRIES = 2  # of the openai SDK, which waits as Retry-After says; llama-index adds none to a stream


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What errors may tell about where the model runs. `timeout` is in seconds; `secret` is kept out of messages."""

    host: str
    model: str
    timeout: float | None = None
    secret: str | None = field(default=None, repr=False)


class _Line(local):
    """The HTTP response that this thread opened last: closing it is the only way to hang up at once, because the
    SDK's stream is a reference cycle that stays open until the garbage collector finds it."""

    response: Any = None

    def remember(self, response: Any) -> None:
        self.response = response


class Writing(Iterator[Draft]):
    """The sentences of one reply as they become whole; `close()` ends the request early.

    `refused` is True after the last one when the model said that the evidence does not hold the answer.
    Raises an LLMError in place of the next sentence, after those that were whole when the reply broke off.
    """

    def __init__(self, pieces: Generator[str], language: str) -> None:
        self.refused = False
        self._pieces = pieces
        self._drafts = self._read(SentenceAssembler(language))

    def __next__(self) -> Draft:
        return next(self._drafts)

    def close(self) -> None:
        self._drafts.close()
        self._pieces.close()

    def _read(self, assembler: SentenceAssembler) -> Generator[Draft]:
        said = refused = False
        for draft in self._sentences(assembler):
            if is_refusal(draft.text):
                refused = True
            else:
                said = True
                yield draft
        self.refused = refused and not said
        if not refused and not said:
            raise LLMBadResponse(
                "The model gave an empty reply.", "Ask again, or set CITEWISE_LLM_MODEL to another one."
            )

    def _sentences(self, assembler: SentenceAssembler) -> Iterator[Draft]:
        for piece in self._pieces:
            yield from assembler.feed(piece)
        yield from assembler.finish()


@dataclass(frozen=True, slots=True)
class Writer:
    """A language model that answers from evidence. `model` is its name for display."""

    model: str
    endpoint: Endpoint
    llm: LLM = field(repr=False)
    line: _Line | None = field(default=None, repr=False)
    connections: Callable[[], object] | None = field(default=None, repr=False)

    def write(
        self,
        question: str,
        evidence: Sequence[Evidence],
        history: Sequence[tuple[str, str]] = (),
        language: str = "en",
    ) -> Writing:
        """Sends the question when the first sentence is asked for. `history` holds earlier (question, answer) pairs;
        `language` (ISO 639-1) is that of the answer and decides which abbreviations end no sentence."""
        return Writing(_pieces(self.llm, messages(question, evidence, history), self.endpoint, self.line), language)

    def close(self) -> None:
        """Closes the connections that `connect` opened; a writer that is dropped closes them too."""
        if self.connections:
            self.connections()


def connect(settings: Settings) -> Writer:
    """A writer for the endpoint of the settings. Raises LLMError when there is no key, or no such model."""
    base_url = settings.openai_base_url or OPENAI_URL
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else None
    endpoint = Endpoint(_host(base_url), settings.llm_model, settings.llm_timeout, key)
    if key is None and settings.openai_base_url is None:
        raise LLMAuthError(f"There is no key for {endpoint.host}.", "Set OPENAI_API_KEY, or OPENAI_BASE_URL.")
    import openai
    from llama_index.llms.openai_like import OpenAILike  # type: ignore[import-untyped]

    line = _Line()
    client = openai.DefaultHttpxClient(event_hooks={"response": [line.remember]})
    try:
        llm = OpenAILike(
            model=settings.llm_model,
            api_base=base_url,
            api_key=key or "none",
            timeout=settings.llm_timeout,
            max_retries=RETRIES,
            is_chat_model=True,
            temperature=0.0,
            http_client=client,
        )
    except ValueError as error:
        client.close()
        raise explain(error, endpoint) from None
    return Writer(settings.llm_model, endpoint, llm, line, finalize(llm, client.close))


def from_llm(llm: LLM) -> Writer:
    """A writer for any llama-index LLM."""
    name = str(llm.metadata.model_name)
    url, timeout, key = (getattr(llm, attribute, None) for attribute in ("api_base", "timeout", "api_key"))
    host = _host(url) if isinstance(url, str) and url else llm.class_name()
    return Writer(name, Endpoint(host, name, timeout, key if isinstance(key, str) else None), llm)


def explain(error: Exception, endpoint: Endpoint, begun: bool = False) -> LLMError:
    """The LLMError for what the openai SDK, httpx or llama-index raise; `begun` when words had already come.

    Goes by HTTP status and by class name, so no vendor is imported and the SDKs of other vendors fit too.
    """
    host, names = endpoint.host, {kind.__name__ for kind in type(error).__mro__}
    said, status = _vendor_message(error, endpoint.secret), _status(error)
    if status is not None:
        return _explain_status(status, said, str(getattr(error, "code", "")), endpoint)
    if "SubjectTokenProviderError" in names or type(error).__name__ == "OpenAIError":
        return LLMAuthError(f"The endpoint at {host} could not be given a key.", "Set OPENAI_API_KEY.")
    if names & {"APITimeoutError", "TimeoutException", "TimeoutError"}:
        within = f" within {endpoint.timeout:g} s" if endpoint.timeout else " in time"
        fix = "Check that the endpoint is up, or raise CITEWISE_LLM_TIMEOUT."
        return LLMUnreachable(f"{host} did not answer{within}.", fix)
    if begun and names & {"TransportError", "APIConnectionError", "ConnectionError"}:
        return _cut_off(endpoint)
    if names & {"TransportError", "APIConnectionError", "ConnectionError"}:
        waited = f" (timeout {endpoint.timeout:g} s)" if endpoint.timeout else ""
        cause = _redacted(_root_cause(error), endpoint.secret)
        fix = "Check OPENAI_BASE_URL and that the server runs."
        return LLMUnreachable(f"{host} cannot be reached: {cause}{waited}.", fix)
    if names & {"JSONDecodeError", "UnicodeDecodeError", "APIResponseValidationError"}:
        return _not_our_format(endpoint)
    fix = "Ask again; if it stays, check OPENAI_BASE_URL and CITEWISE_LLM_MODEL."
    return LLMBadResponse(f"{host} failed: {said or type(error).__name__}", fix)


def _explain_status(status: int, said: str, code: str, endpoint: Endpoint) -> LLMError:
    host, detail = endpoint.host, f": {said}" if said else "."
    if status in (401, 403):
        return LLMAuthError(f"The endpoint at {host} refused the key.", f"Set OPENAI_API_KEY to a key for {host}.")
    if status == 429 and "insufficient_quota" in code:
        return LLMBusy(f"The quota at {host} is used up.", "Check the plan and the billing of the account.")
    if status == 408:
        return LLMUnreachable(f"{host} gave up waiting (HTTP 408).", "Ask again in a moment.")
    if status in (409, 429) or status >= 500:
        return LLMBusy(f"{host} is busy or failing (HTTP {status}){detail}", "Ask again in a moment.")
    if status == 413 or re.search(r"context|too (long|large|many)|exceed|maximum.*token", f"{code} {said}", re.I):
        fix = "Lower CITEWISE_PASSAGES, or use a model with a longer context."
        return LLMBadResponse(f"The evidence is too long for {endpoint.model} at {host}{detail}", fix)
    if status == 404:
        fix = "Check CITEWISE_LLM_MODEL, and that OPENAI_BASE_URL ends where the server expects it, often in /v1."
        return LLMBadResponse(f"{host} knows no model {endpoint.model!r}.", fix)
    return LLMBadResponse(f"{host} refused the request (HTTP {status}){detail}", "Check CITEWISE_LLM_MODEL.")


def _pieces(llm: LLM, talk: Sequence[Message], endpoint: Endpoint, line: _Line | None) -> Generator[str]:
    """The reply as it comes. A reply of an OpenAI-like endpoint that ends without saying why was cut off."""
    answered, finish, text, response = False, None, "", None
    try:
        from llama_index.core.llms import ChatMessage

        for reply in llm.stream_chat([ChatMessage(role=role, content=content) for role, content in talk]):
            response = response or (line and line.response)
            answered, finish = True, _finish_reason(reply.raw, finish)
            piece = reply.delta if reply.delta is not None else (reply.message.content or "")[len(text) :]
            text += piece
            if piece:
                yield piece
    except Exception as error:
        raise explain(error, endpoint, begun=bool(text)) from None
    finally:
        if response is not None:
            response.close()
    if not answered:
        raise _not_our_format(endpoint)
    if finish == "content_filter":
        raise LLMBadResponse(f"{endpoint.host} withheld the answer (content filter).", "Ask in other words.")
    if finish == "length":
        fix = "Lower CITEWISE_PASSAGES, or allow the model longer answers."
        raise LLMBadResponse(f"{endpoint.model} reached its length limit before the answer ended.", fix)
    if finish == "":
        raise _cut_off(endpoint)


def _finish_reason(raw: object, before: str | None) -> str | None:
    """None: not an OpenAI-like stream; "": no reason given so far."""
    choices = getattr(raw, "choices", None)
    if not isinstance(choices, list):
        return before
    return before or next((str(choice.finish_reason) for choice in choices if choice.finish_reason), "")


def _cut_off(endpoint: Endpoint) -> LLMBadResponse:
    return LLMBadResponse(f"The answer from {endpoint.host} broke off before its end.", "Ask again.")


def _not_our_format(endpoint: Endpoint) -> LLMBadResponse:
    fix = "Check OPENAI_BASE_URL; it often ends in /v1."
    return LLMBadResponse(f"What {endpoint.host} sent is not an answer in the OpenAI format.", fix)


def _status(error: Exception) -> int | None:
    """The HTTP status of the response, or the one an error event inside a stream names."""
    for value in (getattr(error, "status_code", None), getattr(error, "code", None)):
        if str(value).isdecimal() and 400 <= int(str(value)) < 600:
            return int(str(value))
    return None


def _vendor_message(error: Exception, secret: str | None) -> str:
    body: Any = getattr(error, "body", None)
    message = body.get("message") if isinstance(body, dict) else None
    line = " ".join(str(message or error).split())
    if re.search(r"<\s*(!doctype|html|body|head)", line, re.I):
        return ""
    return _redacted(line, secret)


def _redacted(line: str, secret: str | None) -> str:
    if secret and len(secret) > 5:  # shorter ones are placeholders, and parts of words
        line = line.replace(secret, "***")
    return re.sub(r"\b(?:sk|key)-[\w*.-]{6,}|\bbearer\s+\S+", "***", line, flags=re.I)[:300]


def _root_cause(error: BaseException) -> str:
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return re.sub(r"^\[Errno -?\d+\]\s*", "", " ".join(str(error).split())).rstrip(".") or type(error).__name__


def _host(url: str) -> str:
    """Host and port, without the name and password an address may hold."""
    return urlsplit(url).netloc.rpartition("@")[2] or url
