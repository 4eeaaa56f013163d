"""Which part of an HTML page is its text: without navigation, banners, forms and what is hidden."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from selectolax.lexbor import LexborHTMLParser, LexborNode

_NEVER_SHOWN = (
    *("script", "style", "noscript", "template", "svg", "canvas", "iframe", "object", "head", "dialog", "amp-sidebar"),
    *("select", "textarea", "input", "datalist", "amp-consent", "annotation-xml", "rt", "rp", "rtc"),
)
_BUTTONS = "button, [role=button]:not(a)"
_SECTION_NAMES = "h1, h2, h3, h4, h5, h6, dt, summary"
# Scripts of saved pages may have hidden the page itself behind a banner: the greater part of a page is never hidden.
_HIDDEN = ", ".join(
    (
        *("[hidden]:not([hidden=until-found i])", "[aria-hidden=true]"),
        *(
            "[style*='display:none' i]:not(.mwe-math-mathml-a11y)",
            "[style*='display: none' i]:not(.mwe-math-mathml-a11y)",
        ),
        *("[style*='visibility:hidden' i]", "[style*='visibility: hidden' i]", "[style*='mso-hide:all' i]"),
    )
)
_UNSEEN = ".sr-only, .visually-hidden, .visuallyhidden, .screen-reader-text, .assistive-text, .skip-link, .skiplink"
_UNSEEN += ", .mw-jump-link, .mw-editsection, .after-portlet, .mw-hidden-catlinks, .printfooter, #catlinks, .headerlink"
_UNSEEN += ", .hash-link, .linenos, .lineno, .line-numbers-rows, .gutter, .pullquote, .pull-quote"

_BESIDE_THE_TEXT = "nav, [role=navigation], [role=search], [role=complementary]"
_MAIN_PARTS = "article, main, [role=main]"
_MOST_CANDIDATES = 100
_FEWEST_LINKS = 5
_DEEPEST = 100
_FEWEST_LETTERS_OF_NOTES = 100
_NOTE = re.compile(r"note|tip|warn|caution|danger|info|important|admonition|callout|topic|example|summary|key", re.I)

_EDGE = r"(?:^|[\s_-])"
_CONSENT = re.compile(
    _EDGE + r"(?:cookies?[_-]?(?:banner|bar|notice|consent|popup|modal|overlay|law|message|alert|dialog|info|wall)"
    r"|consent[_-]?(?:banner|bar|manager|modal|dialog|popup|overlay|notice)|gdpr|onetrust|didomi|usercentrics|cookiebot"
    r"|cybotcookiebot|qc-cmp|sp_message|cmplz|iubenda|truste|cc-(?:window|banner))",
    re.I,
)
_SHARE = re.compile(
    _EDGE + r"(?:social|share|sharing)(?:[_-]?(?:buttons?|bar|links?|icons?|tools?|widget|media|list|menu|wrapper|box"
    r"|container|block|nav|panel))*(?=\s|$)|addtoany|addthis|sharedaddy",
    re.I,
)
_ADVERT = re.compile(
    _EDGE + r"(?:newsletter|subscribe|sign[_-]?up|adverts?|advertisements?|ad[_-](?:slot|container|wrapper|unit|banner)"
    r"|promo(?:tion)?s?|paywall)(?:[\s_-]|$)",
    re.I,
)
_LINKS = re.compile(
    _EDGE + r"(?:related|recommended|recommendations?|trending|most[_-]?(?:read|popular|viewed)|popular[_-]?posts"
    r"|read[_-]?(?:more|next|also)|more[_-]?(?:stories|news|articles|from|on)|also[_-]?(?:like|read)|up[_-]?next"
    r"|outbrain|taboola|recirc|toc|table[_-]of[_-]contents|breadcrumbs?|pagination|pager|tags|tag[_-]?list|menu|navbar"
    r"|nav|navigation|sidebar|post[_-]nav\w*|nav[_-]links)(?:[\s_-]|$)",
    re.I,
)
_KINDS = re.compile("|".join(kind.pattern for kind in (_CONSENT, _SHARE, _ADVERT, _LINKS)), re.I)
_COMMENTS = "#comments, .comments, .comments-area, .comment-list, .comments-section, #disqus_thread, #respond"
_MOST_LETTERS = {_CONSENT: 4_000, _SHARE: 200, _ADVERT: 400}
_LINKED_SHARE = 0.6
_FURNITURE = "div, section, ul, ol, aside, p, table, form, span, details, amp-social-share"


def main_part(tree: LexborHTMLParser) -> LexborNode | None:
    """The element that holds most of the text that is shown. Removes everything else from the tree."""
    drop_hidden(tree)
    body = tree.body
    if body is None:
        return None
    whole = letters(body)
    _drop_lesser(tree.css("form"), whole)  # some servers wrap the whole page in one
    only_heading = len(tree.css("h1")) == 1
    edges = without(tree.css("header, footer"), tree.css(f":is({_MAIN_PARTS}) :is(header, footer)"))
    holding = "h1, article, main, [role=main]" if only_heading else _MAIN_PARTS
    _drop_lesser(edges, whole, lambda edge: edge.css_first(holding) is None)
    for links in reversed(tree.css("header ul, header ol, footer ul, footer ol")):
        if len(links.css("a")) >= _FEWEST_LINKS and linked_share(links) >= 0.9:
            links.decompose()
    _drop_furniture(tree, whole)
    best = max(tree.css(_MAIN_PARTS)[:_MOST_CANDIDATES], key=letters, default=None)
    return best if best is not None and 2 * letters(best) >= letters(body) else body


def drop_hidden(tree: LexborHTMLParser) -> None:
    """Removes what a reader never sees."""
    for node in reversed(tree.css(", ".join(_NEVER_SHOWN))):
        node.decompose()
    for button in reversed(without(tree.css(_BUTTONS), tree.css(f":is({_SECTION_NAMES}) :is({_BUTTONS})"))):
        if button.css_first("h2, h3, h4, h5, h6") is None:
            button.decompose()
    if tree.body is not None:
        _drop_lesser(tree.css(f"{_HIDDEN}, {_UNSEEN}"), letters(tree.body))


def without(nodes: Iterable[LexborNode], others: Iterable[LexborNode]) -> list[LexborNode]:
    unwanted = {node.mem_id for node in others}
    return [node for node in nodes if node.mem_id not in unwanted]


def letters(node: LexborNode) -> int:
    return sum(map(len, node.text().split()))


def linked_share(node: LexborNode) -> float:
    """How much of an element's text stands in links."""
    return sum(map(letters, node.css("a"))) / max(letters(node), 1)


