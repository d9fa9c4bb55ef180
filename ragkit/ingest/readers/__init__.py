"""Which reader reads which file: suffix -> media type -> ``"module:Class"``, imported on first use."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import PurePath

from ragkit.errors import SourceError
from ragkit.protocols import Reader

_OOXML = "application/vnd.openxmlformats-officedocument"

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
    f"{_OOXML}.wordprocessingml.document": "ragkit.ingest.readers.docx:DocxReader",
    f"{_OOXML}.presentationml.presentation": "ragkit.ingest.readers.pptx:PptxReader",
    f"{_OOXML}.spreadsheetml.sheet": "ragkit.ingest.readers.xlsx:XlsxReader",
    "message/rfc822": "ragkit.ingest.readers.mail:MailReader",
}
"""Media type to reader."""

RISKY = frozenset(
    {
        "application/pdf",
        f"{_OOXML}.wordprocessingml.document",
        f"{_OOXML}.presentationml.presentation",
        f"{_OOXML}.spreadsheetml.sheet",
        "message/rfc822",
    }
)
"""Media types whose parsers are not trusted with a file from anywhere; see `ragkit.ingest.isolate`."""

_DOCUMENTS = {
    "text/markdown": (".md", ".markdown", ".mdown", ".mkd"),
    "text/html": (".html", ".htm", ".xhtml"),
    "text/x-rst": (".rst", ".rest", ".rst.txt"),
    "text/plain": (".txt", ".text", ".log"),
    "text/csv": (".csv",),
    "text/tab-separated-values": (".tsv", ".tab"),
    "application/json": (".json",),
    "application/x-ndjson": (".jsonl", ".ndjson"),
    "application/x-ipynb+json": (".ipynb",),
    "application/pdf": (".pdf",),
    f"{_OOXML}.wordprocessingml.document": (".docx", ".docm"),
    f"{_OOXML}.presentationml.presentation": (".pptx", ".pptm"),
    f"{_OOXML}.spreadsheetml.sheet": (".xlsx", ".xlsm"),
    "message/rfc822": (".eml",),
}
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
    return _NAMES.get(name)


@cache
def reader_for(media_type: str) -> Reader:
    """The reader for ``media_type``. Raises `SourceError` when there is none."""
    if media_type not in READERS:
        raise SourceError(f"There is no reader for {media_type}.", f"Readable are {', '.join(READERS)}.")
    module, _, attribute = READERS[media_type].partition(":")
    reader: Reader = getattr(import_module(module), attribute)()
    return reader
