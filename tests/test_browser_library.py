"""The library in a real browser against the real server: first index, uploads, plan, retry, remove, purge, watch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from browsing import LOOKS, idle, picture, serve, visit, wait_for
from corpus import FERRY, LIMIT, PIER, write
from playwright.sync_api import Browser, Locator, Page, expect

from index import build_index
from index.scan import IGNORE_FILE
from rag import Settings
from rag.status import read_status

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

SECRET = "The harbour master keeps the xylophonequark in the upper drawer.\n"
HOSTILE = "<img src=x onerror=window.harmed=1> ![t](t.png) [x](javascript:1).txt"
PAPERS = {"pier.txt": PIER, "limit.txt": LIMIT, "ferry.txt": FERRY, "secret.txt": SECRET, HOSTILE: "The tug is red.\n"}


@pytest.fixture
def chosen(tmp_path: Path) -> Settings:
    """A folder with papers, nothing indexed."""
    write(tmp_path / "papers", PAPERS)
    return Settings(_env_file=None, index_dir=tmp_path / "index", seeds_dir=tmp_path / "papers")


@contextmanager
def library(browser: Browser, url: str, **options: Any) -> Iterator[Page]:
    with visit(browser, url, **options) as page:
        page.goto(f"{url}/library")
        expect(page.get_by_role("heading", name="Library")).to_be_visible(timeout=30_000)
        expect(page.get_by_text("Opening the index")).to_have_count(0, timeout=30_000)
        idle(page)
        yield page
        assert page.evaluate("() => window.harmed") is None


def rows(page: Page) -> Locator:
    return page.locator(".documents tbody tr")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def done(page: Page, wants: str, seconds: float = 60) -> None:
    """Waits for the end of a build, and puts it away."""
    run = page.locator(".run", has_text=f"{wants}: done")
    expect(run).to_be_visible(timeout=seconds * 1000)
    run.get_by_role("button", name="Close").click()
    expect(run).to_have_count(0)
    idle(page)


def upload(page: Page, *files: tuple[str, bytes]) -> None:
    if not page.get_by_test_id("stFileUploader").is_visible():
        page.get_by_text("Add documents").click()
    given = [{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files]
    page.locator("input[type=file]").set_input_files(given)  # type: ignore[arg-type]


def uris(settings: Settings) -> set[str]:
    return {document["uri"] for document in read_status(settings)["documents"]}


def held(settings: Settings, text: bytes) -> bool:
    return any(text in content(file) for file in settings.index_dir.rglob("*"))


def content(file: Path) -> bytes:
    """Nothing for a folder, and for a file that has gone meanwhile."""
    try:
        return file.read_bytes() if file.is_file() else b""
    except FileNotFoundError:
        return b""


def test_from_nothing_to_an_index_by_the_plan(browser: Browser, chosen: Settings) -> None:
    with serve(chosen) as url, library(browser, url) as page:
        expect(page.get_by_text("There is no index yet.")).to_be_visible()
        picture(page, "library-empty")
        press(page, "Look for changes")
        plan = page.locator(".plan")
        expect(plan).to_contain_text("New: 5", timeout=30_000)
        expect(plan).to_contain_text("5 passages to be turned into vectors, about")
        picture(page, "library-plan")
        plan.get_by_role("button", name="Bring up to date").click()
        done(page, "Bringing the index up to date")
        expect(page.locator(".amount")).to_have_text("5 documents · 5 passages")
        expect(rows(page)).to_have_count(5)
        expect(rows(page).locator(".uri", has_text=HOSTILE)).to_have_text(f"papers/{HOSTILE}")
        press(page, "Look for changes")
        expect(page.locator(".run")).to_contain_text("Nothing has changed; 5 documents as before", timeout=30_000)


def test_uploads_are_added_and_duplicates_are_told(browser: Browser, chosen: Settings) -> None:
    build_index(chosen)
    with serve(chosen) as url, library(browser, url) as page:
        upload(
            page, ("crane.txt", b"The crane is painted green.\n"), ("copy.txt", PIER.encode()), ("photo.jpg", b"\xff")
        )
        told = page.locator(".notice")
        expect(told).to_contain_text("crane.txt: added", timeout=20_000)
        expect(told).to_contain_text("copy.txt: It is already there as papers/pier.txt")
        expect(told).to_contain_text("photo.jpg: It cannot be read: a picture")
        done(page, "Bringing uploads up to date")
        picture(page, "library-uploaded")
        expect(rows(page)).to_have_count(6)
        upload(page, ("again.txt", b"The crane is painted green.\n"))
        expect(told).to_contain_text("again.txt: It is already there as uploads/crane.txt", timeout=20_000)
        press(page, "Remove crane")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("Deleted from the disk, since it was uploaded here")
        dialog.get_by_role("button", name="Remove").click()
        done(page, "Removing crane.txt")
        expect(rows(page)).to_have_count(5)
    assert not (chosen.index_dir.parent / "uploads" / "crane.txt").exists()


def test_a_document_is_opened_removed_purged_and_taken_in_again(browser: Browser, chosen: Settings) -> None:
    build_index(chosen)
    with serve(chosen) as url, library(browser, url) as page:
        page.get_by_role("button", name="pier", exact=True).click()
        expect(page.locator(".panel")).to_contain_text("The North Pier is repaired in May.")
        picture(page, "library-source")
        page.get_by_role("button", name="Close the source").click()
        expect(page.locator(".panel")).to_have_count(0)
        assert held(chosen, b"xylophonequark")
        press(page, "Remove secret")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("a line in its folder's .citewiseignore leaves it out")
        expect(dialog).to_contain_text(str(chosen.seeds_dir / "secret.txt"))
        picture(page, "library-remove")
        dialog.get_by_text("Also take every trace of the text").click()
        dialog.get_by_role("button", name="Remove").click()
        expect(dialog).to_have_count(0)
        done(page, "Removing secret.txt")
        expect(rows(page)).to_have_count(4)
        assert not held(chosen, b"xylophonequark") and (chosen.seeds_dir / "secret.txt").read_text() == SECRET
        page.get_by_text("1 file left out").click()
        press(page, "Take in again")
        done(page, "Taking secret.txt in again")
        expect(rows(page)).to_have_count(5)
        assert not (chosen.seeds_dir / IGNORE_FILE).exists()


def test_failures_are_told_and_tried_again(browser: Browser, chosen: Settings) -> None:
    write(chosen.seeds_dir, {"bad.pdf": b"%PDF-1.4 broken"})
    build_index(chosen)
    with serve(chosen) as url, library(browser, url) as page:
        page.get_by_text("1 file could not be read").click()
        expect(page.locator(".failures")).to_contain_text("papers/bad.pdf")
        expect(page.locator(".failures")).to_contain_text("It is damaged, or not what its name says")
        expect(rows(page).filter(has_text="bad.pdf")).to_contain_text("Could not be read")
        picture(page, "library-failures")
        press(page, "Try again")
        done(page, "Reading again what could not be read")
        (chosen.seeds_dir / "bad.pdf").unlink()
        press(page, "Bring up to date")
        done(page, "Bringing the index up to date")
        expect(page.get_by_text("could not be read")).to_have_count(0)


def test_a_folder_is_added_watched_and_forgotten(browser: Browser, chosen: Settings) -> None:
    build_index(chosen)
    more = write(chosen.index_dir.parent / "more", {"tug.txt": "The tug is red and white.\n"})
    with serve(chosen) as url, library(browser, url) as page:
        page.get_by_text("Add documents").click()
        field = page.get_by_label("Or name a folder on the machine that runs this page")
        field.fill(str(more / "none"))
        press(page, "Look what is in it")
        expect(page.locator(".problem")).to_contain_text("does not exist", timeout=20_000)
        field.fill(str(more))
        press(page, "Look what is in it")
        expect(page.locator(".plan")).to_contain_text("New: 1", timeout=20_000)
        page.locator(".plan").get_by_role("button", name="Bring up to date").click()
        done(page, "Bringing more up to date")
        switch = page.get_by_role("switch", name="Watch the folders")
        switch.click()
        expect(switch).to_have_attribute("aria-checked", "true")
        write(more, {"crane.txt": "The crane is painted green.\n"})
        expect(rows(page).filter(has_text="crane")).to_have_count(1, timeout=30_000)
        expect(page.locator(".watch")).to_contain_text("1 new")
        picture(page, "library-watch")
        press(page, "Remove crane")
        page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        expect(rows(page).filter(has_text="crane")).to_have_count(0, timeout=30_000)
        switch.click()
        expect(switch).to_have_attribute("aria-checked", "false")
        folder = page.locator(".roots li", has_text=str(more))
        folder.get_by_role("button", name="Forget this folder").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("The folder and its files stay as they are")
        dialog.get_by_role("button", name="Forget").click()
        done(page, "Forgetting the folder more")
        expect(folder).to_have_count(0)
    assert sorted(path.name for path in more.glob("*.txt")) == ["crane.txt", "tug.txt"]
    assert {uri.split("/")[0] for uri in uris(chosen)} == {"papers"}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with 120 documents of several outlets."""
    folder = tmp_path_factory.mktemp("many")
    for number in range(120):
        name = ("Gulf Ledger", "Levant Desk", "")[number % 3]
        head = f"---\ntitle: Note {number:03}\npublisher: {name}\ndate: 2024-03-{number % 28 + 1:02}\n---\n"
        write(folder / "papers" / f"box{number % 4}", {f"note{number}.md": f"{head}Crane {number} is green.\n"})
    made = Settings(_env_file=None, index_dir=folder / "index", seeds_dir=folder / "papers")
    build_index(made)
    with serve(made) as url:
        yield url


