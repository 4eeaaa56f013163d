"""Signing in with a real browser, the real server and an OpenID Connect provider of this machine.

CITEWISE_SCREENSHOTS=DIR keeps pictures of what the tests see.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from itsdangerous import URLSafeTimedSerializer
from oidc_server import Provider, oidc_server
from playwright.sync_api import Browser, BrowserContext, Page, expect

from index import build_index
from rag import Settings

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).parent.parent
PICTURES = os.environ.get("CITEWISE_SCREENSHOTS")
COOKIE = "_streamlit_user"
COOKIE_SECRET = "0123456789abcdef0123456789abcdef"
HERS, HIS = "When was the last strike?", "Why was the truce agreed?"
PEOPLE = {
    "ada": {"name": "Ada <b>Lovelace</b> ![x](http://192.0.2.1/x.png)", "email": "ada@example.org",
            "email_verified": True},
    "bo": {"name": "Bo", "email": "ada@example.org", "email_verified": False},
}  # fmt: skip


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with oidc_server(PEOPLE) as found:
        yield found


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("access")
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    made = Settings(_env_file=None, index_dir=folder / "index", seeds_dir=folder / "seeds")
    build_index(made)
    return made


@pytest.fixture(scope="module")
def home(settings: Settings, provider: Provider) -> Iterator[str]:
    with serve(settings, provider) as address:
        yield address


@contextmanager
def serve(settings: Settings, provider: Provider) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    folder = settings.index_dir.parent
    secrets = folder / "sign-in.toml"
    secrets.write_text(provider.secrets_toml(address, COOKIE_SECRET), "utf-8")
    given = {
        "CITEWISE_INDEX_DIR": str(settings.index_dir),
        "CITEWISE_SEEDS_DIR": str(settings.seeds_dir),
        "CITEWISE_UI_PORT": str(port),
        "CITEWISE_UI_SIGN_IN": str(secrets),
        "CITEWISE_UI_ADMINS": "ada@example.org",
        "PYTHONPATH": str(ROOT),
    }
    log = folder / "server.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "ui"], cwd=folder, env={**os.environ, **given}, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        wait_for(address, log)
        yield address
    finally:
        server.terminate()
        server.wait(20)
    assert COOKIE_SECRET not in log.read_text()


def wait_for(address: str, log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(log.read_text())


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    with visit(browser) as context:
        yield context


@contextmanager
def visit(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """Somebody with a browser of their own. Afterwards: it asked nobody but this machine."""
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    try:
        yield context
    finally:
        context.close()
    here = ("http://127.0.0.1:", "http://localhost:", "data:", "blob:")
    assert asked and [url for url in asked if not url.startswith(here)] == []


def sign_in(context: BrowserContext, home: str, subject: str, path: str = "") -> Page:
    page = context.new_page()
    page.goto(f"{home}{path}")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name=subject).click()
    expect(page.get_by_role("button", name="Sign out")).to_be_attached(timeout=30_000)
    return page


def ask(page: Page, question: str) -> None:
    box = page.get_by_test_id("stChatInputTextArea")
    expect(box).to_be_enabled(timeout=30_000)
    box.fill(question)
    box.press("Enter")
    expect(page.get_by_role("button", name="Copy").first).to_be_visible(timeout=60_000)


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.wait_for_timeout(500)
        page.screenshot(path=f"{PICTURES}/{name}.png")


def all_text(page: Page) -> str:
    """What the page says, in its components too."""
    return str(
        page.evaluate("""() => { const all = [];
        const walk = (node) => { if (node.nodeType === 3) all.push(node.data);
            if (node.shadowRoot) walk(node.shadowRoot); node.childNodes.forEach(walk); };
        walk(document.body); return all.join(" "); }""")
    )


@pytest.mark.parametrize("path", ["", "/library", "/settings", "/?chat=abcdefgh12345678"])
def test_before_signing_in_nothing_is_seen(visitor: BrowserContext, home: str, path: str) -> None:
    page = visitor.new_page()
    page.goto(f"{home}{path}")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=30_000)
    picture(page, "sign-in")
    page.wait_for_timeout(1000)
    assert page.get_by_test_id("stChatInputTextArea").count() == 0
    assert page.get_by_role("button", name="New chat").count() == 0
    said = all_text(page)
    assert "Sign in to ask the documents." in said and "Levant" not in said and "document," not in said


def test_two_people_do_not_see_each_others_chats(browser: Browser, home: str) -> None:
    with visit(browser) as her_browser, visit(browser) as his_browser:
        hers = sign_in(her_browser, home, "ada")
        ask(hers, HERS)
        her_chat = hers.url
        assert "chat=" in her_chat
        his = sign_in(his_browser, home, "bo")
        ask(his, HIS)
        hers.reload()
        expect(hers.get_by_role("button", name="Sign out")).to_be_attached(timeout=30_000)
        expect(hers.get_by_role("heading", name=HERS)).to_be_visible(timeout=30_000)
        picture(hers, "signed-in")
        assert HERS in all_text(hers) and HIS not in all_text(hers)
        his.goto(her_chat)
        expect(his.get_by_role("button", name="Sign out")).to_be_attached(timeout=30_000)
        expect(his.get_by_role("button", name=HIS).first).to_be_attached()
        his.wait_for_timeout(1500)
        assert HIS in all_text(his) and HERS not in all_text(his)


def test_only_those_who_are_named_change_settings(browser: Browser, home: str, provider: Provider) -> None:
    with visit(browser) as her_browser, visit(browser) as his_browser:
        hers = sign_in(her_browser, home, "ada", "/settings")
        hers.goto(f"{home}/settings")
        expect(hers.get_by_role("button", name="Save")).to_be_visible(timeout=30_000)
        his = sign_in(his_browser, home, "bo")  # whose provider has not verified that the address is his
        his.goto(f"{home}/settings")
        expect(his.get_by_text("CITEWISE_UI_ADMINS")).to_be_visible(timeout=30_000)
        picture(his, "settings-closed")
        assert his.get_by_role("button", name="Save").count() == 0
        assert f"your id is {provider.issuer} bo" in " ".join(all_text(his).split())


def test_a_hostile_name_stays_text(visitor: BrowserContext, home: str) -> None:
    page = sign_in(visitor, home, "ada")
    expect(page.get_by_text(str(PEOPLE["ada"]["name"]))).to_be_attached()
    assert page.locator("img[src*='192.0.2.1']").count() == 0


@pytest.mark.parametrize("kind", ["another secret", "tampered", "unsigned", "of another cookie"])
def test_a_forged_cookie_is_refused(browser: Browser, home: str, kind: str) -> None:
    with visit(browser) as context:
        sign_in(context, home, "ada")
        good = next(one["value"] for one in context.cookies() if one.get("name") == COOKIE)
    claims = URLSafeTimedSerializer(COOKIE_SECRET, salt=COOKIE).loads(good)
    assert '"sub": "ada"' in claims  # so the forger knows all but the secret
    forged = {
        "another secret": URLSafeTimedSerializer("f" * 32, salt=COOKIE).dumps(claims),
        "tampered": ("A" if good[0] != "A" else "B") + good[1:],
        "unsigned": good.split(".")[0],
        "of another cookie": URLSafeTimedSerializer(COOKIE_SECRET, salt="_streamlit_user_tokens").dumps(claims),
    }[kind]
    with visit(browser) as context:
        context.add_cookies([{"name": COOKIE, "value": forged, "url": home}])
        page = context.new_page()
        page.goto(home)
        expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=30_000)
    with visit(browser) as context:  # the same cookie as it was lets its owner in: the forgery was the only fault
        context.add_cookies([{"name": COOKIE, "value": good, "url": home}])
        page = context.new_page()
        page.goto(home)
        expect(page.get_by_role("button", name="Sign out")).to_be_attached(timeout=30_000)


def test_a_token_with_a_wrong_signature_is_refused(visitor: BrowserContext, home: str, provider: Provider) -> None:
    provider.forge = True
    try:
        page = visitor.new_page()
        page.goto(home)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name="ada").click()
        expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=30_000)
        assert page.url.startswith(home) and page.get_by_role("button", name="Sign out").count() == 0
    finally:
        provider.forge = False


def test_who_signed_in_long_ago_signs_in_again(visitor: BrowserContext, home: str, provider: Provider) -> None:
    provider.age = 25 * 3600
    try:
        page = visitor.new_page()
        page.goto(home)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name="ada").click()
        expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=30_000)
        assert page.url.startswith(home)
    finally:
        provider.age = 0.0


def test_signing_out_ends_it(visitor: BrowserContext, home: str) -> None:
    page = sign_in(visitor, home, "ada")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=30_000)
    page.reload()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=30_000)


def test_at_another_address_the_right_one_is_told(visitor: BrowserContext, home: str) -> None:
    page = visitor.new_page()
    page.goto(home.replace("127.0.0.1", "localhost"))
    expect(page.get_by_text(f"People sign in at {home}.")).to_be_visible(timeout=30_000)


def test_on_a_phone_by_night(browser: Browser, home: str) -> None:
    with visit(browser, viewport={"width": 390, "height": 844}, color_scheme="dark") as context:
        page = context.new_page()
        page.goto(home)
        expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=30_000)
        picture(page, "sign-in-phone")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
