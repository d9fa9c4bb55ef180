"""HTML to the text of its content: navigation, scripts, masks and what else belongs to the site are left out.

So is what is struck out, as deleted text of other formats is: it does not hold, and an answer would tell it as if it
did. What an abbreviation stands for, and how a word is read, follow it in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from lxml import etree

from ragkit.errors import SourceError
from ragkit.ingest.decode import decode
from ragkit.ingest.readers.aligned import add_lines
from ragkit.ingest.readers.build import HARD_BREAK, Run, TextBuilder, flow, split_lines, strip_end
from ragkit.ingest.readers.html_boxes import Box, box
from ragkit.ingest.readers.html_content import HEADINGS, Page, holds, is_unseen, text_of
from ragkit.ingest.readers.html_links import NAMED, follows_link, is_file_name, is_said_by_figure
from ragkit.ingest.readers.html_lists import ItemCounter
from ragkit.ingest.readers.html_margins import INLINE
from ragkit.ingest.readers.html_notes import note_marks, raised_text
from ragkit.ingest.readers.html_tables import DataTable, is_data
from ragkit.ingest.readers.mathml import formula
from ragkit.types import Document, Metadata, Source

_SHORT = ("abbr", "acronym")
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_MEANING = re.compile(r"[^\W\d_].*\w", re.DOTALL)
"""Of an abbreviation; a title that begins with a figure is a date for programs."""
_XML_ENCODING = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]+)")
_DECLARATION_BYTES = 4096
_PROPERTIES = {
    "author": "author",
    "dc.creator": "author",
    "article:author": "author",
    "description": "description",
    "og:description": "description",
    "keywords": "keywords",
    "dc.date": "created",
    "date": "created",
    "article:published_time": "created",
    "article:modified_time": "modified",
    "last-modified": "modified",
    "dc.language": "language",
    "og:site_name": "site",
}
_LAST_KNOWN_LINE = 65_535
_BEFORE = 3
"""Runs that are looked at before a raised number or a picture."""
_PARTS = re.compile(r"\s+[–—|·:»«/-]+\s+|\s*[|·»«]\s*|:\s+")
"""What stands in a title between the page's and the site's."""
_MAX_BOXES = 8
"""Of those that stand in each other: each is looked through as a whole."""


class HtmlReader:
    """The `ragkit.protocols.Reader` of HTML."""

    def read(self, source: Source, data: bytes) -> Document:
        """Blocks of the content in order.

        The title is the page's only heading of the first level, where that is a part of its ``<title>``, else this.
        What else stands there names the site.
        """
        builder = TextBuilder()
        root = _parse(html_text(data, source.uri), source.uri)
        title = ""
        if root is not None:
            _Writer(builder, 0, Page(root)).write(root)
            title = " ".join(text_of(next(root.iter("title"), None)).split())
        short = _short_title(title, builder.headings(1))
        metadata = properties(root) if root is not None else {}
        site = _beside(short, title)
        metadata = {"site": site, **metadata} if site else metadata
        return builder.document(source, title=short, metadata=metadata)


def html_text(data: bytes, name: str) -> str:
    """The text of an HTML file in the encoding that it declares. Raises `SourceError` for what is no text."""
    declared = _CHARSET.search(data[:_DECLARATION_BYTES]) or _XML_ENCODING.match(data[:_DECLARATION_BYTES])
    return decode(data, name, declared[1].decode("ascii") if declared else None)


def properties(root: etree._Element) -> Metadata:
    """Author, description, keywords, dates, language and site, as far as the page states them."""
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        key = _PROPERTIES.get((meta.get("name") or meta.get("property") or "").lower(), "")
        text = " ".join(meta.get("content", "").split())
        if key and text:
            found.setdefault(key, text)
    language = root.get("lang", "").strip()
    return {**found, "language": language} if language else found


def write_html(builder: TextBuilder, html: str, line: int) -> None:
    """Adds the blocks of HTML that starts on source line ``line``, all that is seen of it: it is no page of a site."""
    root = _parse(html, f"The HTML from line {line} on")
    if root is not None:
        _Writer(builder, line - 1).write(root)


def _parse(html: str, name: str) -> etree._Element | None:
    """The tree, or None when there is no element in it. Raises `SourceError` when the parser gave up."""
    # Without huge_tree libxml2 stops at a nesting of 256 and at long text.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True)
    data = html.encode("utf-8")
    root = etree.fromstring(data, parser) if data.strip() else None
    for entry in parser.error_log:
        if entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            hint = "Save the page in a simpler form."
            raise SourceError(f"{name} cannot be parsed beyond line {entry.line}: it is nested too deeply.", hint)
    for frame in list(root.iter("iframe")) if root is not None else ():
        _open(frame, name)
    return root


def _open(frame: etree._Element, name: str) -> None:
    """Puts the page that a frame holds in its place; another file is a document of its own."""
    inner = _parse(frame.get("srcdoc", ""), name)
    if inner is not None:
        for element in inner.iter(etree.Element):
            element.sourceline = frame.sourceline
        frame.tag, frame.text = "div", None
        frame[:] = [inner]


def _short_title(title: str, headings: Sequence[str]) -> str:
    """``title`` without the site's name when the page's only heading shows which part of it that is."""
    return headings[0] if len(headings) == 1 and headings[0].lower() in title.lower() else title


def _beside(heading: str, title: str) -> str:
    """The parts of a title without the one that is the page's heading; empty where none is."""
    parts = list(filter(None, _PARTS.split(title)))
    others = [part for part in parts if part.casefold() != heading.casefold()]
    return ", ".join(others) if len(others) < len(parts) else ""


