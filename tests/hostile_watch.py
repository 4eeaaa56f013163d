"""Watches a page for what a document must not do there: run a script, ask others for anything, be more than text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from browsing import leave, visit, wait_for
from playwright.sync_api import Browser, Dialog, Locator, Page, expect

SAVED = "http://saved.test/"  # where a saved file is opened; nobody answers there

# Everything on the page, also inside the shadow trees of components, that only a document could have made.
INTRUDERS = """() => {
  const found = window.harmed === undefined ? [] : ["a script ran"];
  const made = "script, iframe, frame, object, embed, base, meta, link, video, audio, template, #harmed";
  const rendered = ".katex, mjx-container, [class*=ColoredText], [class*=stMarkdownBadge]";
  const addresses = ["href", "src", "srcset", "srcdoc", "action", "formaction", "data", "poster", "xlink:href"];
  const foreign = (value) => {
    if (value.startsWith("data:image/") || value.startsWith("blob:")) return false;
    try { return new URL(value, location).origin !== location.origin; } catch { return true; }
  };
  const look = (root, inside) => {
    for (const one of root.querySelectorAll("*")) {
      const shown = one.outerHTML.slice(0, 200);
      if ((inside && one.matches(made)) || one.matches(rendered)) found.push(shown);
      if (one.matches("[data-testid=stIconMaterial]") && one.textContent === "skull") found.push(shown);
      for (const { name, value } of one.attributes) {
        if (name.startsWith("on") || (addresses.includes(name) && foreign(value))) found.push(`${name}: ${shown}`);
      }
      if (one.shadowRoot) look(one.shadowRoot, !one.closest("[data-testid=stChatInput]"));
    }
  };
  look(document, false);
  return found;
}"""


@contextmanager
def besieged(browser: Browser, url: str, address: str = "", **options: Any) -> Iterator[Page]:
    """A page on which neither a dialog nor a window opens, nothing is asked of others and nothing intrudes."""
    with visit(browser, url, **options) as page:
        opened: list[str] = []

        def dismiss(dialog: Dialog) -> None:
            opened.append(dialog.message)
            dialog.dismiss()

        page.on("dialog", dismiss)
        page.context.on("page", lambda other: opened.append(other.url))
        if address:
            page.goto(f"{url}{address}")
        yield page
        page.wait_for_timeout(300)  # what would be fetched is fetched by now
        unharmed(page)
        assert opened == []


def unharmed(page: Page) -> None:
    assert page.evaluate(INTRUDERS) == []


def says(place: Locator, text: str) -> None:
    """The place comes to show the text, character for character (Playwright's own comparison folds spaces)."""
    expect(place.first).to_be_attached()
    wait_for(
        lambda: text in (place.first.text_content() or ""), 30, lambda: f"{text!r}: {place.first.text_content()!r}"
    )


@contextmanager
def opened_elsewhere(browser: Browser, body: str, kind: str) -> Iterator[Page]:
    """A file that was saved from the page, opened in a browser by itself; it may ask for nothing at all."""
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page.route(f"{SAVED}*", lambda route: route.fulfill(body=body, content_type=f"{kind}; charset=utf-8"))
    page.goto(SAVED)
    yield page
    page.wait_for_timeout(300)
    unharmed(page)
    assert page.locator("a, img, script").count() == 0
    assert [one for one in asked if one not in (SAVED, f"{SAVED}favicon.ico")] == []
    context.close()


@contextmanager
def dialog(page: Page, button: str) -> Iterator[Locator]:
    page.locator(button).first.focus()
    page.keyboard.press("Enter")
    opened = page.get_by_role("dialog")
    expect(opened).to_be_visible()
    yield opened
    unharmed(page)
    leave(page)
