"""How soon the page is there and answers, in Chromium, cold and warm, beside what is under it in the same run.

    python -m bench.page [FOLDER] [--cold 5] [--warm 20] [--json]

FOLDER holds documents to index (default: seeds/). Times are those of the browser: from navigation to the first paint,
to the chat box, to the open index; from Enter to the first sentence of an answer. Cold: the first visit and question of
a new server. Beside it: an empty Streamlit app, and the first statement of `Assistant.stream` without a page.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from bench.serving import ROOT, free_port, quantile, running, serve
from index import build_index
from rag import Assistant, Settings

DESKTOP: ViewportSize = {"width": 1440, "height": 900}
QUESTIONS = (
    "When was the last strike?",
    "Why did the militias stop their attacks?",
    "How many US troops are in Iraq?",
    "What is the speed limit in the inner harbour?",
)
# What of the page is relied on.
BOX = "[data-testid=stChatInputTextArea]"
OPENED = ".welcome:not(.waiting)"
SENTENCE = ".sentence"
EMPTY_APP = "import streamlit as st\n\nst.title('Empty')\n"

# Looks at every frame which of the parts are there, also inside the shadow trees of components.
STOPWATCH = """
window.seen = {};
const parts = PARTS;
function found(selector, root = document) {
  let number = root.querySelectorAll(selector).length;
  for (const one of root.querySelectorAll("*")) if (one.shadowRoot) number += found(selector, one.shadowRoot);
  return number;
}
function look() {
  const now = performance.now();
  for (const [name, selector] of Object.entries(parts)) if (!(name in seen) && found(selector)) seen[name] = now;
  if (window.entered && !window.answered && found(SENTENCE) > window.before) window.answered = now - window.entered;
  requestAnimationFrame(look);
}
requestAnimationFrame(look);
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Enter") return;
  window.before = found(SENTENCE);
  window.answered = 0;
  window.entered = performance.now();
}, true);
"""
# A new process, because a model that is loaded stays loaded.
ALONE = """
import sys, time
from rag import Assistant, Settings
began = time.perf_counter()
with Assistant.open(Settings(_env_file=None, index_dir=sys.argv[1], answer_mode="extractive")) as assistant:
    next(iter(assistant.stream(sys.argv[2])))
    print(time.perf_counter() - began)
"""

Figures = dict[str, list[float]]  # milliseconds, by what was measured


@contextmanager
def visit(browser: Browser, url: str, parts: dict[str, str]) -> Iterator[Page]:
    """A new visitor with an empty cache and a stopwatch, when all parts are there."""
    context = browser.new_context(viewport=DESKTOP)
    script = STOPWATCH.replace("PARTS", json.dumps(parts)).replace("SENTENCE", json.dumps(SENTENCE))
    context.add_init_script(f"(() => {{{script}}})()")
    page = context.new_page()
    page.goto(url)
    page.wait_for_function("number => Object.keys(window.seen).length === number", arg=len(parts), timeout=60_000)
    yield page
    context.close()


def paint(page: Page) -> float:
    """First contentful paint, ms after navigation began."""
    page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length > 0")
    return float(page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime"))


def ask(page: Page, question: str) -> float:
    """ms from Enter to the first sentence."""
    box = page.locator(BOX)
    box.fill(question)
    box.press("Enter")
    page.wait_for_function("() => window.answered > 0", timeout=60_000)
    return float(page.evaluate("() => window.answered"))


def one_visit(browser: Browser, url: str, kind: str, questions: Sequence[str], figures: Figures) -> None:
    with visit(browser, url, {"box": BOX, "opened": OPENED}) as page:
        figures[f"first paint, {kind}"].append(paint(page))
        figures[f"chat box, {kind}"].append(page.evaluate("() => window.seen.box"))
        figures[f"index opened, {kind}"].append(page.evaluate("() => window.seen.opened"))
        figures[f"Enter to first words, {kind}"] += [ask(page, question) for question in questions]


def of_the_page(browser: Browser, settings: Settings, cold: int, warm: int, figures: Figures) -> None:
    for _ in range(cold):
        with serve(settings) as server:
            figures["server start"].append(1000 * server.ready_seconds)
            one_visit(browser, server.url, "cold", QUESTIONS[:1], figures)
    with serve(settings) as server:
        one_visit(browser, server.url, "warming up", QUESTIONS, defaultdict(list))
        for number in range(warm):
            one_visit(browser, server.url, "warm", [QUESTIONS[number % len(QUESTIONS)]], figures)


def of_an_empty_app(browser: Browser, folder: Path, cold: int, warm: int, figures: Figures) -> None:
    app, port = folder / "empty.py", free_port()
    app.write_text(EMPTY_APP, "utf-8")
    options = {"address": "127.0.0.1", "port": port, "headless": "true", "fileWatcherType": "none"}
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--browser.gatherUsageStats=false"]
    command += [f"--server.{name}={value}" for name, value in options.items()]
    for number in range(cold):
        with running(command, port, folder / "empty.log") as server:
            for kind in ["cold", *["warm"] * warm * (number == cold - 1)]:
                with visit(browser, server.url, {"title": "h1"}) as page:
                    figures[f"empty app: first paint, {kind}"].append(paint(page))
                    figures[f"empty app: title, {kind}"].append(page.evaluate("() => window.seen.title"))


def of_the_assistant(settings: Settings, cold: int, warm: int, figures: Figures) -> None:
    for _ in range(cold):
        command = [sys.executable, "-c", ALONE, str(settings.index_dir), QUESTIONS[0]]
        told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        figures["Assistant: open and first statement, cold"].append(1000 * float(told))
    with Assistant.open(settings) as assistant:
        for number in range(-len(QUESTIONS), warm):
            began = time.perf_counter()
            next(iter(assistant.stream(QUESTIONS[number % len(QUESTIONS)])))
            if number >= 0:
                figures["Assistant: first statement, warm"].append(1000 * (time.perf_counter() - began))


def machine(browser: Browser) -> dict[str, Any]:
    return {
        "streamlit": version("streamlit"),
        "chromium": browser.version,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
    }


def measure(folder: Path, cold: int, warm: int) -> tuple[dict[str, Any], Figures]:
    figures: Figures = defaultdict(list)
    chromium = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        settings = Settings(
            _env_file=None, index_dir=Path(scratch) / "index", seeds_dir=folder.resolve(), answer_mode="extractive"
        )
        build_index(settings)
        with playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"]) as browser:
            of_an_empty_app(browser, Path(scratch), cold, warm, figures)
            of_the_page(browser, settings, cold, warm, figures)
            told = machine(browser)
        of_the_assistant(settings, cold, warm, figures)
    return told, figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "seeds")
    parser.add_argument("--cold", type=int, default=5)
    parser.add_argument("--warm", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    told, figures = measure(chosen.folder, max(1, chosen.cold), max(1, chosen.warm))
    if chosen.json:
        print(json.dumps({"settings": told, "ms": figures}, indent=2))
        return 0
    print(", ".join(f"{name} {value}" for name, value in told.items()), "\n")
    print("| ms | n | p50 | p95 |\n|---|---|---|---|")
    for name, values in figures.items():
        print(f"| {name} | {len(values)} | {quantile(values, 0.5):.0f} | {quantile(values, 0.95):.0f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
