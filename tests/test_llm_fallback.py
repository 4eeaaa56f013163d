"""Whatever an endpoint does, the question is answered from the documents, and the answer says what happened."""

from __future__ import annotations

from typing import Any

import pytest
from corpus import assert_exact, citewise, environment, settings, write
from faulty_server import Behaviour, counted, cut, faulty_server, ok, raw, silent, status

from index import build_index
from index.types import Filters
from rag import Answer, Assistant, Settings
from rag.prompts import PROMPT_VERSION
from rag.types import Usage

QUESTION = "When does the ferry leave?"
PAPERS = {
    "ferry.txt": "The ferry leaves at nine in the morning. It costs 12 crowns. Dogs travel free of charge.",
    "office.txt": "The harbour office is closed on Sundays. Its clerk is Mina Drewell.",
}


def asked(chosen: Settings, base_url: str, **values: Any) -> Answer:
    endpoint = {"openai_base_url": base_url, "openai_api_key": "sk-secret", "answer_mode": "llm", "llm_model": "m"}
    with Assistant.open(Settings(**{**chosen.model_dump(), **endpoint, **values})) as assistant:
        return assistant.ask(QUESTION)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("fallback")
    write(folder / "papers", PAPERS)
    build_index(settings(folder))
    return settings(folder)


@pytest.mark.parametrize(
    ("behaviour", "told"),
    [
        (status(429, retry_after=0), "busy"),
        (status(500, retry_after=0), "500"),
        (status(401), "refused the key"),
        (status(404), "model"),
        (status(400, "maximum context length", code="context_length_exceeded"), "too long"),
        (raw(b"<html>no api here</html>"), ""),
        (ok(""), "empty"),
        (silent(), "answer"),
    ],
    ids=["busy", "broken", "wrong key", "no such model", "too long", "garbage", "empty", "silent"],
)
def test_a_failing_endpoint_leaves_the_extractive_answer(papers: Settings, behaviour: Behaviour, told: str) -> None:
    with faulty_server(behaviour) as server:
        answer = asked(papers, server.base_url, llm_timeout=1)
        assert server.requests, "the endpoint was not asked"
    assert (answer.status, answer.mode, answer.model) == ("answered", "extractive", None)
    assert "nine in the morning" in answer.text
    assert_exact(answer)
    assert answer.notice is not None and told in answer.notice and "\n" not in answer.notice
    assert "sentences of the documents" in answer.notice
    assert "sk-secret" not in answer.notice


def test_nobody_listens(papers: Settings) -> None:
    answer = asked(papers, "http://127.0.0.1:9/v1")
    assert answer.mode == "extractive" and answer.notice is not None and "127.0.0.1:9" in answer.notice


def test_a_cut_stream_keeps_what_was_checked_and_says_where_it_ends(papers: Settings) -> None:
    with faulty_server(
        cut("The ferry leaves at nine in the morning [1]. It costs 12 crowns [1]. Dogs tra", 60)
    ) as server:
        answer = asked(papers, server.base_url)
    assert answer.mode == "llm" and answer.statements[0].check == "verbatim"
    assert answer.notice is not None and "ends here" in answer.notice


def test_a_busy_endpoint_that_recovers_is_used(papers: Settings) -> None:
    with faulty_server(status(429, retry_after=0), ok("The ferry leaves at nine in the morning [1].")) as server:
        answer = asked(papers, server.base_url)
    assert (answer.mode, answer.notice) == ("llm", None)
    assert [statement.check for statement in answer.statements] == ["verbatim"]


@pytest.mark.slow
def test_the_command_line_tells_it_in_one_line(papers: Settings) -> None:
    with faulty_server(status(401)) as server:
        endpoint = {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "sk-secret"}
        done = citewise("ask", QUESTION, env=environment(papers, **endpoint))
    assert done.returncode == 0 and b"nine in the morning" in done.stdout
    assert len(done.stderr.strip().splitlines()) == 1 and b"OPENAI_API_KEY" in done.stderr
    assert b"sk-secret" not in done.stdout + done.stderr


def test_without_evidence_the_model_is_not_called(papers: Settings) -> None:
    values = {"openai_api_key": "sk-secret", "answer_mode": "llm"}
    with faulty_server(ok("The ferry leaves at noon [1].")) as server:
        chosen = Settings(**{**papers.model_dump(), **values, "openai_base_url": server.base_url})
        with Assistant.open(chosen) as assistant:
            answer = assistant.ask(QUESTION, Filters(uri="nowhere/*"))
    assert answer.status == "abstained" and not server.requests and answer.usage is None


def test_an_answer_tells_its_tokens_its_prompt_and_what_was_left_out(papers: Settings) -> None:
    said = "The ferry leaves at nine in the morning [1]. It costs 12 crowns [9]."
    with faulty_server(status(400, "maximum context length"), counted(said, 900, 100)) as server:
        answer = asked(papers, server.base_url, llm_price_in=1.0, llm_price_out=2.0)
        extractive = asked(papers, server.base_url, answer_mode="extractive")
    assert answer.usage == Usage(900, 100, False, 0.0011) and answer.prompt_version == PROMPT_VERSION
    assert answer.dropped_markers == 1 and answer.mode == "llm"
    assert [statement.check for statement in answer.statements] == ["verbatim", "verbatim"], "found without its marker"
    assert answer.notice is not None and "1 of 2 passages did not fit" in answer.notice
    assert (extractive.usage, extractive.prompt_version) == (None, None)
