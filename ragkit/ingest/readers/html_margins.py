"""What the margins of a page tell: its header, its footer and its boxes, once what leads elsewhere is taken out.

A footer is where a site says who it is: its address, its telephone, its hours stand beside a copyright notice and links
to other pages. So a margin is not left out as a whole: its notices and links go, and of what is mostly links the blocks
that hold a fact stay. A block stays whole, for half a timetable tells less than none.
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
CONTROLS = ("button", "input", "select", "textarea")
_TOGETHER = frozenset({"address", "dl", "ol", "table", "ul"})
"""Elements of which the blocks inside tell one thing."""
RIGHTS = r"©|\(c\)\s*(?:19|20)\d\d|\bcopyright"
_SITE = r"\b(?:web)?(?:content|pages?|sites?)\b"
_NOTICE = re.compile(
    rf"{RIGHTS}|\ball rights reserved|\balle rechte vorbehalten|\bfollow us\b|\bback to top\b|"
    rf"(?:\bwe|{_SITE}) uses? (?:\w+ ){{0,3}}cookies?\b|\bcookies? (?:notice|policy|preferences|settings)\b|"
    rf"\b(?:accept|consent)\w*\b[^.!?]{{0,40}}\bcookies?\b|\bcookies?\b[^.!?]{{0,40}}(?:\baccept|\bconsent|{_SITE})|"
    rf"\b(?:sign up|subscribe)\b[^.!?]{{0,40}}\bnewsletter|{_SITE} by\b|"
    rf"(?:^\W*(?:proudly )?|{_SITE} (?:is |was )?)(?:powered|designed|made|created|built) (?:by|with|using)\b|"
    rf"{_SITE}[^.!?]{{0,60}}\blicen[sc]ed under\b|\bterms of (?:use|service)\b|\bprivacy policy\b|\blegal notice\b|"
    r"\bwas this (?:page|article) (?:useful|helpful)|^\W*(?:cookies?|newsletter|terms and conditions)\W*$",
    re.IGNORECASE,
)
"""What sentences say that stand on each page of a site."""
_DAY = (
    r"\b(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?|"
    r"(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?)\b"
)
_CLOCK = r"\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]\.?m\b\.?|uhr\b|h\b)?"
_HOURS = rf"\b(?:{_CLOCK}\s?(?:[-–—]|to|till?|until|bis)\s?{_CLOCK}|closed\b)"
_FACT = re.compile(
    r"[\w.+-]{1,64}@[\w-]+\.\w+|(?<![\w./-])(?:\+|\(?0)\d[\d\s()/-]{5,}\d|\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b|"
    r"\b(?-i:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]{2} \d{5}|\d{5} [A-Z][a-z]+)\b|(?<!\d)\d{5,}(?!\d)|"
    rf"\b(?:no|nr|number)\.? \d{{3,}}|{_DAY}.{{0,80}}{_HOURS}|{_HOURS}.{{0,80}}{_DAY}|"
    r"\bclosed (?:on|until|from|all|for)\b",
    re.IGNORECASE | re.DOTALL,
)
"""An address, a number to call or to be known by, the hours of opening."""
_LABELLED = re.compile(r"\s*(?:[^\W\d_][^:.!?]{1,40}:\s+\w|[Bb]y\s+[A-Z]\w+\s+[A-Z])")
"""A line that names who or what something is, or who wrote it."""
_BAR = re.compile(r"\s[|·•–—]\s+")
_NO_END_OF_LINE = re.compile(r"[^\n]")
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


@dataclass(slots=True, eq=False)
class _Line:
    """What stands between two ends of blocks or breaks."""

    block: etree._Element
    pieces: list[_Piece] = field(default_factory=list)
    pictures: list[etree._Element] = field(default_factory=list)
    is_filled_in: bool = False

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    def note(self, element: etree._Element) -> None:
        """What an element within the line says of it."""
        self.is_filled_in |= element.tag in CONTROLS
        if element.tag == "img":
            self.pictures.append(element)

    def write(self, text: str) -> None:
        """Puts a text of the same length in the place of its own."""
        place = 0
        for piece in self.pieces:
            end = place + len(piece.text)
            setattr(piece.owner, piece.where, text[place:end])
            place = end

    @property
    def is_links(self) -> bool:
        """Whether it is there to be clicked for the most part."""
        linked = sum(len("".join(piece.text.split())) for piece in self.pieces if piece.is_linked)
        return linked * 2 > len("".join(self.text.split()))

    @property
    def is_prose(self) -> bool:
        return not self.is_filled_in and len(self.text.split()) >= _SENTENCE_WORDS


class Margin:
    """A margin of a page, of which lines can be taken out; ``out`` are the elements that are not to be read then."""

    def __init__(self, root: etree._Element, leaves_out: Callable[[etree._Element], bool]) -> None:
        self.out: set[etree._Element] = set()
        self.elements = set(root.iter(etree.Element))
        self._lines = list(self._lines_of(root, leaves_out))

    def without_notices(self) -> bool:
        """Takes out the notices, what is left of their lines if that tells nothing, and lines of links.

        Returns:
            Whether any text is left.
        """
        for line in self._lines:
            line.write(_without_notices(line.text))
            if line.is_links:
                line.write(_blank(line.text))
        return self._is_any_left()

    def only_facts(self, *, sentences: bool) -> bool:
        """Takes out the same, and all blocks but those that hold facts, and, if they are wanted, sentences.

        Returns:
            Whether any text is left.
        """
        self.without_notices()
        blocks: dict[etree._Element, list[str]] = {}
        for line in self._lines:
            blocks.setdefault(line.block, []).append(line.text)
        told = {block for block, lines in blocks.items() if _tells(block, lines)}
        for line in self._lines:
            if line.block not in told and not (sentences and line.is_prose):
                line.write(_blank(line.text))
        return self._is_any_left()

    def _is_any_left(self) -> bool:
        """Whether any text is; without it, pictures of a line say nothing."""
        empty = [line for line in self._lines if not line.text.strip()]
        self.out.update(picture for line in empty for picture in line.pictures)
        return len(empty) < len(self._lines)

    def _lines_of(self, root: etree._Element, leaves_out: Callable[[etree._Element], bool]) -> Iterator[_Line]:
        line, links, blocks = _Line(root), 0, [root]
        walk = etree.iterwalk(root, events=("start", "end", "comment"))
        for event, element in walk:
            starts = event == "start"
            is_comment = event == "comment"
            if not is_comment and element.tag not in INLINE:
                if starts:
                    blocks.append(_block(element, blocks[-1]))
                else:
                    blocks.pop()
            if not is_comment and (element.tag not in INLINE or element.tag == "br"):
                yield line
                line = _Line(blocks[-1])
            if starts:
                line.note(element)
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


def _block(element: etree._Element, outer: etree._Element) -> etree._Element:
    """The block that an element and what stands around it belong to."""
    return outer if outer.tag in _TOGETHER and element.tag != "address" else element


def leads_elsewhere(element: etree._Element) -> bool:
    """Whether an element is a link, and no telephone number or mail address."""
    return element.tag == "a" and not element.get("href", "").startswith(_OPENS_NOTHING)


def _tells(block: etree._Element, lines: list[str]) -> bool:
    """Whether a block of a margin holds a fact. A day and its hours may stand in two cells."""
    return block.tag == "address" or _FACT.search(" | ".join(lines)) is not None or any(map(_LABELLED.match, lines))


def _blank(text: str) -> str:
    """As many blanks as a text has characters, with its ends of lines: what follows is counted by them."""
    return _NO_END_OF_LINE.sub(" ", text)


def _without_notices(text: str) -> str:
    """A line with blanks for its notices, and for all of it if labels are the rest."""
    flat = text.replace("\n", " ")
    parts = list(_parts(flat))
    kept = {(start, end) for start, end in parts if not _is_notice(flat[start:end])}
    if len(kept) == len(parts):
        return text
    if not any(_is_more_than_label(flat[start:end]) for start, end in kept):
        return _blank(text)
    bar = _BAR.match(flat, min(kept)[0])
    begin = bar.end() if bar else 0
    left = "".join(text[start:end] if (start, end) in kept else _blank(text[start:end]) for start, end in parts)
    return _blank(text[:begin]) + left[begin:]


def _parts(text: str) -> Iterator[tuple[int, int]]:
    """The sentences of a line, with the blanks behind them, and what bars part in them, which begins with its bar."""
    starts = {start for start, _ in sentence_spans(text)} | {bar.start() for bar in _BAR.finditer(text)}
    return pairwise(sorted({0, *starts, len(text)}))


def _is_notice(part: str) -> bool:
    return _NOTICE.search(part) is not None and not _FACT.search(part)


def _is_more_than_label(part: str) -> bool:
    return len(_WORD.findall(part)) > _LABEL_WORDS or ":" in part or any(map(str.isdigit, part))
