"""The page by the keyboard alone: the Tab key comes everywhere, the focus is always to be seen, Escape leads back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from browsing import box, idle, visit
from page_states import (
    WHY,
    answered,
    document,
    editing,
    exporting,
    filters,
    library,
    planned,
    renaming,
    served,
    settings,
    source,
    welcome,
)  # fmt: skip
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("access")) as address:
        yield address


# What the walk with the Tab key needs to know, also inside the shadow trees of components.
WALKING = """() => {
  const name = (one) => `${one.tagName} ${one.getAttribute("aria-label") || one.textContent.trim().slice(0, 60)}`;
  // A ring may be drawn around the thing itself, something around it, or what stands for it in its label.
  const looks = (one) => {
    const parts = [...(one.closest("label")?.querySelectorAll("*") ?? [])];
    for (let at = one; at && parts.length < 40; at = at.parentElement) parts.push(at);
    return parts.slice(0, 40).map((part) => {
      const style = getComputedStyle(part);
      return [style.outline, style.boxShadow, style.borderColor, style.backgroundColor].join();
    }).join("|");
  };
  const walked = new Map();
  let last = null;
  window.unseen = [];
  // After each Tab: whether the focus was shown where it has just been, and where it is now; false when all came round.
  window.stepped = () => {
    let now = document.activeElement;
    while (now?.shadowRoot?.activeElement) now = now.shadowRoot.activeElement;
    if (last && walked.get(last) === looks(last)) window.unseen.push(name(last));
    const again = walked.has(now);
    // A dialog that gets the focus as a whole shows it by being there.
    last = now === document.body || again || now.matches("[role=dialog]") ? null : now;
    if (last) walked.set(last, looks(last));
    return !again;
  };
  const shown = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && one.getBoundingClientRect().width > 1;
  // A dialog keeps the focus, rightly.
  const place = () => document.querySelector("[data-testid=stDialog]") ?? document;
  window.missed = (root = place()) => [...root.querySelectorAll("*")].flatMap((one) => {
    const usable = one.matches("button, a[href], input, textarea, select, [tabindex='0']") && one.tabIndex >= 0;
    const own = usable && !one.disabled && shown(one) && !walked.has(one) ? [name(one)] : [];
    return one.shadowRoot ? [...own, ...window.missed(one.shadowRoot)] : own;
  });
  document.activeElement?.blur();
}"""


def walk(page: Page, most: int = 300) -> None:
    """Presses Tab until the focus has been everywhere. Fails where it never comes, and where it is not to be seen."""
    page.evaluate(WALKING)
    for _ in range(most):
        page.keyboard.press("Tab")
        page.wait_for_timeout(50)
        page.wait_for_function("() => document.getAnimations().every(a => a.playState !== 'running')")
        if not page.evaluate("() => stepped()"):
            break
    missed, unseen = page.evaluate("() => [missed(), unseen]")
    assert missed == [], "the focus never comes to these"
    assert unseen == [], "the focus is not to be seen on these"


@pytest.mark.parametrize(
    "steps",
    [
        (welcome,),
        (answered, source),
        (answered, editing),
        (answered, filters),
        (answered, exporting),
        (answered, renaming),
        (library, planned),
        (library, document),
        (settings,),
    ],
    ids=lambda steps: steps[-1].__name__,
)
def test_the_tab_key_reaches_everything(browser: Browser, url: str, steps: tuple[Callable[[Page], None], ...]) -> None:
    with visit(browser, url) as page:
        for reach in steps:
            reach(page)
        idle(page)
        walk(page)


def test_escape_closes_the_source_and_gives_the_focus_back(browser: Browser, url: str) -> None:
    with visit(browser, url) as page:
        answered(page)
        cite = page.locator(".cite").first
        cite.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".panel mark")).to_be_in_viewport()
        page.keyboard.press("Escape")
        expect(page.locator(".panel")).to_have_count(0)
        expect(cite).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
        expect(cite).to_be_focused()


def test_a_question_by_the_keyboard_alone(browser: Browser, url: str) -> None:
    with visit(browser, url) as page:
        welcome(page)
        for _ in range(60):
            page.keyboard.press("Tab")
            if box(page).evaluate("e => e === document.activeElement"):
                break
        page.keyboard.type(WHY)
        page.keyboard.press("Enter")
        expect(page.locator(".foot")).to_be_visible(timeout=60_000)
        expect(page.locator(".sentence").first).to_be_in_viewport()
