"""Sixty small documents, labelled by hand with what they say about themselves. Each mirrors a form met in real files.

Something may be missed now and then; nothing may be invented.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from index.loaders import text
from index.loaders.content import Content
from index.loaders.metadata import Metadata, from_pairs
from index.loaders.web import html, markdown

BODY = "The harbour was closed on Monday, 3 June 2019, after the storm of 1953 had been exceeded. Repairs go on."


@dataclass(frozen=True, slots=True)
class Case:
    source: str | list[tuple[str, str]]
    title: str = ""
    outlet: str | None = None
    author: str | None = None
    published: date | None = None
    language: str | None = None


def page(head: str, body: str = "", opening: str = "<html>") -> str:
    return f"<!DOCTYPE html>{opening}<head>{head}</head><body>{body}<p>{BODY}</p></body></html>"


def linked(json: str) -> str:
    return f'<script type="application/ld+json">{json}</script>'


HTML = [
    Case(  # a news site that says everything twice
        page(
            "<title>Harbour shut after storm | The Quay Post</title>"
            '<meta property="og:title" content="Harbour shut after storm"><meta property="og:site_name" '
            'content="The Quay Post"><meta name="author" content="Ida Noor">'
            '<meta property="article:published_time" content="2024-06-04T23:40:00-07:00">'
            '<meta property="article:modified_time" content="2024-06-09T08:00:00Z">',
            "<h1>Harbour shut after storm</h1>",
            '<html lang="en-US">',
        ),
        "Harbour shut after storm",
        "The Quay Post",
        "Ida Noor",
        date(2024, 6, 4),
        "en",
    ),
    Case(  # a graph whose parts refer to each other
        page(
            "<title>Storm aid agreed - Quay Post</title>"
            + linked(
                '{"@graph":[{"@type":"WebSite","name":"Quay Post"},{"@type":"Organization","@id":"#org","name":"Quay '
                'Post"},{"@type":"Person","@id":"#ida","name":"Ida Noor"},{"@type":"NewsArticle","headline":"Storm aid '
                'agreed","datePublished":"2023-11-02T07:00:00+00:00","author":{"@id":"#ida"},"publisher":{"@id":"#org"}'
                ',"inLanguage":"en-GB"}]}'
            )
        ),
        "Storm aid agreed",
        "Quay Post",
        "Ida Noor",
        date(2023, 11, 2),
        "en",
    ),
    Case(  # several authors as objects and texts; entities inside JSON
        page(
            linked(
                '[{"@type":"BlogPosting","headline":"Nets &amp; ropes","datePublished":"2022-02-03","author":[{"@type":'
                '"Person","name":"Ida Noor"},"Per Holm"],"publisher":{"name":"Rope Blog"}}]'
            ),
            "<h1>Nets &amp; ropes</h1>",
        ),
        "Nets & ropes",
        "Rope Blog",
        "Ida Noor, Per Holm",
        date(2022, 2, 3),
    ),
    Case(  # a front page that lists articles: it is none of them
        page(
            "<title>Latest news</title>"
            + linked('{"@type":"NewsArticle","headline":"One","datePublished":"2024-01-01","author":"Ann Lee"}')
            + linked('{"@type":"NewsArticle","headline":"Two","datePublished":"2024-01-02","author":"Bo Ek"}'),
            "<h1>Latest news</h1><article>One <time datetime=2024-01-01>1 Jan</time></article>"
            "<article>Two <time datetime=2024-01-02>2 Jan</time></article>",
        ),
        "Latest news",
    ),
    Case(  # a blog with microdata
        page(
            "<title>Tuning engines | Shed</title>",
            "<article><header><h1 itemprop=headline>Tuning engines</h1><time datetime='2021-04-21T00:00:00.000Z' "
            "itemprop=datePublished>April 21, 2021</time> · 6 min read<div itemprop=author itemscope><a itemprop=url>"
            "<span itemprop=name>Chi Moon</span></a><small>Engineer</small></div></header></article>",
            "<html lang=en>",
        ),
        "Tuning engines",
        None,
        "Chi Moon",
        date(2021, 4, 21),
        "en",
    ),
    Case(  # a paper
        page(
            '<meta name="citation_title" content="Wave heights at small piers"><meta name="citation_author" '
            'content="Noor, Ida"><meta name="citation_author" content="Holm, Per">'
            '<meta name="citation_publication_date" content="2020/05/14">'
            '<meta name="citation_journal_title" content="Journal of Piers">'
            "<title>Wave heights at small piers | Piers Online</title>"
        ),
        "Wave heights at small piers",
        "Journal of Piers",
        "Noor, Ida; Holm, Per",
        date(2020, 5, 14),
    ),
    Case(  # Dublin Core
        page(
            '<meta name="DC.title" content="Tide tables"><meta name="DC.creator" content="Harbour Office">'
            '<meta name="DC.date.issued" content="2018-12-31"><meta name="DC.publisher" content="Town of Quay">'
            '<meta name="DC.language" content="nl">'
        ),
        "Tide tables",
        "Town of Quay",
        "Harbour Office",
        date(2018, 12, 31),
        "nl",
    ),
    Case(  # analytics' names for things
        page(
            '<meta name="parsely-title" content="Ferry returns"><meta name="parsely-pub-date" '
            'content="2019-08-01T12:00:00Z"><meta name="parsely-author" content="Ida Noor">'
        ),
        "Ferry returns",
        None,
        "Ida Noor",
        date(2019, 8, 1),
    ),
    Case(
        page('<meta name="sailthru.title" content="Nets"><meta name="sailthru.date" content="1709830500">'),
        "Nets",
        published=date(2024, 3, 7),
    ),
    Case(  # only a line of text tells the day
        page("<title>Ferry stops</title>", "<h1>Ferry stops</h1><p>Updated: March 07, 2024, 4:55 PM</p>"),
        "Ferry stops",
        published=date(2024, 3, 7),
    ),
    Case(  # German
        page(
            "<title>Fähre steht still – Kaiblatt</title><meta property=og:site_name content=Kaiblatt>",
            "<h1>Fähre steht still</h1><p>Veröffentlicht am 7. März 2024</p>",
            "<html lang=de-DE>",
        ),
        "Fähre steht still",
        "Kaiblatt",
        None,
        date(2024, 3, 7),
        "de",
    ),
    Case(  # French
        page("<title>Le bac</title>", "<h1>Le bac</h1><p>Publié le jeudi 7 mars 2024 à 10:12</p>", "<html lang=fr>"),
        "Le bac",
        None,
        None,
        date(2024, 3, 7),
        "fr",
    ),
    Case(  # the order of the figures is told by the language
        page('<title>El puerto</title><meta name="date" content="04/05/2024">', "", "<html lang=es-ES>"),
        "El puerto",
        None,
        None,
        date(2024, 5, 4),
        "es",
    ),
    Case(  # ... or by nothing
        page('<title>The port</title><meta name="date" content="04/05/2024">', "", "<html lang=en-US>"),
        "The port",
        language="en",
    ),
    Case(  # a year behind a copyright sign is no day
        page("<title>About us</title>", "<footer>© 2019 Quay Ltd. All rights reserved.</footer>"),
        "About us",
    ),
    Case(page("", "<h1>Only a heading</h1>"), "Only a heading"),
    Case(page("<title>index.html</title>", "<h1>Ropes</h1>"), "Ropes"),
    Case(page("<title>{{ page.title }}</title>")),
    Case(  # what is modified and never said to be published
        page('<title>Ropes</title><meta property="article:modified_time" content="2022-10-11T00:00:00Z">'),
        "Ropes",
        published=date(2022, 10, 11),
    ),
    Case(  # an author that is an address, a byline that is a name
        page(
            '<title>Ropes</title><meta name=author content="https://quay.example/ida">',
            "<p class=byline>By Ida Noor | March 7, 2024</p>",
        ),
        "Ropes",
        author="Ida Noor",
    ),
    Case(  # a byline that says something else
        page("<title>Ropes</title>", "<p class=byline>From our harbour correspondent</p>"),
        "Ropes",
    ),
    Case(  # days of other pages, and one the text is about
        page(
            "<title>Ropes</title>",
            "<aside><time datetime=2024-01-01>1 January</time></aside><p>In <time datetime=1953-02-01>1953</time></p>",
        ),
        "Ropes",
    ),
    Case(  # the site's name comes first
        page(
            "<title>Quay Post: Ropes | Quay Post</title><meta property=og:site_name content='Quay Post'>",
            "<h1>Quay Post: Ropes</h1>",
        ),
        "Quay Post: Ropes",
        "Quay Post",
    ),
    Case(  # a zero of a calendar
        page('<title>Ropes</title><meta property="article:published_time" content="1970-01-01T00:00:00Z">'),
        "Ropes",
    ),
    Case(  # Japanese
        page("<title>港の閉鎖</title><meta name=date content=2024年3月7日>", "<h1>港の閉鎖</h1>", "<html lang=ja>"),
        "港の閉鎖",
        None,
        None,
        date(2024, 3, 7),
        "ja",
    ),
]

TEXTS = [
    Case(
        f"Harbour shut\n\nBy Ida Noor\nPublished: March 8, 2024\n\n{BODY}",
        "Harbour shut",
        author="Ida Noor",
        published=date(2024, 3, 8),
    ),
    Case(  # a copied article: the title, a line below it, the day at the end
        f"'Quiet truce' halts attacks\n\nThe pause involves two capitals\n\n{BODY}\n\n{BODY}\n\n"
        "Updated: March 07, 2024, 4:55 PM",
        "'Quiet truce' halts attacks",
        published=date(2024, 3, 7),
    ),
    Case(  # a mail saved as text
        "From: Ida Noor <ida@quay.example>\nTo: Per Holm\nDate: Thu, 7 Mar 2024 16:55:00 +0100\nSubject: Ropes\n\n"
        + BODY,
        "Ropes",
        author="Ida Noor",
        published=date(2024, 3, 7),
    ),
    Case(  # a mail from a German program
        f"Von: Ida Noor\nGesendet: Donnerstag, 7. März 2024 16:55\nAn: Per Holm\nBetreff: Taue\n\n{BODY}",
        "Taue",
        author="Ida Noor",
        published=date(2024, 3, 7),
    ),
    Case(f"From: here to there.\n\n{BODY}"),
    Case(  # a press release
        f"Pier closes in May\nOutlet: Town of Quay\nDate: 2025-04-02\n\n{BODY}",
        "Pier closes in May",
        "Town of Quay",
        published=date(2025, 4, 2),
    ),
    Case(f"Fähre steht still\nVon der Küste\n\n{BODY}"),
    Case(
        f"Fähre steht still\nAutorin: Ida Noor\nStand: 7. März 2024\n\n{BODY}",
        "Fähre steht still",
        author="Ida Noor",
        published=date(2024, 3, 7),
    ),
    Case("2024-03-07 16:55:01 INFO started\n2024-03-07 16:55:02 INFO done\n" * 30),
    Case(f"Nota\n\n7 de marzo de 2024\n\n{BODY}", "Nota", published=date(2024, 3, 7)),
    Case(f"{BODY}\n\n{BODY}"),
    Case(f"Minutes\nDate: 04/05/2024\n\n{BODY}"),
]

MARKDOWN = [
    Case(
        f'---\ntitle: "Ropes: a guide"\nauthor: Ida Noor\ndate: 2024-03-08 10:00:00 +0100\nlang: en\n---\n\n{BODY}',
        "Ropes: a guide",
        None,
        "Ida Noor",
        date(2024, 3, 8),
        "en",
    ),
    Case(
        f"---\ntitle: >-\n  A long title\n  in two lines\nauthors:\n  - name: Ida Noor\n    url: x\n  - name: Per Holm"
        f"\ncover:\n  image: a.png\n  date: 2001-01-01\npublishDate: 2023-01-02\n---\n# Other\n\n{BODY}",
        "A long title in two lines",
        author="Ida Noor, Per Holm",
        published=date(2023, 1, 2),
    ),
    Case(
        f'+++\ntitle = "Nets"\nauthors = ["Ida Noor", "Per Holm"]\ndate = 2022-12-24T08:00:00Z\n[params]\nx = 1'
        f"\n+++\n{BODY}",
        "Nets",
        author="Ida Noor, Per Holm",
        published=date(2022, 12, 24),
    ),
    Case(f"% Nets\n% Ida Noor\n% March 7, 2024\n\n{BODY}", "Nets", author="Ida Noor", published=date(2024, 3, 7)),
    Case(f"# Duck ponds\n\n{BODY}", "Duck ponds"),
    Case(f"Setext heading\n===\n\n{BODY}\n\n# Second\n", "Setext heading"),
    Case(f"---\nprose between rules\n---\n\n{BODY}"),
    Case(f'<h1 align="center">Ropes</h1>\n\n{BODY}\n\nLast updated: 2 May 2023', "Ropes", published=date(2023, 5, 2)),
]

PAIRS = [
    Case(
        [("title", "Plan"), ("creator", "Ida Noor"), ("created", "2024-09-26T08:01:00Z")],
        "Plan",
        author="Ida Noor",
        published=date(2024, 9, 26),
    ),
    Case([("title", ""), ("creator", "python-docx"), ("created", "2013-12-23T23:15:00Z")]),
    Case(  # the template's day, and the document's
        [("creator", "Un-named"), ("created", "2013-01-27T09:14:16Z"), ("modified", "2026-08-10T12:01:33Z")],
        published=date(2026, 8, 10),
    ),
    Case([("created", "2015-06-05T18:17:20Z"), ("creator", "openpyxl")]),
    Case(
        [("Title", "Microsoft Word - plan_v3.doc"), ("Author", "admin"), ("CreationDate", "D:20190309120000+01'00'")],
        published=date(2019, 3, 9),
    ),
    Case([("Title", "untitled"), ("Author", "(anonymous)"), ("CreationDate", "D:20240000000000")]),
    Case([("Title", "Screenshot 2025-07-29 at 00.15.56.png")]),
    Case([("Title", "2019_report_final"), ("h1", "Report on nets")], "Report on nets"),
    Case(
        [
            ("title", "Re: Ropes"),
            ("author", "Ida Noor <ida@quay.example>"),
            ("date", "Thu, 07 Mar 2024 23:55:00 -0800"),
        ],
        "Re: Ropes",
        author="Ida Noor",
        published=date(2024, 3, 7),
    ),
    Case([("title", "Ropes"), ("author", "ida@quay.example"), ("date", "Thu, 31 Feb 2024 10:00:00 +0000")], "Ropes"),
    Case([("title", "PowerPoint Presentation"), ("author", "Ida Noor")], author="Ida Noor"),
    Case(
        [("dc:title", "Nets"), ("dc:creator", "Ida Noor"), ("dc:creator", "Per Holm"), ("dc:language", "sv")],
        "Nets",
        author="Ida Noor, Per Holm",
        language="sv",
    ),
    Case(
        [("title", "傳染病通報"), ("creator", "吳麗招"), ("created", "2024-07-12T02:48:00Z")],
        "傳染病通報",
        author="吳麗招",
        published=date(2024, 7, 12),
    ),
    Case([("creation-date", "2022-06-26T10:36:59.716192158"), ("title", "nets.odt")], published=date(2022, 6, 26)),
    Case([("date", "last Tuesday"), ("author", "none"), ("title", "-")]),
]


CASES = [
    *((html.load, case) for case in HTML),
    *((text.load, case) for case in TEXTS),
    *((markdown.load, case) for case in MARKDOWN),
    *((None, case) for case in PAIRS),
]
FIELDS = ("title", "outlet", "author", "published", "language")


def found_in(load: Callable[[bytes], Content] | None, case: Case) -> Metadata:
    if isinstance(case.source, list):
        return from_pairs(case.source)
    assert load is not None
    return load(case.source.encode()).metadata


@pytest.mark.parametrize(("load", "case"), CASES)
def test_nothing_is_invented(load: Callable[[bytes], Content] | None, case: Case) -> None:
    found = found_in(load, case)
    told = {field: getattr(found, field) for field in FIELDS if getattr(found, field)}
    assert told == {field: getattr(case, field) for field in told}
    assert [field for field, _ in found.origins] == [field for field in FIELDS if field in told]


@pytest.mark.parametrize("field", FIELDS)
def test_little_is_missed(field: str) -> None:
    labelled = [(load, case) for load, case in CASES if getattr(case, field)]
    right = sum(getattr(found_in(load, case), field) == getattr(case, field) for load, case in labelled)
    assert right >= 0.95 * len(labelled)


def test_there_are_sixty() -> None:
    assert [len(HTML), len(TEXTS), len(MARKDOWN), len(PAIRS)] == [25, 12, 8, 15]
