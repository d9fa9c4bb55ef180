"""Boxes beside the text of a page, such as notes, warnings and sidebars: what each is called, and what lays it out.

DocBook and Asciidoctor make tables of them, Sphinx and others blocks. The title is the first that a box says, in an
element that is named for it, or the picture before that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from lxml import etree

from ragkit.ingest.readers.html_content import BOX_CLASSES, HEADINGS, text_of

_SECTIONS = frozenset({"info", "sidebar", "sidebarblock", "topic"})
"""Classes of boxes that whole sections have, too."""
_BOX_TAGS = frozenset({"aside", "blockquote", "div", "section"})
_TITLE = re.compile(r"(?:.+-)?(?:title|heading)")
"""The class of a title."""
_LONGEST_TITLE = 120
_MOST_BEFORE_TITLE = 100
"""Starts and ends of elements within which a box tells what it is called."""
_KIND_WORDS = 2
"""Of a title that tells no more than the kind of box: Note, See also."""


class Box(NamedTuple):
    """What a box is called, the elements that say so, and whether that is more than the kind of box."""

    title: str
    told_by: frozenset[etree._Element]
    has_own_title: bool


def box(element: etree._Element) -> Box | None:
    """What an element is as a box; none without a title, nor for a section that is only named like one."""
    classes = BOX_CLASSES.intersection(element.get("class", "").split()) if element.tag in _BOX_TAGS else ()
    if not classes:
        return None
    found = dict(_titles(element))
    titles = list({title.casefold(): title for title in found.values() if title}.values())
    title = ": ".join(titles)
    if not title or len(title) > _LONGEST_TITLE:
        return None
    headings = set(element.iterdescendants(*HEADINGS))
    if headings - found.keys() or (headings and _SECTIONS.issuperset(classes)):
        return None
    return Box(title, frozenset(found), len(titles) > 1 or len(title.split()) > _KIND_WORDS)


def is_layout(table: etree._Element) -> bool:
    """Whether a table is all that a box consists of, or has one cell alone that says something."""
    outer = table.getparent()
    if outer is not None and len(outer) == 1 and box(outer):
        return True
    cells = (cell for cell in table.iter("td", "th") if _text(cell) or _sign(cell))
    return next(cells, None) is not None and next(cells, None) is None


def _titles(element: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """The elements that tell what a box is called, each with what it tells, up to the first of its text."""
    is_table = len(element) == 1 and element[0].tag == "table"
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, each in islice(walk, _MOST_BEFORE_TITLE):
        if event == "end":
            if each is not element and (each.tail or "").strip():
                return
        elif each is not element and isinstance(each.tag, str) and _is_title(each, is_table):
            yield each, _text(each) or _sign(each)
            walk.skip_subtree()
        elif (each.text or "").strip():
            return


def _is_title(element: etree._Element, is_table: bool) -> bool:
    """Whether an element is a title by its class; in a box that is a table also a head, or a cell with a picture."""
    classes = element.get("class", "").split()
    if any(map(_TITLE.fullmatch, classes)):
        return True
    if not is_table or element.tag not in {"td", "th"}:
        return False
    return element.tag == "th" or "icon" in classes or (not _text(element) and _sign(element) != "")


def _text(element: etree._Element) -> str:
    return " ".join(text_of(element).split())


def _sign(element: etree._Element) -> str:
    """What the first picture in an element stands for, by its ``alt`` or its ``title``."""
    for each in element.iterdescendants("img", "i"):
        return (each.get("alt") or each.get("title") or "").strip("[] \n")
    return ""
