"""Files of the open formats, small, made by hand: OpenDocument, EPUB, Info, AsciiDoc, LaTeX, XML, mail, archives."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Mapping

NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("style", "style"),
        ("meta", "meta"),
        ("presentation", "presentation"),
    )
)
"""The name spaces of OpenDocument, for a part that a test adds."""
_ODF = "application/vnd.oasis.opendocument"
ODT, ODS, ODP = f"{_ODF}.text", f"{_ODF}.spreadsheet", f"{_ODF}.presentation"
EPUB = "application/epub+zip"


def zipped(members: Mapping[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP; a member called ``mimetype`` is stored as it is, as packages have it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (2023, 5, 1, 12, 0, 0))
            archive.writestr(info, content, zipfile.ZIP_STORED if name == "mimetype" else method)
    return out.getvalue()


def tarred(members: Mapping[str, bytes], *extra: tarfile.TarInfo, mode: str = "w") -> bytes:
    """A TAR, by ``mode`` compressed, with members that are no files behind the others."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for info in extra:
            archive.addfile(info)
    return out.getvalue()


def odf(kind: str, body: str, *, styles: str = "", more: Mapping[str, str] | None = None) -> bytes:
    """An OpenDocument file with ``body`` as its content."""
    about = (
        "<dc:title>The valley</dc:title><meta:initial-creator>Ada</meta:initial-creator><dc:language>en</dc:language>"
    )
    about += "<meta:keyword>tea</meta:keyword><meta:keyword>trees</meta:keyword>"
    about += "<meta:creation-date>2023-05-01</meta:creation-date>"
    dublin = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    tag = kind.rpartition(".")[2]
    return zipped(
        {
            "mimetype": kind,
            "content.xml": f"<office:document-content {NAMES}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body><office:{tag}>{body}</office:{tag}></office:body>"
            "</office:document-content>",
            "meta.xml": f"<office:document-meta {NAMES} {dublin}><office:meta>{about}</office:meta>"
            "</office:document-meta>",
            "META-INF/manifest.xml": "<manifest/>",
            **(more or {}),
        }
    )


NUMBERED = (
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1"/>'
    '<text:list-level-style-bullet text:level="2"/></text:list-style>'
)
TABLE = (
    '<table:table table:name="Sales"><table:table-header-rows><table:table-row><table:table-cell><text:p>Product'
    "</text:p></table:table-cell><table:table-cell><text:p>2023</text:p></table:table-cell></table:table-row>"
    "</table:table-header-rows><table:table-row><table:table-cell><text:p>Tea</text:p></table:table-cell>"
    "<table:table-cell><text:p>1,377</text:p></table:table-cell></table:table-row></table:table>"
)
ODT_BODY = (
    "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
    '<text:h text:outline-level="1">Handbook</text:h>'
    "<text:p>It<text:s/>holds for<text:line-break/><text:span>everyone</text:span>."
    "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>In the valley.</text:p>"
    "</text:note-body></text:note></text:p>"
    '<text:list text:style-name="L1"><text:list-item><text:p>count</text:p><text:list><text:list-item><text:p>trees'
    "</text:p></text:list-item></text:list></text:list-item><text:list-item><text:p>write</text:p></text:list-item>"
    f'</text:list><text:h text:outline-level="2">Figures</text:h>{TABLE}'
    "<text:p>Before<draw:frame><draw:text-box><text:p>In a box</text:p></draw:text-box></draw:frame></text:p>"
)
ODS_BODY = (
    '<table:table table:name="Sales"><table:table-row><table:table-cell><text:p>Day</text:p></table:table-cell>'
    "<table:table-cell><text:p>Amount</text:p></table:table-cell></table:table-row>"
    '<table:table-row table:number-rows-repeated="2"><table:table-cell><text:p>Monday</text:p></table:table-cell>'
    '<table:table-cell office:value="7"/></table:table-row>'
    '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="1024"/>'
    '</table:table-row></table:table><table:table table:name="Other"><table:table-row><table:table-cell>'
    "<text:p>note</text:p></table:table-cell></table:table-row></table:table>"
)
ODP_BODY = (
    '<draw:page><draw:frame presentation:class="outline"><draw:text-box><text:list><text:list-item><text:p>Count'
    "</text:p></text:list-item></text:list></draw:text-box></draw:frame>"
    '<draw:frame presentation:class="title"><draw:text-box><text:p>The plan</text:p></draw:text-box></draw:frame>'
    "<presentation:notes><draw:frame><draw:text-box><text:p>Say it slowly.</text:p></draw:text-box></draw:frame>"
    "</presentation:notes></draw:page><draw:page><draw:frame><draw:text-box><text:p>Alone</text:p></draw:text-box>"
    "</draw:frame></draw:page>"
)


