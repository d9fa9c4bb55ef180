"""The formats of files, one entry each: what tells that a file is of it, what reads it, and what that takes.

To add one, write its reader in this folder and its entry here; where neither its name nor a mark tells it, say in
`ragkit.ingest.sniff` what does. A sample of it goes into ``tests/open_files.py``, one of its suffixes into the table of
``README.md``, and what the reader makes of the sample into the record: ``python -m tests.unit.test_reader_revisions``
"""

from __future__ import annotations

from dataclasses import dataclass

_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"


@dataclass(frozen=True, slots=True)
class Format:
    """A format of files.

    Attributes:
        media_type: By which sources and stores name it.
        suffixes: Of its files, in lower case; the first is the usual one.
        reader: ``"module:Class"``, imported on first use. Empty for what holds documents and is none itself, which
            `ragkit.ingest.archives` opens.
        revision: Tells one make of the reader from the next. Raise it when the text that the reader makes of a file
            changes: the next run then reads such files again, and embeds what is new in them. Of a plug-in it is a
            digest of its package.
        risky: Whether the parser is not trusted with a file from anywhere, and so runs in a process of its own
            (`ragkit.ingest.isolate`).
        risky_with: A module with which it is risky, where that is installed.
        program: Without which its files cannot be read.
        has_fields: Whether a user may choose which fields of it are text. The process for risky formats is not told.
        names: Whole names of files without such a suffix, in lower case.
        aliases: Other media types by which servers name it.
        marks: What its files begin with: a number of bytes to pass over, and those that follow.
        package: What tells it in a ZIP: a folder of an Office package, or ``mimetype``, a member that has its media
            type.
        replaces: Suffixes of formats without a reader, whose files are to be saved as this one.
    """

    media_type: str
    suffixes: tuple[str, ...]
    reader: str = ""
    revision: int | str = 1
    risky: bool = True
    risky_with: str = ""
    program: str = ""
    has_fields: bool = False
    names: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    marks: tuple[tuple[int, bytes], ...] = ()
    package: str = ""
    replaces: tuple[str, ...] = ()


_CODE = tuple(
    ".asm .awk .bash .bat .c .cc .cjs .clj .cmake .cpp .cs .css .cxx .dart .diff .el .erl .ex .exs "
    ".fish .fs .go .gradle .graphql .groovy .h .hh .hpp .hs .hxx .java .jl .js .jsx .kt .kts .less .lisp "
    ".lua .m .mjs .ml .mm .nim .nix .patch .php .pl .pm .proto .ps1 .py .pyi .pyx .r .rb .rs .s "
    ".sass .scala .scm .scss .sh .sql .sv .swift .tcl .tf .ts .tsx .v .vb .vhd .vhdl .vue "
    ".zig .zsh".split()
)

