"""Real files of the formats that offices use, small, made by the libraries that others make them with."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from email.message import EmailMessage

import docx
import openpyxl
import pptx
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

PROSE = (
    "Every spring the gardeners of the valley count the trees that survived the frost of the winter before. "
    "They write the figures down in a green book, which is kept in the hall beside the old mill. "
    "Nobody knows who began the custom, but the first page of the book is dated the ninth of March. "
    "Since then two floods and one fire have passed, and the book was carried out of the hall each time. "
)
SALES = [("Product", "2022", "2023"), ("Tea", "1,204", "1,377"), ("Coffee", "982", "1,045"), ("Cocoa", "77", "(12)")]


def pdf(draw: Callable[[Canvas], None], *, password: str = "", title: str = "") -> bytes:
    """A PDF of A4 pages (595 x 842 points) that ``draw`` fills."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), encrypt=StandardEncryption(password) if password else None, invariant=1)
    canvas.setTitle(title)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def lines(
    canvas: Canvas, texts: list[str], left: float, top: float, *, size: float = 10, font: str = "Helvetica"
) -> None:
    """Writes ``texts`` below each other."""
    canvas.setFont(font, size)
    for number, text in enumerate(texts):
        canvas.drawString(left, top - number * 1.2 * size, text)


def wrapped(text: str, width: int) -> list[str]:
    """``text`` in lines of up to ``width`` characters."""
    import textwrap

    return textwrap.wrap(text, width)


def report(canvas: Canvas) -> None:
    """Two pages: title, prose and a table on the first, a section with a list on the second."""
    lines(canvas, ["Annual report"], 72, 770, size=20)
    lines(canvas, wrapped(PROSE, 90), 72, 730)
    lines(canvas, ["Sales by product"], 72, 640, font="Helvetica-Bold")
    canvas.setFont("Helvetica", 10)
    for number, (name, *figures) in enumerate(SALES):
        canvas.drawString(72, 610 - 14 * number, name if number else "")
        for place, figure in enumerate(figures):
            canvas.drawRightString(350 + 90 * place, 610 - 14 * number, figure)
    canvas.showPage()
    lines(canvas, ["Outlook"], 72, 770, size=16)
    lines(canvas, ["• More tea", "• Less frost"], 72, 730)
    canvas.showPage()


def saved(book: object) -> bytes:
    """The bytes of a document, presentation or workbook."""
    out = io.BytesIO()
    book.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def workbook() -> bytes:
    """Two sheets: sales under a title, with dates, a percentage and a total; and one that starts at C3."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Sales"
    sheet.append(["Sales of the spring"])
    sheet.append(["Day", "Product", "Amount", "Share"])
    sheet.append([dt.date(2023, 5, 1), "Tea", 1204.5, 0.125])
    sheet["D3"].number_format = "0.0%"
    sheet.append([dt.datetime(2023, 5, 1, 12, 30), "Coffee", 7])  # noqa: DTZ001
    sheet.append([])
    sheet.append(["Total", "=SUM(C3:C4)"])
    other = book.create_sheet("Other things")
    other["C3"], other["D3"], other["C4"] = "note", True, 0.1 + 0.2
    return saved(book)


def handbook() -> bytes:
    """Headings, lists and a table."""
    document = docx.Document()
    document.core_properties.title = "The valley's handbook"
    document.core_properties.author = "Ada"
    document.add_heading("Handbook", 0)
    document.add_heading("Scope", 1)
    document.add_paragraph("It holds for everyone\nin the valley.")
    for text, style in (("tea", "List Bullet"), ("green tea", "List Bullet 2")):
        document.add_paragraph(text, style=style)
    for text in ("count", "write down"):
        document.add_paragraph(text, style="List Number")
    document.add_heading("Figures", 2)
    table = document.add_table(3, 3)
    for row, cells in zip(table.rows, SALES, strict=False):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    return saved(document)


def slides() -> bytes:
    """A slide with a list and notes, and one without a title but with a table and a text box."""
    show = pptx.Presentation()
    first = show.slides.add_slide(show.slide_layouts[1])
    first.shapes.title.text = "The plan"
    frame = first.placeholders[1].text_frame
    frame.text = "Count the trees"
    below = frame.add_paragraph()
    below.text, below.level = "in spring", 1
    first.notes_slide.notes_text_frame.text = "Say it slowly."
    second = show.slides.add_slide(show.slide_layouts[6])
    table = second.shapes.add_table(2, 3, 0, 0, 900, 600).table
    for row, cells in zip(table.rows, SALES, strict=False):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    second.shapes.add_textbox(0, 0, 900, 900).text_frame.text = "A word beside it"
    return saved(show)


def mail(*, html: bool = False, attach: bool = True) -> bytes:
    """A message with headers beyond ASCII."""
    message = EmailMessage()
    message["Subject"] = "Grüße aus dem Tal"
    message["From"] = "Ada <ada@example.org>"
    message["To"] = "bob@example.org"
    message["Date"] = "Mon, 01 May 2023 10:00:00 +0000"
    if html:
        message.set_content("<h2>News</h2><p>The book is <b>safe</b>.</p>", subtype="html")
    else:
        message.set_content("Hello Bob,\n\nthe book is safe.\n")
        message.add_alternative("<p>Hello Bob, the book is safe.</p>", subtype="html")
    if attach:
        message.add_attachment(b"figures", maintype="application", subtype="pdf", filename="book.pdf")
    return bytes(message)


MARKDOWN = b"""---
title: The plan
tags: [tea, trees]
---
# Plan

