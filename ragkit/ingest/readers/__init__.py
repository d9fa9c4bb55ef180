"""Which reader reads which file: suffix -> media type -> ``"module:Class"``, imported on first use.

A plug-in declares ``[project.entry-points."ragkit.reader"] foo = "my_package:FooReader"``; files named ``*.foo`` are
then read by it, in the worker process, with the media type ``application/x-foo``.
"""

from __future__ import annotations

import shutil
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import PurePath

from ragkit.errors import SourceError
from ragkit.protocols import Reader

_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
DOCX, PPTX = f"{_OOXML}.wordprocessingml.document", f"{_OOXML}.presentationml.presentation"
XLSX = f"{_OOXML}.spreadsheetml.sheet"
ODT, ODS, ODP = f"{_ODF}.text", f"{_ODF}.spreadsheet", f"{_ODF}.presentation"
EPUB = "application/epub+zip"
INFO = "text/x-info"
JSON = frozenset({"application/json", "application/x-ndjson"})
"""Whose fields a user may choose."""

READERS: dict[str, str] = {
    "text/markdown": "ragkit.ingest.readers.markdown:MarkdownReader",
    "text/html": "ragkit.ingest.readers.html:HtmlReader",
    "text/x-rst": "ragkit.ingest.readers.rst:RstReader",
    "text/plain": "ragkit.ingest.readers.text:TextReader",
    "text/x-source": "ragkit.ingest.readers.code:CodeReader",
    "text/csv": "ragkit.ingest.readers.separated:SeparatedReader",
    "text/tab-separated-values": "ragkit.ingest.readers.separated:SeparatedReader",
    "application/json": "ragkit.ingest.readers.json_text:JsonReader",
    "application/x-ndjson": "ragkit.ingest.readers.json_text:JsonLinesReader",
    "application/x-ipynb+json": "ragkit.ingest.readers.notebook:NotebookReader",
    "application/pdf": "ragkit.ingest.readers.pdf:PdfReader",
    DOCX: "ragkit.ingest.readers.docx:DocxReader",
    PPTX: "ragkit.ingest.readers.pptx:PptxReader",
    XLSX: "ragkit.ingest.readers.xlsx:XlsxReader",
    ODT: "ragkit.ingest.readers.odf:OdfReader",
    ODS: "ragkit.ingest.readers.odf:OdfReader",
    ODP: "ragkit.ingest.readers.odf:OdfReader",
    EPUB: "ragkit.ingest.readers.epub:EpubReader",
    INFO: "ragkit.ingest.readers.info:InfoReader",
    "text/asciidoc": "ragkit.ingest.readers.asciidoc:AsciidocReader",
    "application/x-tex": "ragkit.ingest.readers.latex:LatexReader",
    "application/xml": "ragkit.ingest.readers.xml_text:XmlReader",
    "message/rfc822": "ragkit.ingest.readers.mail:MailReader",
    "image/png": "ragkit.ingest.readers.image:ImageReader",
    "image/jpeg": "ragkit.ingest.readers.image:ImageReader",
    "image/tiff": "ragkit.ingest.readers.image:ImageReader",
}
"""Media type to reader."""

REVISIONS: dict[str, int] = {
    INFO: 2,
    **dict.fromkeys(("application/json", "application/x-ndjson"), 5),
    **dict.fromkeys(("text/csv", "text/tab-separated-values"), 6),
    "application/xml": 7,
    **dict.fromkeys((PPTX, ODT, ODP, "text/asciidoc"), 8),
    **dict.fromkeys((XLSX, ODS, "application/x-tex", "text/plain"), 9),
    **dict.fromkeys((DOCX, "application/pdf"), 10),
    **dict.fromkeys((EPUB, "text/x-rst"), 11),
    **dict.fromkeys(("text/html", "message/rfc822", "application/x-ipynb+json"), 12),
    "text/markdown": 15,
}
"""Media type to the revision of its reader, 1 where none is named. Raise it when the text that a reader makes of a
file changes: the next run then reads such files again, and embeds what is new in them. A test compares what readers
make of samples with what they made (``tests/unit/test_reader_revisions.py``)."""
IMAGES = frozenset({"image/png", "image/jpeg", "image/tiff"})
"""Read by optical character recognition."""
RISKY = IMAGES | {
    "application/pdf",
    "application/xml",
    "application/x-tex",
    "text/asciidoc",
    "message/rfc822",
    DOCX,
    PPTX,
    XLSX,
    ODT,
    ODS,
    ODP,
    EPUB,
}
"""Media types whose parsers are not trusted with a file from anywhere; see `ragkit.ingest.isolate`."""

