"""PDF: paragraphs, order, running lines, hyphens, headings, forms, attachments, and what is refused."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdfium2 import PdfDocument  # type: ignore[import-untyped]
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from index.errors import UnreadableFile
from index.loaders import pdf
from index.loaders.content import Content
from index.loaders.pdf import load, ocr
from index.loaders.pdf.edges import without_running_lines
from index.loaders.pdf.fields import placed
from index.loaders.pdf.hyphens import Usage, is_one_word, usage
from index.loaders.pdf.lines import Line, lines_of, rows_of
from index.loaders.pdf.order import in_reading_order
from index.loaders.pdf.outline import Bookmark, headings
from index.loaders.pdf.parts import own_name
from index.loaders.pdf.picture import lines_of_text
from index.loaders.pdf.text import compose
from index.loaders.pdf.title import printed_title
from index.loaders.pdf.words import HYPHEN, Word

PROSE = simpleSplit(
    "The harbour was closed for three weeks after the storm, and the fishermen who live there moved their boats to the "
    "next town. Most of them came back when the pier had been repaired, but the market stayed closed until the summer.",
    "Helvetica",
    12,
    350,
)
ONE_LINE = " ".join(PROSE)


def made(*pages: Callable[[Canvas], object], prepare: Callable[[Canvas], object] = lambda canvas: None) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    prepare(canvas)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def lines(*texts: str, left: float = 72, top: float = 700, pitch: float = 14) -> Callable[[Canvas], object]:
    def draw(canvas: Canvas) -> None:
        for number, text in enumerate(texts):
            canvas.drawString(left, top - pitch * number, text)

    return draw


def both(*draws: Callable[[Canvas], object]) -> Callable[[Canvas], object]:
    return lambda canvas: [draw(canvas) for draw in draws]


def page_texts(content: Content) -> list[str]:
    return [content.text[start:end].strip() for start, end in pairwise((*content.pages, len(content.text)))]


def line(text: str, left: float = 72, base: float = 700, right: float | None = None, height: float = 12) -> Line:
    return Line(text, left, right if right is not None else left + 5 * len(text), base, height, 3.0, 20.0)


def column(*texts: str, left: float = 72, top: float = 700) -> list[Line]:
    return [line(text, left, top - 14 * number) for number, text in enumerate(texts)]


# --- paragraphs


def test_the_lines_of_a_paragraph_are_one_and_other_lines_stay() -> None:
    address = ("Jane Miller", "12 High Street", "Springfield")
    data = made(both(lines("Harbour news", top=760), lines(*PROSE), lines(*address, top=500)))
    assert load(data).text == f"Harbour news\n\n{ONE_LINE}\n\n" + "\n".join(address)


def test_sentences_with_lines_of_their_own_stay_apart() -> None:
    verse = (
        "The boats are in.",
        "The wind is down and the harbour lies still in the evening.",
        "Nobody sings.",
        "Sleep now.",
    )
    assert load(made(lines(*verse))).text == "\n".join(verse)


def test_items_and_rows_keep_their_lines() -> None:
    items = ("1. The pier must be repaired before the winter storms come here", "2. The market opens again")
    rows = ("Town      Boats", "Basra      12", "Umm Qasr      7")

    def table(canvas: Canvas) -> None:
        for number, row in enumerate(rows):
            for column_number, cell in enumerate(row.split("      ")):
                canvas.drawString(72 + 120 * column_number, 500 - 14 * number, cell)

    text = load(made(both(lines(*PROSE), lines(*items, top=600), table))).text
    assert text == f"{ONE_LINE}\n\n" + "\n".join(items) + "\n\nTown: Basra; Boats: 12\nTown: Umm Qasr; Boats: 7"


def test_an_indented_line_after_a_full_stop_starts_a_paragraph() -> None:
    data = made(both(lines(*PROSE), lines("And so on.", left=90, top=700 - 14 * len(PROSE))))
    assert load(data).text == f"{ONE_LINE}\n\nAnd so on."


def test_a_line_left_of_the_text_above_it_starts_a_paragraph() -> None:
    item = ("1. The pier must be repaired before the winter storms come here,", "and the market must open.")
    data = made(both(lines(item[0], left=100), lines(item[1], left=112, top=686), lines("Proof:", left=72, top=672)))
    assert load(data).text == f"{item[0]} {item[1]}\n\nProof:"
    centred = [line("The Storm", 250, 700), line("and the Harbour of the Town", 200, 686), line("1953", 270, 672)]
    assert compose([centred]).text == "The Storm\nand the Harbour of the Town\n1953"


def test_larger_letters_are_a_block_of_their_own() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 18)
        canvas.drawString(72, 714, "The storm and the harbour")
        canvas.setFont("Helvetica", 12)
        lines(*PROSE, top=696)(canvas)

    assert load(made(draw)).text == f"The storm and the harbour\n\n{ONE_LINE}"


def test_a_paragraph_goes_on_over_a_page_and_the_page_starts_inside_it() -> None:
    data = made(lines(*PROSE[:3]), lines(*PROSE[3:]), lines())
    content = load(data)
    assert content.text == ONE_LINE
    assert content.pages == (0, ONE_LINE.index(PROSE[3]), len(ONE_LINE))


def test_two_columns_are_read_one_after_the_other() -> None:
    left = ("The left column begins with some words", "that go on and end with a full stop.")
    right = ("The right column has other words that", "nobody may mix with those on the left.")
    title = lines("A title over both of the columns of this page", left=150, top=760)
    for order in ((lines(*left), lines(*right, left=330), title), (title, lines(*left), lines(*right, left=330))):
        assert load(made(both(*order))).text.replace("\n", " ").split("  ") == [
            "A title over both of the columns of this page",
            " ".join(left),
            " ".join(right),
        ]


def test_what_is_drawn_late_stands_where_it_belongs() -> None:
    drawn = [*column("Parts", "Labour", "Total"), *column("2,100", left=200), *column("300", left=200, top=672)]
    assert [each.text for each in in_reading_order(drawn)] == ["Parts 2,100", "Labour", "Total 300"]
    page = [*column("second", "third"), line("first", base=740), line("beside", left=400, base=740)]
    assert [each.text for each in in_reading_order(page)] == ["first", "beside", "second", "third"]


@given(
    st.lists(
        st.builds(
            line,
            st.text(alphabet="ab שׁא1.-\x02", min_size=1, max_size=9).map(str.strip).filter(bool),
            st.integers(0, 500),
            st.integers(0, 700),
        ),
        max_size=25,
    )
)
def test_reading_order_loses_and_doubles_nothing(page: list[Line]) -> None:
    found = " ".join(each.text for each in in_reading_order(page)).split()
    assert sorted(found) == sorted(" ".join(each.text for each in page).split())


# --- words


def word(text: str, left: float, width: float | None = None, base: float = 700, height: float = 12) -> Word:
    return Word(text, left, left + (width if width is not None else 6 * len(text)), base, height)


def shown(*words: Word | None) -> list[str]:
    return [each.text for each in lines_of(rows_of(words))]


def test_ligatures_bullets_and_invisible_signs() -> None:
    assert shown(word("e\ufb03cient", 0), word("\ufb02oor", 60), word("co\xadop\x03", 100)) == ["efficient floor coop"]
    assert shown(word("\uf0b7", 0), word("item", 20), None, word("\uf06e", 0, base=680), word("two", 20, base=680)) == [
        "• item",
        "• two",
    ]
    assert shown(word("Notices", 0), word("." * 30, 60), word("vii", 300)) == ["Notices … vii"]


def test_spaced_out_letters_are_words_again() -> None:
    title = [word(letter, at, 8) for letter, at in zip("THENEW", (0, 14, 28, 60, 74, 88), strict=True)]
    assert shown(*title) == ["THE NEW"]
    assert shown(word("A", 0), word("B", 90), word("C", 180), word("D", 270)) == ["A B C D"]
    assert shown(word("I", 0), word("am", 10)) == ["I am"]


def test_a_row_may_be_drawn_in_parts_and_raised() -> None:
    assert shown(word("Total", 0), None, word("5", 300)) == ["Total 5"]
    assert shown(word("R", 0), None, word("2", 6, base=705, height=8), None, word("is", 16)) == ["R 2 is"]
    assert shown(word("one", 0), None, word("two", 0, base=686)) == ["one", "two"]


def test_cells_of_a_row_read_from_the_right() -> None:
    assert shown(word("بلی", 0), word("استاندارد", 300), None) == ["استاندارد بلی"]


def test_a_vowel_sign_stands_on_its_letter() -> None:
    assert shown(word("أي", 30), word("\u064bضا", 0)) == ["أيض\u064bا"]


def test_turned_pages_and_turned_text() -> None:
    def sideways(canvas: Canvas) -> None:
        canvas.rotate(90)
        lines(*PROSE, left=100, top=-200)(canvas)

    def downwards(canvas: Canvas) -> None:
        canvas.rotate(-90)
        lines(*PROSE, left=-700, top=400)(canvas)

    def turned_page(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        sideways(canvas)

    for draw in (sideways, downwards, turned_page):
        assert load(made(draw)).text == ONE_LINE


# --- hyphens


@pytest.mark.parametrize(
    ("head", "tail", "words", "one"),
    [
        ("for", "mation,", {"formation": 1}, True),
        ("well", "known", {"well-known": 1}, False),
        ("re", "sign", {"resign": 1, "re-sign": 2}, False),
        ("for", "mation", {}, True),
        ("well", "known", {"well": 3, "known": 1}, False),
        ("in", "formation", {"in": 9, "formation": 1}, True),
        ("program", "ming", {"program": 2}, True),
        ("conversation", "centric", {"conversation": 2}, False),
        ("Jean", "Paul", {"jeanpaul": 1}, False),
        ("INTRO", "DUCTION", {}, True),
        ("GPT", "4", {}, False),
        ("state-of-the", "art", {"the": 5, "art": 1}, False),
        ("Ver", "einigung", {}, True),
    ],
)
def test_a_hyphen_at_a_line_end_goes_where_the_document_says_so(
    head: str, tail: str, words: dict[str, int], one: bool
) -> None:
    known = usage([])
    known.words.update(words)
    assert is_one_word(f"some {head}", f"{tail} more", Usage(known.words, known.before_hyphens, True)) is one


def test_without_a_habit_of_breaking_words_hyphens_stay() -> None:
    assert not is_one_word("for", "mation", Usage())
    cut = usage([line("a for" + HYPHEN), line("mation of sol-"), line("diers")])
    assert cut.breaks_words and "for" not in cut.words and not cut.words["diers"]
    assert not usage([line("a well-"), line("known and known man")]).breaks_words
    assert usage([line("multi-agent")]).before_hyphens["multi"] == 1


def test_hyphens_in_a_whole_document() -> None:
    text = (
        "The information about the soldiers was a well-known secret, and for-",
        "mation flying was what they liked most of all, as every well-",
        "known officer of the regi-",
        "ment will tell you.",
    )
    mended = load(made(both(lines("A formation"), lines(*text, top=600)))).text
    assert "and formation flying" in mended and "well-known officer of the regiment will" in mended


# --- running lines


def running_pages(count: int, body: int = 8) -> list[list[Line]]:
    pages = []
    for number in range(1, count + 1):
        inner = [
            line(f"Sentence {'abcdefghij'[at]} of page {'klmnopqrst'[number]}.", base=700 - 14 * at)
            for at in range(body)
        ]
        pages.append([line("Harbour report 2024", base=780), *inner, line(f"- {number} -", left=300, base=30)])
    return pages


def test_running_lines_are_dropped_and_said_once() -> None:
    kept = without_running_lines(running_pages(4))
    assert [len(page) for page in kept] == [9, 8, 8, 8]
    assert kept[0][0].text == "Harbour report 2024"
    repeated = running_pages(4)
    repeated[1].insert(3, line("1 Harbour Report", base=650))  # a heading says it
    assert [len(page) for page in without_running_lines(repeated)] == [8, 9, 8, 8]


def test_text_of_short_documents_and_short_pages_stays() -> None:
    two = running_pages(2)
    assert [len(page) for page in without_running_lines(two)] == [9, 9]  # but for the page numbers
    pages = [[line(f"Page {number} of many")] for number in range(20)]
    assert without_running_lines(pages) == pages
    forms = [column("Name", "Town", f"{number * 7}") for number in range(9)]
    assert without_running_lines(forms) == forms


def test_figures_that_do_not_count_the_pages_stay() -> None:
    pages = running_pages(3)
    for page, figure in zip(pages, (7, 3, 9), strict=True):
        page[0], page[-1] = line("x" * figure, base=780), line(str(figure), base=30)
    assert without_running_lines(pages) == pages


# --- headings, title and information


def test_the_outline_becomes_headings_where_the_titles_stand() -> None:
    def first(canvas: Canvas) -> None:
        for number, (title, top) in enumerate((("Storms", 715), ("Of 1953", 615), ("Nowhere", 100))):
            canvas.bookmarkPage(title, fit="XYZ", left=0, top=top)
            canvas.addOutlineEntry(title, title, min(number, 1))
        both(lines("1 Storms"), lines(*PROSE, top=680), lines("Of", "1953", top=600), lines(*PROSE, top=560))(canvas)

    def second(canvas: Canvas) -> None:
        canvas.bookmarkPage("b")
        canvas.addOutlineEntry("Harbours", "b", 0)
        lines("Harbours", *PROSE)(canvas)

    content = load(made(first, second))
    assert [(heading.level, heading.title) for heading in content.headings] == [
        (1, "1 Storms"),
        (2, "Of 1953"),
        (1, "Harbours"),
    ]
    for heading in content.headings:
        assert content.text[heading.start :].startswith(f"{heading.title}\n\n{PROSE[0]}")


def test_of_equal_lines_the_bookmark_takes_the_one_it_points_to() -> None:
    page = [line("Results", base=700), line("words", base=650), line("Results", base=300), line("more", base=250)]
    assert list(headings(page, [Bookmark("Results", 1, 0, top=315.0)])) == [2]
    assert list(headings(page, [Bookmark("Results", 1, 0), Bookmark("Results", 1, 0)])) == [0, 2]
    assert headings(page, [Bookmark("", 1, 0), Bookmark("§", 1, 0)]) == {}


def test_a_printed_title_must_stand_out() -> None:
    body = column(*[f"Some words of the text number {letter}" for letter in "abcdefghijklm"])
    large = line("The Storm of the Century", base=760, height=20)
    assert printed_title([large, *body]) == "The Storm of the Century"
    assert printed_title([large, line("on the Coast", base=735, height=20), *body]).endswith("Century on the Coast")
    assert printed_title([line("INVOICE", base=760, height=20), *body]) == ""
    assert printed_title([*body, large]) == ""
    assert printed_title([large, line("drawn late", base=790), *body]) == ""
    assert printed_title([line("The Storm of the Century", base=760, height=14), *body]) == ""
    assert printed_title([large, *body[:5]]) == ""
    assert printed_title([]) == ""


def test_above_prose_a_title_may_be_short_and_smaller() -> None:
    body = column(*PROSE, "Some more words that make up one long line of the text.")
    preprint = line("A number at the margin of the first page", left=20, height=24)
    for title in ("The Storm", "Storms on the Coast of the North Sea", "A Part of the Story"):
        page = [line(title, base=760, height=16), line("March 2024", base=730, height=13), *body]
        assert printed_title(page) == title
        assert printed_title([replace(preprint, turn=1), *page]) == title
        assert printed_title([replace(each, turn=1) for each in page]) == ""
    assert printed_title([line("The Storm", base=760, height=14), *body]) == ""


@pytest.mark.parametrize("name", ["3 The Storm", "Chapter Two", "Harbour Trading Ltd.", "It was over;", "Page 4 of 9"])
def test_what_heads_a_part_or_names_a_company_is_no_title(name: str) -> None:
    assert printed_title([line(name, base=760, height=20), *column(*PROSE, *PROSE)]) == ""


@pytest.mark.parametrize("hint", ["12 Pier Road, SW1A 2AA", "www.harbour.example", "Dear Mrs Miller,", "Tel. 0451 123"])
def test_a_letterhead_is_no_title(hint: str) -> None:
    head = line("The Harbour Trust", base=760, height=20)
    body = column(hint, *PROSE, *PROSE)
    assert printed_title([head, *body]) == ""
    assert printed_title([head, *body[1:]]) == "The Harbour Trust"


def test_information_comes_first_and_file_names_are_no_titles() -> None:
    def big(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 24)
        canvas.drawString(72, 760, "The Storm of the Century")
        canvas.setFont("Helvetica", 12)
        lines(*[f"Line {letter} of the text" for letter in "abcdefghijklmn"])(canvas)

    assert load(made(big, prepare=lambda canvas: canvas.setTitle("Storms"))).metadata.title == "Storms"
    named = load(made(big, prepare=lambda canvas: canvas.setTitle("Microsoft Word - x.doc")))
    assert named.metadata.title == "The Storm of the Century"


# --- forms, notes and attachments


def test_filled_fields_stand_beside_their_labels() -> None:
    def form(canvas: Canvas) -> None:
        fields = canvas.acroForm
        canvas.drawString(72, 700, "Name:")
        canvas.drawString(330, 700, "Town:")
        fields.textfield(name="a", value="Maria Schmidt", x=120, y=692, width=180, height=22)
        fields.textfield(name="b", value="Basra", x=380, y=692, width=100, height=22)
        canvas.drawString(72, 660, "Agreed")
        fields.checkbox(name="c", checked=True, x=160, y=655)
        canvas.drawString(72, 630, "Refused")
        fields.checkbox(name="d", checked=False, x=160, y=625)
        canvas.drawString(72, 600, "Remarks")
        fields.textfield(name="e", value="One\nTwo", x=72, y=540, width=300, height=50, fieldFlags="multiline")
        fields.textfield(name="f", value="secret", x=72, y=400, width=300, height=20, fieldFlags="password")

    text = load(made(form)).text
    assert text == "Name: Maria Schmidt Town: Basra\nAgreed ☑\nRefused\nRemarks\nOne\nTwo"


def test_a_value_without_a_label_stands_at_the_end() -> None:
    rows = [[word("Label", 72)], [word("Other", 72, base=500)]]
    far = word("value", 300, base=100)
    assert placed(rows, [far]) == [*rows, [far]]


def attached(*files: tuple[str, bytes]) -> bytes:
    document = PdfDocument(made(lines("See the attached files.")))
    for name, data in files:
        document.new_attachment(name).set_data(data)
    buffer = BytesIO()
    document.save(buffer)
    document.close()
    return buffer.getvalue()


def test_attached_files_are_parts() -> None:
    parts = list(load(attached(("a.txt", b"one"), ("../b/a.txt", b"two"))).parts)
    assert [(part.name, part.data) for part in parts] == [("a.txt", b"two"), ("a 2.txt", b"one")]


@given(st.text(max_size=20), st.sets(st.sampled_from(["attachment", "attachment 2", "a.txt", "a 2.txt"])))
def test_names_of_attachments_are_safe_and_their_own(name: str, taken: set[str]) -> None:
    own = own_name(name, taken)
    assert own and own not in taken and "/" not in own and own.isprintable() and own.strip(".") == own


# --- refusals


def refusal(data: bytes) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        load(data)
    assert "\n" not in caught.value.detail
    return caught.value


def test_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CITEWISE_OCR_LANGUAGES", raising=False)
    assert refusal(b"no PDF").reason == "damaged"
    assert refusal(made(lines(), lines())).reason == "no text layer"
    assert "2 pages" in refusal(made(lines(), lines())).detail
    buffer = BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("secret"))
    canvas.drawString(72, 700, "words")
    canvas.save()
    assert refusal(buffer.getvalue()).reason == "encrypted"
    monkeypatch.setattr(pdf, "_MOST_PAGES", 2)
    assert refusal(made(*[lines("words")] * 3)).reason == "too large"
    monkeypatch.setattr(pdf, "_MOST_PAGES", 3)
    monkeypatch.setattr(pdf, "_MOST_CHARACTERS", 9)
    assert refusal(made(*[lines("words")] * 3)).reason == "too large"


def test_pages_without_text_keep_their_numbers() -> None:
    content = load(made(lines(), lines("Second page."), lines(), lines("Fourth page.")))
    assert page_texts(content) == ["", "Second page.", "", "Fourth page."]


def test_a_file_that_ends_early_is_read_as_far_as_it_goes() -> None:
    data = made(lines("First page."), lines("Second page."))
    assert load(data[: data.rindex(b"xref")]).text == "First page.\n\nSecond page."


# --- text recognition


def picture_of(data: bytes) -> bytes:
    """The same page as nothing but a picture."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    document = PdfDocument(data)
    bitmap = document[0].render(scale=3, grayscale=True)
    png = ocr.grey_png(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride)
    document.close()
    with Image.open(BytesIO(png)) as image:
        assert (image.mode, image.size) == ("L", (1800, 2400))
    return made(lambda canvas: canvas.drawImage(ImageReader(BytesIO(png)), 0, 0, 600, 800))


