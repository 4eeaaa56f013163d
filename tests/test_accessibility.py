"""What axe-core finds on every page and in every state: light and dark, on a desktop and on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from browsing import LOOKS, settled, visit
from page_states import STATES, served, welcome
from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("access")) as address:
        yield address


def findings(page: Page) -> list[str]:
    """What axe-core calls serious or critical: one line an element."""
    settled(page)
    return [
        f"{rule['id']} ({rule['impact']}): {str(node['target'])[-90:]} {node['html'][:120]} {node['failureSummary']}"
        for rule in Axe().run(page).response["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_serious(browser: Browser, url: str, look: str) -> None:
    found: dict[str, str] = {}
    with visit(browser, url, **LOOKS[look]) as page:
        for reach in STATES:
            reach(page)
            for one in findings(page):
                found.setdefault(one, reach.__name__)
    assert not found, "\n".join(f"{state}: {one}" for one, state in found.items())


def test_axe_would_find_something(browser: Browser, url: str) -> None:
    """That it runs at all, and sees into the components."""
    with visit(browser, url) as page:
        welcome(page)
        page.locator(".welcome").evaluate("e => e.insertAdjacentHTML('beforeend', '<button></button>')")
        assert "button-name" in [one.split()[0] for one in findings(page)]