_DOCUMENTS = {
    "text/markdown": (".md", ".markdown", ".mdown", ".mkd"),
    "text/html": (".html", ".htm", ".xhtml", ".xht"),
    "text/x-rst": (".rst", ".rest", ".rst.txt"),
    "text/plain": (".txt", ".text", ".log"),
    "text/csv": (".csv",),
    "text/tab-separated-values": (".tsv", ".tab"),
    "application/json": (".json",),
    "application/x-ndjson": (".jsonl", ".ndjson"),
    "application/x-ipynb+json": (".ipynb",),
    "application/pdf": (".pdf",),
    DOCX: (".docx", ".docm"),
    PPTX: (".pptx", ".pptm"),
    XLSX: (".xlsx", ".xlsm"),
    ODT: (".odt", ".ott"),
    ODS: (".ods", ".ots"),
    ODP: (".odp", ".otp"),
    EPUB: (".epub",),
    INFO: (".info",),
    "text/asciidoc": (".adoc", ".asciidoc"),
    "application/x-tex": (".tex", ".ltx", ".latex"),
    "application/xml": (".xml", ".dbk", ".docbook"),
    "message/rfc822": (".eml",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/tiff": (".tif", ".tiff"),
    "application/zip": (".zip",),
    "application/x-tar": (".tar",),
    "application/gzip": (".gz", ".tgz"),
    "application/x-bzip2": (".bz2", ".tbz2"),
    "application/x-xz": (".xz", ".txz"),
    "application/mbox": (".mbox",),
}
CONTAINERS = frozenset(
    {
        "application/zip",
        "application/x-tar",
        "application/gzip",
        "application/x-bzip2",
        "application/x-xz",
        "application/mbox",
    }
)
"""What holds documents and is none itself; see `ragkit.ingest.containers`."""
_CODE = (
    ".asm .awk .bash .bat .c .cc .cfg .cjs .clj .cmake .conf .cpp .cs .css .cxx .dart .diff .el .erl .ex .exs "
    ".fish .fs .go .gradle .graphql .groovy .h .hh .hpp .hs .hxx .ini .java .jl .js .jsx .kt .kts .less .lisp "
    ".lua .m .mjs .ml .mm .nim .nix .patch .php .pl .pm .properties .proto .ps1 .py .pyi .pyx .r .rb .rs .s "
    ".sass .scala .scm .scss .sh .sql .sv .swift .tcl .tf .toml .ts .tsx .v .vb .vhd .vhdl .vue .yaml .yml "
    ".zig .zsh "
).split()
_NAMES = {
    **dict.fromkeys(("authors", "changelog", "changes", "contributing", "copying", "install"), "text/plain"),
    **dict.fromkeys(("licence", "license", "news", "notice", "readme", "todo"), "text/plain"),
    **dict.fromkeys(("cmakelists.txt", "dockerfile", "jenkinsfile", "justfile", "makefile"), "text/x-source"),
}
MEDIA_TYPES: dict[str, str] = {
    **{suffix: media_type for media_type, suffixes in _DOCUMENTS.items() for suffix in suffixes},
    **dict.fromkeys(_CODE, "text/x-source"),
}
"""Suffix, in lower case, to media type."""


def media_type_of(name: str) -> str | None:
    """The media type that a file's name tells, or None when there is no reader for it."""
    name = name.lower()
    suffixes = PurePath(name).suffixes
    # The longest suffix wins: page.rst.txt is reStructuredText.
    for ending in ("".join(suffixes[-2:]), *suffixes[-1:]):
        if name not in _NAMES and ending in MEDIA_TYPES:
            return MEDIA_TYPES[ending]
    plugin = f"application/x-{suffixes[-1][1:]}" if suffixes and suffixes[-1][1:] in _plugins() else None
    return plugin or _NAMES.get(name)


def target_of(media_type: str) -> str:
    """The ``"module:Class"`` that reads ``media_type``. Raises `SourceError` when there is none."""
    target = READERS.get(media_type) or _plugins().get(media_type.removeprefix("application/x-"))
    if target is None:
        raise SourceError(f"There is no reader for {media_type}.", f"Readable are {', '.join(READERS)}.")
    return target


def revision_of(media_type: str) -> int:
    """Tells one make of a reader from the next."""
    return REVISIONS.get(media_type, 1)


def is_risky(media_type: str) -> bool:
    """Whether the parser is not trusted with a file from anywhere: those that are not ours never are."""
    return media_type in RISKY or media_type not in READERS or (media_type == "text/x-source" and _has_grammars())


def lack_of(media_type: str) -> str:
    """What keeps files of ``media_type`` from being read on this machine, or an empty string."""
    if media_type in IMAGES and shutil.which("tesseract") is None:
        return "reading pictures needs the program tesseract, which is not installed"
    return ""


def is_here(needs: str) -> bool:
    """Whether the program is installed that a part of a document needed to be read; never where it needed none."""
    return bool(needs) and shutil.which(needs) is not None


@cache
def _plugins() -> dict[str, str]:
    """Suffix, without its dot, to ``"module:Class"``."""
    return {point.name.lower(): point.value for point in entry_points(group="ragkit.reader")}


@cache
def _has_grammars() -> bool:
    return find_spec("tree_sitter") is not None


@cache
def reader_for(media_type: str) -> Reader:
    """The reader for ``media_type``. Raises `SourceError` when there is none."""
    module, _, attribute = target_of(media_type).partition(":")
    reader: Reader = getattr(import_module(module), attribute)()
    return reader