@pytest.mark.slow
def test_the_text_of_a_picture_is_recognised_when_it_is_switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def large(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 12)
        lines(*PROSE)(canvas)

    scanned = picture_of(made(large))
    monkeypatch.delenv("CITEWISE_OCR_LANGUAGES", raising=False)
    refused = refusal(scanned)
    assert refused.reason == "no text layer" and "CITEWISE_OCR_LANGUAGES" in refused.detail
    monkeypatch.setenv("CITEWISE_OCR_LANGUAGES", "eng")
    assert load(scanned).text == ONE_LINE
    monkeypatch.setenv("CITEWISE_OCR_LANGUAGES", "nonsense")
    assert "CITEWISE_OCR_LANGUAGES=nonsense" in refusal(scanned).detail


def test_recognition_is_off_without_its_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEWISE_OCR_LANGUAGES", "eng")
    monkeypatch.setenv("PATH", "")
    assert ocr.languages() == ""
    assert refusal(made(lines())).reason == "no text layer"


def test_recognition_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*args: object, **options: Any) -> None:
        raise subprocess.TimeoutExpired("tesseract", options["timeout"])

    monkeypatch.setattr(subprocess, "run", never)
    with pytest.raises(UnreadableFile, match="60 seconds"):
        ocr.recognise(b"", "eng")


