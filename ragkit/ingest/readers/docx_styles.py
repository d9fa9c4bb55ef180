"""What Word's styles and numbering say of a paragraph: is it a heading, and which number does its list show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from ragkit.ingest.readers.list_numbers import count_text
from ragkit.ingest.readers.whole_numbers import whole_number

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_CODE = re.compile(r"(?:html )?(?:code|preformatted|source)", re.IGNORECASE)
_CONTENTS = re.compile(r"toc (?:[1-9]|heading)", re.IGNORECASE)
_LIST = re.compile(r"list (bullet|number)(?: ([2-5]))?", re.IGNORECASE)
_PLACE = re.compile(r"%([1-9])")
_MAX_CHAIN = 20
_MAX_LEVELS = 9


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """``heading`` is a level or 0; ``list`` is the id of a numbering and its level, or empty.

    ``depth`` is how deep the list stands in others, which the name of a style may tell where its numbering does not.
    ``is_contents`` is that of a line, or the heading, of a table of contents.
    """

    heading: int = 0
    list: tuple[str, int] | tuple[()] = ()
    depth: int = 0
    is_code: bool = False
    is_contents: bool = False


class Styles:
    """The paragraph styles of a document."""

    def __init__(self, root: etree._Element | None) -> None:
        styles = [] if root is None else list(root.iter(f"{WORD}style"))
        self._styles = {each.get(f"{WORD}styleId", ""): each for each in styles}

    def of(self, paragraph: etree._Element) -> ParagraphStyle:
        """What the paragraph's own properties say, else its style, else the style that one is based on."""
        about = paragraph.find(f"{WORD}pPr")
        heading, numbered, depth, code, contents = 0, _numbering(about), 0, False, False
        for style in self._chain(value_of(about, "pStyle") if about is not None else ""):
            name = value_of(style, "name")
            below = style.find(f"{WORD}pPr")
            heading = heading or _heading(name, below)
            named = _named_list(name)
            # "List Bullet 2" has a numbering of its own, whose only level is the first.
            depth = depth or (named[1] if named else 0)
            numbered = numbered or _numbering(below) or named
            code = code or bool(_CODE.match(name))
            contents = contents or bool(_CONTENTS.fullmatch(name))
        heading = heading or _heading("", about)
        numbered = numbered if numbered and numbered[0] != "0" else ()
        return ParagraphStyle(heading, numbered, max(depth, numbered[1] if numbered else 0), code, contents)

    def _chain(self, style_id: str) -> Iterator[etree._Element]:
        for _ in range(_MAX_CHAIN):
            style = self._styles.get(style_id)
            if style is None:
                return
            yield style
            style_id = value_of(style, "basedOn")


class Numbering:
    """The list definitions of a document, with the counters of its lists as they stand."""

    def __init__(self, root: etree._Element | None) -> None:
        self._abstract: dict[str, str] = {}
        self._levels: dict[str, dict[int, etree._Element]] = {}
        self._changes: dict[str, dict[int, etree._Element]] = {}
        self._counters: dict[str, list[int]] = {}
        self._begun: set[tuple[str, int]] = set()
        linked: dict[str, str] = {}
        styles: dict[str, str] = {}
        for each in [] if root is None else root.iter(f"{WORD}abstractNum"):
            number_id = each.get(f"{WORD}abstractNumId", "")
            self._levels[number_id] = _by_level(each, "lvl")
            linked[number_id] = value_of(each, "numStyleLink")
            styles[value_of(each, "styleLink")] = number_id
        for each in [] if root is None else root.iter(f"{WORD}num"):
            number_id, abstract = each.get(f"{WORD}numId", ""), value_of(each, "abstractNumId")
            # A definition may be no more than the name of a style whose definition it is.
            self._abstract[number_id] = styles.get(linked.get(abstract) or "-", abstract)
            self._changes[number_id] = _by_level(each, "lvlOverride")

    def next(self, number_id: str, level: int) -> str:
        """The marker of the next paragraph in a list, ``-`` for a bullet.

        Lists of one definition go on counting from each other, save where one says with which number it starts.
        """
        abstract = self._abstract.get(number_id, "")
        changes = self._changes.get(number_id, {})
        levels = dict(self._levels.get(abstract, {}))
        levels.update({at: own for at, each in changes.items() if (own := each.find(f"{WORD}lvl")) is not None})
        counters = self._counters.setdefault(abstract, [0] * _MAX_LEVELS)
        start = value_of(changes[level], "startOverride") if level in changes else ""
        if start and (number_id, level) not in self._begun:
            counters[level] = _int(start, 1) - _start(levels, level)
        self._begun.add((number_id, level))
        counters[level] += 1
        counters[level + 1 :] = [0] * (_MAX_LEVELS - level - 1)
        definition = levels.get(level)
        kind = value_of(definition, "numFmt") if definition is not None else "bullet"
        if definition is None or kind in {"bullet", "none"}:
            return "-"
        text = value_of(definition, "lvlText") or f"%{level + 1}."
        return _PLACE.sub(lambda match: self._number(levels, counters, int(match[1]) - 1), text).strip() or "-"

    @staticmethod
    def _number(levels: dict[int, etree._Element], counters: list[int], level: int) -> str:
        definition = levels.get(level)
        value = max(counters[level], 1) + _start(levels, level) - 1
        return count_text(value, value_of(definition, "numFmt") if definition is not None else "decimal")


def _by_level(parent: etree._Element, name: str) -> dict[int, etree._Element]:
    return {_int(each.get(f"{WORD}ilvl")): each for each in parent.iterchildren(f"{WORD}{name}")}


def _start(levels: dict[int, etree._Element], level: int) -> int:
    definition = levels.get(level)
    return _int(value_of(definition, "start"), 1) if definition is not None else 1


def value_of(parent: etree._Element, name: str) -> str:
    """The ``w:val`` of a child, or an empty string."""
    child = parent.find(f"{WORD}{name}")
    return child.get(f"{WORD}val", "") if child is not None else ""


def _heading(name: str, about: etree._Element | None) -> int:
    match = _HEADING.fullmatch(name)
    if match:
        return int(match[1])
    if name.lower() == "title":
        return 1
    outline = value_of(about, "outlineLvl") if about is not None else ""
    return int(outline) + 1 if outline in set("012345678") else 0


def _numbering(about: etree._Element | None) -> tuple[str, int] | tuple[()]:
    place = about.find(f"{WORD}numPr") if about is not None else None
    if place is None or not value_of(place, "numId"):
        return ()
    return value_of(place, "numId"), min(_int(value_of(place, "ilvl")), _MAX_LEVELS - 1)


def _named_list(name: str) -> tuple[str, int] | tuple[()]:
    """A list style without a numbering of its own: a bullet."""
    match = _LIST.fullmatch(name)
    return ("named", int(match[2] or 1) - 1) if match else ()


def _int(text: str | None, default: int = 0) -> int:
    return whole_number(text, default, digits=5)
