"""Tables as text, JSON, XML, subtitles and notebooks: what they become, and what hostile ones do not do."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.loaders.content import Content
from index.loaders.data import delimited, markup, notebook, stretches, structured, subtitles

LOADERS: tuple[Callable[[bytes], Content], ...] = (
    delimited.load,
    structured.load,
    markup.load,
    subtitles.load,
    notebook.load,
)


def table(source: str | bytes) -> list[str]:
    return delimited.load(source.encode() if isinstance(source, str) else source).text.split("\n")


def values(source: str) -> list[str]:
    return structured.load(source.encode()).text.split("\n")


def xml(source: str) -> Content:
    return markup.load(source.encode())


def reason(load: Callable[[bytes], Content], data: bytes) -> str:
    with pytest.raises(UnreadableFile) as caught:
        list(load(data).parts)
    return caught.value.reason


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("name,age\nAnn,3\nBob,4\n", ["name: Ann; age: 3", "name: Bob; age: 4"]),
        ("name;x;y\na;1,5;2,3\nb;1,2;3,3\n", ["name: a; x: 1,5; y: 2,3", "name: b; x: 1,2; y: 3,3"]),
        ("a\tb\n1\t2\n", ["a: 1; b: 2"]),
        ("name|age\nAnn|3\nBo|4", ["name: Ann; age: 3", "name: Bo; age: 4"]),
        ("sep=;\na;b\n1;2\n", ["a: 1; b: 2"]),
        ("\ufeffname,age\r\nAnn,3\r\n", ["name: Ann; age: 3"]),
        ("a,b\r1,2\r3,4", ["a: 1; b: 2", "a: 3; b: 4"]),
        ("1,2\n3,4\n", ["1 | 2", "3 | 4"]),
        ("5,5\n6,7\n", ["5 | 5", "6 | 7"]),
        ("home,away\n5,5\n6,7\n", ["home: 5; away: 5", "home: 6; away: 7"]),
        ("Ann,Berlin\nBob,Paris\nAnn,Rome", ["Ann | Berlin", "Bob | Paris", "Ann | Rome"]),
        ("Sales of 2024\n\nname,age\nAnn,3\nBo,5\n", ["Sales of 2024", "name: Ann; age: 3", "name: Bo; age: 5"]),
        (
            "a,b,c\n1\n2,3,4\n5,6,7,8\n9,10,11\n",
            ["a: 1", "a: 2; b: 3; c: 4", "a: 5; b: 6; c: 7; 8", "a: 9; b: 10; c: 11"],
        ),
        ("name\nAnn\nBob\n", ["name", "Ann", "Bob"]),
        ("Hello, world\nThis is prose\nOne, two, three\n", ["Hello, world", "This is prose", "One, two, three"]),
        ('a,b\n1,"x\ny"\n2,"say ""hi"", z"\n', ["a: 1; b: x y", 'a: 2; b: say "hi", z']),
        ('id,5" pipe\n1,6" pipe\n2,"q"\n', ['id | 5" pipe', '1 | 6" pipe', "2 | q"]),
        ("name,age\nAnn,\x00\x003\n" + "Bo,4\n" * 60, ["name: Ann; age: 3"] + ["name: Bo; age: 4"] * 60),
        ("only", ["only"]),
    ],
)
def test_tables(source: str, rows: list[str]) -> None:
    assert table(source) == rows


def test_tables_in_other_encodings() -> None:
    source = "Name;Größe\nMüller;3\nGröß;4\n"
    for encoding in ("utf-16", "cp1252", "utf-8-sig"):
        assert table(source.encode(encoding)) == ["Name: Müller; Größe: 3", "Name: Größ; Größe: 4"]


def test_a_quote_that_is_never_closed_costs_one_row() -> None:
    rows = ["a,b", '1,"open', *[f"{n},x" for n in range(3000)]]
    found = table("\n".join(rows))
    assert found[0] == 'a: 1; b: "open'
    assert found[1:] == [f"a: {n}; b: x" for n in range(3000)]


def test_a_field_of_any_size_is_kept() -> None:
    content = delimited.load(b'a,b\n1,"' + b"word " * 1_200_000 + b'"\n2,end\n')
    texts = [content.text, *[part.content.text for part in content.parts if part.content]]
    assert sum(text.count("word") for text in texts) == 1_200_000
    assert texts[-1].endswith("a: 2; b: end") and max(map(len, texts)) <= 5_000_000


def test_long_tables_go_on_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretches, "MOST_CHARACTERS", 1_000)
    content = delimited.load(b"name,age\n" + b"".join(b"Ann %d,3\n" % n for n in range(200)))
    parts = list(content.parts)
    assert [part.name for part in parts[:2]] == ["part-2.csv", "part-3.csv"]
    texts = [content.text, *[part.content.text for part in parts if part.content]]
    assert all(len(text) <= 1_000 for text in texts)
    assert "\n".join(texts).split("\n") == [f"name: Ann {n}; age: 3" for n in range(200)]


def test_a_text_that_grows_far_beyond_its_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretches, "_ALWAYS_ALLOWED", 10_000)
    names = ",".join(f"a very long name of a column, the {n}th".replace(",", "") for n in range(20))
    data = f"{names}\n".encode() + (b"1," * 19 + b"1\n") * 5_000
    assert reason(delimited.load, data) == "too large"


@given(
    st.lists(
        st.lists(st.text('ab cÄ,;"\n|5', min_size=1, max_size=8).filter(str.strip), min_size=3, max_size=3),
        min_size=1,
        max_size=8,
    )
)
def test_no_cell_of_a_written_table_is_lost(rows: list[list[str]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows([["first", "second", "third"], *rows])
    text = " ".join(delimited.load(buffer.getvalue().encode()).text.split())
    for row in rows:
        for cell in row:
            assert " ".join(cell.split()) in text


def test_json_values_carry_their_path() -> None:
    source = (
        '{"order": {"customer": {"name": "Ann", "vip": true}, "total": 1.10, "note": null,'
        ' "items": [{"sku": "a", "count": 2}, {"sku": "b", "count": 3}]}, "tags": ["x", "y"]}'
    )
    assert values(source) == [
        *("order.customer.name: Ann", "order.customer.vip: true", "order.total: 1.10", ""),
        *("order.items:", "sku: a; count: 2", "sku: b; count: 3", "", "tags: x, y"),
    ]


def test_numbers_and_names_stand_as_written() -> None:
    assert values('{"a": 123456789012345678901234567890, "a": NaN, "b": 1e5}') == [
        "a: 123456789012345678901234567890",
        "a: NaN",
        "b: 1e5",
    ]


def test_lists_of_numbers_take_one_line() -> None:
    source = '{"type": "LineString", "coordinates": [[1.5, 2], [3, 4]]}'
    assert values(source) == ["type: LineString", "coordinates: 1.5 2, 3 4"]
    assert values('[["city", "people"], ["Bonn", "300"], ["Ulm", "120"]]') == [
        "city: Bonn; people: 300",
        "city: Ulm; people: 120",
    ]


def test_long_texts_are_paragraphs_and_the_top_tells_metadata() -> None:
    source = {
        "headline": "The truce",
        "author": [{"name": "Ann Lee"}],
        "datePublished": "2024-03-07",
        "body": "word " * 80,
    }
    content = structured.load(json.dumps(source).encode())
    assert content.text.endswith("\n\nbody: " + ("word " * 80).strip())
    assert (content.metadata.title, content.metadata.author) == ("The truce", "Ann Lee")
    assert content.metadata.published == date(2024, 3, 7)


def test_json_lines_are_one_paragraph_a_record() -> None:
    assert values('{"a": 1, "b": {"c": "x"}}\n\n{"a": 2}\n{"a": \n{"a": 3}\n') == [
        *("a: 1; b.c: x", "", "a: 2", "", '{"a":', "", "a: 3"),
    ]


def test_long_json_lines_go_on_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretches, "MOST_CHARACTERS", 1_000)
    content = structured.load(b"".join(b'{"n": %d, "t": "some words"}\n' % n for n in range(200)))
    texts = [content.text, *[part.content.text for part in content.parts if part.content]]
    assert len(texts) > 3 and "\n\n".join(texts).count("some words") == 200


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b'{"a": 1', "damaged"),
        (b"hello", "damaged"),
        (b"[" * 100_000, "too large"),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "too large"),
        (b'{"' + b"k" * 100_000 + b'": [{"a": "b"}]}', "too large"),
        (bytes(range(256)), "not text"),
    ],
)
def test_json_that_is_refused(data: bytes, why: str) -> None:
    assert reason(structured.load, data) == why


def json_values() -> st.SearchStrategy[Any]:
    single = st.none() | st.booleans() | st.integers() | st.text("abc dÄ\n", max_size=20)
    names = st.text("abcd", min_size=1, max_size=3)
    return st.recursive(single, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4))


@given(json_values())
def test_no_text_of_a_json_file_is_lost(value: object) -> None:
    text = " ".join(structured.load(json.dumps(value).encode()).text.split())
    stack = [value]
    while stack:
        each = stack.pop()
        if isinstance(each, str):
            assert " ".join(each.split()) in text
        elif isinstance(each, (list, dict)):
            stack.extend(each.values() if isinstance(each, dict) else each)


def test_a_feed_has_a_heading_for_each_entry() -> None:
    content = xml(
        '<?xml version="1.0"?><rss version="2.0"><channel><title>The News</title><language>en-GB</language>'
        "<item><title>Truce holds</title><pubDate>Thu, 07 Mar 2024 10:00:00 GMT</pubDate>"
        "<description>&lt;p&gt;It &lt;b&gt;held&lt;/b&gt;.&lt;/p&gt;</description></item></channel></rss>"
    )
    assert content.text == "The News\n\nTruce holds\n\nThu, 07 Mar 2024 10:00:00 GMT\n\nIt held."
    assert [(heading.level, heading.title) for heading in content.headings] == [(1, "The News"), (2, "Truce holds")]
    assert (content.metadata.title, content.metadata.language) == ("The News", "en")


def test_an_atom_feed_with_pages_inside() -> None:
    content = xml(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Log</title><updated>2024-03-07T10:00:00Z</updated><entry>'
        "<title>One</title><author><name>Ann</name></author><updated>2024-03-06</updated>"
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>First.</p><p>Second.</p></div></content>'
        "</entry></feed>"
    )
    assert content.text == "Log\n\nOne\n\n2024-03-06 · Ann\n\nFirst.\n\nSecond."
    assert content.metadata.published == date(2024, 3, 7)


def test_documents_with_sections() -> None:
    content = xml(
        '<!DOCTYPE book SYSTEM "book.dtd" [<!ENTITY who "Ann Lee">]>'
        "<book><title>Bread</title><chapter><title>Flour</title>"
        "<para>Take <emphasis>fine</emphasis> flour,&nbsp;says &who;.</para><itemizedlist><listitem><para>Rye</para>"
        "</listitem><listitem>Wheat</listitem></itemizedlist><programlisting>a\n  b</programlisting></chapter></book>"
    )
    assert content.text == "Bread\n\nFlour\n\nTake fine flour, says Ann Lee.\n\nRye\n\n- Wheat\n\na\n  b"
    assert [(heading.level, heading.title) for heading in content.headings] == [(1, "Bread"), (2, "Flour")]
    assert content.metadata.title == "Bread"


def test_an_article_of_a_journal() -> None:
    content = xml(
        "<article><front><article-meta><title-group><article-title>On Bread</article-title></title-group>"
        "<contrib-group><contrib><name><surname>Lee</surname><given-names>Ann</given-names></name></contrib></contrib-group><pub-date>"
        "<day>7</day><month>3</month><year>2024</year></pub-date></article-meta></front><body><sec><title>Intro</title>"
        "<p>See <xref>1</xref>.</p><sec><title>More</title><table><tr><td>a</td><td>b</td></tr></table></sec></sec>"
        "</body></article>"
    )
    assert content.text == "On Bread\n\nLee Ann\n\n7 3 2024\n\nIntro\n\nSee 1.\n\nMore\n\na | b"
    assert [(heading.level, heading.title) for heading in content.headings] == [
        (1, "On Bread"),
        (2, "Intro"),
        (3, "More"),
    ]
    assert (content.metadata.title, content.metadata.author) == ("On Bread", "Ann Lee")
    assert content.metadata.published == date(2024, 3, 7)


def test_data_becomes_records() -> None:
    content = xml(
        '<orders><order id="7"><customer>Ann</customer><total>3.50</total></order>'
        '<order id="8"><customer>Bo</customer><total>4</total></order></orders>'
    )
    assert content.text == "orders.order:\nid: 7; customer: Ann; total: 3.50\nid: 8; customer: Bo; total: 4"


def test_drawings_and_declared_encodings() -> None:
    assert xml("<svg><title>Map</title><g><text>North <tspan>Sea</tspan></text></g></svg>").text == "Map\n\nNorth Sea"
    data = '<?xml version="1.0" encoding="iso-8859-1"?><a><b>Größe</b></a>'.encode("latin-1")
    assert markup.load(data).text == "a.b: Größe"
    assert (
        markup.load('<?xml version="1.0" encoding="utf-16"?><a><b>Größe</b></a>'.encode("utf-16")).text == "a.b: Größe"
    )


def test_small_faults_of_xml_are_mended() -> None:
    assert xml("<a><b>Fish & chips\x01</b></a>").text == "a.b: Fish & chips"


LAUGHS = (
    '<!DOCTYPE a [<!ENTITY x0 "ha">' + "".join(f'<!ENTITY x{n} "&x{n - 1};&x{n - 1};">' for n in range(1, 40)) + "]>"
)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("<a><b></a>", "damaged"),
        ("no markup", "damaged"),
        (LAUGHS + "<a>&x39;</a>", "too large"),
        ('<!DOCTYPE a [<!ENTITY x "' + "h" * 50_000 + '">]><a>' + "&x;" * 20_000 + "</a>", "too large"),
    ],
)
def test_xml_that_is_refused(source: str, why: str) -> None:
    assert reason(markup.load, source.encode()) in (why, "damaged")


def test_other_files_are_not_read() -> None:
    content = xml('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a><b>before &x; after</b></a>')
    assert content.text == "a.b: before &x; after"


def test_deep_xml_is_read_or_refused() -> None:
    assert xml("<p>" * 20_000 + "deep" + "</p>" * 20_000).text == "deep"
    assert reason(markup.load, b"<item>" * 20_000 + b"deep" + b"</item>" * 20_000) == "too large"


SRT = """1
00:00:01,000 --> 00:00:03,000
<i>Good evening,</i> and