@pytest.mark.parametrize("look", LOOKS)
def test_searching_filtering_and_paging(browser: Browser, many: str, look: str) -> None:
    with library(browser, many, **LOOKS[look]) as page:
        expect(rows(page)).to_have_count(50)
        expect(page.locator(".paging")).to_contain_text("1 to 50 of 120 rows")
        page.get_by_role("button", name="Next ›").click()
        expect(page.locator(".paging")).to_contain_text("51 to 100 of 120 rows")
        expect(rows(page).first).to_contain_text("Note 050")
        search = page.get_by_label("Search titles, outlets, authors and places")
        search.fill("ledger box1")
        search.press("Enter")
        expect(page.locator(".paging")).to_contain_text("1 to 10 of 10 rows")
        expect(page.get_by_role("button", name="Remove these 10")).to_be_visible()
        page.get_by_role("combobox", name="Sort by").click()
        page.get_by_role("option", name="Newest first").click()
        expect(rows(page).first).to_contain_text("26 March 2024")
        page.locator(".documents").evaluate("table => table.scrollIntoView()")
        picture(page, f"library-{look}")
        if look.startswith("phone"):
            opens = page.get_by_test_id("stExpandSidebarButton").bounding_box()
            heading = page.locator(".documents thead").bounding_box()
            assert opens and heading and heading["y"] >= opens["y"] + opens["height"], "nothing lies below the button"
            bar = "getComputedStyle(document.querySelector('[data-testid=stHeader]')).backgroundColor"
            assert page.evaluate(bar) == page.evaluate(
                "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
            )
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), "nothing reaches out sideways"


def test_what_is_open_in_a_dialog_survives_a_build_that_ends(browser: Browser, chosen: Settings) -> None:
    build_index(chosen)
    with serve(chosen) as url, library(browser, url) as page:
        write(chosen.seeds_dir, {"new.txt": "The crane is painted green.\n"})
        press(page, "Bring up to date")
        press(page, "Remove pier")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        wait_for(lambda: "papers/new.txt" in uris(chosen), 60)
        page.wait_for_timeout(3_000)
        expect(dialog).to_be_visible()
        dialog.get_by_role("button", name="Cancel").click()
        expect(dialog).to_have_count(0)
        expect(rows(page)).to_have_count(6)