We *count* the trees:

- in spring
- in [autumn](a.md)

| Day | Trees |
|---|---|
| 1 | 42 |

```python
count()
```
"""
HTML = b"""<!DOCTYPE html><html lang="en"><head><title>Plan</title><meta name="author" content="Ada">
<meta name="keywords" content="tea, trees"></head><body><nav>Home</nav><main><h1>Plan</h1><p>We <b>count</b>.</p>
<ul><li>in spring</li></ul><table><tr><th>Day</th><th>Trees</th></tr>
<tr><td>1</td>
<td>42</td></tr></table></main></body></html>"""
RST = b"""Plan
====

We *count* the `trees
<https://example.org>`_.

.. note:: In spring.

====  =====
Day   Trees
====  =====
1     42
      *43*
====  =====
"""
TEXT = b"PLAN\n\nWe count the trees.\n\n1. in spring\n2. in autumn\n"
PYTHON = b"""import os

# Counts them.
@cached
def count(trees):
    return len(trees)


class Valley:
    def water(self):
        pass
"""
NOTEBOOK = rb"""{"nbformat": 4, "metadata": {}, "cells": [
 {"cell_type": "markdown", "source": ["# Trees\n", "\n", "We *count* them."]},
 {"cell_type": "code", "source": "def count(trees):\n    return len(trees)", "outputs": [
  {"output_type": "stream", "text": ["42\n"]},
  {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo="}},
  {"output_type": "execute_result", "data": {"text/plain": "'done'"}}]},
 {"cell_type": "raw", "source": "as it is"}]}"""
JSON = b"""{"title": "Valley", "height": 1.10, "open": true, "none": null, "crops": ["tea", "cocoa"],
 "mill": {"name": "Old mill", "built": {"year": 1802}},
 "people": [{"name": "Ada", "roles": ["clerk", {"since": 2020}]}, {"age": 5}]}"""
JSON_LINES = b'{"name": "Ada", "text": "She keeps\\nthe book."}\n\n{"n": 2}\n'
CSV = b'name;age;note\nAda;36;"keeps the book\nand the key; too"\nBob;;x | y\n'

_OOXML = "application/vnd.openxmlformats-officedocument"
DOCX = f"{_OOXML}.wordprocessingml.document"
PPTX = f"{_OOXML}.presentationml.presentation"
XLSX = f"{_OOXML}.spreadsheetml.sheet"


def samples() -> dict[str, bytes]:
    """A real file of each format that is not plain to read, by media type."""
    return {
        "application/pdf": pdf(report),
        DOCX: handbook(),
        PPTX: slides(),
        XLSX: workbook(),
        "message/rfc822": mail(),
        "text/csv": CSV,
        "text/tab-separated-values": CSV.replace(b";", b"\t"),
        "application/json": JSON,
        "application/x-ndjson": JSON_LINES,
        "application/x-ipynb+json": NOTEBOOK,
    }