class _Writer:
    """Turns the start and end of elements into blocks; ``_runs`` collects the text of the block that is open."""

    def __init__(self, builder: TextBuilder, line_offset: int, page: Page | None = None) -> None:
        self._builder = builder
        self._page = page
        self._offset = line_offset
        self._line = 1
        self._runs: list[Run] = []
        self._level = 0
        self._term = False
        self._lists: list[ItemCounter] = []
        self._marker: Run | None = None
        self._pre = 0
        self._reading: list[Run] = []  # how the ``<ruby>`` that is open is read
        self._readings: list[int] = []  # where in ``_runs`` each ``<rt>`` begins that is open
        self._said = ""  # all of the page, where it has abbreviations
        self._meanings: set[str] = set()  # of those that were met
        self._noted = False  # whether a mark of a footnote was met
        self._boxes: dict[etree._Element, ExitStack] = {}  # those that are open
        self._told: set[etree._Element] = set()  # their titles
        self._table: DataTable | None = None

    def write(self, root: etree._Element) -> None:
        """Adds all blocks below ``root``. Iterative, for nesting has no limit in the wild."""
        self._said = " ".join(text_of(root).split()).casefold() if holds(root, *_SHORT) else ""
        walk = etree.iterwalk(root, events=("start", "end", "comment"))
        passed: etree._Element | None = None
        for event, element in walk:
            if event == "start":
                self._line = self._line_of(element)
                if element is not root and self._passes(element):
                    self._line += text_of(element).count("\n")
                    walk.skip_subtree()
                    passed = element
                else:
                    self._start(element)
                    if element.tag != "rp":
                        self._text(element.text)
            else:
                if event == "comment":
                    self._line += (element.text or "").count("\n")
                elif element is not passed:
                    self._end(element)
                if element is not root:
                    self._text(element.tail)
        self._flush()

    def _passes(self, element: etree._Element) -> bool:
        """Whether what is in an element is not to be read, or not by this; a formula is read as a whole."""
        if element in self._told or is_unseen(element) or (self._page is not None and self._page.drops(element)):
            return True
        said = formula(element) if element.tag == "math" else self._raised(element) if element.tag == "sup" else ""
        if said or element.tag == "math":
            self._runs.append((said, self._line + self._offset))
        return bool(said) or element.tag == "math"

    def _raised(self, sup: etree._Element) -> str:
        """What is told of raised text in place of it: the mark of a footnote or a power; empty for all else."""
        before = "".join(text for text, _ in self._runs[-_BEFORE:])
        marks = "" if self._pre else note_marks(sup, before, noted=self._noted)
        self._noted |= bool(marks)
        return marks or raised_text(sup, before)

    def _line_of(self, element: etree._Element) -> int:
        """libxml2 knows lines up to 65535; beyond that the newlines seen so far are the count."""
        line = element.sourceline if isinstance(element.sourceline, int) else 1
        return line if line < _LAST_KNOWN_LINE else max(line, self._line)

    def _text(self, text: str | None) -> None:
        if text:
            self._runs.extend(split_lines(text, self._line + self._offset))
            self._line += text.count("\n")

    def _start(self, element: etree._Element) -> None:
        tag = element.tag
        if tag == "a" and follows_link(element):
            self._runs.append((" ", self._line + self._offset))
        elif tag == "br":
            self._runs.append(("\n" if self._pre else HARD_BREAK, self._line + self._offset))
        elif tag == "img":
            self._runs.append((self._picture(element), self._line + self._offset))
        elif tag == "text":
            self._runs.append((HARD_BREAK, self._line + self._offset))
        elif tag == "tspan" and {"x", "dx", "dy"} & set(element.attrib):
            self._runs.append((" ", self._line + self._offset))
        elif tag == "rt":
            self._keep_reading()
            self._readings.append(len(self._runs))
        elif tag in {"pre", "listing"}:
            self._flush()
            self._pre += 1
        elif self._table is not None:
            self._start_in_table(element)
        elif tag not in INLINE:
            self._flush()
            self._start_block(element)

    def _picture(self, image: etree._Element) -> str:
        """What stands for a picture: no name of its file in a sentence that names it, nor what its figure says."""
        told = image.get("alt", "")
        if told and is_said_by_figure(told, image):
            return " "
        if self._pre or not is_file_name(told, image.get("src", "")):
            return told
        return " " if NAMED.search("".join(text for text, _ in self._runs[-_BEFORE:])) else told

    def _start_block(self, element: etree._Element) -> None:
        tag = element.tag
        if tag in HEADINGS:
            self._level = HEADINGS[tag]
        elif tag in {"ul", "ol"}:
            self._lists.append(ItemCounter(element))
        elif tag == "li":
            marker = self._lists[-1].next(element) if self._lists else "-"
            self._marker = f"{marker} ", self._line + self._offset
        elif tag == "dl" or _is_fold(element):
            self._builder.depth += 1
        elif tag == "dt" or (tag == "summary" and _is_fold(element.getparent())):
            self._term = True
        elif tag == "table" and is_data(element):
            self._table = DataTable()
        elif len(self._boxes) < _MAX_BOXES and (own := box(element)):
            self._told |= own.told_by
            self._boxes[element] = ExitStack()
            self._boxes[element].enter_context(self._within(own))

    @contextmanager
    def _within(self, own: Box) -> Iterator[None]:
        """What is added within belongs to a box: as what its title defines, or begins with the kind of box it is."""
        line = self._line + self._offset
        if self._marker:
            self._marker = f"{self._marker[0]}{own.title}: ", self._marker[1]
            yield
            return
        if not own.has_own_title:
            with self._builder.labelled(own.title, line):
                yield
            return
        self._builder.depth += 1
        self._builder.add("term", [(own.title, line)], indent=2 * len(self._lists))
        yield
        self._builder.depth -= 1

    def _start_in_table(self, element: etree._Element) -> None:
        assert self._table is not None
        tag = element.tag
        self._table.start(element)
        if tag in {"tr", "td", "th"}:
            self._runs.clear()
        elif tag not in INLINE:
            follows = tag == "li" and element.getprevious() is not None
            if follows:
                strip_end(self._runs)
            self._runs.append(("; " if follows else " ", self._line + self._offset))

    def _keep_reading(self) -> None:
        """Takes what was read so far of the annotation that is open from the text to what follows the whole word."""
        for start in self._readings[-1:]:
            self._reading += self._runs[start:]
            del self._runs[start:]

    def _end_inline(self, element: etree._Element) -> None:
        """Adds what an element says of the word in it."""
        line = self._line + self._offset
        if element.tag == "rt":
            self._keep_reading()
            self._readings.pop()
        if element.tag == "ruby" or (element.tag == "rt" and next(element.iterancestors("ruby"), None) is None):
            reading, self._reading = flow(self._reading), []
            self._runs += [("(", line), *reading, (")", line)] if reading else []
        elif element.tag in _SHORT:
            meaning = " ".join(element.get("title", "").split())
            key = meaning.casefold()
            if _MEANING.fullmatch(meaning) and key not in self._meanings and key not in self._said:
                self._runs.append((f" ({meaning})", line))
            self._meanings.add(key)

    def _end(self, element: etree._Element) -> None:
        tag = element.tag
        if tag in INLINE:
            self._end_inline(element)
        elif tag in {"pre", "listing"} and self._pre:
            self._flush()
            self._pre -= 1
        elif self._table is not None:
            self._end_in_table(element)
        else:
            self._flush()
            self._end_block(element)

    def _end_block(self, element: etree._Element) -> None:
        tag = element.tag
        if tag in HEADINGS:
            self._level = 0
        elif tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        elif tag == "li":
            self._marker = None
        elif tag == "dl" or _is_fold(element):
            self._builder.depth -= 1
        elif tag in {"dt", "summary"}:
            self._term = False
        elif element in self._boxes:
            self._boxes.pop(element).close()

    def _end_in_table(self, element: etree._Element) -> None:
        assert self._table is not None
        tag = element.tag
        if tag in {"td", "th"}:
            self._table.add(element, self._runs)
            self._runs.clear()
        elif tag == "caption":
            self._builder.add("paragraph", flow(self._runs))
            self._runs.clear()
        elif tag == "table":
            self._table.write(self._builder, element)
            self._table = None
            self._runs.clear()

    def _flush(self) -> None:
        """Adds what was collected as the block that is open."""
        runs, self._runs = self._runs, []
        if self._pre:
            add_lines(self._builder, "code", runs)
            return
        runs = flow(runs)
        if not runs:
            return
        depth = len(self._lists)
        if self._level:
            self._builder.add("heading", runs, level=self._level)
        elif self._marker:
            self._builder.add("item", [self._marker, *runs], indent=2 * max(0, depth - 1))
            self._marker = None
        else:
            self._builder.add("term" if self._term else "paragraph", runs, indent=2 * depth)


def _is_fold(element: etree._Element | None) -> bool:
    """Whether an element has its text under a summary, as a definition stands under its term."""
    summary = element.find("summary") if element is not None and element.tag == "details" else None
    return summary is not None and not holds(summary, *HEADINGS)
