"""What of an HTML page is its content: the main part of it, without what is left out of that."""

from __future__ import annotations

import re

from lxml import etree

_DROPPED = frozenset(
    "audio button canvas datalist del dialog embed footer head iframe input map math nav noscript object s script "
    "select strike style svg template textarea video".split()
)
_NOTE_ROLES = frozenset({"note", "doc-footnote", "doc-endnotes"})
_NOTE_TYPES = frozenset({"footnote", "endnote", "rearnote"})
_NOTE_CLASSES = frozenset({"footnote", "footnotes", "footnote-list"})
_BOX_CLASSES = frozenset(
    "admonition alert callout caution danger hint important info note sidebar tip topic warning".split()
)
_DROPPED_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary", "menu", "menubar"})
_DROPPED_CLASSES = frozenset(
    "headerlink linenos navfooter navheader sphinxsidebar sr-only toctree-wrapper visually-hidden".split()
)
_DROPPED_IDS = frozenset({"footer", "nav", "navigation", "sidebar"})
HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CONTENT = ("article", "main", "section")
_FORM_CONTENT = ("p", "h1", "h2", "h3", "h4", "ul", "ol", "dl", "pre", "table", "article", "main")
_STRUCK = re.compile(r"text-decoration(?:-line)?\s*:[^;]*\bline-through\b")


def main_content(root: etree._Element) -> etree._Element:
    """The longest of ``<main>`` and its like, else the only ``<article>``, else the whole.

    An article with less text than the paragraphs beside it is a card on a page of something else.
    """
    places = [element for element in root.iter(etree.Element) if element.tag == "main" or element.get("role") == "main"]
    if not places:
        articles = list(root.iter("article"))
        if len(articles) == 1 and _prose(root) - _prose(articles[0]) <= len(text_of(articles[0])):
            places = articles
    return max(places, key=lambda place: len(text_of(place)), default=root)


def _prose(element: etree._Element) -> int:
    return sum(len(text_of(each)) for each in element.iter("p"))


def text_of(element: etree._Element | None) -> str:
    """All text within an element; none without one."""
    return "" if element is None else str(etree.tostring(element, method="text", encoding="unicode", with_tail=False))


def holds(element: etree._Element, *tags: str) -> bool:
    """Whether one of these stands within an element."""
    return next(element.iterdescendants(*tags), None) is not None


def is_dropped(element: etree._Element, root: etree._Element) -> bool:
    """Whether ``element`` is boilerplate rather than content of ``root``."""
    if element is root:
        return False
    tag = element.tag
    if tag in _DROPPED or element.get("role") in _DROPPED_ROLES or "hidden" in element.attrib:
        return tag != "button" or not _names_what_it_opens(element)
    hidden = element.get("id") in _DROPPED_IDS or element.get("aria-hidden") == "true"
    if (
        hidden
        or _STRUCK.search(element.get("style", ""))
        or not _DROPPED_CLASSES.isdisjoint(element.get("class", "").split())
    ):
        return True
    if tag == "aside":
        return not _is_note(element, root)
    if tag == "form":
        # Some systems wrap the whole page in one form.
        return not holds(element, *_FORM_CONTENT)
    return tag == "header" and not _is_title_block(element, root)


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


def _is_note(aside: etree._Element, root: etree._Element) -> bool:
    """Whether an ``<aside>`` belongs to the text: a footnote anywhere, a box in what is known to be main content."""
    classes = set(aside.get("class", "").split())
    if aside.get("role") in _NOTE_ROLES or aside.get("epub:type") in _NOTE_TYPES or classes & _NOTE_CLASSES:
        return True
    return root.tag not in {"html", "body"} and not classes.isdisjoint(_BOX_CLASSES)


def _is_title_block(header: etree._Element, root: etree._Element) -> bool:
    """Whether a ``<header>`` belongs to the content: inside an article, or the only place of the page's ``<h1>``."""
    if root.tag not in {"html", "body"} or next(header.iterancestors(*_CONTENT), None) is not None:
        return True
    return holds(header, "h1") and len(list(root.iter("h1"))) == 1
