"""Pictures of PDF pages: the boxes hold the span that is meant, all of it and nothing else, or there are none.

Drawn pages tell the truth: the sentence that is meant is red, all others are black.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from io import BytesIO

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from pypdfium2 import PdfDocument  # type: ignore[import-untyped]
from reportlab.lib.colors import Color, black, red
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from index.errors import UnreadableFile
from index.loaders.pdf import load
from index.loaders.pdf.sought import Stretch, letters_of, places, stretch_on
from index.loaders.pdf.view import MOST_PIXELS, PageView, page_view, scale_for

FONT = "Vera"
registerFont(TTFont(FONT, "Vera.ttf"))

STORM = "The harbour was closed for three weeks after the storm had passed."
BOATS = "Most fishermen moved their boats to the next town along the coast."
MARKET = "The market stayed closed until the summer, and nobody bought fish there."
PIER = "The pier was repaired by workers who had come from the northern islands."


def drawn(
    sentences: Sequence[str],
    meant: int,
    columns: int = 1,
    rotation: int = 0,
    crop: tuple[float, float, float, float] | None = None,
    breaks: bool = False,
    top: float = 700,
) -> bytes:
    """The sentences one after the other in lines of a page; with `breaks`, long words may go over a line end."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800), initialFontName=FONT, initialFontSize=10)
    if rotation == 180:  # no page is read upside down
        canvas.translate(600, 800)
        canvas.rotate(180)
    width = (500 - 30 * (columns - 1)) / columns
    tokens = [(word, number) for number, sentence in enumerate(sentences) for word in sentence.split()]
    rows = (len(" ".join(sentences)) * 7.5 / width) / columns + 2  # of a column
    left, x, y, row = 50.0, 0.0, top, 0
    while tokens:
        word, number = tokens.pop(0)
        wide = stringWidth(word, FONT, 10)
        if x + wide > width:
            room = [at for at in range(3, len(word) - 3) if x + stringWidth(word[:at] + "-", FONT, 10) <= width]
            if breaks and word.isalpha() and room:
                tokens[:0] = [(word[: room[-1]] + "-", number), (word[room[-1] :], number)]
                continue
            x, y, row = 0.0, y - 14, row + 1
            if row > rows and columns > 1:
                left, y, row = left + width + 30, top, 0
        canvas.setFillColor(red if number == meant else black)
        canvas.drawString(left + x, y, word + " ")
        x += stringWidth(word + " ", FONT, 10)
    canvas.showPage()
    canvas.save()
    return shown(buffer.getvalue(), rotation, crop) if rotation or crop else buffer.getvalue()


def shown(data: bytes, rotation: int, crop: tuple[float, float, float, float] | None) -> bytes:
    buffer = BytesIO()
    with closing(PdfDocument(data)) as document:
        page = document[0]
        page.set_rotation(rotation)
        if crop:
            page.set_cropbox(
                *((600 - crop[2], 800 - crop[3], 600 - crop[0], 800 - crop[1]) if rotation == 180 else crop)
            )
        document.save(buffer)
    return buffer.getvalue()


def view_of(data: bytes, sentence: str, which: int = 0, page: int = 1) -> PageView:
    """The page with what the text of the document has as the `which`th such sentence."""
    content = load(data)
    loose = r"[-\s]*".join(map(re.escape, "".join(sentence.split())))
    found = [match.span() for match in re.finditer(loose, content.text)]
    return page_view(data, page, stretch_on(content.text, content.pages, page, *found[which]), 800)


