"""Requests to a language model: the reply as it comes, in time, retried where that helps, with its tokens counted."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from threading import local
from typing import Any

from rag.errors import LLMBadResponse, LLMError
from rag.types import Usage
from rag.writing.budget import MARGIN, Prices, estimated_tokens
from rag.writing.errors import (
    Endpoint,
    cut_off,
    explain,
    is_too_long,
    not_our_format,
    refuses_usage,
    wait_asked_for,
    worth_retrying,
)

RETRIES = 2
FIRST_WAIT = 0.5  # seconds, doubled each time


class TooLong(Exception):
    """The endpoint finds the prompt too long; `told` says so."""

    def __init__(self, told: LLMError) -> None:
        super().__init__(str(told))
        self.told = told


class Line(local):
    """What a thread knows of the connection it uses.

    `response` is the HTTP response opened last: closing it is the only way to hang up at once, because the SDK's stream
    is a reference cycle that stays open until the garbage collector finds it. `until` is the time (monotonic) after
    which nothing more is waited for: a server may send signs of life for ever without saying a word.
    """

    response: Any = None
    until: float = float("inf")
    counts_tokens: bool = True

    def remember(self, response: Any) -> None:
        import httpx

        line, inner = self, response.stream

        class Timed(httpx.SyncByteStream):
            def __iter__(self) -> Iterator[bytes]:
                for chunk in inner:
                    if time.monotonic() > line.until:
                        raise httpx.ReadTimeout("no word in time")
                    yield chunk

            def close(self) -> None:
                inner.close()

        response.stream = Timed()
        self.response = response


@dataclass(slots=True)
class Tally:
    """What one reply took: the tokens the endpoint counted, or the text that came."""

    counted: tuple[int, int] | None = None
    text: str = ""

    def usage(self, input_estimate: int, prices: Prices) -> Usage:
        came, went = self.counted or (round(input_estimate / MARGIN), round(estimated_tokens(self.text) / MARGIN))
        return Usage(came, went, self.counted is None, prices.cost(came, went))


def pieces(llm: Any, chat: Sequence[Any], endpoint: Endpoint, line: Line | None, tally: Tally) -> Generator[str]:
    """The reply to the chat (llama-index messages) as it comes.

    With a `line` the first word must come within the endpoint's timeout, retries included, and so must every next one.
    Raises LLMError, or TooLong before the first word.
    """
    began, tries = time.monotonic(), 0
    while True:
        try:
            yield from _attempt(llm, chat, endpoint, line, tally, began)
            return
        except LLMError:
            raise
        except Exception as error:
            told = explain(error, endpoint, begun=bool(tally.text))
            if tally.text:
                raise told from None
            if is_too_long(error):
                raise TooLong(told) from None
            if line is not None and line.counts_tokens and refuses_usage(error):
                line.counts_tokens = False
                continue
            wait = wait_asked_for(error)
            wait = FIRST_WAIT * 2**tries if wait is None else wait
            late = endpoint.timeout is not None and time.monotonic() + wait - began >= endpoint.timeout
            if line is None or tries == RETRIES or late or not worth_retrying(error):
                raise told from None
        tries += 1
        time.sleep(wait)


def one_reply(llm: Any, chat: Sequence[Any], line: Line | None, seconds: float | None) -> str:
    """A whole short reply. Raises whatever the vendor raises."""
    options: dict[str, Any] = {}
    if line is not None and seconds is not None:
        line.until = time.monotonic() + seconds
        options = {"timeout": seconds}
    reply = next(_first_that_works((lambda: [llm.chat(chat, **options)], lambda: [llm.complete(_prompt(llm, chat))])))
    return _text_of(reply)


def _attempt(
    llm: Any, chat: Sequence[Any], endpoint: Endpoint, line: Line | None, tally: Tally, began: float
) -> Generator[str]:
    # A reply of an OpenAI-like endpoint that ends without saying why was cut off.
    answered, finish, response = False, None, None
    options: dict[str, Any] = {}
    if line is not None and endpoint.timeout is not None:
        line.until = began + endpoint.timeout
        options["timeout"] = max(0.01, line.until - time.monotonic())
    if line is not None and line.counts_tokens:
        options["stream_options"] = {"include_usage": True}
    try:
        for reply in _replies(llm, chat, options):
            response = response or (line and line.response)
            answered, finish = True, _finish_reason(reply.raw, finish)
            tally.counted = _counted(reply) or tally.counted
            piece = reply.delta if reply.delta is not None else _text_of(reply)[len(tally.text) :]
            tally.text += piece
            if line is not None and endpoint.timeout is not None and (piece or _is_thought(reply)):
                line.until = time.monotonic() + endpoint.timeout
            if piece:
                yield piece
                if line is not None and endpoint.timeout is not None:
                    line.until = time.monotonic() + endpoint.timeout
    finally:
        if response is not None:
            response.close()
    if not answered:
        raise not_our_format(endpoint)
    if finish == "content_filter":
        raise LLMBadResponse(f"{endpoint.host} withheld the answer (content filter).", "Ask in other words.")
    if finish == "length":
        fix = "Lower CITEWISE_PASSAGES, or allow the model longer answers."
        raise LLMBadResponse(f"{endpoint.model} reached its length limit before the answer ended.", fix)
    if finish == "":
        raise cut_off(endpoint)


def _replies(llm: Any, chat: Sequence[Any], options: dict[str, Any]) -> Iterator[Any]:
    """Chat or completion, as a stream or whole: the first of them that the model has."""
    return _first_that_works(
        (
            lambda: llm.stream_chat(chat, **options),
            lambda: [llm.chat(chat)],
            lambda: llm.stream_complete(_prompt(llm, chat), formatted=True),
            lambda: [llm.complete(_prompt(llm, chat), formatted=True)],
        )
    )


def _first_that_works(calls: Sequence[Callable[[], Any]]) -> Iterator[Any]:
    for call in calls[:-1]:
        try:
            replies = iter(call())
            first = next(replies, None)
        except NotImplementedError:
            continue
        if first is not None:
            yield first
        yield from replies
        return
    yield from calls[-1]()


def _prompt(llm: Any, chat: Sequence[Any]) -> str:
    return str(llm.messages_to_prompt(chat))


def _text_of(reply: Any) -> str:
    message = getattr(reply, "message", None)
    return str((message.content if message is not None else reply.text) or "")


def _is_thought(reply: Any) -> bool:
    return bool((getattr(reply, "additional_kwargs", None) or {}).get("thinking_delta"))


def _counted(reply: Any) -> tuple[int, int] | None:
    """Tokens in and out as the endpoint, or llama-index for it, tells them."""
    raw = reply.raw
    usage = raw.get("usage") if isinstance(raw, dict) else getattr(raw, "usage", None)
    for found in (usage, getattr(reply, "additional_kwargs", None)):
        for names in (("prompt_tokens", "completion_tokens"), ("input_tokens", "output_tokens")):
            came, went = (found.get(n) if isinstance(found, dict) else getattr(found, n, None) for n in names)
            if isinstance(came, int) and isinstance(went, int) and came + went > 0:
                return came, went
    return None


def _finish_reason(raw: object, before: str | None) -> str | None:
    """None: not an OpenAI-like stream; "": no reason given so far."""
    choices = getattr(raw, "choices", None)
    if not isinstance(choices, list):
        return before
    return before or next((str(choice.finish_reason) for choice in choices if choice.finish_reason), "")