def book(*, chapters: Mapping[str, str] | None = None, more: Mapping[str, str] | None = None) -> bytes:
    """An EPUB of two chapters and a table of contents, in another order than their names."""
    texts = chapters or {
        "b.xhtml": "<h1>One</h1><p>It was a <b>dark</b> night.</p>",
        "a b.xhtml": "<h1>Two</h1><ul><li>tea</li></ul>",
    }
    items = "".join(
        f'<item id="i{place}" href="{name.replace(" ", "%20")}" media-type="application/xhtml+xml"/>'
        for place, name in enumerate(texts)
    )
    spine = "".join(f'<itemref idref="i{place}"/>' for place in range(len(texts)))
    html = '<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>'
    return zipped(
        {
            "mimetype": EPUB,
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="in/book.opf"/></rootfiles></container>',
            "in/book.opf": '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            "<metadata><dc:title>Nights</dc:title><dc:creator>Ada</dc:creator><dc:creator>Bob</dc:creator>"
            "<dc:language>en</dc:language></metadata><manifest>"
            f'<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>{items}</manifest>'
            f'<spine><itemref idref="nav"/>{spine}</spine></package>',
            "in/nav.xhtml": f"{html}<p>Contents</p></body></html>",
            **{f"in/{name}": f"{html}{text}</body></html>" for name, text in texts.items()},
            **(more or {}),
        }
    )


