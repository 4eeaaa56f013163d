"""What goes wrong at an endpoint, told in one line with the fix. Knows errors by status and name, imports no vendor."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from rag.errors import LLMAuthError, LLMBadResponse, LLMBusy, LLMError, LLMUnreachable


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What errors may tell about where the model runs. `timeout` is in seconds; `secret` is kept out of messages."""

    host: str
    model: str
    timeout: float | None = None
    secret: str | None = field(default=None, repr=False)


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
        return cut_off(endpoint)
    if names & {"TransportError", "APIConnectionError", "ConnectionError"}:
        waited = f" (timeout {endpoint.timeout:g} s)" if endpoint.timeout else ""
        cause = _redacted(_root_cause(error), endpoint.secret)
        fix = "Check OPENAI_BASE_URL and that the server runs."
        return LLMUnreachable(f"{host} cannot be reached: {cause}{waited}.", fix)
    if names & {"JSONDecodeError", "UnicodeDecodeError", "APIResponseValidationError"}:
        return not_our_format(endpoint)
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
    if _says_too_long(status, f"{code} {said}"):
        fix = "Lower CITEWISE_PASSAGES, or use a model with a longer context."
        return LLMBadResponse(f"The evidence is too long for {endpoint.model} at {host}{detail}", fix)
    if status == 404:
        fix = "Check CITEWISE_LLM_MODEL, and that OPENAI_BASE_URL ends where the server expects it, often in /v1."
        return LLMBadResponse(f"{host} knows no model {endpoint.model!r}.", fix)
    return LLMBadResponse(f"{host} refused the request (HTTP {status}){detail}", "Check CITEWISE_LLM_MODEL.")


def is_too_long(error: Exception) -> bool:
    """Whether the endpoint says that the prompt does not fit into the model's context."""
    return _says_too_long(_status(error), f"{getattr(error, 'code', '')} {_vendor_message(error, None)}")


def refuses_usage(error: Exception) -> bool:
    """Whether the endpoint does not know the wish to have the tokens of a stream counted."""
    asked = r"stream_options|include_usage|extra (?:fields|inputs)|unrecognized|unknown (?:field|arg|param)"
    return _status(error) in (400, 422) and re.search(asked, _vendor_message(error, None), re.I) is not None


def worth_retrying(error: Exception) -> bool:
    """Whether the same request may do better in a moment: rate limits, failing servers, connections that were reset."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        used_up = "insufficient_quota" in str(getattr(error, "code", ""))
        return (status in (409, 429) or status >= 500) and not used_up
    chain: list[BaseException] = [error]
    while chain[-1].__cause__ or chain[-1].__context__:
        chain.append(chain[-1].__cause__ or chain[-1].__context__ or error)
    names = {kind.__name__ for one in chain for kind in type(one).__mro__}
    return not names & {"TimeoutException", "TimeoutError", "ConnectError"} and bool(
        names & {"ReadError", "WriteError", "RemoteProtocolError", "ConnectionResetError", "BrokenPipeError"}
    )


def wait_asked_for(error: Exception) -> float | None:
    """The seconds of a Retry-After header."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    try:
        return max(0.0, float(headers["retry-after"]))
    except (KeyError, TypeError, ValueError):
        return None


def _says_too_long(status: int | None, said: str) -> bool:
    words = r"context|too (?:long|large|many)|exceed|maximum.*token"
    return status == 413 or (status in (400, 422) and re.search(words, said, re.I) is not None)


def cut_off(endpoint: Endpoint) -> LLMBadResponse:
    return LLMBadResponse(f"The answer from {endpoint.host} broke off before its end.", "Ask again.")


def not_our_format(endpoint: Endpoint) -> LLMBadResponse:
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


def host_of(url: str) -> str:
    """Host and port, without the name and password an address may hold."""
    return urlsplit(url).netloc.rpartition("@")[2] or url
