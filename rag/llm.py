"""The language model's door: a question and numbered evidence become a stream of draft sentences.

Any OpenAI-compatible endpoint (`connect`) or any llama-index LLM (`from_llm`). The vendors are imported when a model
is first used, because that takes seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import finalize

from rag.errors import LLMAuthError, LLMBadResponse
from rag.prompts import Evidence, Message, is_refusal, messages, passage, rewriting
from rag.settings import Settings
from rag.types import Usage
from rag.writing.budget import MESSAGE_TOKENS, UNKNOWN_CONTEXT, Prices, answer_room, estimated_tokens, fitting
from rag.writing.calls import Line, Tally, TooLong, one_reply, pieces
from rag.writing.drafts import Draft, SentenceAssembler
from rag.writing.errors import Endpoint, explain, host_of, not_our_format
from rag.writing.rewriting import standalone_question

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

__all__ = [
    "Draft",
    "Endpoint",
    "Evidence",
    "Prices",
    "SentenceAssembler",
    "Usage",
    "Writer",
    "Writing",
    "connect",
    "explain",
    "from_llm",
    "list_models",
]

OPENAI_URL = "https://api.openai.com/v1"
GREETING = "Reply with the word: ready"
REWRITE_SHARE = 0.25  # of the time an answer may take


class Writing(Iterator[Draft]):
    """The sentences of one reply as they become whole; `close()` ends the request early.

    Afterwards: `refused` when the model said that the evidence does not hold the answer; `left_out`, how many passages
    did not fit into its context; `astray`, how many citations pointed nowhere; `usage`, the tokens.
    Raises an LLMError in place of the next sentence, after those that were whole when the reply broke off.
    """

    def __init__(
        self,
        writer: Writer,
        question: str,
        evidence: Sequence[Evidence],
        history: Sequence[tuple[str, str]],
        language: str,
    ) -> None:
        self.refused = False
        self.left_out = self.astray = 0
        self.usage: Usage | None = None
        self._writer, self._question, self._evidence = writer, question, tuple(evidence)
        self._history = tuple(history)
        self._given: frozenset[int] = frozenset()
        self._pieces = self._work()
        self._drafts = self._read(SentenceAssembler(language))

    def __next__(self) -> Draft:
        return next(self._drafts)

    @property
    def notice(self) -> str | None:
        """What the reader of the answer should know about how it was written."""
        told = []
        if self.left_out:
            told.append(
                f"{self.left_out} of {len(self._evidence)} passages did not fit into the model's context and were left "
                "out; CITEWISE_LLM_CONTEXT says how much it can read."
            )
        if self.astray:
            told.append(f"{self.astray} citation{'s' * (self.astray > 1)} of the model pointed nowhere.")
        return " ".join(told) or None

    def close(self) -> None:
        self._drafts.close()
        self._pieces.close()

    def _read(self, assembler: SentenceAssembler) -> Generator[Draft]:
        said = refused = False
        for draft in self._sentences(assembler):
            if is_refusal(draft.text):
                refused = True
                continue
            said = True
            checked = draft.citing_only(self._given)
            self.astray += checked.astray
            yield checked
        self.refused = refused and not said
        if not refused and not said:
            raise LLMBadResponse(
                "The model gave an empty reply.", "Ask again, or set CITEWISE_LLM_MODEL to another one."
            )

    def _sentences(self, assembler: SentenceAssembler) -> Iterator[Draft]:
        for piece in self._pieces:
            yield from assembler.feed(piece)
        yield from assembler.finish()

    def _work(self) -> Generator[str]:
        """The reply as it comes; when the endpoint finds the prompt too long, once more with half of the evidence."""
        kept, history = self._writer.fitting(self._question, self._evidence, self._history)
        try:
            yield from self._ask(kept, history)
        except TooLong as too_long:
            if len(kept) < 2:
                raise too_long.told from None
            try:
                yield from self._ask(kept[: len(kept) // 2], history)
            except TooLong as again:
                raise again.told from None

    def _ask(self, evidence: Sequence[Evidence], history: Sequence[tuple[str, str]]) -> Generator[str]:
        writer = self._writer
        self.left_out = len(self._evidence) - len(evidence)
        self._given = frozenset(one.marker for one in evidence)
        tally = Tally()
        talk = messages(self._question, evidence, history)
        try:
            yield from pieces(writer.llm, _chat(talk), writer.endpoint, writer.line, tally)
        finally:
            self.usage = tally.usage(_cost_of(talk), writer.prices)


@dataclass(frozen=True, slots=True)
class Writer:
    """A language model that answers from evidence. `model` is its name for display, `context` the tokens it reads."""

    model: str
    endpoint: Endpoint
    llm: LLM = field(repr=False)
    line: Line | None = field(default=None, repr=False)
    connections: Callable[[], object] | None = field(default=None, repr=False)
    context: int = UNKNOWN_CONTEXT
    prices: Prices = Prices()

    def write(
        self,
        question: str,
        evidence: Sequence[Evidence],
        history: Sequence[tuple[str, str]] = (),
        language: str = "en",
    ) -> Writing:
        """Sends the question when the first sentence is asked for. `history` holds earlier (question, answer) pairs;
        `language` (ISO 639-1) is that of the answer and decides which abbreviations end no sentence."""
        return Writing(self, question, evidence, history, language)

    def rewrite(self, question: str, history: Sequence[tuple[str, str]]) -> str | None:
        """The question so that it stands without the turns before it; None when the model fails, or says anything
        but such a question."""
        if not history:
            return None
        seconds = None if self.endpoint.timeout is None else self.endpoint.timeout * REWRITE_SHARE
        try:
            reply = one_reply(self.llm, _chat(rewriting(question, history)), self.line, seconds)
        except Exception:  # whatever a vendor raises: the question is then asked as it is
            return None
        return standalone_question(reply, question, history)

    def fitting(
        self, question: str, evidence: Sequence[Evidence], history: Sequence[tuple[str, str]]
    ) -> tuple[tuple[Evidence, ...], tuple[tuple[str, str], ...]]:
        """The evidence and the history that the context has room for: earlier turns give way to the first passage.

        Raises LLMBadResponse when not one passage fits.
        """
        costs = [estimated_tokens(f"{passage(one, '0' * 16)}\n\n") for one in evidence]
        for turns in (tuple(history), ()):
            room = self.context - answer_room(self.context) - _cost_of(messages(question, (), turns))
            kept = fitting(costs, room)
            if kept or not evidence:
                return tuple(evidence[at] for at in kept), turns
        fix = "Lower CITEWISE_PASSAGES, or set CITEWISE_LLM_CONTEXT to the tokens that the model can read."
        raise LLMBadResponse(f"The evidence is too long for {self.model}, which reads {self.context} tokens.", fix)

    def few_words(self) -> str:
        """The reply to a greeting, to see that the model answers. Raises LLMError."""
        try:
            return "".join(pieces(self.llm, _chat([("user", GREETING)]), self.endpoint, self.line, Tally()))
        except TooLong as too_long:
            raise too_long.told from None

    def close(self) -> None:
        """Closes the connections that `connect` opened; a writer that is dropped closes them too."""
        if self.connections:
            self.connections()


def connect(settings: Settings) -> Writer:
    """A writer for the endpoint of the settings. Raises LLMError when there is no key, or no such model."""
    base_url, endpoint = _endpoint(settings)
    import openai
    import openai.resources.chat.completions  # else imported by the first request, while its time runs
    from llama_index.llms.openai_like import OpenAILike  # type: ignore[import-untyped]

    line = Line()
    client = openai.DefaultHttpxClient(event_hooks={"response": [line.remember]})
    try:
        llm = OpenAILike(
            model=settings.llm_model,
            api_base=base_url,
            api_key=endpoint.secret or "none",
            timeout=settings.llm_timeout,
            max_retries=0,  # rag/writing/calls.py retries, within the time there is
            is_chat_model=True,
            temperature=0.0,
            http_client=client,
        )
    except ValueError as error:
        client.close()
        raise explain(error, endpoint) from None
    context = _context(settings) or _known_context(settings.llm_model) or UNKNOWN_CONTEXT
    return Writer(settings.llm_model, endpoint, llm, line, finalize(llm, client.close), context, _prices(settings))


def list_models(settings: Settings) -> tuple[str, ...]:
    """The names of the models at the endpoint, sorted. Raises LLMError, also where there is no such list."""
    base_url, endpoint = _endpoint(settings)
    import openai

    key, timeout = endpoint.secret or "none", settings.llm_timeout
    try:
        with openai.OpenAI(api_key=key, base_url=base_url, timeout=timeout, max_retries=0) as client:
            return tuple(sorted({str(model.id) for model in client.models.list()}))
    except (AttributeError, TypeError):  # a reply in another format
        raise not_our_format(endpoint) from None
    except Exception as error:
        raise explain(error, endpoint) from None


def from_llm(llm: LLM, settings: Settings | None = None) -> Writer:
    """A writer for any llama-index LLM, with the context and the prices of the settings if they name any."""
    name = str(llm.metadata.model_name)
    url, timeout, key = (getattr(llm, attribute, None) for attribute in ("api_base", "timeout", "api_key"))
    host = host_of(url) if isinstance(url, str) and url else llm.class_name()
    endpoint = Endpoint(host, name, timeout, key if isinstance(key, str) else None)
    context = _context(settings) or llm.metadata.context_window or UNKNOWN_CONTEXT
    return Writer(name, endpoint, llm, context=context, prices=_prices(settings))


def _endpoint(settings: Settings) -> tuple[str, Endpoint]:
    """Address and endpoint of the settings. Raises LLMAuthError when there is no key for OpenAI."""
    base_url = settings.openai_base_url or OPENAI_URL
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else None
    endpoint = Endpoint(host_of(base_url), settings.llm_model, settings.llm_timeout, key)
    if key is None and settings.openai_base_url is None:
        raise LLMAuthError(f"There is no key for {endpoint.host}.", "Set OPENAI_API_KEY, or OPENAI_BASE_URL.")
    return base_url, endpoint


def _context(settings: Settings | None) -> int | None:
    return None if settings is None else settings.llm_context


def _prices(settings: Settings | None) -> Prices:
    return Prices() if settings is None else Prices(settings.llm_price_in, settings.llm_price_out)


def _known_context(model: str) -> int | None:
    from llama_index.llms.openai.utils import openai_modelname_to_contextsize

    try:
        return int(openai_modelname_to_contextsize(model))
    except ValueError:
        return None


def _chat(talk: Sequence[Message]) -> list[Any]:
    from llama_index.core.llms import ChatMessage

    return [ChatMessage(role=role, content=content) for role, content in talk]


def _cost_of(talk: Sequence[Message]) -> int:
    return sum(estimated_tokens(content) + MESSAGE_TOKENS for _, content in talk)