INFO = (
    b"""This is mill.info, produced by makeinfo version 6.8 from
mill.texi.

INFO-DIR-SECTION Grain
START-INFO-DIR-ENTRY
* Mill: (mill).                 The mill
END-INFO-DIR-ENTRY

\x1f
File: mill.info,  Node: Top,  Next: Stones,  Up: (dir)

The Mill
********

It grinds *note wheat: Stones. slowly, see *note Stones::.

* Menu:

* Stones::                      What grinds.
* Index::

 -- The Detailed Node Listing --

Stones

* Dressing: Dressing stones.

\x1f
File: mill.info,  Node: Stones,  Next: Index,  Prev: Top,  Up: Top

1 Stones
========

The upper one turns (*note
Dressing: Dressing stones.), 120 times a minute:

     $ mill --fast
       --dry

   * granite
   * basalt, from
     the valley

   ---------- Footnotes ----------

   (1) Not at night.

"""
    b'\0\x08[image src="mill.png" alt="A mill\\"s wheel" text="\n"\0\x08]\n\n'
    b"""1.1 Dressing
------------

Once a year.
\x1f
File: mill.info,  Node: Index,  Prev: Stones,  Up: Top

Index
*****

\0\x08[index\0\x08]
* Menu:

* basalt:                       Stones.                 (line 14)

\x1f
Tag Table:
Node: Top\x7f185
Node: Stones\x7f500
\x1f
End Tag Table

\x1f
Local Variables:
coding: utf-8
End:
"""
)
YAML = b"""# Settings of the mill
# Ask the miller before a change.

name: Old Mill   # as on the map
wheel:
  # Not in frost.
  turns: true
  days: [Monday, "Friday"]
stones:
  - name: upper
    inches: 48
  - name: lower
    inches: 50   # re-cut in May
notes: |
  The sluice is
    stiff.
"""
TOML = b"""# Settings of the mill
# Ask the miller before a change.

name = "Old Mill"   # as on the map

[wheel]
# Not in frost.
turns = true
days = [
  "Monday",   # with the baker
  "Friday",
]

[[stones]]
name = "upper"
inches = 48
[[stones]]
name = "lower"
inches = 50   # re-cut in May
#spare = true
"""
INI = b"""; Settings of the mill
; Ask the miller before a change.

name = Old Mill   ; as on the map

[wheel]
; Not in frost.
turns = yes
days =
    Monday
    Friday
;spare = yes
"""
ASCIIDOC = b"""= The Handbook
Ada Lovelace
:keywords: tea, trees
:hall: old hall

== Scope

It *holds* for _everyone_ in the {hall}, see https://example.org/a[the site].

* tea
** green
* coffee

. count
. write

CPU:: The brain

[source,python]
----
def count(): # {hall}
    return 1
----

.Sales
[options="header"]
|===
|Product |2023
|Tea |1,377
|===

NOTE: Mind the frost.
"""
LATEX = rb"""\documentclass{article}
\newcommand{\hall}{old hall}
\title{The \textbf{Handbook}}
\author{Ada}
\begin{document}
\maketitle
\section{Scope}
It holds for \emph{everyone} in the \hall{} -- 50\% of caf\'e guests. % not this
With $x^2$ trees.\footnote{A note.}

\begin{itemize}
\item tea
\begin{enumerate}
\item green
\end{enumerate}
\end{itemize}
\begin{tabular}{lr}
Product & 2023 \\ \hline
Tea & 1,377 \\
\end{tabular}
\begin{verbatim}
count % trees
\end{verbatim}
\end{document}
"""
XML = b"""<?xml version="1.0"?>
<!DOCTYPE book [<!ENTITY hall "old hall">]>
<book><title>Handbook</title>
<section><title>Scope</title><para>It holds for <emphasis>everyone</emphasis>
in the &hall;.</para><programlisting>a = 1
  b</programlisting></section>
<person id="p1"><name>Ada</name><age unit="years">36</age></person>
<person id="p2"><name>Bob</name></person></book>"""
MBOX = b"""From ada@example.org Mon May  1 10:00:00 2023
From: ada@example.org
Subject: Frost

Hello Bob,
>From now on it is cold.

From bob@example.org Tue May  2 10:00:00 2023
From: bob@example.org
Subject: Re: Frost

I see.
"""


def picture(kind: str, *, pages: int = 1, size: tuple[int, int] = (620, 120)) -> bytes:
    """A PNG, JPEG, TIFF or PDF of a few large words; a TIFF or PDF of several pages, numbered in words."""
    from PIL import Image, ImageDraw, ImageFont

    drawn = []
    for number in range(pages):
        image = Image.new("L", size, 255)
        words = f"The {('first', 'second', 'third')[number]} green book"
        ImageDraw.Draw(image).text((20, 30), words, 0, ImageFont.load_default(44))
        drawn.append(image)
    out = io.BytesIO()
    more = {"save_all": True, "append_images": drawn[1:]} if kind in {"TIFF", "PDF"} else {}
    drawn[0].save(out, kind, dpi=(150, 150), **more)
    return out.getvalue()


def open_samples() -> dict[str, bytes]:
    """A file of each of these formats that is a document, by media type."""
    return {
        ODT: odf(ODT, ODT_BODY, styles=NUMBERED),
        ODS: odf(ODS, ODS_BODY),
        ODP: odf(ODP, ODP_BODY),
        EPUB: book(),
        "text/x-info": INFO,
        "text/asciidoc": ASCIIDOC,
        "application/x-tex": LATEX,
        "application/xml": XML,
        "application/yaml": YAML,
        "application/toml": TOML,
        "text/x-ini": INI,
    }
