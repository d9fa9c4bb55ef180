"""Pictures of text to pieces with their places, by the program tesseract where it is installed.

It is run as a process for each page, on one core, with a time limit; it inherits the worker's memory cap. Its hOCR
output tells lines with their font size and words with their boxes, so that the layout of a scanned page is found as
that of any other page.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache

from lxml import etree

from ragkit.errors import SourceError
from ragkit.ingest.readers.pdf_glyphs import Piece

PROGRAM = "tesseract"
SECONDS_PER_PAGE = 120.0
MAX_PAGES = 2_000
"""Of one file. What follows is reported as not read."""
DPI = 300
_POINTS = 72
_LEAST_DPI = 70
_WIDE_GAP = 1.2
_LINES = ("ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat")
_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")
_HINT = "Look at the picture, or leave it out."


def available() -> bool:
    """Whether tesseract is installed."""
    return shutil.which(PROGRAM) is not None


def recognise(picture: bytes, uri: str, dpi: int | None = None, least: float = 0.0) -> list[list[Piece]]:
    """The pieces of each page in a PNG, JPEG, TIFF or PNM, in points from the lower left corner.

    Words of which tesseract is less sure than ``least``, in percent, are left out.

    Raises:
        SourceError: tesseract is not installed, refuses the picture, or takes too long.
    """
    resolution = ["--dpi", str(dpi)] if dpi else []
    try:
        done = subprocess.run(
            ["tesseract", "stdin", "stdout", "-l", _languages(), *resolution, "hocr"],
            input=picture,
            capture_output=True,
            timeout=SECONDS_PER_PAGE,
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except FileNotFoundError as error:
        reason = f"{uri} is a picture, and tesseract is not installed."
        raise SourceError(reason, "Install tesseract-ocr.", needs=PROGRAM) from error
    except subprocess.TimeoutExpired as error:
        raise SourceError(f"{uri} took tesseract more than {SECONDS_PER_PAGE:.0f} s.", _HINT) from error
    if done.returncode:
        reason = " ".join(done.stderr.decode("utf-8", "replace").split())[-200:]
        raise SourceError(f"{uri} cannot be read by tesseract: {reason or 'no reason given'}.", _HINT)
    return list(_pages(done.stdout, least))


@cache
def _languages() -> str:
    """All languages that are installed, English first: who installs one wants it read."""
    done = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=False, timeout=30)
    found = [name for name in done.stdout.split("\n")[1:] if re.fullmatch(r"[a-z]{3}(?:_[a-z]+)?", name)]
    return (
        "+".join(sorted((name for name in found if name not in {"osd", "equ"}), key=lambda name: name != "eng"))
        or "eng"
    )


def _pages(hocr: bytes, least: float) -> Iterator[list[Piece]]:
    root = etree.fromstring(
        hocr, etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False, recover=True)
    )
    for page in root.iter("{*}div") if root is not None else ():
        if page.get("class") == "ocr_page":
            about = page.get("title", "")
            scale = _POINTS / max((*_values(about, "scan_res"), float(_LEAST_DPI))[0], float(_LEAST_DPI))
            height = (*_values(about, "bbox"), 0.0, 0.0, 0.0, 0.0)[3]
            lines = (each for each in page.iter("{*}span") if each.get("class") in _LINES)
            yield [piece for line in lines for piece in _pieces(line, height, scale, least)]


def _pieces(line: etree._Element, height: float, scale: float, least: float) -> Iterator[Piece]:
    """The words of a line, those without a wide gap between them together."""
    _, above, _, below = (*_values(line.get("title", ""), "bbox"), 0.0, 0.0, 0.0, 0.0)[:4]
    size = (*_values(line.get("title", ""), "x_size"), below - above)[0]
    middle = height - (above + below) / 2
    bottom, top = (middle - size / 2) * scale, (middle + size / 2) * scale
    words: list[str] = []
    left = right = 0.0
    for word in line.iter("{*}span"):
        text = "".join(map(str, word.itertext())).strip() if word.get("class") == "ocrx_word" else ""
        if not text or (*_values(word.get("title", ""), "x_wconf"), 100.0)[0] < least:
            continue
        start, _, end, _ = (*_values(word.get("title", ""), "bbox"), 0.0, 0.0, 0.0, 0.0)[:4]
        if words and start - right > _WIDE_GAP * size:
            yield Piece(" ".join(words), left * scale, bottom, right * scale, top)
            words = []
        left = start if not words else left
        words.append(text)
        right = end
    if words:
        yield Piece(" ".join(words), left * scale, bottom, right * scale, top)


def _values(title: str, name: str) -> list[float]:
    """The numbers of one property, such as ``bbox 10 20 30 40; x_size 31.5``."""
    for part in title.split(";"):
        key, _, values = part.strip().partition(" ")
        if key == name:
            return [float(number) for number in _NUMBERS.findall(values)]
    return []