2
00:00:03,100 --> 00:00:05,000
{\\an8}welcome to the news.

3
01:02:03,000 --> 01:02:04,000
- Is it true?
- It is.
"""


def test_subtitles_are_joined_and_keep_the_time() -> None:
    assert subtitles.load(SRT.encode()).text == (
        "[00:00:01] Good evening, and welcome to the news.\n\n[01:02:03] - Is it true?\n\n[01:02:03] - It is."
    )


def test_web_subtitles() -> None:
    source = (
        "WEBVTT - The evening news\n\nSTYLE\n::cue { color: red }\n\nNOTE not shown\n\nintro\n"
        "00:01.000 --> 00:02.000 align:left\n"
        "<v Ann Lee>Fish &amp; <c.big>chips</c></v>\n\n"
        "00:02.000 --> 00:03.000\nare <00:02.500>here.\n\nNOTE\nnot this\n\n"
        "00:03.000 --> 00:04.000\nare here.\nNext.\n"
    )
    content = subtitles.load(source.encode())
    assert content.text == "[00:00:01] Ann Lee: Fish & chips are here. Next."
    assert content.metadata.title == "The evening news"


def test_long_speech_is_cut_at_sentences() -> None:
    cues = "".join(
        f"{n}\n00:00:{n:02d},000 --> 00:00:{n + 1:02d},000\nThis is sentence number {n} of it.\n\n"
        for n in range(1, 40)
    )
    paragraphs = subtitles.load(cues.encode()).text.split("\n\n")
    assert len(paragraphs) > 3 and all(len(each) < 400 and each.endswith("of it.") for each in paragraphs)
    assert sum(each.count("sentence number") for each in paragraphs) == 39


def test_what_is_no_subtitle() -> None:
    assert reason(subtitles.load, b"Just some words.\n") == "damaged"
    assert reason(subtitles.load, b"1\n00:00:01,000 --> 00:00:02,000\n\n") == "empty"


def cells(*found: dict[str, Any], **top: Any) -> bytes:
    return json.dumps({"nbformat": 4, "cells": found, "metadata": {}} | top).encode()


def test_notebooks() -> None:
    data = cells(
        {
            "cell_type": "markdown",
            "source": ["# Sums\n", "\n", "Some *prose*.\n", "\n", "## More\n", "- one\n", "- two"],
        },
        {
            "cell_type": "code",
            "source": "print(1)\nplot()",
            "outputs": [
                {"output_type": "stream", "text": ["1\n"]},
                {
                    "output_type": "display_data",
                    "data": {"image/png": "iVBOR", "text/plain": ["<Figure size 6x4 with 1 Axes>"]},
                },
                {"output_type": "execute_result", "data": {"text/html": "<p>rich</p>", "text/plain": "   a\n0  1"}},
                {"output_type": "error", "traceback": ["\x1b[31mValueError\x1b[0m: no"]},
            ],
        },
        {"cell_type": "markdown", "source": "---\nstatus: kept\n---"},
        metadata={"authors": [{"name": "Ann Lee"}]},
    )
    content = notebook.load(data)
    assert content.text.startswith(
        "Sums\n\nSome prose.\n\nMore\n\n- one\n- two\n\nprint(1)\nplot()\n\n1\n\n   a\n0  1\n\nValueError: no\n\n"
    )
    assert "status: kept" in content.text and "Figure" not in content.text and "iVBOR" not in content.text
    assert [(heading.level, heading.title) for heading in content.headings][:2] == [(1, "Sums"), (2, "More")]
    assert all(content.text.startswith(heading.title, heading.start) for heading in content.headings)
    assert (content.metadata.title, content.metadata.author) == ("Sums", "Ann Lee")


def test_old_notebooks() -> None:
    sheet = {
        "cells": [
            {"cell_type": "heading", "level": 2, "source": "Old"},
            {
                "cell_type": "code",
                "input": "1 + 1",
                "outputs": [{"output_type": "pyout", "text": ["2"], "png": "iVBOR"}],
            },
        ]
    }
    content = notebook.load(json.dumps({"nbformat": 3, "worksheets": [sheet]}).encode())
    assert content.text == "Old\n\n1 + 1\n\n2"
    assert content.headings[0].level == 2


def test_what_is_no_notebook() -> None:
    assert reason(notebook.load, b'{"a": 1}') == "damaged"
    assert reason(notebook.load, b'{"cells"') == "damaged"
    assert reason(notebook.load, b"[" * 100_000) == "too large"


SAMPLES = (
    b'name,age\n"Ann ""A"" Lee",3\nBo,4\n',
    b'{"a": [{"b": "c"}, {"b": 1}], "d": [[1, 2]]}\n{"e": null}',
    LAUGHS[:60].encode() + b"]><a><p>one <b>two</b></p><row x='1'/></a>",
    SRT.encode(),
    cells({"cell_type": "markdown", "source": "# A\n- b"}, {"cell_type": "code", "source": [], "outputs": [{}]}),
)


@settings(max_examples=60)
@pytest.mark.parametrize("number", range(len(SAMPLES)))
@given(data=st.data())
def test_mutated_files_raise_nothing_else(number: int, data: st.DataObject) -> None:
    raw = bytearray(SAMPLES[number])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(len(raw) - 1, 0)))
        raw[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    try:
        content = LOADERS[number](bytes(raw))
        texts = [content, *[part.content for part in content.parts if part.content]]
    except UnreadableFile:
        return
    for each in texts:
        assert all(each.text.startswith(heading.title, heading.start) for heading in each.headings)
        each.text.encode()