FORMATS = (
    Format(
        "text/markdown",
        (".md", ".markdown", ".mdown", ".mkd"),
        "ragkit.ingest.readers.markdown:MarkdownReader",
        revision=18,
        risky=False,
        aliases=("text/x-markdown",),
    ),
    Format(
        "text/html",
        (".html", ".htm", ".xhtml", ".xht"),
        "ragkit.ingest.readers.html:HtmlReader",
        revision=16,
        risky=False,
        aliases=("application/xhtml+xml",),
    ),
    Format(
        "text/x-rst",
        (".rst", ".rest", ".rst.txt"),
        "ragkit.ingest.readers.rst:RstReader",
        revision=13,
        risky=False,
    ),
    Format(
        "text/plain",
        (".txt", ".text", ".log"),
        "ragkit.ingest.readers.text:TextReader",
        revision=11,
        risky=False,
        names=tuple(
            "authors changelog changes contributing copying install licence license news notice readme todo".split()
        ),
    ),
    Format(
        "text/x-source",
        _CODE,
        "ragkit.ingest.readers.code:CodeReader",
        risky=False,
        risky_with="tree_sitter",
        names=("cmakelists.txt", "dockerfile", "jenkinsfile", "justfile", "makefile"),
        aliases=("application/x-javascript", "text/javascript", "text/css"),
    ),
    Format(
        "text/csv",
        (".csv",),
        "ragkit.ingest.readers.separated:SeparatedReader",
        revision=7,
        risky=False,
    ),
    Format(
        "text/tab-separated-values",
        (".tsv", ".tab"),
        "ragkit.ingest.readers.separated:SeparatedReader",
        revision=7,
        risky=False,
    ),
    Format(
        "application/json",
        (".json",),
        "ragkit.ingest.readers.json_text:JsonReader",
        revision=5,
        risky=False,
        has_fields=True,
    ),
    Format(
        "application/x-ndjson",
        (".jsonl", ".ndjson"),
        "ragkit.ingest.readers.json_text:JsonLinesReader",
        revision=5,
        risky=False,
        has_fields=True,
    ),
    Format(
        "application/yaml",
        (".yaml", ".yml"),
        "ragkit.ingest.readers.settings_text:YamlReader",
        risky=False,
        aliases=("application/x-yaml", "text/yaml", "text/x-yaml"),
    ),
    Format(
        "application/toml",
        (".toml",),
        "ragkit.ingest.readers.settings_text:TomlReader",
        risky=False,
    ),
    Format(
        "text/x-ini",
        (".ini", ".cfg", ".conf", ".properties", ".env"),
        "ragkit.ingest.readers.settings_text:IniReader",
        risky=False,
        names=(".env", ".env.example"),
    ),
    Format(
        "application/x-ipynb+json",
        (".ipynb",),
        "ragkit.ingest.readers.notebook:NotebookReader",
        revision=14,
        risky=False,
    ),
    Format(
        "application/pdf",
        (".pdf",),
        "ragkit.ingest.readers.pdf:PdfReader",
        revision=12,
        marks=((0, b"%PDF-"),),
        replaces=(".ps", ".eps"),
    ),
    Format(
        f"{_OOXML}.wordprocessingml.document",
        (".docx", ".docm"),
        "ragkit.ingest.readers.docx:DocxReader",
        revision=12,
        package="word/",
        replaces=(".doc", ".rtf", ".wpd"),
    ),
    Format(
        f"{_OOXML}.spreadsheetml.sheet",
        (".xlsx", ".xlsm"),
        "ragkit.ingest.readers.xlsx:XlsxReader",
        revision=11,
        package="xl/",
        replaces=(".xls",),
    ),
    Format(
        f"{_OOXML}.presentationml.presentation",
        (".pptx", ".pptm"),
        "ragkit.ingest.readers.pptx:PptxReader",
        revision=9,
        package="ppt/",
        replaces=(".ppt",),
    ),
    Format(
        f"{_ODF}.text",
        (".odt", ".ott"),
        "ragkit.ingest.readers.odf:OdfReader",
        revision=10,
        package="mimetype",
    ),
    Format(
        f"{_ODF}.spreadsheet",
        (".ods", ".ots"),
        "ragkit.ingest.readers.odf:OdfReader",
        revision=12,
        package="mimetype",
    ),
    Format(
        f"{_ODF}.presentation",
        (".odp", ".otp"),
        "ragkit.ingest.readers.odf:OdfReader",
        revision=10,
        package="mimetype",
    ),
    Format(
        "application/epub+zip",
        (".epub",),
        "ragkit.ingest.readers.epub:EpubReader",
        revision=13,
        package="mimetype",
    ),
    Format(
        "text/x-info",
        (".info",),
        "ragkit.ingest.readers.info:InfoReader",
        revision=3,
        risky=False,
    ),
    Format(
        "text/asciidoc",
        (".adoc", ".asciidoc"),
        "ragkit.ingest.readers.asciidoc:AsciidocReader",
        revision=10,
    ),
    Format(
        "application/x-tex",
        (".tex", ".ltx", ".latex"),
        "ragkit.ingest.readers.latex:LatexReader",
        revision=10,
    ),
    Format(
        "application/xml",
        (".xml", ".dbk", ".docbook"),
        "ragkit.ingest.readers.xml_text:XmlReader",
        revision=8,
        aliases=("text/xml",),
    ),
    Format(
        "message/rfc822",
        (".eml",),
        "ragkit.ingest.readers.mail:MailReader",
        revision=14,
        replaces=(".msg",),
    ),
    Format(
        "image/png",
        (".png",),
        "ragkit.ingest.readers.image:ImageReader",
        program="tesseract",
        marks=((0, b"\x89PNG\r\n\x1a\n"),),
    ),
    Format(
        "image/jpeg",
        (".jpg", ".jpeg"),
        "ragkit.ingest.readers.image:ImageReader",
        program="tesseract",
        marks=((0, b"\xff\xd8\xff"),),
    ),
    Format(
        "image/tiff",
        (".tif", ".tiff"),
        "ragkit.ingest.readers.image:ImageReader",
        program="tesseract",
        marks=((0, b"II*\0"), (0, b"MM\0*")),
    ),
    # Its mark is that of packages too, which `ragkit.ingest.sniff` tells from it.
    Format("application/zip", (".zip",)),
    Format("application/gzip", (".gz", ".tgz"), marks=((0, b"\x1f\x8b\x08"),)),
    Format("application/x-bzip2", (".bz2", ".tbz2"), marks=((4, b"1AY&SY"),)),
    Format("application/x-xz", (".xz", ".txz"), marks=((0, b"\xfd7zXZ\0"),)),
    Format("application/x-tar", (".tar",), marks=((257, b"ustar"),)),
    Format("application/mbox", (".mbox",)),
)
"""All that ragkit knows. A file is of the first whose mark fits."""
