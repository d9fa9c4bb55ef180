"""What of HTML is read: all that is seen, and of a page of a site only what is no navigation.

A page is not cut down to what its author marked as its main part, for what stands beside that may be its heading or a
table. It is judged: what is mostly links, is there to be clicked, or says by its name that it belongs to the site goes,
but for the facts in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import islice

from lxml import etree

from ragkit.ingest.readers.html_margins import CONTROLS, RIGHTS, Margin, leads_elsewhere

_UNSEEN = frozenset(
    "audio canvas datalist defs del desc embed head iframe input metadata s strike style symbol title video".split()
)
_DROPPED = frozenset({"nav", "select", "textarea"})
_JUDGED = frozenset({"aside", "dialog", "footer", "form", "header"})
_JUDGED_ROLES = frozenset({"alertdialog", "complementary", "dialog"})
_MARGIN_ROLES = frozenset({"banner", "contentinfo"})
_MARGIN_IDS = frozenset({"footer", "sidebar"})
"""Of what is no content, but may hold facts."""
_MAX_JUDGED = 8
"""Of those that stand in each other: each is read as a whole to be judged."""
_NOTE_ROLES = frozenset({"note", "doc-footnote", "doc-endnotes"})
_NOTE_TYPES = frozenset({"footnote", "endnote", "rearnote"})
_NOTE_CLASSES = frozenset({"footnote", "footnotes", "footnote-list"})
BOX_CLASSES = frozenset(
    "admonition admonitionblock alert attention callout caution danger error hint important info markdown-alert note "
    "seealso sidebar sidebarblock tip topic warning".split()
)
"""Of what stands beside the text and belongs to it, where it is no part of the site."""
_DROPPED_ROLES = frozenset({"navigation", "search", "menu", "menubar"})
_DROPPED_CLASSES = frozenset(
    "docnav headerlink linenos navfooter navheader sphinxsidebar sr-only toctree-wrapper visually-hidden".split()
)
_DROPPED_IDS = frozenset({"nav", "navigation"})
_FOOTER_CLASSES = frozenset({"footer", "footer-relations", "page-footer", "site-footer"})
"""Of a ``<div>`` that stands for a ``<footer>``."""
_EMPTY_NAMES = (
    r"breadcrumb|consent|cookie|gdpr|(?:^|[\s_-])(?:ads?|advert\w*|menu|nav\w*|newsletter|pager|pagination|popup|"
    r"promo\w*|related|search|shar(?:e|ing)|skip\w*|social|sponsor\w*|subscribe|toc|toolbar)(?:$|[\s_-])"
)
_EMPTY = re.compile(_EMPTY_NAMES, re.IGNORECASE)
"""Of the classes, ids and labels of what belongs to the site and holds no facts."""
_FURNITURE = re.compile(rf"{_EMPTY_NAMES}|(?:^|[\s_-])(?:banner|sidebar|widgets?)(?:$|[\s_-])", re.IGNORECASE)
"""Of those of all that belongs to the site."""
_RIGHTS = re.compile(RIGHTS, re.IGNORECASE)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CONTENT = ("article", "main", "section")
_FORM_CONTENT = ("p", "h1", "h2", "h3", "h4", "ul", "ol", "dl", "pre", "table", "article", "main")
_LABEL_LENGTH = 60
"""Of the words that go with something to be filled in or clicked."""
_NOTICE_LENGTH = 300
_STEPS = frozenset({"next", "prev", "previous"})
_STEP_KEYS = frozenset("np")
_STEP_TAGS = ("div", "ol", "p", "table", "ul")
_LONGEST_STEPS = 400
_STRUCK = re.compile(r"text-decoration(?:-line)?\s*:[^;]*\bline-through\b")


def text_of(element: etree._Element | None) -> str:
    """All text within an element; none without one."""
    return "" if element is None else str(etree.tostring(element, method="text", encoding="unicode", with_tail=False))


def holds(element: etree._Element, *tags: str) -> bool:
    """Whether one of these stands within an element."""
    return next(element.iterdescendants(*tags), None) is not None


def is_unseen(element: etree._Element) -> bool:
    """Whether ``element`` is never shown, is struck out or is said again for other eyes."""
    if element.tag in _UNSEEN or element.get("aria-hidden") == "true" or _is_hidden(element):
        return True
    if _STRUCK.search(element.get("style", "")) or not _DROPPED_CLASSES.isdisjoint(element.get("class", "").split()):
        return True
    look = _LOOKS.get(element.tag)
    return look is not None and look(element)


class Page:
    """A page of a site: what of it is navigation, as against what is known or judged to be its content."""

    def __init__(self, root: etree._Element) -> None:
        self._places = _places(root)
        self._titles = len(list(root.iter("h1")))
        self._inner_titles = {title for place in self._places for title in place.iter("h1")}
        self._beside = _beside(self._places)
        self._of_book = _of_a_book(root)
        self._settled: set[etree._Element] = set()  # what stands in margins that hold facts
        self._out: set[etree._Element] = set()  # what of it is left out

    def drops(self, element: etree._Element) -> bool:
        """Whether ``element`` belongs to the site rather than to the page.

        Of what belongs to the site and holds facts all else is taken out of the tree.
        """
        if element in self._settled:
            return element in self._out
        if self._is_empty(element):
            return True
        return self._is_left_out(element) and not self._holds_facts(element)

    def _is_empty(self, element: etree._Element) -> bool:
        """Whether it belongs to the site, and no fact is to be looked for in it."""
        tag = element.tag
        if element in self._of_book or tag in _DROPPED:
            return True
        if element.get("role") in _DROPPED_ROLES or element.get("id") in _DROPPED_IDS:
            return True
        if tag == "button":
            return not _names_what_it_opens(element)
        return tag == "h1" and bool(self._inner_titles) and element not in self._inner_titles

    def _is_left_out(self, element: etree._Element) -> bool:
        tag, role = element.tag, element.get("role")
        if element in self._beside or _is_margin(element):
            return True
        if tag not in _JUDGED and role not in _JUDGED_ROLES and not _is_called_footer(element):
            return False
        outer = islice(element.iterancestors(*_JUDGED), _MAX_JUDGED)
        return len(list(outer)) < _MAX_JUDGED and self._is_judged_out(element)

    def _is_judged_out(self, element: etree._Element) -> bool:
        if element.tag == "form":
            return _is_mask(element)
        if element.tag == "header":
            return not self._is_title_block(element)
        return not self._is_note(element) and (_is_furniture(element) or _has_rights(element))

    def _holds_facts(self, element: etree._Element) -> bool:
        """Whether anything is left of what is left out, once all that tells nothing is taken out of it."""
        if element.tag == "form" or _EMPTY.search(_names(element)):
            return False
        margin = Margin(element, self._tells_nothing)
        if element.tag != "header" and not _is_margin(element) and not _is_furniture(element):
            holds_some = margin.without_notices()
        else:
            holds_some = margin.only_facts(sentences=_is_footer(element))
        self._settled |= margin.elements
        self._out |= margin.out
        return holds_some

    def _tells_nothing(self, element: etree._Element) -> bool:
        return is_unseen(element) or self._is_empty(element) or _EMPTY.search(_names(element)) is not None

    def _is_inside(self, element: etree._Element) -> bool:
        """Whether it stands in what is known to be main content."""
        return bool(self._places) and any(outer in self._places for outer in element.iterancestors())

    def _is_note(self, aside: etree._Element) -> bool:
        """Whether it belongs to the text for sure: a footnote anywhere, a box in the main content."""
        classes = set(aside.get("class", "").split())
        if aside.get("role") in _NOTE_ROLES or aside.get("epub:type") in _NOTE_TYPES or classes & _NOTE_CLASSES:
            return True
        return not classes.isdisjoint(BOX_CLASSES) and self._is_inside(aside)

    def _is_title_block(self, header: etree._Element) -> bool:
        """Whether a ``<header>`` belongs to the content: inside of it, with the only ``<h1>``, or by what it says."""
        if self._is_inside(header) or next(header.iterancestors(*_CONTENT), None) is not None:
            return True
        if self._titles == 1 and holds(header, "h1"):
            return True
        return not self._places and not _is_furniture(header)


def _places(root: etree._Element) -> set[etree._Element]:
    """Each ``<main>`` and its like, else the only ``<article>``.

    An article with less text than stands beside it is a card on a page of something else.
    """
    marked = [each for each in root.iter(etree.Element) if each.tag == "main" or each.get("role") == "main"]
    places = {each for each in marked if not is_unseen(each)}
    articles = list(root.iter("article"))
    if not places and len(articles) == 1 and _unlinked(root) - _unlinked(articles[0]) <= _length(articles[0]):
        places = set(articles)
    return places


def _beside(places: Iterable[etree._Element]) -> set[etree._Element]:
    """What stands beside the main content and is none."""
    around = {outer for place in places for outer in place.iterancestors()}
    found: set[etree._Element] = set()
    for each in (inner for outer in around for inner in outer.iterchildren(etree.Element)):
        if each in around or each in places or is_unseen(each):
            continue
        if _is_furniture(each) or _has_rights(each):
            found.add(each)
        else:
            found.update(inner for inner in each.iterdescendants(etree.Element) if _FURNITURE.search(_names(inner)))
    return found


def _of_a_book(root: etree._Element) -> set[etree._Element]:
    """What leads through the pages of a book: links to those around this one, and links above its first heading."""
    steps = _steps(root)
    body = root.find("body")
    if body is None or not any(map(_leads_on, root.iterfind("head/link"))):
        return steps
    above: set[etree._Element] = set()
    for each in body.iterchildren(etree.Element):
        if each.tag in HEADINGS or holds(each, *HEADINGS):
            return steps | above
        if holds(each, "a") and not _unlinked(each):
            above.add(each)
        elif each not in steps and not is_unseen(each) and _length(each):
            break
    return steps


def _steps(root: etree._Element) -> set[etree._Element]:
    """What consists of links to the pages before and behind this one, and of the few words that go with them."""
    found: set[etree._Element] = set()
    looked_at: set[etree._Element] = set()
    for outer in (outer for link in root.iter("a") if _leads_on(link) for outer in link.iterancestors(*_STEP_TAGS)):
        if outer not in looked_at and not holds(outer, *HEADINGS, "article", "main"):
            text = text_of(outer).strip()
            if len(text) <= _LONGEST_STEPS and _unlinked(outer) <= _LABEL_LENGTH and text[-1:] not in {".", "!", "?"}:
                found.add(outer)
        looked_at.add(outer)
    return found


def _leads_on(link: etree._Element) -> bool:
    """Whether a link leads to the page before or behind this one."""
    return link.get("accesskey") in _STEP_KEYS or not _STEPS.isdisjoint(link.get("rel", "").lower().split())


def _is_furniture(element: etree._Element) -> bool:
    """Whether something is there to lead elsewhere or to be clicked."""
    if _FURNITURE.search(_names(element)) or _controls(element):
        return True
    if element.tag == "footer" and sum(map(leads_elsewhere, element.iter("a"))) > 1:
        return True
    return _unlinked(element) * 2 < _length(element)


def _has_rights(element: etree._Element) -> bool:
    """Whether something says whose site it is."""
    return _RIGHTS.search(text_of(element)) is not None


def _is_margin(element: etree._Element) -> bool:
    """Whether an element says itself that it is no content."""
    return element.get("role") in _MARGIN_ROLES or element.get("id") in _MARGIN_IDS


def _is_footer(element: etree._Element) -> bool:
    says_so = element.get("role") == "contentinfo" or element.get("id") == "footer"
    return says_so or element.tag == "footer" or _is_called_footer(element)


def _names(element: etree._Element) -> str:
    return f"{element.get('class', '')} {element.get('id', '')} {element.get('aria-label', '')}"


def _length(element: etree._Element) -> int:
    """How much is said."""
    unsaid = sum(len("".join(text_of(each).split())) for each in element.iterdescendants("script", "style"))
    return len("".join(text_of(element).split())) - unsaid


def _unlinked(element: etree._Element) -> int:
    """The same without links."""
    return _length(element) - sum(_length(each) for each in element.iter("a") if leads_elsewhere(each))


def _controls(element: etree._Element) -> int:
    return sum(each.get("type") != "hidden" for each in element.iterdescendants(*CONTROLS))


def _is_called_footer(element: etree._Element) -> bool:
    """Whether an element is a footer by its class, and none around the page."""
    is_called = not _FOOTER_CLASSES.isdisjoint(element.get("class", "").split())
    return is_called and not holds(element, "h1", "main", "article")


def _is_mask(form: etree._Element) -> bool:
    """Whether a form is to be filled in. Some systems wrap the whole page in one."""
    return not holds(form, *_FORM_CONTENT) and _length(form) <= _LABEL_LENGTH * _controls(form)


def _is_hidden(element: etree._Element) -> bool:
    """Whether nothing brings an element into view; panels come with a click on their tabs."""
    how = element.get("hidden")
    return how is not None and how != "until-found" and element.get("role") != "tabpanel"


def _is_no_formula(script: etree._Element) -> bool:
    """Whether a script is none in TeX that is still to be shown."""
    before = script.getprevious()
    return not script.get("type", "").startswith("math/tex") or (before is not None and holds(before, "math"))


def _is_notice(noscript: etree._Element) -> bool:
    """Whether it says no more than that scripts are off. A picture alone is there again with scripts."""
    text = text_of(noscript)
    return not text.strip() or (len(text) < _NOTICE_LENGTH and "script" in text.lower())


_LOOKS: dict[str, Callable[[etree._Element], bool]] = {
    "dialog": lambda dialog: "open" not in dialog.attrib,
    "noscript": _is_notice,
    "script": _is_no_formula,
    "svg": lambda picture: not holds(picture, "text", "foreignobject"),
    "template": lambda template: not {"shadowroot", "shadowrootmode"} & set(template.attrib),
}
"""What tells of some elements that they are not seen; an icon in a line would be a block of its own."""


def _names_what_it_opens(button: etree._Element) -> bool:
    """Whether a button is all of a heading or a term, as that of a fold is."""
    inner, outer = button, button.getparent()
    while outer is not None and inner.getprevious() is None and inner.getnext() is None:
        if f"{outer.text or ''}{inner.tail or ''}".strip():
            return False
        if outer.tag in HEADINGS or outer.tag in {"dt", "summary"}:
            return True
        inner, outer = outer, outer.getparent()
    return False
