"""What the control words of RTF mean: signs, encodings, and groups whose text is not part of the document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

SIGNS = {
    **{"tab": "\t", "line": "\n", "page": "\n", "lbr": "\n", "softline": "\n", "column": "\n"},
    **{"emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”"},
    **dict.fromkeys(("emspace", "enspace", "qmspace"), " "),
}
ESCAPED = {"\\": "\\", "{": "{", "}": "}", "~": "\u00a0", "_": "-"}
CHARSETS = {
    **{
        77: "mac_roman",
        128: "cp932",
        129: "cp949",
        130: "johab",
        134: "gbk",
        136: "big5",
        161: "cp1253",
        162: "cp1254",
    },
    **{163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250"},
    **{254: "cp437", 255: "cp850"},
}
PLATFORMS = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
SKIPPED = frozenset(
    "colortbl pict header headerl headerr headerf footer footerl footerr footerf nonshppict nonesttables objdata "
    "filetbl listtable listoverridetable revtbl rsidtbl generator fldinst bkmkstart bkmkend xe tc xmlnstbl themedata "
    "datastore private template pntxta pntxtb shppict ftnsep ftnsepc aftnsep aftnsepc sp".split()
)
# Groups that a reader may skip if it does not know them, but that hold text a person sees.
KNOWN_STARRED = frozenset("shpinst shptxt annotation atnauthor ud moMath pntext listtext".split())
# All other words tell how the text looks.
UNDERSTOOD = frozenset(
    "ansi ansicpg annotation atnauthor author cell cellx clvmgf clvmrg creatim deff deleted dy f fcharset fonttbl "
    "footnote info intbl listtext mac mo nestcell nestrow outlinelevel par pard pc pca plain pntext row s sect shptxt "
    "stylesheet title trhdr trleft trowd u uc ud upr v yr".split()
) | frozenset(SIGNS)

_TOKEN = re.compile(
    r"\\(?:(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|'(?P<hex>[0-9a-fA-F]{2})|(?P<sign>[^a-zA-Z]))"
    r"|(?P<brace>[{}])|(?P<end>[\r\n]+)|(?P<text>[^\\{}\r\n]+)|(?P<stray>\\)",
    re.S,
)


class Token(NamedTuple):
    """`kind` is "word", "hex", "sign", "brace" or "text"; `number` is what stands behind a word."""

    kind: str
    text: str
    number: int | None = None


def tokens(source: str) -> Iterator[Token]:
    """`source` has a character for each byte. Binary data is left out."""
    place = 0
    while match := _TOKEN.match(source, place):
        place = match.end()
        kind = match.lastgroup or ""
        if kind in ("number", "word"):
            number = int(match["number"]) if match["number"] else None
            if match["word"] == "bin":
                place += max(number or 0, 0)
            else:
                yield Token("word", match["word"], number)
        elif kind not in ("end", "stray"):
            yield Token(kind, match[kind])


def known_codec(name: str) -> str | None:
    from codecs import lookup

    try:
        return lookup(name).name
    except LookupError:
        return None