def _drop_furniture(tree: LexborHTMLParser, whole: int) -> None:
    _drop_lesser(tree.css(_BESIDE_THE_TEXT), whole)
    outer = {node.mem_id for node in without(tree.css("aside"), tree.css(f":is({_MAIN_PARTS}) aside"))}
    _drop_lesser(tree.css("aside"), whole, lambda aside: not _is_note(aside, aside.mem_id not in outer))
    if tree.css_first("article") is not None:  # on other pages comments may be what they are about
        _drop_lesser(tree.css(_COMMENTS), whole)
    named = [node for node in tree.css(_FURNITURE) if _KINDS.search(_named(node))]
    _drop_lesser(named, whole, _is_furniture)


def _is_furniture(node: LexborNode) -> bool:
    named = _named(node)
    kind = next((kind for kind in _MOST_LETTERS if kind.search(named)), None)
    if kind is not None and letters(node) <= _MOST_LETTERS[kind] and node.css_first("h1, article, main") is None:
        return True
    if not _LINKS.search(named):
        return False
    return bool(node.css("a")) and linked_share(node) >= _LINKED_SHARE and node.css_first("h1, main") is None


def _is_note(aside: LexborNode, is_inner: bool) -> bool:
    """A remark of the text, unlike a list of other pages."""
    own = aside.attributes
    named = " ".join(own.get(key) or "" for key in ("class", "id", "role", "epub:type"))
    is_long = is_inner and letters(aside) >= _FEWEST_LETTERS_OF_NOTES
    return (is_long or bool(_NOTE.search(named))) and linked_share(aside) < 0.5


def _named(node: LexborNode) -> str:
    return f"{node.attributes.get('id') or ''} {node.attributes.get('class') or ''}".strip()


def _drop_lesser(
    nodes: list[LexborNode], whole: int, is_unwanted: Callable[[LexborNode], bool] = lambda _: True
) -> None:
    """Removes the unwanted ones that hold less than half of the page each.

    Backwards: what is inside a removed one is no more. Those that hold more are all around each other: there are few,
    or the page is made to keep us busy.
    """
    kept = 0
    for node in reversed(nodes):
        if 2 * letters(node) >= whole or node.tag in ("body", "html"):
            kept += 1
        elif is_unwanted(node):
            node.decompose()
        if kept > _DEEPEST:
            return