def pixels(view: PageView) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which are red, and which are black."""
    rows = np.asarray(Image.open(BytesIO(view.image)).convert("RGB")).astype(int)
    assert rows.shape == (view.height, view.width, 3)
    return (rows[..., 0] > 180) & (rows[..., 1] < 90), rows.max(axis=2) < 90


def check_truth(view: PageView) -> None:
    """All that is red is boxed, and nothing that is black."""
    are_red, are_black = pixels(view)
    loose, tight = np.zeros_like(are_red), np.zeros_like(are_red)
    for x0, y0, x1, y1 in view.boxes:
        left, right, top, bottom = x0 * view.width, x1 * view.width, y0 * view.height, y1 * view.height
        loose[max(int(top) - 2, 0) : int(bottom) + 3, max(int(left) - 2, 0) : int(right) + 3] = True
        tight[int(top) + 2 : max(int(bottom) - 1, 0), int(left) + 2 : max(int(right) - 1, 0)] = True
    assert view.boxes and are_red.any()
    assert not (are_red & ~loose).any() and not (are_black & tight).any()


@pytest.mark.parametrize(
    ("rotation", "crop", "columns"),
    [
        (0, None, 1),
        (90, None, 2),
        (180, None, 1),
        (270, None, 2),
        (0, (20, 300, 580, 740), 2),
        (90, (20, 300, 580, 740), 1),
        (180, (0, 300, 600, 760), 2),
        (270, (30, 9, 580, 790), 1),
    ],
)
def test_boxes_hold_the_span_however_the_page_is_shown(
    rotation: int, crop: tuple[float, float, float, float] | None, columns: int
) -> None:
    data = drawn([STORM, BOATS, MARKET, PIER], 2, columns, rotation, crop)
    view = view_of(data, MARKET)
    check_truth(view)
    across, down = (crop[2] - crop[0], crop[3] - crop[1]) if crop else (600, 800)
    if rotation in (90, 270):
        across, down = down, across
    assert view.width / view.height == pytest.approx(across / down, abs=0.01)


def test_each_line_has_a_box_of_its_own() -> None:
    boxes = view_of(drawn([STORM, BOATS, MARKET], 1), BOATS).boxes
    assert len(boxes) == 2 and boxes[0].y1 < boxes[1].y1 and boxes[0].x1 > 0.8 and boxes[1].x0 < 0.1


def test_words_that_go_over_line_ends_and_ligatures() -> None:
    sentence = "Unbelievable misunderstandings characterise interdepartmental ﬁnance ﬂeets nationwide."
    data = drawn([STORM, sentence, BOATS], 1, columns=2, breaks=True)
    assert "-" in load(data).text and "finance fleets" in load(data).text
    check_truth(view_of(data, sentence.replace("ﬁ", "fi").replace("ﬂ", "fl")))


@pytest.mark.parametrize("which", [0, 1])
def test_of_equal_sentences_the_one_among_the_same_words_is_meant(which: int) -> None:
    sentences = [STORM, MARKET, BOATS, MARKET, PIER]
    check_truth(view_of(drawn(sentences, 1 + 2 * which), MARKET, which))


def test_what_cannot_be_told_apart_has_no_boxes() -> None:
    data = drawn([MARKET], 0)
    text = f"{MARKET} {MARKET}"
    page = letters_of(" ".join([STORM, MARKET, STORM, MARKET, STORM]))
    assert places(Stretch(f"{STORM} {MARKET} {STORM}", len(STORM) + 1, len(STORM) + 1 + len(MARKET)), page) == []
    assert places(Stretch(text, 0, len(MARKET)), letters_of(f"{MARKET}\r\n{BOATS}\r\n{MARKET}\r\n{MARKET}")) != []
    assert page_view(data, 1, Stretch(PIER, 0, len(PIER)), 600).boxes == ()


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.lists(
            st.sampled_from("anchor bridge castle considerable dragon unforgettable".split()), min_size=2, max_size=9
        ),
        min_size=2,
        max_size=14,
    ),
    st.data(),
    st.sampled_from([1, 2]),
    st.sampled_from([0, 90, 180, 270]),
    st.booleans(),
)
def test_boxes_are_right_or_none(
    words: list[list[str]], data: st.DataObject, columns: int, rotation: int, breaks: bool
) -> None:
    """With few words, sentences and parts of sentences stand there many times."""
    sentences = [f"{' '.join(sentence)}.".capitalize() for sentence in words]
    meant = data.draw(st.integers(0, len(sentences) - 1))
    page = drawn(sentences, meant, columns, rotation, breaks=breaks)
    content = load(page)
    told, letters = letters_of(content.text), letters_of(" ".join(sentences))
    if told.text != letters.text:
        return  # read in another order: there is no truth to hold the boxes against
    before = len(letters_of(" ".join(sentences[:meant])).text)
    last = before + len(letters_of(sentences[meant]).text) - 1
    start, end = told.at[before], told.at[last] + 2
    view = page_view(page, 1, stretch_on(content.text, content.pages, 1, start, end), 800)
    if view.boxes:
        check_truth(view)


def test_a_span_over_a_page_break_has_its_part_on_each_page() -> None:
    text = f"{STORM} {BOATS}\n\n{MARKET}"
    pages = (0, len(STORM) + 10)
    span = (10, len(STORM) + 20)
    first, second = (stretch_on(text, pages, page, *span) for page in (1, 2))
    assert first is not None and second is not None
    assert first.text[first.start : first.end] + second.text[second.start : second.end] == text[10 : span[1]]
    assert stretch_on(text, pages, 1, len(STORM) + 10, len(text)) is None


def test_rows_of_tables_are_found_without_the_names_of_columns() -> None:
    page = letters_of("Country Capital Inhabitants\r\nRuritania Strelsau 1,200,300\r\nSyldavia Klow 642,000\r\n")
    rows = [
        "Country: Ruritania; Capital: Strelsau; Inhabitants: 1,200,300",
        "Country: Syldavia; Capital: Klow; Inhabitants: 642,000",
    ]
    text = "\n".join(rows)
    ((start, end),) = places(Stretch(text, len(rows[0]) + 1, len(text)), page)
    assert page.source[start:end] == "Syldavia Klow 642,000"
    swapped = text.replace("Klow; Inhabitants: 642,000", "642,000; Inhabitants: Klow")
    assert places(Stretch(swapped, len(rows[0]) + 1, len(text)), page) == []


@pytest.mark.parametrize(
    ("page", "span", "is_sure"),
    [
        ("Art is long.", "Art", True),
        ("Part of art, and artful.", "art", True),
        ("An artful part.", "art", False),
        ("The for-\r\nmation of clouds", "formation", True),
        ("Elsewhere 12 stand.", "12", True),
        ("It rose to 120.", "12", False),
    ],
)
def test_whole_words_are_meant(page: str, span: str, is_sure: bool) -> None:
    wanted = Stretch(span, 0, len(span))
    assert bool(places(wanted, letters_of(page))) is is_sure


def test_a_few_letters_need_their_neighbours() -> None:
    page = letters_of("Page 7 of 9. The storm passed.")
    assert places(Stretch("They bought 7 boats that day.", 12, 13), page) == []
    assert places(Stretch("Page 7 of 9.", 5, 6), page) == [(5, 6)]


def test_text_that_is_drawn_askew_has_no_boxes() -> None:
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    canvas.rotate(30)
    canvas.drawString(150, 200, STORM)
    canvas.save()
    assert page_view(buffer.getvalue(), 1, Stretch(STORM, 0, len(STORM)), 600).boxes == ()


def test_other_words_between_those_of_the_span_leave_it_without_boxes() -> None:
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    for at, word in enumerate(["Ships", "carry", "heavy", "loads", "over", "seas"]):
        canvas.drawString(50 + 80 * (at % 2), 700, word) if at < 2 else canvas.drawString(50, 700 - 14 * at, word)
    canvas.drawString(50, 400, "closing words of the page")
    canvas.drawString(60, 672, "between")
    canvas.save()
    view = page_view(buffer.getvalue(), 1, Stretch("heavy loads over seas", 0, 21), 600)
    assert view.boxes == ()


def test_a_page_without_colours_is_smaller_and_looks_the_same() -> None:
    grey, coloured = (view_of(drawn([STORM, BOATS], meant), STORM) for meant in (5, 0))
    assert len(grey.image) < len(coloured.image) and Image.open(BytesIO(grey.image)).mode == "L"
    assert grey.boxes == coloured.boxes and pixels(grey)[1].sum() > 1000


def sized(width: float, height: float) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(width, height))
    canvas.setFillColor(Color(0.2, 0.5, 0.8))
    canvas.rect(0, 0, width, height, fill=1)
    canvas.save()
    return buffer.getvalue()


@pytest.mark.parametrize("size", [(600, 800), (1_000_000, 1_000_000), (14_400, 200), (3, 3)])
def test_pictures_have_a_limit(size: tuple[float, float]) -> None:
    view = page_view(sized(*size), 1, None, 1_000_000)
    assert 0 < view.width * view.height <= MOST_PIXELS
    assert abs(view.width / view.height / (size[0] / size[1]) - 1) < 0.02


@pytest.mark.parametrize("size", [(1_000_000, 1), (0, 800), (600, float("nan")), (float("inf"), 800)])
def test_pages_without_a_shape_are_refused(size: tuple[float, float]) -> None:
    with pytest.raises(UnreadableFile, match="too large"):
        scale_for(*size, 1100)


def test_refusals() -> None:
    encrypted = BytesIO()
    canvas = Canvas(encrypted, encrypt=StandardEncryption("secret"))
    canvas.drawString(50, 700, STORM)
    canvas.save()
    for data, page, reason in (
        (drawn([STORM], 0), 2, "missing"),
        (drawn([STORM], 0), 0, "missing"),
        (b"%PDF-1.4 nothing", 1, "damaged"),
        (encrypted.getvalue(), 1, "encrypted"),
    ):
        with pytest.raises(UnreadableFile) as told:
            page_view(data, page, None, 600)
        assert told.value.reason == reason