def test_recognised_lines_are_laid_out_like_drawn_ones() -> None:
    wide = "A line of recognised text that is as long as such lines are in a let-"
    text = f"Short title\n\n{wide}\nter of the harbour to the town.\n\n 12 High Street\nSpringfield\n"
    shown = compose([lines_of_text(text)]).text
    assert shown == f"Short title\n\n{wide}ter of the harbour to the town.\n\n12 High Street\nSpringfield"


SAMPLE = made(both(lines("1 Storms"), lines(*PROSE, top=600)), lines("Second page."))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(SAMPLE)), st.binary(max_size=8), st.integers(0, 60))
def test_damaged_bytes_are_read_or_refused(place: int, noise: bytes, cut: int) -> None:
    data = SAMPLE[:place] + noise + SAMPLE[place + cut :]
    try:
        content = load(data)
    except UnreadableFile as refused:
        assert refused.detail
        return
    assert list(content.pages) == sorted(content.pages) and all(page <= len(content.text) for page in content.pages)


@given(
    st.lists(
        st.lists(
            st.builds(
                line,
                st.text(alphabet="ab xy1.\x02-ش", min_size=1, max_size=12).map(str.strip).filter(bool),
                st.integers(0, 300),
                st.integers(0, 700),
                height=st.sampled_from([8.0, 12.0, 20.0]),
            ),
            max_size=8,
        ),
        max_size=5,
    ),
    st.lists(
        st.builds(Bookmark, st.text(alphabet="abxy 1", max_size=6), st.integers(1, 3), st.integers(0, 5)), max_size=4
    ),
)
def test_offsets_are_right_whatever_the_lines_are(pages: Sequence[list[Line]], outline: list[Bookmark]) -> None:
    text = compose(pages, outline)
    assert len(text.pages) == len(pages) and list(text.pages) == sorted(text.pages)
    assert HYPHEN not in text.text and all(0 <= start <= len(text.text) for start in text.pages)
    for heading in text.headings:
        assert text.text[heading.start : heading.start + len(heading.title)] == heading.title
