"""The text of OpenDocument paragraphs that is seen: as runs, or several on one line, as those of a comment are."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from ragkit.ingest.readers.build import HARD_BREAK, Run, cell, note_mark, remark
from ragkit.ingest.readers.odf_names import ABOUT, BOXES, DUBLIN, NOTE, OBJECT, PARAGRAPHS, SKIPPED, TEXT


def joined(element: etree._Element | None) -> str:
    """The paragraphs of a cell, a note or a frame on one line."""
    found = element.iter(*PARAGRAPHS) if element is not None else ()
    return " ".join(filter(None, (cell(runs_of(each, 0)) for each in found if not _is_aside(each, element))))


def _is_aside(paragraph: etree._Element, root: etree._Element | None) -> bool:
    """Whether a paragraph belongs to a comment or a note below ``root``."""
    for parent in paragraph.iterancestors():
        if parent is root:
            return False
        if parent.tag in SKIPPED or parent.tag == OBJECT:
            return True
    return False


def remark_text(annotation: etree._Element, on: str = "") -> str:
    """A comment with its author, and ``on`` what it was made where that is not plain."""
    return remark(annotation.findtext(f"{DUBLIN}creator"), joined(annotation), on)


def mark_of(note: etree._Element) -> str:
    """By what a text refers to a note."""
    return (note.findtext(f"{TEXT}note-citation") or "*").strip()


def runs_of(paragraph: etree._Element, page: int) -> Iterator[Run]:
    """The visible text of a paragraph; text boxes in it are blocks of their own."""
    pending: list[etree._Element | str] = [*_contents(paragraph)][::-1]
    while pending:
        part = pending.pop()
        if isinstance(part, str):
            yield part, page
        elif part.tag in {f"{TEXT}s", f"{TEXT}tab"}:
            yield " ", page
        elif part.tag == f"{TEXT}line-break":
            yield HARD_BREAK, page
        elif part.tag == NOTE:
            yield note_mark(mark_of(part)), page
        elif part.tag == f"{TEXT}ruby-text":
            yield f"({part.text})" if part.text else "", page
        elif part.tag in ABOUT:
            yield f" {part.text or ''} ", page
        elif part.tag not in SKIPPED and part.tag not in BOXES:
            pending.extend([*_contents(part)][::-1])


def _contents(element: etree._Element) -> Iterator[etree._Element | str]:
    yield element.text or ""
    for child in element:
        yield child
        yield child.tail or ""
