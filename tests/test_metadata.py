"""The rules for what documents say about themselves: days, names, titles, lines, and where each was found."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders.language import contradicts, detect_language
from index.loaders.metadata import Metadata, clean_title, from_lines, from_pairs, merge, name, printed
from index.loaders.metadata.dates import bare_date, moment_date, parse_date
from index.loaders.metadata.names import names

MARCH_7 = date(2024, 3, 7)

ENGLISH = "The council met on Thursday and agreed that the old pier should be closed until the autumn for repairs. "
GERMAN = "Der Rat hat am Donnerstag getagt und beschlossen, dass die alte Mole bis zum Herbst gesperrt bleiben soll. "


# --- days


@pytest.mark.parametrize(
    "written",
    [
        *("2024-03-07", "2024-03-07T16:55:00Z", "2024-03-07 16:55:00 +0100", "2024/3/7", "2024.03.07", "2024. 3. 7."),
        *("20240307", "20240307T165500Z", "20240307165500", "D:20240307165500+04'00'", "2024:03:07 16:55:00"),
        *(
            "March 07, 2024, 4:55 PM",
            "Mar. 7th, 2024",
            "Thursday the 7th of March 2024",
            "on March 7 2024",
            "7-Mar-2024",
        ),
        *("Thu, 07 Mar 2024 16:55:00 -0800", "Thu Mar  7 16:55:00 UTC 2024", "Thu Mar 7 16:55:00 2024", "07/Mar/2024"),
        *("2024 Mar 7", "16:55 GMT, 7 March 2024", "4:55 PM, March 7, 2024", "7 March, 2024"),
        *("7. März 2024", "Donnerstag, den 7. März 2024", "Do., 7. Mrz. 2024", "7. Maerz 2024".replace("ae", "ä")),
        *("le 7 mars 2024", "jeudi 7 mars 2024 à 10:12", "7 de marzo de 2024", "jueves, 7 de marzo del 2024"),
        *("7 marzo 2024", "giovedì 7 marzo 2024", "7 de março de 2024", "quinta-feira, 7 de março de 2024"),
        *(
            "7 maart 2024",
            "donderdag 7 mrt. 2024",
            "2024年3月7日",
            "2024年3月7日 16時",
            "2024년 3월 7일",
            "2024年3月7日",
        ),
    ],
)
def test_forms_of_a_day(written: str) -> None:
    assert parse_date(written) == MARCH_7


@pytest.mark.parametrize(
    ("written", "day"),
    [
        *(("1er février 2023", date(2023, 2, 1)), ("1º de dezembro de 2022", date(2022, 12, 1))),
        *(("21 août 2020", date(2020, 8, 21)), ("3 Jänner 2021", date(2021, 1, 3)), ("5 mag 2019", date(2019, 5, 5))),
        *(("2 out. 2018", date(2018, 10, 2)), ("9 set 2017", date(2017, 9, 9)), ("11 mei 2016", date(2016, 5, 11))),
        ("15 juil. 2015", date(2015, 7, 15)),
    ],
)
def test_months_in_other_languages(written: str, day: date) -> None:
    assert parse_date(written) == day


@pytest.mark.parametrize(
    "written",
    [
        *(
            "",
            "soon",
            "2024",
            "March 2024",
            "7 March",
            "3/24",
            "7 Mar 24",
            "04/05/2024",
            "4.5.2024",
            "31 February 2024",
        ),
        *("2024-13-01", "1709830500", "v2024", "until 7 March 2024", "© 2019", "7 people in March 2024", "12:30"),
        *("0001-01-01T00:00:00Z", "1601-01-01", "1970-01-01T00:00:00Z", "1980-01-01 00:00", "1899-12-30", "9999-12-31"),
        *("2013-12-23T23:15:00Z", "2013-12-23 23:15:00+00:00", "2013-01-27T09:14:16Z", "2015-06-05T18:17:20Z"),
        *("D:191040307000000", "2006-09-16T00:00:00Z"),
    ],
)
def test_what_is_no_day(written: str) -> None:
    assert parse_date(written) is None


def test_a_template_is_known_by_its_second() -> None:
    assert parse_date("2013-12-23") == date(2013, 12, 23)
    assert parse_date("2013-12-23T23:16:00Z") == date(2013, 12, 23)


@pytest.mark.parametrize(
    ("language", "day"),
    [
        *((None, None), ("en", None), ("en-US", None), ("ja", None), ("fr-CA", None), ("es-US", None), ("sv", None)),
        *((language, date(2024, 5, 4)) for language in ("de", "de-AT", "fr", "es_ES", "it", "pt-BR", "nl", "en-GB")),
    ],
)
def test_the_language_may_tell_the_order_of_day_and_month(language: str | None, day: date | None) -> None:
    assert parse_date("04/05/2024", language) == day
    assert parse_date("4.5.2024", language) == day


def test_who_writes_the_day_first_cannot_mean_a_thirteenth_month() -> None:
    assert parse_date("12/25/2024", "de") is None
    assert parse_date("12/25/2024") == parse_date("25/12/2024") == date(2024, 12, 25)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        *(
            ("1709830500", MARCH_7),
            ("1709830500.25", MARCH_7),
            ("1709830500000", MARCH_7),
            ("946684800", date(2000, 1, 1)),
        ),
        *(("0", None), ("123456789", None), ("2024030716", None), ("9999999999", None), ("2024-03-07", MARCH_7)),
    ],
)
def test_seconds_count_only_where_a_time_is_meant(written: str, day: date | None) -> None:
    assert moment_date(written) == day
    assert from_pairs([("date", written)]).published == day
    assert from_pairs([("title", written)]).published is None


@given(st.dates(date(1981, 1, 1), date(2199, 12, 31)))
def test_a_day_survives_every_form(day: date) -> None:
    forms = ("%Y-%m-%d", "%Y-%m-%dT23:59:59-11:00", "%d %B %Y", "%B %d, %Y", "%a, %d %b %Y 00:00:01 +1400", "D:%Y%m%d")
    assert {parse_date(day.strftime(form)) for form in (*forms, "%Y年%m月%d日", "%A, %d. %B %Y")} == {day}
    swapped = parse_date(day.strftime("%d/%m/%Y"))
    assert swapped in (None, day)
    assert parse_date(day.strftime("%d.%m.%Y"), "de") == day


@given(st.text(max_size=60) | st.from_regex(r"[0-9]{1,4}[-/. ][0-9a-zé]{1,9}[-/. ][0-9]{1,5}.{0,9}", fullmatch=True))
def test_no_text_breaks_the_reading_of_days(text: str) -> None:
    for found in (parse_date(text), parse_date(text, "de"), moment_date(text), bare_date(text)):
        assert found is None or date(1450, 1, 1) <= found < date(2201, 1, 1)


def test_a_bare_date_is_the_whole_line() -> None:
    assert bare_date("March 7, 2024, 4:55 PM") == bare_date("7. März 2024") == bare_date("2024-03-07") == MARCH_7
    for line in ("March 7, 2024 was a Thursday", "20240307", "1709830500", "4.5.2024", ""):
        assert bare_date(line) is None


# --- titles and names


@pytest.mark.parametrize(
    ("written", "outlet", "heading", "title"),
    [
        ("Dam opens | The Coast", "The Coast", "", "Dam opens"),
        ("The Coast - Dam opens", "The Coast", "", "Dam opens"),
        ("Dam opens | News | The Coast", None, "Dam opens", "Dam opens"),
        ("The Coast » Dam opens", None, "Dam opens", "Dam opens"),
        ("Left - right", None, "", "Left - right"),
        ("Report 2024.docx", None, "", ""),
        ("Microsoft Word - Plan", None, "", ""),
        ("{{ title }}", None, "", ""),
        ("[INSERT TITLE]", None, "", ""),
        ("Untitled.", None, "", ""),
        ("C", None, "", "C"),
        (" two\n lines\x00", None, "", "two lines"),
    ],
)
def test_titles_are_cleaned(written: str, outlet: str | None, heading: str, title: str) -> None:
    assert clean_title(written, outlet, heading) == title


@pytest.mark.parametrize(
    ("written", "found"),
    [
        *(("By Ann Lee", "Ann Lee"), ("Written by: Ann Lee", "Ann Lee"), ("Ann Lee <ann@x.org>", "Ann Lee")),
        *(('"Lee, Ann" <ann@x.org>', "Lee, Ann"), ("Byron Lee", "Byron Lee"), ("ann@x.org", None), ("@ann", None)),
        *(("https://x.org/ann", None), ("Admin", None), ("%%", None), ("x" * 121, None), ("${author}", None)),
    ],
)
def test_names_are_cleaned(written: str, found: str | None) -> None:
    assert name(written) == found


def test_several_people_are_named_once_each() -> None:
    assert names(["Ann Lee", "By Ann Lee", "Bo Ek", "admin"]) == "Ann Lee, Bo Ek"
    assert names(["Ann Lee", "Ann Leeds", "Ann Lee (The Coast)"]) == "Ann Leeds, Ann Lee (The Coast)"
    assert names(["Lee, Ann", "Ek, Bo"]) == "Lee, Ann; Ek, Bo"
    many = names([f"Writer Number{number:02}" for number in range(30)])
    assert many is not None and many.startswith("Writer Number00, ") and many.endswith(", et al.") and len(many) <= 120
    assert names(["nobody@x.org"]) is None


# --- named values


def test_keys_may_be_written_in_any_way() -> None:
    for key in ("publication_date", "Publication-Date", "publicationDate", "PUBLICATION DATE"):
        assert from_pairs([(key, "2024-03-07")]) == Metadata(published=MARCH_7, origins=(("published", key),))


def test_published_goes_before_modified_whatever_comes_first() -> None:
    modified, published = ("dcterms.modified", "2024-05-05"), ("created", "2024-03-07")
    found = from_pairs([modified, published])
    assert (found.published, found.origins) == (MARCH_7, (("published", "created"),))
    assert from_pairs([modified]).published == date(2024, 5, 5)


def test_of_one_key_the_first_usable_value_counts() -> None:
    found = from_pairs([("title", "untitled"), ("title", " "), ("title", None), ("title", "Nets"), ("title", "Ropes")])
    assert (found.title, found.origins) == ("Nets", (("title", "title"),))


def test_the_told_language_orders_the_day() -> None:
    assert from_pairs([("lang", "de-CH"), ("date", "04.05.2024")]).published == date(2024, 5, 4)
    assert from_pairs([("lang", "en-US"), ("date", "04.05.2024")]).published is None


def test_merging_keeps_the_origin_of_what_is_kept() -> None:
    first = from_pairs([("og:title", "Nets"), ("lang", "en")])
    second = from_lines("Title: Ropes\nAuthor: Ann Lee\nUpdated: March 07, 2024, 4:55 PM\n\nText.")
    merged = merge(Metadata(), first, second)
    assert (merged.title, merged.author, merged.published, merged.language) == ("Nets", "Ann Lee", MARCH_7, "en")
    assert dict(merged.origins) == {
        **{"title": "og:title", "author": "line: Author", "published": "line: Updated", "language": "lang"}
    }
    assert merge(second, first).origins[0] == ("title", "line: Title")
    assert merge() == Metadata()


# --- lines


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        ("Updated: March 07, 2024, 4:55 PM", "line: Updated"),
        ("Published on 7 March 2024", "line: Published on"),
        ("Veröffentlicht am 7. März 2024", "line: Veröffentlicht am"),
        ("Stand: 7. März 2024", "line: Stand"),
        ("Publié le 7 mars 2024", "line: Publié le"),
        ("Mis à jour le 7 mars 2024", "line: Mis à jour le"),
        ("Publicado el 7 de marzo de 2024", "line: Publicado el"),
        ("Pubblicato il 7 marzo 2024", "line: Pubblicato il"),
        ("Publicado em 7 de março de 2024", "line: Publicado em"),
        ("Gepubliceerd op 7 maart 2024", "line: Gepubliceerd op"),
        ("2024-03-07", "line"),
    ],
)
def test_labelled_lines_tell_the_day(line: str, origin: str) -> None:
    found = printed(f"Pier closes\n{line}\n\n{ENGLISH}")
    assert (found.published, dict(found.origins)) == (MARCH_7, {"published": origin})


def test_the_title_may_be_the_first_line() -> None:
    found = from_lines(f"Pier closes\n\n{ENGLISH}")
    assert (found.title, found.origins) == ("Pier closes", (("title", "first line"),))
    assert printed(f"Pier closes\n\n{ENGLISH}") == Metadata()


def test_a_block_of_mail_headers_tells_who_wrote_when() -> None:
    mail = (
        "From: Ann Lee <ann@x.org>\nTo: Bo Ek\nDate: Thu, 7 Mar 2024 16:55:00 +0100\nSubject: A pier\n that closes\n\n"
    )
    found = from_lines(mail + ENGLISH)
    assert (found.title, found.author, found.published) == ("A pier that closes", "Ann Lee", MARCH_7)
    assert dict(found.origins) == {"title": "line: Subject", "author": "line: From", "published": "line: Date"}
    assert from_lines(f"From: Ann Lee\n\n{ENGLISH}").author is None
    assert from_lines(f"{ENGLISH}\n{mail}").author is None


@pytest.mark.parametrize(
    "text",
    [
        f"Stand: strong\n\n{ENGLISH}",
        f"{ENGLISH}\n© 2024 The Coast",
        f"Data: 12 rows\n{ENGLISH}",
        f"Author: Ann Lee; Year: 2020\nTitle: Nets; Date: 2024-03-07\nDate: 2024-03-07; Town: Basra\n{ENGLISH}",
        f"1. Scope\n2. Terms\n\n{ENGLISH}",
        "date,city\n2024-03-07,Basra\n2024-03-08,Mosul",
    ],
)
def test_no_metadata_is_made_up_of_lines(text: str) -> None:
    assert from_lines(text) in (Metadata(), Metadata(title=from_lines(text).title, origins=(("title", "first line"),)))
    assert printed(text) == Metadata()


@given(
    st.text(max_size=400)
    | st.lists(st.sampled_from(["Date: 2024-03-07", "By Ann Lee", "", "From: a", "x"])).map("\n".join)
)
def test_every_value_has_its_origin(text: str) -> None:
    found = from_lines(text)
    known = [field for field in ("title", "outlet", "author", "published", "language") if getattr(found, field)]
    assert [field for field, _ in found.origins] == known and all(origin for _, origin in found.origins)


# --- language


def test_a_language_is_one_or_unknown() -> None:
    assert detect_language(ENGLISH * 3) == "en"
    assert detect_language(ENGLISH * 40) == "en"
    assert detect_language(ENGLISH * 5 + GERMAN * 5) is None
    assert detect_language(ENGLISH * 60 + GERMAN * 60) is None
    assert detect_language("Pier closes") is None
    assert detect_language("") is None


def test_a_told_language_yields_only_to_a_long_text() -> None:
    assert contradicts(GERMAN * 10, "en")
    assert not contradicts(GERMAN * 10, "de")
    assert not contradicts(GERMAN * 2, "en")
    assert not contradicts(GERMAN * 10 + ENGLISH * 10, "en")


@given(st.dates(date(1990, 1, 2), date(2032, 12, 31)))
def test_seconds_of_every_day_are_read(day: date) -> None:
    assert moment_date(str((day - date(1970, 1, 1)) // timedelta(seconds=1))) == day
