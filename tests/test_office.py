"""Word, PowerPoint, OpenDocument and RTF: what becomes of their text, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from docx import Document as new_word_document
from hypothesis import given, settings
from hypothesis import strategies as st
from pptx import Presentation as new_presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from index.errors import UnreadableFile
from index.loaders.content import Content
from index.loaders.office import docx, opendocument, pptx, rtf

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def zipped(**parts: str) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def refusal(load: Callable[[bytes], Content], data: bytes) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        load(data)
    assert caught.value.detail and "\n" not in caught.value.detail
    return caught.value


def check_offsets(content: Content) -> None:
    assert all(content.text[h.start :].startswith(h.title) for h in content.headings)
    assert list(content.pages) == sorted(content.pages) and content.pages[:1] in ((), (0,))
    assert all(0 <= page <= len(content.text) for page in content.pages)


# --- Word


def word(body: str, **parts: str) -> bytes:
    """Parts: the content of word/<name>.xml."""
    roots = {name: f'<w:{name} xmlns:w="{WORD}">{content}</w:{name}>' for name, content in parts.items()}
    document = f'<w:document xmlns:w="{WORD}" xmlns:m="{MATH}"><w:body>{body}</w:body></w:document>'
    return zipped(**{"word/document.xml": document}, **{f"word/{name}.xml": root for name, root in roots.items()})


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text)}</w:p>"


def word_text(body: str, **parts: str) -> str:
    return docx.load(word(body, **parts)).text


def numbering(*levels: tuple[str, str]) -> str:
    """One list "1" with (form, pattern) of each level."""
    shown = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        for depth, (form, pattern) in enumerate(levels)
    )
    return (
        f'<w:abstractNum w:abstractNumId="7">{shown}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    )


def listed(text: str, depth: int = 0, list_id: int = 1) -> str:
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{list_id}"/></w:numPr>')


def test_word_notes_and_comments_follow_what_refers_to_them() -> None:
    body = (
        f'<w:p>{run("Rain fell.")}<w:r><w:footnoteReference w:id="2"/></w:r>'
        f'<w:r><w:commentReference w:id="0"/></w:r></w:p>'
        f'<w:p>{run("More.")}<w:r><w:footnoteReference w:id="3"/><w:endnoteReference w:id="2"/></w:r></w:p>'
        f"<w:tbl><w:tr><w:tc>{paragraph('a')}</w:tc><w:tc><w:p>{run('b')}"
        '<w:r><w:commentReference w:id="1"/></w:r></w:p></w:tc></w:tr></w:tbl>'
    )
    text = word_text(
        body,
        footnotes=f'<w:footnote w:id="-1"><w:p/></w:footnote><w:footnote w:id="2"><w:p>{run("In")}</w:p>'
        f'<w:p>{run("March.")}</w:p></w:footnote><w:footnote w:id="3"><w:p>{run("Later.")}</w:p></w:footnote>',
        endnotes=f'<w:endnote w:id="2"><w:p>{run("Source.")}</w:p></w:endnote>',
        comments=f'<w:comment w:id="0" w:author="Ann Lee"><w:p>{run("Sure?")}</w:p></w:comment>'
        f'<w:comment w:id="1"><w:p>{run("No.")}</w:p></w:comment>',
    )
    assert text == (
        "Rain fell.\n\nFootnote 1: In March.\n\nComment by Ann Lee: Sure?\n\n"
        "More.\n\nFootnote 2: Later.\n\nEndnote 1: Source.\n\na | b\n\nComment: No."
    )


def test_word_lists_have_their_numbers() -> None:
    forms = numbering(("decimal", "%1."), ("lowerLetter", "%2)"), ("upperRoman", "%1.%3"))
    body = (
        listed("one") + listed("a", 1) + listed("b", 1) + listed("two") + listed("a again", 1) + listed("roman", 2)
        + paragraph("between") + listed("three") + listed("five", 0, 2)
    )  # fmt: skip
    assert word_text(body, numbering=forms) == (
        "1. one\na) a\nb) b\n2. two\na) a again\n2.I roman\n\nbetween\n\n3. three\n5. five"
    )
    cell = f"<w:tc>{listed('in a cell')}{listed('also', 1)}</w:tc>"
    table = f"<w:tbl><w:tr>{cell}<w:tc>{paragraph('b')}</w:tc></w:tr></w:tbl>"
    assert word_text(table + listed("skips", 2) + listed("goes on", 1), numbering=forms) == (
        "1. in a cell a) also | b\n\n1.I skips\nb) goes on"
    )
    assert word_text(listed("deep", 2) + listed("higher", 1), numbering=forms) == "1.I deep\nb) higher"
    assert word_text(listed("dot") + listed("none", 1), numbering=numbering(("bullet", "o"), ("none", ""))) == (
        "- dot\nnone"
    )
    assert word_text(listed("no numbering part")) == "- no numbering part"


def test_word_headings_from_styles_and_outline_levels() -> None:
    styles = (
        '<w:style w:styleId="H"><w:name w:val="heading 2"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="Own"><w:name w:val="Mine"/><w:basedOn w:val="H"/></w:style>'
        '<w:style w:styleId="Loop"><w:name w:val="x"/><w:basedOn w:val="Loop"/></w:style>'
    )
    body = (
        paragraph("Numbered", '<w:pStyle w:val="Own"/>')
        + paragraph("Outline", '<w:outlineLvl w:val="0"/>')
        + paragraph("Body", '<w:pStyle w:val="H"/><w:numPr><w:numId w:val="0"/></w:numPr><w:outlineLvl w:val="9"/>')
        + paragraph("Loop", '<w:pStyle w:val="Loop"/>')
    )
    content = docx.load(word(body, styles=styles, numbering=numbering(("decimal", "%1."))))
    assert content.text == "1. Numbered\n\nOutline\n\nBody\n\nLoop"
    assert [(heading.level, heading.title) for heading in content.headings] == [(2, "1. Numbered"), (1, "Outline")]


def test_word_cells_of_all_kinds() -> None:
    def cell(inner: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"

    box = f"<w:p>{run('Has')}<w:r><w:txbxContent>{paragraph('box')}</w:txbxContent></w:r></w:p>"
    nested = f"<w:tbl><w:tr>{cell(paragraph('x'))}{cell(paragraph('y'))}</w:tr></w:tbl><w:p/>"
    body = (
        f"<w:tbl><w:tr>{cell(paragraph('City'))}{cell(paragraph('Dead'))}</w:tr>"
        f"<w:tr><w:trPr><w:del/></w:trPr>{cell(paragraph('gone'))}</w:tr>"
        f"<w:tr>{cell(paragraph('Basra') + paragraph('port'))}{cell(nested)}</w:tr>"
        f"<w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>{cell(box)}</w:tr></w:tbl>"
    )
    assert word_text(body) == "City: Basra port; Dead: x | y\nDead: Has box"
    frame = f"<w:tbl><w:tr>{cell(paragraph('left') + nested)}{cell(paragraph('right'))}</w:tr></w:tbl>"
    assert word_text(frame) == "left\n\nx | y\n\nright"


def test_word_formulas_keep_their_signs() -> None:
    def m(tag: str, *inner: str) -> str:
        return f"<m:{tag}>{''.join(inner)}</m:{tag}>"

    def t(text: str) -> str:
        return m("r", m("t", text))

    root = m("rad", m("deg"), m("e", t("x")))
    ratio = m("f", m("num", t("a+b")), m("den", m("sSup", m("e", t("c")), m("sup", t("2")))))
    total = m("nary", '<m:naryPr><m:chr m:val="∑"/></m:naryPr>', m("sub", t("n=1")), m("sup", t("9")), m("e", t("n")))
    text = word_text(f"<w:p>{run('So ')}{m('oMath', t('f'), m('d', m('e', t('x'))), t('='), ratio, root, total)}</w:p>")
    assert text == "So f(x)=(a+b)/(c^2)√x∑_(n=1)^9 n"
    assert word_text(f"<w:p><m:oMath>{'<m:e>' * 3000}{t('deep')}{'</m:e>' * 3000}</m:oMath></w:p>") == "deep"


def test_word_charts_and_diagrams() -> None:
    chart = "<c><chart><title><t>Rain</t></title><ser><tx><v>Basra</v></tx><cat><pt idx='0'><v>May</v></pt></cat>"
    chart += "<val><pt idx='0'><v>4.50</v></pt></val></ser></chart></c>"
    body = f'<w:p>{run("See")}<w:r><w:drawing><chart w:id="c"/></w:drawing></w:r></w:p>'
    data = zipped(
        **{
            "word/document.xml": f'<w:document xmlns:w="{WORD}">{body}<w:p><relIds w:dm="d"/></w:p></w:document>',
            "word/_rels/document.xml.rels": '<r><Relationship Id="c" Type="t/chart" Target="c.xml"/>'
            '<Relationship Id="d" Type="t/diagramData" Target="d.xml"/></r>',
            "word/c.xml": chart,
            "word/d.xml": "<d><pt><t><p><r><t>Node</t></r></p></t></pt></d>",
        }
    )
    assert docx.load(data).text == "See\n\nRain\n\nMay; Basra: 4.5\n\n- Node"


def test_word_leaves_out_headers_and_hears_of_the_properties() -> None:
    document = new_word_document()
    document.add_paragraph("Body")
    document.sections[0].header.paragraphs[0].text = "Running head"
    document.core_properties.title, document.core_properties.language = "Flood report", "en-GB"
    document.core_properties.created = datetime(2024, 3, 8)
    buffer = BytesIO()
    document.save(buffer)
    content = docx.load(buffer.getvalue())
    assert (content.text, content.metadata.title, content.metadata.language) == ("Body", "Flood report", "en")


def test_word_deep_nesting_is_no_problem() -> None:
    depth = 5_000
    assert word_text("<w:sdt>" * depth + paragraph("deep") + "</w:sdt>" * depth) == "deep"
    table = "<w:tbl><w:tr><w:tc>" * 300 + paragraph("deep") + "<w:p/></w:tc></w:tr></w:tbl>" * 300
    assert word_text(table) == "deep"
    two = f"<w:tbl><w:tr><w:tc>{paragraph('a')}</w:tc><w:tc>" * 60 + paragraph("b") + "</w:tc></w:tr></w:tbl>" * 60
    assert word_text(two).split("\n\n") == ["a"] * 59 + ["a | b"]


def test_word_refusals() -> None:
    assert refusal(docx.load, b"PK").reason == "damaged"
    other = zipped(**{"_rels/.rels": "<r/>", "word/other.xml": "<a/>"})
    assert (refusal(docx.load, other).reason, "no Word document" in refusal(docx.load, other).detail) == (
        "damaged",
        True,
    )
    assert "no Word document" in refusal(docx.load, zipped(**{"word/document.xml": "<workbook/>"})).detail


# --- PowerPoint


def slides(fill: Callable[[Any], None]) -> bytes:
    presentation = new_presentation()
    fill(presentation)
    buffer = BytesIO()
    presentation.save(buffer)
    return buffer.getvalue()


def add_box(slide: Any, text: str, left: float, top: float) -> Any:
    box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(1))
    box.text_frame.text = text
    return box


def test_slides_are_pages_with_their_title_first() -> None:
    def fill(presentation: Any) -> None:
        first = presentation.slides.add_slide(presentation.slide_layouts[0])
        first.shapes.title.text, first.placeholders[1].text = "Floods", "A report"
        second = presentation.slides.add_slide(presentation.slide_layouts[1])
        add_box(second, "above all", 1, 0)
        second.shapes.title.text, second.placeholders[1].text = "Causes", "Rain\nSnow"
        presentation.slides.add_slide(presentation.slide_layouts[6])
        presentation.core_properties.author = "Ann Lee"

    content = pptx.load(slides(fill))
    check_offsets(content)
    assert content.text == "Floods\n\nA report\n\nCauses\n\nabove all\n\n- Rain\n- Snow"
    assert content.pages == (0, content.text.index("Causes"), len(content.text))
    assert [(heading.level, heading.title) for heading in content.headings] == [(1, "Floods"), (2, "Causes")]
    assert (content.metadata.title, content.metadata.author) == ("Floods", "Ann Lee")
    assert content.metadata.published is None  # the day is the template's


def test_slide_shapes_are_read_from_the_top_and_from_the_left() -> None:
    def fill(presentation: Any) -> None:
        slide = presentation.slides.add_slide(presentation.slide_layouts[6])
        add_box(slide, "bottom", 0, 5)
        add_box(slide, "right", 5, 1)
        add_box(slide, "left", 0, 1.1)
        group = slide.shapes.add_group_shape()
        for text, top in (("in group, below", 4), ("in group, above", 3)):
            group.shapes.add_textbox(Inches(1), Inches(top), Inches(1), Inches(1)).text_frame.text = text
        hidden = add_box(slide, "hidden", 0, 0)
        hidden._element.nvSpPr.cNvPr.set("hidden", "1")

    assert pptx.load(slides(fill)).text == "left\n\nright\n\nin group, above\n\nin group, below\n\nbottom"


def test_slide_tables_charts_and_notes() -> None:
    def fill(presentation: Any) -> None:
        slide = presentation.slides.add_slide(presentation.slide_layouts[5])
        slide.shapes.title.text = "Numbers"
        table = slide.shapes.add_table(3, 2, 0, Inches(2), Inches(4), Inches(1)).table
        for cell, text in zip(table.iter_cells(), ("City", "Dead", "Basra", "4", "All\nof them", ""), strict=True):
            cell.text = text
        table.cell(2, 0).merge(table.cell(2, 1))
        data: Any = CategoryChartData()  # type: ignore[no-untyped-call]
        data.categories = ["March", "April"]
        data.add_series("Rain", (4, 4.5))
        data.add_series("Snow", (4, None))
        place = (Inches(4), Inches(1), Inches(2))
        chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, *place, data).chart
        chart.has_title = True
        chart.chart_title.text_frame.text = "Weather"
        slide.notes_slide.notes_text_frame.text = "Say hello.\nThen go."

    assert pptx.load(slides(fill)).text == (
        "Numbers\n\nCity: Basra; Dead: 4\nAll of them\n\nWeather\n\n"
        "March; Rain: 4; Snow: 4\nApril; Rain: 4.5\n\nNotes: Say hello.\n\nThen go."
    )


def deck(shapes: str, links: str = "", **parts: str) -> bytes:
    """A presentation of one slide whose XML is given."""
    spaces = 'xmlns:p="p" xmlns:a="a" xmlns:r="http://x/relationships" xmlns:m="m"'
    return zipped(
        **{
            "ppt/presentation.xml": f'<p:presentation {spaces}><p:sldIdLst><p:sldId id="256" r:id="r1"/></p:sldIdLst>'
            "</p:presentation>",
            "ppt/_rels/presentation.xml.rels": '<r><Relationship Id="r1" Type="t/slide" Target="slides/s.xml"/>'
            '<Relationship Id="r2" Type="t/commentAuthors" Target="authors.xml"/></r>',
            "ppt/authors.xml": '<a><cmAuthor id="0" name="Ann Lee"/></a>',
            "ppt/slides/s.xml": f'<p:sld {spaces} show="0"><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>',
            "ppt/slides/_rels/s.xml.rels": f"<r>{links}</r>",
        },
        **parts,
    )


def test_slide_lists_diagrams_and_comments() -> None:
    def line(text: str, properties: str = "") -> str:
        return f"<a:p><a:pPr>{properties}</a:pPr><a:r><a:t>{text}</a:t></a:r></a:p>"

    shape = (
        f"<p:sp><p:txBody>{line('first', '<a:buAutoNum/>')}{line('second', '<a:buAutoNum/>')}"
        f"{line('dot', '<a:buChar/>')}{line('plain')}<a:p><a:r><a:t>broken</a:t></a:r><a:br/>"
        "<a:r><a:t>line</a:t></a:r></a:p></p:txBody></p:sp>"
    )
    diagram = '<p:graphicFrame><a:relIds r:dm="d"/></p:graphicFrame>'
    choice = f"<m:AlternateContent><m:Choice>{shape.replace('first', 'chosen')}</m:Choice>"
    data = deck(
        shape + diagram + choice + f"<m:Fallback>{shape}</m:Fallback></m:AlternateContent>",
        '<Relationship Id="d" Type="t/diagramData" Target="d.xml"/>'
        '<Relationship Id="c" Type="t/comments" Target="c.xml"/>',
        **{
            "ppt/slides/d.xml": f'<d xmlns:a="a"><pt><t>{line("Node")}</t></pt>'
            f'<pt type="pres"><t>{line("no")}</t></pt></d>',
            "ppt/slides/c.xml": '<l><cm authorId="0"><text>Really?</text></cm><cm><text>Yes</text></cm></l>',
        },
    )
    lines = "1. {}\n2. second\n- dot\n\nplain\n\nbroken\nline\n\n"
    assert pptx.load(data).text == (
        lines.format("first")
        + "- Node\n1. chosen\n"
        + lines.format("")[4:]
        + "Comment by Ann Lee: Really?\n\nComment: Yes"
    )


def test_slide_refusals_and_depth() -> None:
    assert refusal(pptx.load, deck("")).reason == "empty"
    assert "no PowerPoint" in refusal(pptx.load, zipped(**{"ppt/presentation.xml": "<w/>"})).detail
    deep = "<p:grpSp>" * 4_000 + "<p:sp><p:txBody><a:p><a:r><a:t>x</a:t></a:r></a:p></p:txBody></p:sp>"
    assert pptx.load(deck(deep + "</p:grpSp>" * 4_000)).text == "x"


# --- OpenDocument


def open_document(kind: str, body: str, styles: str = "", meta: str = "", **parts: str) -> bytes:
    spaces = 'xmlns:o="o" xmlns:t="t" xmlns:d="d" xmlns:s="s" xmlns:p="p" xmlns:dc="dc"'
    content = f"<o:automatic-styles>{styles}</o:automatic-styles><o:body><o:{kind}>{body}</o:{kind}></o:body>"
    return zipped(
        **{
            "content.xml": f"<o:document-content {spaces}>{content}</o:document-content>",
            "meta.xml": f"<o:document-meta {spaces}><o:meta>{meta}</o:meta></o:document-meta>",
        },
        **parts,
    )


def open_text(body: str, styles: str = "") -> str:
    return opendocument.load(open_document("text", body, styles)).text


def test_open_text_blocks_in_order() -> None:
    content = opendocument.load(
        open_document(
            "text",
            "<t:tracked-changes><t:p>deleted</t:p></t:tracked-changes>"
            '<t:p t:style-name="P1">Flood report</t:p><t:h t:outline-level="2"><t:number>1.</t:number>Rain</t:h>'
            '<t:p>It <t:span>fell</t:span>\n  again<t:s t:c="2"/>and<t:tab/>on<t:line-break/>Monday</t:p>'
            "<t:section><t:p>In a section<d:frame><d:text-box><t:p>Box</t:p></d:text-box></d:frame></t:p></t:section>"
            "<t:p>Noted<t:note t:note-class='footnote'><t:note-citation>3</t:note-citation><t:note-body><t:p>Why</t:p>"
            "</t:note-body></t:note> and"
            "<o:annotation><dc:creator>Ann Lee</dc:creator><t:p>Sure?</t:p></o:annotation></t:p>",
            '<s:style s:name="P1" s:parent-style-name="Title"/>',
            "<o:creation-date>2024-03-08T10:00:00</o:creation-date><o:initial-creator>Ann Lee</o:initial-creator>"
            "<dc:date>2025-01-01</dc:date>",
        )
    )
    assert content.text == (
        "Flood report\n\n1. Rain\n\nIt fell again  and\ton\nMonday\n\nIn a section\n\nBox\n\nNoted and\n\n"
        "Footnote 3: Why\n\nComment by Ann Lee: Sure?"
    )
    assert [(heading.level, heading.title) for heading in content.headings] == [(1, "Flood report"), (2, "1. Rain")]
    assert (content.metadata.title, content.metadata.author) == ("Flood report", "Ann Lee")
    assert str(content.metadata.published) == "2024-03-08"


def test_open_forms_show_labels_and_what_was_filled_in() -> None:
    forms = '<o:forms><f><x id="a" label="Name" value="no"/><x id="b" current-value="Ann"/><x id="c"/></f></o:forms>'
    controls = "".join(f'<d:control d:control="{name}"/>' for name in "abcd")
    assert open_text(f"{forms}<t:p>Form{controls}</t:p>") == "Form\n\nName\n\nAnn"


def test_open_lists_count() -> None:
    styles = (
        '<t:list-style s:name="L"><t:list-level-style-number t:level="1" s:num-format="1" s:num-suffix="."/>'
        '<t:list-level-style-number t:level="2" s:num-format="a" t:display-levels="2" s:num-suffix=")"/>'
        '<t:list-level-style-bullet t:level="3"/></t:list-style>'
    )

    def item(*inner: str) -> str:
        return f"<t:list-item>{''.join(inner)}</t:list-item>"

    def inner_list(*items: str) -> str:
        return f"<t:list>{''.join(items)}</t:list>"

    deepest = inner_list(item("<t:p>dot</t:p>"))
    body = (
        '<t:list t:style-name="L">'
        + item("<t:p>one</t:p>", inner_list(item("<t:p>in</t:p>", "<t:p>more of it</t:p>", deepest)))
        + item("<t:p>two</t:p>", inner_list(item("<t:p>in again</t:p>")))
        + "</t:list><t:p>between</t:p>"
        + '<t:list t:style-name="L" t:continue-numbering="true">'
        + item(inner_list(item("<t:p>still in two</t:p>")))
        + item("<t:p>three</t:p>")
        + '</t:list><t:list t:style-name="L">'
        + '<t:list-item t:start-value="7"><t:p>seven</t:p></t:list-item></t:list>'
    )
    assert open_text(body, styles) == (
        "1. one\n1.a) in\n\nmore of it\n\n- dot\n2. two\n2.a) in again\n\n"
        "between\n\n2.b) still in two\n3. three\n7. seven"
    )


def test_open_tables() -> None:
    cell = "<t:table-cell><t:p>{}</t:p></t:table-cell>"
    wide = '<t:table-cell t:number-columns-spanned="2" t:number-rows-spanned="2"><t:p>both</t:p></t:table-cell>'
    covered = "<t:covered-table-cell/>"
    head = f"<t:table-header-rows><t:table-row>{cell.format('7')}{cell.format('8')}</t:table-row></t:table-header-rows>"
    body = (
        f"<t:table>{head}<t:table-row>{wide}{covered}</t:table-row><t:table-row>{covered * 2}</t:table-row>"
        f"<t:table-row>{cell.format('x<o:annotation><t:p>Why?</t:p></o:annotation>')}{cell.format('y')}</t:table-row></t:table>"
    )
    assert open_text(body) == "both\nboth\n7: x; 8: y\n\nComment: Why?"
    assert open_text(f"<t:table><t:table-row>{cell.format('framed')}</t:table-row></t:table>") == "framed"


def test_open_slides() -> None:
    def shape(text: str, place: str = "", kind: str = "") -> str:
        return f'<d:frame {place} p:class="{kind}"><d:text-box><t:p>{text}</t:p></d:text-box></d:frame>'

    first = shape("right", 'd:x="10cm" d:y="5cm"') + shape("left", 'd:x="1in" d:y="5.5cm"')
    first += shape("Floods", 'd:y="9cm"', "title") + shape("7", "", "page-number")
    notes = f"<p:notes>{shape('Say hello', '', 'notes')}</p:notes>"
    content = opendocument.load(
        open_document("presentation", f"<d:page>{first}{notes}</d:page><d:page>{shape('last')}</d:page>")
    )
    check_offsets(content)
    assert content.text == "Floods\n\nleft\n\nright\n\nNotes: Say hello\n\nlast"
    assert content.pages == (0, content.text.index("last")) and content.headings[0].level == 2


def test_open_sheets() -> None:
    def cell(text: str, kind: str = "string", more: str = "") -> str:
        return f'<t:table-cell o:value-type="{kind}" {more}><t:p>{text}</t:p></t:table-cell>'

    far = '<t:table-cell t:number-columns-repeated="16384"/>'
    body = (
        f'<t:table t:name="Floods"><t:table-row>{cell("City")}{cell("Day")}{cell("Share")}{far}</t:table-row>'
        f'<t:table-row>{cell("Basra", more="""t:number-rows-spanned="2" """)}'
        f'{cell("3/8/24", "date", """o:date-value="2024-03-08" """)}{cell("25%", "percentage")}</t:table-row>'
        f"<t:table-row><t:covered-table-cell/><t:table-cell/>{cell('1', 'float')}</t:table-row>"
        f'<t:table-row t:number-rows-repeated="2"><t:table-cell t:number-columns-repeated="2"/>{cell("2", "float")}'
        f'</t:table-row><t:table-row t:number-rows-repeated="1048576">{far}</t:table-row></t:table>'
        f'<t:table t:name="Secret" t:style-name="hidden"><t:table-row>{cell("secret")}</t:table-row></t:table>'
    )
    styles = '<s:style s:name="hidden"><s:table-properties t:display="false"/></s:style>'
    assert opendocument.load(open_document("spreadsheet", body, styles)).text == (
        "Floods\n\nCity: Basra; Day: 2024-03-08; Share: 25%\nCity: Basra; Share: 1\nShare: 2\nShare: 2"
    )


def test_open_document_refusals_and_depth() -> None:
    assert refusal(opendocument.load, b"PK").reason == "damaged"
    assert "no OpenDocument" in refusal(opendocument.load, open_document("chart", "")).detail
    assert "content.xml" in refusal(opendocument.load, zipped(a="b")).detail
    locked = open_document("text", "", **{"META-INF/manifest.xml": "<m><encryption-data/></m>"})
    assert refusal(opendocument.load, locked).reason == "encrypted"
    for tag in ("t:span", "d:g", "t:list", "t:section"):
        deep = f"<{tag}>" * 4_000 + "<t:p>deep</t:p>" + f"</{tag}>" * 4_000
        assert open_text(f"<t:p>{deep}</t:p>" if tag == "t:span" else deep) == "deep"


# --- RTF


def rtf_text(body: bytes) -> str:
    return rtf.load(rb"{\rtf1\ansi\ansicpg1252\deff0 " + body + b"}").text


def test_rtf_paragraphs_headings_and_lists() -> None:
    content = rtf.load(
        rb"{\rtf1\ansi{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}{\*\s2\outlinelevel1 Own;}}"
        rb"{\info{\title Flood report}{\author Ann Lee}{\creatim\yr2024\mo3\dy8\hr9}{\company None}}"
        rb"\pard\s1 Rain\par\pard\outlinelevel2 Deep\par\pard It {\b fell}\line again\tab on~\~Monday.\par"
        rb"{\listtext\pard 1.\tab}one\par{\pntext\'b7\tab}dot\par\pard Ends}"
    )
    assert content.text == "Rain\n\nDeep\n\nIt fell\nagain\ton~\u00a0Monday.\n\n1. one\n- dot\n\nEnds"
    assert [(heading.level, heading.title) for heading in content.headings] == [(1, "Rain"), (3, "Deep")]
    assert (content.metadata.title, content.metadata.author) == ("Flood report", "Ann Lee")
    assert str(content.metadata.published) == "2024-03-08"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (rb"\'93Gr\'f6\'dfe\'94 \ldblquote a\rdblquote \emdash", "“Größe” “a”—"),
        (rb"\u8364?\u-10179?\u-8694?\uc2\u8364\'80\'80x\uc0\u8364y", "€😊€x€y"),
        (rb"{\fonttbl{\f0\fcharset204 A;}{\f1\fcharset128 B;}}\f0 \'cf\'f0\'e8\f1\'82\'a0\'83A", "Приあア"),
        (rb"{\upr{ansi}{\*\ud{\u8364?}}} \{a\}\\", "€ {a}\\"),
        (rb"a{\pict\pngblip 0011aabb}{\*\shppict{\pict 00ff}}{\nonshppict{\pict 11ee}}{\pict\bin4 }{\\b}c", "ac"),
        (
            rb"a{\header head}{\footer foot}{\v hidden}{\deleted gone}\v hidden\v0{\*\unknown x}{\field{\*\fldinst X}",
            "a",
        ),
        (rb"{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}", "link"),
        (rb"one\par }}}} two", "one\n\ntwo"),
        (b"line\\\nnext", "line\n\nnext"),
    ],
)
def test_rtf_text(body: bytes, shown: str) -> None:
    assert rtf_text(body) == shown


def test_rtf_tables_align_by_the_edges_of_their_cells() -> None:
    body = (
        rb"\trowd\trhdr\cellx100\cellx200\cellx300\pard\intbl A\cell B\cell C\cell\row"
        rb"\trowd\cellx99\cellx301\intbl 1\par more\cell both\cell\row"
        rb"\trowd\clvmgf\cellx100\cellx200\cellx300 x\cell y\cell z\cell\row"
        rb"\trowd\clvmrg\cellx100\cellx200\cellx300 \cell v\cell w\cell\row"
        rb"\trowd\trleft100\cellx200\cellx300 late\cell r\cell\row\pard After\par"
    )
    assert rtf_text(body) == ("A: 1 more; B: both; C: both\nA: x; B: y; C: z\nA: x; B: v; C: w\nB: late; C: r\n\nAfter")
    assert rtf_text(rb"\trowd\cellx9\cellx99\intbl a\cell b\cell") == "a | b"


def test_rtf_notes_comments_and_boxes() -> None:
    body = (
        rb"Rain{\footnote\pard \chftn In\par March} fell{\*\atnid AL}{\*\atnauthor Ann Lee}{\*\annotation Sure?}"
        rb" now.\par "
        rb"Around{\shp{\*\shpinst{\sp{\sn n}{\sv v}}{\shptxt \pard Box\par}}} it.\par"
    )
    assert rtf_text(body) == (
        "Rain fell now.\n\nFootnote 1: In March\n\nComment by Ann Lee: Sure?\n\nBox\n\nAround it."
    )


def test_rtf_refusals() -> None:
    assert refusal(rtf.load, b"plain").reason == "damaged"
    assert "nested" in refusal(rtf.load, b"{\\rtf1" + b"{" * 6_000).detail
    assert rtf_text(b"{" * 4_000 + b"deep") == "deep"


SAMPLES: dict[str, tuple[Callable[[bytes], Content], bytes]] = {
    "docx": (docx.load, word(listed("a") + paragraph("b"), numbering=numbering(("decimal", "%1.")))),
    "odt": (
        opendocument.load,
        open_document("text", "<t:h>a</t:h><t:list><t:list-item><t:p>b</t:p></t:list-item></t:list>"),
    ),
    "ods": (
        opendocument.load,
        open_document(
            "spreadsheet", "<t:table><t:table-row><t:table-cell><t:p>b</t:p></t:table-cell></t:table-row></t:table>"
        ),
    ),
    "rtf": (
        rtf.load,
        rb"{\rtf1{\stylesheet{\s1 heading 1;}}\s1 a\par\trowd\cellx9\intbl b\cell\row{\footnote c}\u8364?}",
    ),
    "pptx": (pptx.load, deck("<p:sp><p:txBody><a:p><a:r><a:t>x</a:t></a:r></a:p></p:txBody></p:sp>")),
}


@given(st.sampled_from(sorted(SAMPLES)), st.binary(max_size=40), st.integers(0, 1 << 16), st.booleans())
@settings(max_examples=400, deadline=None)
def test_damage_is_a_refusal_or_text(kind: str, noise: bytes, place: int, cut: bool) -> None:
    load, sample = SAMPLES[kind]
    place %= len(sample)
    try:
        content = load(sample[:place] + noise + (b"" if cut else sample[place + len(noise) :]))
    except UnreadableFile as refused:
        assert refused.detail
    else:
        check_offsets(content)
