"""What the margins of a page tell: its header, its footer and its boxes, once what leads elsewhere is taken out.

A footer is where a site says who it is: its address, its telephone, its hours stand beside a copyright notice and links
to other pages. So a margin is not left out as a whole: its notices go, and of what is mostly links the lines that hold
a fact stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from lxml import etree

from ragkit.sentences import sentence_spans

INLINE = frozenset(
    "a abbr acronym b bdi bdo big br button cite code data dfn em font g i img ins kbd label map mark object q rb rp "
    "rt rtc ruby samp script small span strong sub sup switch text textpath time tspan tt u var wbr".split()
)
"""Elements that do not begin a block."""
_OPENS_NOTHING = ("tel:", "mailto:")
"""Links that say what they are: a number, an address."""
_CONTROLS = frozenset({"button", "input", "select", "textarea"})
_NOTICE = re.compile(
    r"©|\(c\)\s*\d|\bcopyright|\ball rights reserved|\balle rechte vorbehalten|\bcookies?\b|\bnewsletter|"
    r"\b(?:powered|designed|made|created|built|site|website|page) (?:by|with|using)\b|\bfollow us\b|\bback to top\b|"
    r"\bterms (?:of use|and conditions|of service)\b|\bprivacy policy\b|\blegal notice\b|\blicen[sc]ed under\b|"
    r"\bwas this (?:page|article) (?:useful|helpful)",
    re.IGNORECASE,
)
"""What sentences say that stand on each page of a site."""
_DAY = r"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b"
_CLOCK = r"\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]\.?m\b\.?|uhr\b|h\b)?"
_HOURS = rf"{_CLOCK}\s?(?:[-–—]|to|till?|until|bis)\s?{_CLOCK}"
_FACT = re.compile(
    r"[\w.+-]{1,64}@[\w-]+\.\w+|(?<![\w./-])(?:\+|\(?0)\d[\d\s()/-]{5,}\d|\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b|"
    r"\b(?-i:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]{2} \d{5}|\d{5} [A-Z][a-z]+)\b|(?<!\d)\d{5,}(?!\d)|"
    rf"{_DAY}.*\b{_HOURS}|\b{_HOURS}.*{_DAY}|\bclosed (?:on|until|from|all|for)\b",
    re.IGNORECASE | re.DOTALL,
)
"""An address, a number to call or to be known by, the hours of opening."""
_BAR = re.compile(r"\s+[|·•–—]\s+")
_WORD = re.compile(r"[^\W_]+")
_LABEL_WORDS = 2
"""Of the name of another page, such as "Accessibility statement"."""
_SENTENCE_WORDS = 6


@dataclass(frozen=True, slots=True)
class _Piece:
    """A text of the tree: what stands in an element before its first child, or behind it."""

    owner: etree._Element
    where: Literal["text", "tail"]
    is_linked: bool

    @property
    def text(self) -> str:
        return getattr(self.owner, self.where) or ""

    def blank(self, start: int, end: int) -> None:
        """Takes characters out, but no ends of lines: what follows is counted by them."""
        gone = "\n" * self.text.count("\n", start, end)
        setattr(self.owner, self.where, self.text[:start] + gone + self.text[end:])


@dataclass(slots=True, eq=False)
class _Line:
    """What stands between two ends of blocks or breaks."""

    pieces: list[_Piece] = field(default_factory=list)
    pictures: list[etree._Element] = field(default_factory=list)
    to_click: int = 0
    is_address: bool = False

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    def blank(self, start: int, end: int) -> None:
        """Takes characters out of the line."""
        place = len(self.text)
        for piece in reversed(self.pieces):
            place -= len(piece.text)
            first, last = max(start - place, 0), min(end - place, len(piece.text))
            if first < last:
                piece.blank(first, last)

    @property
    def is_links(self) -> bool:
        """Whether it is there to be clicked for the most part."""
        linked = sum(len("".join(piece.text.split())) for piece in self.pieces if piece.is_linked)
        return linked * 2 > len("".join(self.text.split()))


class Margin:
    """A margin of a page, of which lines can be taken out; ``out`` are the elements that are not to be read then."""

    def __init__(self, root: etree._Element, leaves_out: Callable[[etree._Element], bool]) -> None:
        self.out: set[etree._Element] = set()
        self.elements = set(root.iter(etree.Element))
        self._lines = list(self._lines_of(root, leaves_out))

    def without_notices(self) -> bool:
        """Takes the notices out, and what is left of their lines if that tells nothing; whether any text is left."""
        for line in self._lines:
            _take_notices(line)
        return self._is_any_left()

    def only_facts(self, *, sentences: bool) -> bool:
        """Takes out all lines but those that hold facts, and, if they are wanted, sentences; whether any is left."""
        for line in self._lines:
            if not _tells(line, sentences=sentences):
                line.blank(0, len(line.text))
        return self._is_any_left()

    def _is_any_left(self) -> bool:
        """Whether any text is; without it, pictures of a line say nothing."""
        empty = [line for line in self._lines if not line.text.strip()]
        self.out.update(picture for line in empty for picture in line.pictures)
        return len(empty) < len(self._lines)

    def _lines_of(self, root: etree._Element, leaves_out: Callable[[etree._Element], bool]) -> Iterator[_Line]:
        line, links = _Line(), 0
        walk = etree.iterwalk(root, events=("start", "end", "comment"))
        for event, element in walk:
            starts = event == "start"
            is_comment = event == "comment"
            if not is_comment and (element.tag not in INLINE or element.tag == "br"):
                yield line
                line = _Line(is_address=_is_in_address(element if starts else element.getparent()))
            if starts:
                line.to_click += element.tag in _CONTROLS or leads_elsewhere(element)
                if element.tag == "img":
                    line.pictures.append(element)
            if starts and element is not root and leaves_out(element):
                self.out.add(element)
                walk.skip_subtree()
            elif starts:
                line.pieces.append(_Piece(element, "text", links + leads_elsewhere(element) > 0))
            if not is_comment:
                links += (1 if starts else -1) * leads_elsewhere(element)
            if not starts and element is not root:
                line.pieces.append(_Piece(element, "tail", links > 0))
        yield line


def _is_in_address(element: etree._Element | None) -> bool:
    return element is not None and (
        element.tag == "address" or next(element.iterancestors("address"), None) is not None
    )


def leads_elsewhere(element: etree._Element) -> bool:
    """Whether an element is a link, and no telephone number or mail address."""
    return element.tag == "a" and not element.get("href", "").startswith(_OPENS_NOTHING)


def _tells(line: _Line, *, sentences: bool) -> bool:
    """Whether a line of a margin holds a fact, or is all prose where that counts."""
    text = line.text
    if not text.strip() or line.is_links:
        return False
    if _FACT.search(text) or line.is_address:
        return True
    is_prose = not line.to_click and len(text.split()) >= _SENTENCE_WORDS
    return sentences and is_prose and not _NOTICE.search(text)


def _take_notices(line: _Line) -> None:
    """Takes the notices out of a line, and all of it if labels are the rest."""
    text = line.text.replace("\n", " ")
    parts = list(_parts(text))
    kept = [(start, end) for start, end in parts if not _is_notice(text[start:end])]
    if len(kept) == len(parts):
        return
    if not any(_is_more_than_label(text[start:end]) for start, end in kept):
        kept = []
    begin = len(text)
    for start, end in reversed(kept):
        line.blank(end, begin)
        begin = start
    bar = _BAR.match(text, begin)
    line.blank(0, bar.end() if bar else begin)


def _parts(text: str) -> Iterator[tuple[int, int]]:
    """The sentences of a line, with the blanks behind them, and what bars part in them, which begins with its bar."""
    starts = {start for start, _ in sentence_spans(text)} | {bar.start() for bar in _BAR.finditer(text)}
    return pairwise(sorted({0, *starts, len(text)}))


def _is_notice(part: str) -> bool:
    return _NOTICE.search(part) is not None and not _FACT.search(part)


def _is_more_than_label(part: str) -> bool:
    return len(_WORD.findall(part)) > _LABEL_WORDS or ":" in part or any(map(str.isdigit, part))
