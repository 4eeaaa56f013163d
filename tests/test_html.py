"""HTML, Markdown and plain text: what of a file is its text."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.loaders import text
from index.loaders.builder import TextBuilder
from index.loaders.content import Content
from index.loaders.encoding import decode
from index.loaders.web import html, markdown
from index.loaders.web.front_matter import split_front_matter

PROSE = "The old pier is closed until the autumn, since its planks gave way in the storm. "


def page(body: str, head: str = "") -> Content:
    return html.load(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode())


def shown(body: str) -> str:
    return page(body).text


# --- what is left out


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav><a href=/>Home</a> <a href=/n>News</a></nav>",
        "<div class='cookie-banner'>We use cookies. <button>Accept</button></div>",
        "<div id='onetrust-consent-sdk'><p>We value your privacy.</p></div>",
        "<div class='CookieConsent'>Cookies!</div>",
        "<ul class='share-buttons'><li>Facebook</li><li>Mail</li></ul>",
        "<div class='social-links'>Follow us</div>",
        "<section class='related-articles'><h2>Related</h2><a href=/a>The new pier opens at last</a></section>",
        "<div class='most-read'><ol><li><a href=/a>The new pier opens</a></li></ol></div>",
        "<div class='newsletter-signup'>Get our newsletter</div>",
        "<aside>Advertisement</aside>",
        "<div class='breadcrumbs'><a href=/>Home</a></div>",
        "<a class='skip-link' href=#x>Skip to content</a>",
        "<span class='visually-hidden'>opens in a new window</span>",
        "<form><label>Search</label><input></form>",
        "<div style='DISPLAY:none'>secret</div><p hidden>secret</p><i aria-hidden=true>icon</i>",
        "<dialog open>Subscribe now</dialog><template>later</template><noscript>Turn on scripts</noscript>",
        "<svg><title>icon</title></svg><canvas>no canvas</canvas><iframe>old</iframe>",
        "<footer>© 2019 The Coast</footer>",
        "<blockquote class='pullquote'>planks gave way</blockquote>",
        "<div class='comments'><p>First!</p></div>",
    ],
)
def test_furniture_is_left_out(furniture: str) -> None:
    body = f"<article><h1>Pier closed</h1><p>{PROSE * 3}</p>"
    expected = f"Pier closed\n\n{(PROSE * 3).strip()}"
    assert shown(f"{furniture}{body}</article>") == expected
    if not furniture.startswith("<footer"):  # the footer of an article is its own
        assert shown(f"{body}{furniture}</article>") == expected


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ("<aside class=note>Mind the gap.</aside>", "Mind the gap."),
        (f"<aside>{PROSE * 2}</aside>", PROSE * 2),
        ("<p class='share-price'>Shares fell.</p>", "Shares fell."),
        ("<div class='cookie-recipe'>Mix the dough.</div>", "Mix the dough."),
        (
            "<section class='related-work'><h2>Related work</h2><p>Others built piers.</p></section>",
            "Others built piers.",
        ),
        ("<h3><button>May I fish?</button></h3><p>Yes.</p>", "May I fish?"),
        ("<details><summary>More</summary>Opens again.</details>", "Opens again."),
        ("<p hidden=until-found>Found by searching.</p>", "Found by searching."),
        ("<div class='sidebar-layout'>Wrapped words.</div>", "Wrapped words."),
        ("<footer>Edited by Ann Lee.</footer>", "Edited by Ann Lee."),
        ("<q>Never</q> again", "“Never” again"),
        ("<div class=menu>Soup of the day, <a href=/b>with bread</a></div>", "Soup of the day, with bread"),
        ("<button><h3>May I fish?</h3></button>", "May I fish?"),
    ],
)
def test_text_is_kept(kept: str, words: str) -> None:
    assert words.strip() in shown(f"<article><h1>Pier closed</h1><p>{PROSE * 8}</p>{kept}</article>")


def test_the_greater_part_of_a_page_is_never_hidden() -> None:
    assert PROSE.strip() in shown(f"<div aria-hidden=true><p>{PROSE}</p></div><div class=x>Accept all</div>")
    assert html.load(f"<body style='visibility:hidden'><p>{PROSE}</p>".encode()).text == PROSE.strip()


def test_a_page_of_nothing_but_links_is_read() -> None:
    menus = "".join(f"<nav><a href=/{town}>{town}</a></nav>" for town in ("Basra", "Mosul", "Erbil", "Najaf"))
    assert shown(menus) == "Basra\n\nMosul\n\nErbil\n\nNajaf"
    assert shown("<ul><li><a href=/a>Basra</a></li><li><a href=/b>Mosul</a></li></ul>") == "- Basra\n- Mosul"


def test_a_small_article_is_not_the_page() -> None:
    assert shown(f"<article>A teaser.</article><p>{PROSE * 3}</p>") == f"A teaser.\n\n{(PROSE * 3).strip()}"


def test_a_heading_above_the_main_part_is_kept() -> None:
    hero = f"<div><h1>Pier closed</h1></div><main><p>{PROSE * 3}</p></main>"
    content = page(hero, "<title>Pier closed | The Coast</title>")
    assert content.text == f"Pier closed\n\n{(PROSE * 3).strip()}"
    assert [heading.title for heading in content.headings] == ["Pier closed"]
    assert shown(f"<header><h1>Pier closed</h1></header><div><p>{PROSE * 3}</p></div>").startswith("Pier closed\n\n")


# --- blocks


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<ul><li>one<ul><li>deep</li></ul></li><li><p>two</p><p>more</p></li></ul>", "- one\n- deep\n- two\n\nmore"),
        ("<dl><dt>Pier<dd>A long dock<dt>Mole<dd>Of stone</dl>", "Pier\nA long dock\nMole\nOf stone"),
        ("<p>Run <code>pier  open</code>:</p><pre>if x:\n    y()\n</pre>", "Run pier open:\n\nif x:\n    y()"),
        ("<figure><img src=a alt='A pier in fog'><figcaption>Dawn</figcaption></figure>", "A pier in fog\n\nDawn"),
        ("<figure><img alt='The pier'><figcaption>The pier at dawn</figcaption></figure>", "The pier at dawn"),
        ("<p>Seen <img alt='A pier in fog'>today</p>", "Seen today\n\nA pier in fog"),
        (
            "<p>Go<a href=/><img alt=Home></a><img alt='small sign' width=16><img alt=IMG_2041><img alt='x' src=a></p>",
            "Go",
        ),
        ("<p>H<sub>2</sub>O, 10<sup>6</sup>, x<sup>n</sup>, 1<sup>st</sup></p>", "H₂O, 10⁶, xⁿ, 1st"),
        ("<p>in 2019<sup><a href=#n1>1</a></sup> and 2020<sup>[2]</sup></p>", "in 2019[1] and 2020[2]"),
        ("<p><ruby>漢字<rp>(</rp><rt>kanji</rt><rp>)</rp></ruby></p>", "漢字"),
        ("<p>a<br>b<br/>c&nbsp;d&amp;&#8217;&hellip;</p>", "a\nb\nc d&’…"),
        ("<p>soft&shy;ware zero&#8203;width</p>", "software zerowidth"),
        ("<p><math><mi>a</mi><mo>=</mo><mn>2</mn></math></p>", "a=2"),
        ("<math><mi>a</mi><annotation encoding='application/x-tex'>{\\displaystyle a_1}</annotation></math>", "a_1"),
        ("<table role=presentation><tr><td>Left</td><td>Right</td></tr></table>", "Left\n\nRight"),
        ("<table><tr><td class=linenos><pre>1\n2</pre></td><td><pre>x = 1\n  y</pre></td></tr></table>", "x = 1\n  y"),
        ("<table><caption>Boats</caption><tr><th>Name<th>m<tr><td>Ida<td>9</table>", "Boats\n\nName: Ida; m: 9"),
        ("<p>one<p>two<div>three</p>four", "one\n\ntwo\n\nthree\n\nfour"),
    ],
)
def test_blocks(body: str, text: str) -> None:
    assert shown(body) == text


def test_frames_say_what_to_do() -> None:
    with pytest.raises(UnreadableFile, match="frames"):
        html.load(b"<html><frameset cols=50%><frame src=a.html></frameset></html>")
    assert html.load(b"<frameset><frame src=a><noframes><p>Plain words</p></noframes></frameset>").text == "Plain words"


def test_amp_and_saved_pages() -> None:
    script = "<script>" + "var a = '<p>no</p>';" * 100_000 + "</script>"
    sidebar = "<amp-sidebar>Menu</amp-sidebar><amp-consent>Agree</amp-consent>"
    assert shown(
        f"{script}{sidebar}<p>{PROSE}</p><amp-img alt='A pier in fog'></amp-img>"
    ) == f"{PROSE}\n\nA pier in fog".replace(" \n", "\n")


@pytest.mark.parametrize("tag", ["b", "div", "nav", "header", "aside", "ul><li", "table><tr><td", "sup", "article"])
def test_deep_nesting_is_read(tag: str) -> None:
    assert "deep words" in html.load(f"{f'<{tag}>' * 3_000}deep words".encode()).text


def test_wide_spans_do_not_blow_up() -> None:
    cells = "<td colspan=1000 rowspan=1000>x</td>" * 50
    assert len(shown(f"<table><tr>{cells}</tr>{'<tr><td>y</td></tr>' * 50}</table>")) < 100_000


# --- encodings


def test_a_late_or_wrong_declaration() -> None:
    late = f"<html><head><!-- {'x' * 5000} --><meta charset=koi8-r></head><p>Слово о полку</p>"
    assert html.load(late.encode("koi8-r")).text == "Слово о полку"
    assert html.load("<!-- <meta charset=koi8-r> --><p>“Größe”</p>".encode("cp1252")).text == "“Größe”"
    assert html.load("<meta charset=ascii><p>“Größe”</p>".encode()).text == "“Größe”"
    assert html.load("<meta charset=utf-8><p>“Größe”</p>".encode("cp1252")).text == "“Größe”"


def test_wide_and_broken_texts() -> None:
    assert decode("Größe und mehr Text".encode("utf-16-le")) == "Größe und mehr Text"
    assert decode("Größe und mehr Text".encode("utf-16-be")) == "Größe und mehr Text"
    words = "größere Änderungen über Köln " * 20
    assert decode(words.encode() + b"\xff end") == f"{words}\ufffd end"
    assert decode(words.encode()[:-1] + "ö".encode()[:1]).endswith("\ufffd")


# --- language


def test_a_page_in_another_language_than_it_says_says_nothing() -> None:
    german = "Der Rat hat am Donnerstag getagt und beschlossen, dass die alte Mole bis zum Herbst gesperrt bleibt. "
    assert html.load(f"<html lang=en><p>{german * 10}</p>".encode()).metadata.language is None
    assert html.load(f"<html lang=de><p>{german * 10}</p>".encode()).metadata.language == "de"


# --- Markdown


def test_markdown_can_be_added_to_what_is_there() -> None:
    builder = TextBuilder()
    builder.paragraph("Before")
    markdown.add_markdown("---\n\n# Cell\n\n- *one*\n- [two](http://x.y)\n\n---\n", builder)
    builder.verbatim("x = 1")
    assert builder.text == "Before\n\nCell\n\n- one\n- two\n\nx = 1"
    assert [(heading.start, heading.title) for heading in builder.headings] == [(8, "Cell")]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Title\n=====\n\nSub\n---\n", "Title\n\nSub"),
        ("See [pier][p] and [q].\n\n[p]: http://x.y 'Pier'\n[q]: <http://z>\n", "See pier and q."),
        (
            "Fact[^1] and [^x].\n\n[^1]: http://x.y\n[^x]: Two words\n  go on\n",
            "Fact[1] and [x].\n\n[1]: http://x.y\n[x]: Two words go on",
        ),
        ("Not a note: [^1] `[^1]`", "Not a note: [^1] [^1]"),
        ("H<sub>2</sub>O and 10<sup>6</sup> <b>m</b>", "H₂O and 10⁶ m"),
        ("<details>\n<summary>More</summary>\n\nText *here*\n\n</details>", "More\n\nText here"),
        ("| a | b |\n|---|---|\n| 1<br>2 | `x|y` |", "a: 1 2; b: `x"),
        ("~~gone~~ &copy; <http://x.y>", "gone © http://x.y"),
        ("    indented\n      code", "indented\n  code"),
    ],
)
def test_markdown_blocks(source: str, text: str) -> None:
    assert markdown.load(source.encode()).text == text


@pytest.mark.parametrize(
    ("source", "pairs", "rest"),
    [
        ("---\n'title': 'It''s'\nkey: \"a \\\"b\\\"\"\n---\nx", [("title", "It's"), ("key", 'a "b"')], "x"),
        ("---\ntitle: |\n  one\n  two\ndate: 2024-03-07\n...\nx", [("title", "one two"), ("date", "2024-03-07")], "x"),
        ("---\ntags: [a, 'b']\nauthor: {name: Ann Lee, url: x}\n---\n", [("tags", "a, b"), ("author", "Ann Lee")], ""),
        ("---\nparams:\n  date: 2001-01-01\n  deep:\n    - x: y\n# note\n---\n", [("params", "")], ""),
        ("---\ntitle: Long\n  and folded\n---\n", [("title", "Long and folded")], ""),
        ("+++\ndate = 2024-03-07\n[author]\nname = 'Ann'\n+++\nx", [("date", "2024-03-07"), ("author", "Ann")], "x"),
        ("+++\nno toml\n+++\nx", [], "+++\nno toml\n+++\nx"),
        ("---\nprose here\n---\nx", [], "---\nprose here\n---\nx"),
        ("% Nets\n%\n% 2024-03-07\nx", [("title", "Nets"), ("date", "2024-03-07")], "x"),
        ("100 % sure", [], "100 % sure"),
    ],
)
def test_front_matter(source: str, pairs: list[tuple[str, str]], rest: str) -> None:
    assert split_front_matter(source) == (pairs, rest)


# --- plain text


def test_form_feeds_are_pages_and_stay() -> None:
    content = text.load(b"RFC 1\r\n\r\npage one\f\nRFC 1\n\npage two\f\n")
    assert content.text == "RFC 1\n\npage one\f\nRFC 1\n\npage two\f\n"
    assert content.pages == (0, content.text.index("\f") + 1)
    assert text.load(b"no pages here").pages == ()
    assert text.load(b"only one page\f").pages == ()
    assert text.load(b"Pier closes\fBy Ann Lee\f\nText").metadata.author == "Ann Lee"


def test_headings_are_not_guessed_in_plain_text() -> None:
    assert text.load(b"Title\n=====\n\n1. Scope\n\nWords.").headings == ()


# --- anything


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "<p> <div> </div> <article> <nav> <table> <tr> <td> <th> </table> <ul> <li> <h1> </h1> <sup> <a>".split()
        )
        | st.sampled_from(
            ["<img alt='some words'>", "<time datetime=2024-03-07>", "<frameset>", "<!--", "-->", "&amp;", "Words "]
        )
        | st.sampled_from(
            ["<meta name=author content='Ann Lee'>", "<html lang=de>", "<script>", "<pre>\n", "<math>", "<button>"]
        )
        | st.text(max_size=5),
        max_size=40,
    )
)
def test_any_page_is_read_or_refused(pieces: list[str]) -> None:
    for load in (html.load, markdown.load, text.load):
        try:
            content = load("".join(pieces).encode("utf-8", "replace"))
        except UnreadableFile as refused:
            assert refused.detail
            continue
        for heading in content.headings:
            assert content.text.startswith(heading.title, heading.start)
        assert list(content.pages) == sorted(content.pages) and all(
            start <= len(content.text) for start in content.pages
        )
        assert content.metadata.published in (None, date(2024, 3, 7))
