"""What we read, compared with readers that are not ours: poppler's pdftotext and LibreOffice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from openpyxl import Workbook  # type: ignore[import-untyped]
from pptx import Presentation
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

from bench.recall import compare, pages_right

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SEEDS = Path(__file__).parent.parent / "seeds"
PLACES = ("harbour", "pier", "ferry", "council", "island", "station", "library", "bridge", "market", "castle")


def prose(page: int) -> str:
    return " ".join(
        f"Report {page}.{line} of the {PLACES[(page + line) % 10]} tells of {PLACES[line % 10]} {100 * page + line}."
        for line in range(60)
    )


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    for path in [*SEEDS.rglob("*.pdf"), *SEEDS.rglob("*.docx")]:
        shutil.copy(path, folder)
    style = getSampleStyleSheet()["BodyText"]
    pages = [part for page in range(8) for part in (Paragraph(prose(page), style), PageBreak())]
    SimpleDocTemplate(str(folder / "pages.pdf"), pagesize=A4).build(pages)
    book = Workbook()
    book.active.append(["Place", "Fee", "Since"])
    for number, place in enumerate(PLACES):
        book.active.append([place, 10.5 * number, f"year {1990 + number}"])
    book.save(folder / "fees.xlsx")
    slides = Presentation()
    for place in PLACES[:3]:
        slide = slides.slides.add_slide(slides.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = f"The {place}", f"What is planned for the {place}."
    slides.save(str(folder / "plans.pptx"))
    return folder


@pytest.mark.parametrize("kind", [".pdf", ".docx", ".xlsx", ".pptx"])
def test_every_word_that_others_read_is_read(files: Path, tmp_path: Path, kind: str) -> None:
    for path in sorted(files.glob(f"*{kind}")):
        compared = compare(path, tmp_path)
        assert compared is not None and compared.words > 10
        assert compared.recall >= 0.98, f"{path.name} lacks {compared.missing}"


def test_every_passage_of_a_pdf_is_on_its_page(files: Path) -> None:
    checked = list(pages_right(sorted(files.glob("*.pdf")), 200))
    assert len(checked) > 20 and [place for place, right, _ in checked if not right] == []
