"""OpenDocument, EPUB, Info, AsciiDoc, LaTeX and XML: structure, notes, properties, and what is refused."""

from __future__ import annotations

import io
import shutil
import zipfile
from itertools import pairwise

import pytest

from ragkit.errors import SourceError
from ragkit.ingest.readers import reader_for
from ragkit.types import Document, Source, Unread, heading_path, line_range, number_at
from tests.open_files import (
    ASCIIDOC,
    EPUB,
    INFO,
    LATEX,
    NAMES,
    NUMBERED,
    ODP,
    ODP_BODY,
    ODS,
    ODS_BODY,
    ODT,
    ODT_BODY,
    XML,
    book,
    odf,
    picture,
    zipped,
)


def read(media_type: str, data: bytes) -> Document:
    return reader_for(media_type).read(Source("folder/file", None, media_type, len(data)), data)


def blocks(document: Document) -> list[str]:
    return [f"{each.kind}{each.level or ''}: {document.text[each.start : each.end]}" for each in document.blocks]


def test_odt_has_headings_numbered_lists_tables_and_notes() -> None:
    document = read(ODT, odf(ODT, ODT_BODY, styles=NUMBERED))
    assert blocks(document) == [
        "heading1: Handbook",
        "paragraph: It holds for\neveryone.[note 1]",
        "item: 1. count",
        "item: - trees",
        "item: 2. write",
        "heading2: Figures",
        "table: Product | 2023\nTea | 2023: 1,377",
        "paragraph: Before",
        "paragraph: In a box",
        "paragraph: [note 1] In the valley.",
    ]
    about = {
        "title": "The valley",
        "author": "Ada",
        "language": "en",
        "keywords": "tea, trees",
        "created": "2023-05-01",
    }
    assert document.metadata == about
    assert document.title == "The valley"


def test_odt_lists_go_on_counting_where_they_say_so_in_their_own_figures() -> None:
    def listed(content: str, about: str = "") -> str:
        return f'<text:list text:style-name="L2" {about}>{content}</text:list>'

    def item(*content: str, about: str = "") -> str:
        return f"<text:list-item {about}>{''.join(content)}</text:list-item>"

    def level(number: int, about: str) -> str:
        return f'<text:list-level-style-number text:level="{number}" {about}/>'

    levels = level(1, 'style:num-format="1" text:start-value="3"')
    levels += level(2, 'style:num-format="a" style:num-suffix=")" style:num-prefix="("')
    levels += level(3, 'style:num-format="I" text:display-levels="3"')
    text, on = "<text:p>x</text:p>", 'text:continue-numbering="true"'
    body = [
        listed(item(text) + item(text, listed(item(text)))),
        listed(item(listed(item(text, listed(item(text))))) + item(text), on),
        listed(item(text, about='text:start-value="9"') + item(text, text), 'text:continue-list="a"'),
        listed(item(text)),
    ]
    document = read(ODT, odf(ODT, "".join(body), styles=f'<text:list-style style:name="L2">{levels}</text:list-style>'))
    assert document.text.splitlines() == [
        *("3. x", "4. x", "  (a) x", "  (b) x", "    4.b.I. x", "5. x"),
        *("9. x", "10. x", "", "x", "", "3. x"),
    ]


def test_odt_paragraphs_are_what_the_style_is_from_which_theirs_derives() -> None:
    def style(name: str, parent: str, family: str = "paragraph") -> str:
        about = f'style:name="{name}" style:parent-style-name="{parent}" style:family="{family}"'
        return f"<style:style {about}/>"

    chosen = style("Subtitle", "Heading") + style("Chapter", "Heading_20_1") + style("P1", "Chapter")
    own = style("P1", "Title") + style("P2", "Subtitle") + style("P3", "Heading_20_2") + style("P4", "Chapter")
    own += style("P5", "Preformatted_20_Text") + style("P6", "P6") + style("P7", "Title", "text")
    names = ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "Title", "Heading", "Standard"]
    body = "".join(f'<text:p text:style-name="{name}">{name}</text:p>' for name in names)
    styles = odf(
        ODT, body, styles=own, more={"styles.xml": f"<office:document-styles {NAMES}>{chosen}</office:document-styles>"}
    )
    assert blocks(read(ODT, styles)) == [
        "heading1: P1",
        "paragraph: P2",
        "heading2: P3",
        "heading1: P4",
        "code: P5",
        "paragraph: P6",
        "paragraph: P7",
        "heading1: Title",
        "heading1: Heading",
        "paragraph: Standard",
    ]


def test_odt_leaves_out_what_is_struck_out() -> None:
    def style(name: str, family: str, line: str) -> str:
        about = f'<style:text-properties style:text-line-through-style="{line}"/>'
        return f'<style:style style:name="{name}" style:family="{family}">{about}</style:style>'

    styles = style("T1", "text", "solid") + style("T2", "text", "none") + style("P1", "paragraph", "solid")
    body = (
        '<text:p>It costs <text:span text:style-name="T1">50 </text:span><text:span text:style-name="T2">40</text:span>'
    )
    body += ' euro.</text:p><text:p text:style-name="P1">Or 30.</text:p>'
    assert blocks(read(ODT, odf(ODT, body, styles=styles))) == ["paragraph: It costs 40 euro."]


LINKED = 'xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="./{}"'
MATH = (
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><mi>E</mi><mo>=</mo><mi>m</mi></mrow>'
    "<annotation>E = m</annotation></semantics></math>"
)
CHART = (
    f'<office:document-content {NAMES} xmlns:chart="urn:oasis:names:tc:opendocument:xmlns:chart:1.0"><office:body>'
    "<office:chart><chart:chart><chart:title><text:p>Sales by coast</text:p></chart:title><table:table>"
    "<table:table-header-rows><table:table-row><table:table-cell/><table:table-cell><text:p>Tea</text:p>"
    "</table:table-cell></table:table-row></table:table-header-rows><table:table-row><table:table-cell><text:p>East"
    '</text:p></table:table-cell><table:table-cell office:value="19.2"/></table:table-row></table:table></chart:chart>'
    "</office:chart></office:body></office:document-content>"
)
INNER = (
    f'<office:document-content {NAMES}><office:body><office:text><text:p text:style-name="P1">Inside</text:p>'
    "</office:text></office:body></office:document-content>"
)
OBJECTS = {"Object 1/content.xml": MATH, "Object 2/content.xml": CHART, "Object 3/content.xml": INNER}


def drawn(number: int, kind: str = "object") -> str:
    return f"<draw:frame><draw:{kind} {LINKED.format(f'Object {number}')}/><draw:image/></draw:frame>"


@pytest.mark.parametrize("media_type", [ODT, ODS, ODP])
def test_charts_formulas_and_documents_in_a_document_are_read_once(media_type: str) -> None:
    frames = drawn(2) + drawn(3) + drawn(2) + drawn(4, "object-ole")
    table = "<table:table><table:table-row><table:table-cell>{}</table:table-cell></table:table-row></table:table>"
    body = {
        ODT: f"<text:p>So {drawn(1)} holds.{frames}</text:p>",
        ODS: table.format(f"<text:p>7</text:p>{drawn(1)}{frames}"),
        ODP: f"<draw:page>{drawn(1)}{frames}</draw:page>",
    }[media_type]
    document = read(media_type, odf(media_type, body, more=OBJECTS))
    chart = ["Sales by coast", *(["| Tea\nEast | Tea: 19.2"] if media_type != ODS else [])]
    assert (
        document.text.split("\n\n")
        == {
            ODT: ["So E=m holds.", *chart, "Inside"],
            ODS: ["Sheet", "7", "Drawings", "E=m", *chart, "Inside"],
            ODP: ["Slide 1", "E=m", *chart, "Inside"],
        }[media_type]
    )
    assert document.unread == (Unread("part Object 4: there is no reader for it in a document"),)


def test_what_is_drawn_on_a_sheet_or_a_master_is_read_beside_its_cells_and_slides() -> None:
    about = '<svg:desc xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0">A green book</svg:desc>'
    shape = f"<draw:custom-shape><text:p>In a shape</text:p>{about}</draw:custom-shape>"
    sheet = f"<table:table><table:shapes>{shape}</table:shapes>{{}}</table:table>"
    head, rows = row(cell("Tea"), cell("7")), row(cell("Coffee"), f"<table:table-cell>{shape}</table:table-cell>")
    document = read(ODS, odf(ODS, sheet.format(head + rows)))
    drawings = ["In a shape", "A green book"] * 2
    assert document.text.split("\n\n") == ["Sheet", "Tea | 7\nCoffee", "Drawings", *drawings]
    place = document.text.rindex("In a shape")
    assert line_range(document.lines, place, place + 10) == (2, 2)
    place_holder = (
        '<draw:frame presentation:class="title"><draw:text-box><text:p>Click</text:p></draw:text-box></draw:frame>'
    )
    master = f'<style:master-page style:name="M">{place_holder}{shape}</style:master-page>'
    styles = {"styles.xml": f"<office:document-styles {NAMES}>{master}</office:document-styles>"}
    pages = '<draw:page draw:master-page-name="M"/>' * 2
    assert read(ODP, odf(ODP, pages, more=styles)).text.split("\n\n") == [
        *("Slide 1", "In a shape", "A green book", "Slide 2"),
    ]
    frame = f"<draw:frame><draw:image/>{about}</draw:frame>"
    assert read(ODT, odf(ODT, f"<text:p>See{frame}there</text:p>")).text == "See A green book there"


def test_ods_leaves_out_what_is_struck_out() -> None:
    line = '<style:text-properties style:text-line-through-style="solid"/>'
    styles = f'<style:style style:name="c" style:family="table-cell">{line}</style:style>'
    column = '<table:table-column table:number-columns-repeated="2"/><table:table-column {}="c"/>'
    cells = row(cell("Tea", 'table:style-name="c"'), cell("7"), cell("8"), cell("9"))
    cells += row(cell("Coffee"), cell("1"), cell("2", 'table:style-name="d"'), cell("3"))
    sheet = f"<table:table>{column.format('table:default-cell-style-name')}{cells}</table:table>"
    assert read(ODS, odf(ODS, sheet, styles=styles)).text == "Sheet\n\n| 7 |  | 9\nCoffee | 1 | 2 | 3"


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_pictures_of_a_text_are_read() -> None:
    images = "".join(f"<draw:image {LINKED.format(name)}/>" for name in ("a.svg", "b.png"))
    data = odf(ODT, f"<text:p>See<draw:frame>{images}</draw:frame></text:p>", more={"a.svg": "<svg/>"})
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("b.png", picture("PNG"))
    document = read(ODT, out.getvalue())
    assert document.text.split("\n\n") == ["See", "Text in picture b.png:", "The first green book"]
    assert "parts_not_read" not in document.metadata


def test_odt_asides_are_read_once_and_those_in_cells_too() -> None:
    remark = '<office:annotation><dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">Bob</dc:creator>'
    remark += "<text:p>Is this so?</text:p></office:annotation>"
    note = "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>In tonnes.</text:p>"
    note += "</text:note-body></text:note>"
    shape = "<draw:custom-shape><text:p>In a shape<draw:rect><text:p>In another</text:p></draw:rect></text:p>"
    cells = f"<table:table-cell><text:p>Tea{note}</text:p></table:table-cell>"
    body = (
        f"<text:p>We sow in March.{remark}</text:p><text:p>Before{shape}</draw:custom-shape></text:p>"
        f"<table:table><table:table-row>{cells}</table:table-row></table:table>"
    )
    margins = "".join(
        f"<style:master-page><style:header><text:p>Confidential</text:p></style:header><style:footer><text:p>"
        f"<text:page-number>{number}</text:page-number></text:p></style:footer></style:master-page>"
        for number in (1, 2)
    )
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("style", "text", "office")
    )
    document = read(ODT, odf(ODT, body, more={"styles.xml": f"<office:styles {names}>{margins}</office:styles>"}))
    assert document.text.split("\n\n") == [
        *("Confidential", "We sow in March.", "Comment by Bob: Is this so?", "Before", "In a shape", "In another"),
        *("Tea[note 1]", "[note 1] In tonnes."),
    ]


def test_ods_comments_say_their_row_and_odp_notes_have_no_page_number() -> None:
    remark = "<office:annotation><text:p>In tonnes?</text:p></office:annotation>"
    rows = '<table:table-row table:number-rows-repeated="3"/><table:table-row><table:table-cell>'
    sheet = f'<table:table table:name="S">{rows}<text:p>7</text:p>{remark}</table:table-cell></table:table-row>'
    document = read(ODS, odf(ODS, f"{sheet}</table:table>"))
    assert document.text == "S\n\n7 | Comment on row 4: In tonnes?"
    assert line_range(document.lines, document.text.index("In"), len(document.text)) == (4, 4)
    number = '<draw:frame presentation:class="page-number"><draw:text-box><text:p>7</text:p></draw:text-box>'
    note = '<draw:frame presentation:class="notes"><draw:text-box><text:p>Slowly.</text:p></draw:text-box></draw:frame>'
    notes = f"<presentation:notes>{note}{number}</draw:frame></presentation:notes>"
    assert read(ODP, odf(ODP, f"<draw:page>{remark}{notes}</draw:page>")).text == (
        "Slide 1\n\nNotes: Slowly.\n\nComment: In tonnes?"
    )


def test_the_reading_of_a_word_follows_it() -> None:
    ruby = "<text:ruby><text:ruby-base>tokyo</text:ruby-base><text:ruby-text>toukyou</text:ruby-text></text:ruby>"
    assert read(ODT, odf(ODT, f"<text:p>In {ruby}.</text:p>")).text == "In tokyo(toukyou)."


def test_soft_hyphens_do_not_hide_a_word() -> None:
    assert read("text/html", b"<p>Frost&shy;schutz</p>").text == "Frostschutz"
    assert read(ODT, odf(ODT, "<text:p>Frost\u00adschutz</text:p>")).text == "Frostschutz"


RST_PARTS = b"""Before

.. include:: ../a/one.rst

.. include:: <isonum.txt>

.. literalinclude:: two.py
   :lines: 1-3

After
"""
TEX_PARTS = rb"""\documentclass{a}\input{macros}\begin{document}Before
\input ../a/one.rst
\lstinputlisting[language=C]{two.py}

After\end{document}"""
ASCIIDOC_PARTS = b""":up: ..

Before
include::{up}/a/one.rst[leveloffset=+1]

include::two.py[]

After
"""


@pytest.mark.parametrize(
    ("media_type", "data"),
    [("text/x-rst", RST_PARTS), ("application/x-tex", TEX_PARTS), ("text/asciidoc", ASCIIDOC_PARTS)],
)
def test_a_file_that_is_taken_in_is_named_and_not_opened(media_type: str, data: bytes) -> None:
    assert read(media_type, data).text.split("\n\n") == ["Before", "See ../a/one.rst.", "See two.py.", "After"]


def test_ods_repeats_headers_and_knows_rows() -> None:
    document = read(ODS, odf(ODS, ODS_BODY))
    assert document.text == "Sales\n\nDay | Amount\nMonday | Amount: 7\nMonday | Amount: 7\n\nOther\n\nnote"
    place = document.text.rindex("Monday")
    assert line_range(document.lines, place, place + 6) == (3, 3)
    assert document.metadata["sheets"] == "Sales, Other"


def row(*cells: str) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def cell(text: str, about: str = "") -> str:
    return f"<table:table-cell {about}><text:p>{text}</text:p></table:table-cell>"


def test_ods_puts_the_title_of_the_book_above_its_sheets() -> None:
    spanning = 'table:number-columns-spanned="2"'
    ships = [row(cell("Report of March", spanning)), row(cell("Ship"), cell("Voyages")), row(cell("Hobby"), cell("9"))]
    finance = [row(cell("Item"), cell("Amount")), row(cell("Fuel"), cell("25"))]
    named = {"Ships": ships, "Finance": finance}
    tables = [f'<table:table table:name="{name}">{"".join(rows)}</table:table>' for name, rows in named.items()]
    document = read(ODS, odf(ODS, "".join(tables)))
    assert document.title == "Report of March"
    assert heading_path(document.headings, document.text.index("Fuel")) == ("Report of March", "Finance")
    assert document.metadata["sheets"] == "Ships, Finance"


UNIT, IN_UNIT = ("€000", "Q2 2025", "Q2 2024"), ("Revenue", "480", "215")


@pytest.mark.parametrize(
    ("media_type", "data"),
    [
        (ODT, odf(ODT, f"<table:table>{row(*map(cell, UNIT))}{row(*map(cell, IN_UNIT))}</table:table>")),
        (ODS, odf(ODS, f'<table:table table:name="S">{row(*map(cell, UNIT))}{row(*map(cell, IN_UNIT))}</table:table>')),
        (
            "application/x-tex",
            rf"\begin{{tabular}}{{lll}}{' & '.join(UNIT)} \\ {' & '.join(IN_UNIT)}\end{{tabular}}".encode(),
        ),
        (
            "application/xml",
            f"<table><tr><td>{'</td><td>'.join(UNIT)}</td></tr><tr><td>{'</td><td>'.join(IN_UNIT)}</td></tr></table>".encode(),
        ),
    ],
)
def test_thousands_of_money_are_the_unit_of_figures(media_type: str, data: bytes) -> None:
    assert blocks(read(media_type, data))[-1].endswith("\nRevenue | Q2 2025 (€000): 480 | Q2 2024 (€000): 215")


@pytest.mark.parametrize("media_type", [ODT, ODS])
@pytest.mark.parametrize(("names", "marked"), [(("Revenue", "Profit"), True), (("a", "b"), False), (("1", "2"), True)])
def test_odf_says_the_names_of_groups_of_columns_with_those_of_the_columns(
    media_type: str, names: tuple[str, str], marked: bool
) -> None:
    wide = 'table:number-columns-spanned="2"'
    head = row(cell("Item"), cell("2023", wide), "<table:covered-table-cell/>")
    head += row(cell(""), *map(cell, names))
    head = f"<table:table-header-rows>{head}</table:table-header-rows>" if marked else head
    body = f'<table:table table:name="S">{head}{row(*map(cell, ("Tea", "3", "4")))}</table:table>'
    one, two = names
    joined = f"Item | 2023 {one} | 2023 {two}\nTea | 2023 {one}: 3 | 2023 {two}: 4"
    said = blocks(read(media_type, odf(media_type, body)))[-1]
    assert said.endswith(joined) == (media_type == ODT or not one.isdigit())


@pytest.mark.parametrize("media_type", [ODT, ODS])
def test_odf_says_a_cell_that_spans_rows_in_each(media_type: str) -> None:
    covered = "<table:covered-table-cell/>"
    wide = 'table:number-columns-spanned="2" table:number-rows-spanned="2"'
    rows = [
        row(cell("Region"), cell("City"), cell("Sales"), cell("Note")),
        row(cell("North", 'table:number-rows-spanned="2"'), cell("Kiel"), cell("5"), cell("x")),
        row(covered, cell("Bremen"), cell("7")),
        row(cell("South"), cell("Ulm"), cell("see below", wide), covered),
        row(cell("West"), cell("Bonn"), '<table:covered-table-cell table:number-columns-repeated="2"/>'),
    ]
    document = read(media_type, odf(media_type, f'<table:table table:name="S">{"".join(rows)}</table:table>'))
    assert blocks(document)[-1].splitlines()[1:] == [
        "North | City: Kiel | Sales: 5 | Note: x",
        "North | City: Bremen | Sales: 7",
        "South | City: Ulm | Sales: see below | Note: see below",
        "West | City: Bonn | Sales: see below | Note: see below",
    ]


def test_a_sheet_s_formulas_without_results_are_told() -> None:
    rows = [
        row(cell("Month"), cell("Cars")),
        row(cell("May"), cell("7", 'table:formula="of:=3+4" office:value-type="float" office:value="7"')),
        row(cell("June"), '<table:table-cell table:formula="of:=IF(1;&quot;&quot;;2)" office:value-type="string"/>'),
        row(cell("Total"), '<table:table-cell table:formula="of:=SUM([.B2:.B3])"/>'),
    ]
    document = read(ODS, odf(ODS, f'<table:table table:name="S">{"".join(rows)}</table:table>'))
    assert blocks(document)[-1].splitlines() == ["table: Month | Cars", "May | Cars: 7", "June", "Total"]
    remedy = "formulas without results; open the file in a spreadsheet program and save it"
    assert [each.what for each in document.unread] == [f"sheet S, row 4: {remedy}"]


def test_a_sheet_that_claims_a_billion_rows_is_cut() -> None:
    row = (
        '<table:table-row table:number-rows-repeated="99999999"><table:table-cell><text:p>x</text:p></table:table-cell>'
    )
    document = read(ODS, odf(ODS, f'<table:table table:name="S">{row}</table:table-row></table:table>'))
    assert document.text.count("x") == 1000


def test_odp_puts_the_title_first_and_counts_slides() -> None:
    document = read(ODP, odf(ODP, ODP_BODY))
    assert blocks(document) == [
        "heading1: The plan",
        "item: - Count",
        "paragraph: Notes: Say it slowly.",
        "heading1: Slide 2",
        "paragraph: Alone",
    ]
    assert number_at(document.pages, document.text.index("Alone")) == 2
    assert document.metadata["pages"] == 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (odf(ODT, "", more={"META-INF/manifest.xml": "<encryption-data/>"}), "encrypted with a password"),
        (zipped({"mimetype": ODT}), "holds no document"),
        (odf(ODT, "", more={"content.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a/>'}), "declares a document type"),
    ],
)
def test_odf_that_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        read(ODT, data)


def test_epub_is_read_along_its_spine() -> None:
    document = read(EPUB, book())
    assert blocks(document) == [
        "heading1: One",
        "paragraph: It was a dark night.",
        "heading1: Two",
        "item: - tea",
    ]
    assert document.metadata == {"title": "Nights", "author": "Ada, Bob", "language": "en"}


def test_epub_chapters_of_other_types_are_read_or_named() -> None:
    items = "".join(
        f'<item id="{name}" href="{name}" {more} media-type="{kind}"/>'
        for name, kind, more in [
            ("a.xml", "text/xml", ""),
            ("b.html", "text/x-oeb1-document", ""),
            ("c.svg", "image/svg+xml", ""),
            ("d.pdf", "application/pdf", 'fallback="e.xhtml"'),
            ("e.xhtml", "application/xhtml+xml", ""),
            ("f.jpg", "image/jpeg", 'fallback="f.jpg"'),
            ("g.jpg", "image/jpeg", 'fallback="none"'),
        ]
    )
    names = ("a.xml", "b.html", "c.svg", "d.pdf", "f.jpg", "g.jpg", "none")
    spine = "".join(f'<itemref idref="{name}"/>' for name in names)
    more = {f"in/{name}": f"<html><body><p>Chapter {name}</p></body></html>" for name in names}
    drawing = "<title>Map</title><style>a{}</style><text>The <tspan>valley</tspan></text><path/>"
    more |= {
        "in/c.svg": f'<svg xmlns="http://www.w3.org/2000/svg">{drawing}</svg>',
        "in/e.xhtml": "<p>Instead</p>",
        "in/book.opf": f"<package><manifest>{items}</manifest><spine>{spine}</spine></package>",
    }
    document = read(EPUB, book(more=more))
    assert document.text.split("\n\n") == ["Chapter a.xml", "Chapter b.html", "Map", "The valley", "Instead"]
    lack = "there is no reader for image/jpeg in a book"
    assert document.unread == (Unread(f"part in/f.jpg: {lack}"), Unread(f"part in/g.jpg: {lack}"))


def test_epub_that_is_locked_or_lacks_a_chapter_is_no_half_book() -> None:
    cipher = '<a xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptedData>{}</e:EncryptedData></a>'
    for method in ("", '<e:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>'):
        with pytest.raises(SourceError, match="is encrypted"):
            read(EPUB, book(more={"META-INF/encryption.xml": cipher.format(method)}))
    fonts = cipher.format('<e:EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/>')
    assert "dark night" in read(EPUB, book(more={"META-INF/encryption.xml": fonts})).text
    missing = '<package><manifest><item id="i" href="gone.xhtml" media-type="text/html"/></manifest>'
    with pytest.raises(SourceError, match=r"in/gone\.xhtml is missing"):
        read(EPUB, book(more={"in/book.opf": f'{missing}<spine><itemref idref="i"/></spine></package>'}))


def test_info_has_what_its_nodes_say_without_what_leads_through_them() -> None:
    document = read("text/x-info", INFO)
    assert document.title == "The Mill"
    assert blocks(document) == [
        "heading1: The Mill",
        "paragraph: It grinds wheat slowly, see Stones.",
        "heading2: 1 Stones",
        "paragraph: The upper one turns (Dressing\n), 120 times a minute:",
        "paragraph: $ mill --fast\n  --dry",
        "item: * granite",
        "item: * basalt, from\n  the valley",
        "item: (1) Not at night.",
        'paragraph: A mill"s wheel',
        "heading3: 1.1 Dressing",
        "paragraph: Once a year.",
        "heading1: Index",
    ]
    lines = INFO.decode().split("\n")
    for word in ("slowly", "120", "--dry", "valley", "night", "wheel", "Once"):
        assert word in lines[(number_at(document.lines, document.text.index(word)) or 0) - 1]


def test_info_without_tables_or_headings_loses_nothing() -> None:
    data = b"This is a.info, produced by texi2any.\n\n\x1f\nFile: a.info,  Node: Top\n\nWords.\n\n* Menu:\n\nMore.\n"
    assert blocks(read("text/x-info", data)) == ["paragraph: Words.", "paragraph: More."]


def test_info_shows_the_drawing_of_an_image_of_any_size_that_has_no_words_for_it() -> None:
    drawing = "+--+\n" + (r"| \\\"mill\" |" + "\n") * 500
    special = f'\0\x08[image src="mill.png" text="{drawing}"\0\x08]'
    data = (
        f"This is a.info, produced by texi2any.\n\n\x1f\nFile: a.info,  Node: Top\n\nBefore.\n\n{special}\n\nAfter.\n"
    )
    document = read("text/x-info", data.encode())
    assert document.text.count(r'| \"mill" |') == 500
    assert number_at(document.lines, document.text.index("After")) == data.split("\n").index("After.") + 1
    both = data.replace("[image", '[image alt="A mill"')
    assert read("text/x-info", both.encode()).text == "Before.\n\nA mill\n\nAfter."


def test_info_may_have_the_line_ends_of_windows() -> None:
    assert blocks(read("text/x-info", INFO.replace(b"\n", b"\r\n"))) == blocks(read("text/x-info", INFO))
    tail = b"\x1f\nLocal Variables:\ncoding: iso-8859-2\nEnd:\n"
    data = b"This is a.info, produced by texi2any.\n\n\x1f\nFile: a.info,  Node: Top\n\n\xb9koda\n\n" + tail
    assert read("text/x-info", data.replace(b"\n", b"\r\n")).text.startswith("škoda")


def test_asciidoc() -> None:
    document = read("text/asciidoc", ASCIIDOC)
    assert blocks(document) == [
        "heading1: The Handbook",
        "paragraph: Ada Lovelace",
        "heading2: Scope",
        "paragraph: It holds for everyone in the old hall, see the site.",
        "item: - tea",
        "item: - green",
        "item: - coffee",
        "item: 1. count",
        "item: 2. write",
        "item: CPU: The brain",
        "code: def count(): # {hall}\n    return 1",
        "paragraph: Sales",
        "table: Product | 2023\nTea | 2023: 1,377",
        "paragraph: Note: Mind the frost.",
    ]
    assert document.metadata == {"author": "Ada Lovelace", "keywords": "tea, trees"}
    place = document.text.index("Note:")
    line = ASCIIDOC.decode().split("\n").index("NOTE: Mind the frost.") + 1
    assert line_range(document.lines, place, len(document.text)) == (line, line)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Title\n-----\n\ntext", ["heading2: Title", "paragraph: text"]),
        ("====\ninside\n====\n\nafter", ["paragraph: inside", "paragraph: after"]),
        ("----\nnever closed", ["code: never closed"]),
        ("////\ngone\n////\nkept", ["paragraph: kept"]),
        ("// gone\nkept", ["paragraph: kept"]),
        (" literal\n  lines", ["code: literal\n  lines"]),
        (
            "linkgit:git-add[1] and snake_case_name and 2 * 3 * 4",
            ["paragraph: git-add(1) and snake_case_name and 2 * 3 * 4"],
        ),
        ("one +\ntwo", ["paragraph: one\ntwo"]),
        ("* a\n+\nmore\n* b", ["item: - a", "paragraph: more", "item: - b"]),
        ("term::\n  meaning", ["item: term: meaning"]),
        ("tea:: green\nrum::\n  brown\nale:: pale", ["item: tea: green", "item: rum: brown", "item: ale: pale"]),
        ("|===\n|a\n|b\n|===", ["table: a\nb"]),
        (',===\na,b\n1,"x, y"\n,===', ["table: a | b\n1 | x, y"]),
        ("[NOTE]\n====\nMind.\n====", ["paragraph: Note:", "paragraph: Mind."]),
        ("image::a.png[A tree]", ["paragraph: A tree"]),
        ("image::a.png[A tree]\n.Trees\n* one", ["paragraph: A tree", "paragraph: Trees", "item: - one"]),
        ("[quote, Bob, 'A, B']\n____\nSow.\n____\nOn", ["paragraph: Sow.", "paragraph: — Bob, A, B", "paragraph: On"]),
        ("[verse#a.b,attribution=*Bob*]\nSow\n\nOn", ["paragraph: Sow", "paragraph: — Bob", "paragraph: On"]),
        ("[quote,,Trees]\nSow", ["paragraph: Sow", "paragraph: — Trees"]),
        ("Sow\nifdef::a[]\ntea\nendif::[]\nifndef::a,b[or rum]\nand", ["paragraph: Sow tea or rum and"]),
        ("----\nifeval::[{a} == 1]\nx = 1\nendif::[]\n----", ["code: x = 1"]),
        ("Sow [.line-through]#tea or# [line-through]*(all)* [.a.line-through]##ru##m", ["paragraph: Sow m"]),
        ("* [.line-through]#tea#\n* [.big]#rum#", ["item: - rum"]),
    ],
)
def test_asciidoc_structures(text: str, expected: list[str]) -> None:
    assert blocks(read("text/asciidoc", text.encode())) == expected


@pytest.mark.parametrize(
    ("attributes", "labelled"),
    [
        ('[cols="1,2,1", options="header"]', True),
        ("[%header,cols=3*]", True),
        ("[%autowidth%header, cols='<1,^.^2a,>1']", True),
        ('[cols="2*,1"]\n[opts=header]', True),
        ('[cols=3, role="a, b", opts="footer,header"]', True),
        ("[%noheader]", False),
        ("[%autowidth]", False),
        ('[caption="With header, cols=1"]', False),
    ],
)
def test_asciidoc_reads_the_attributes_of_a_table_as_they_are_quoted(attributes: str, labelled: bool) -> None:
    text = read("text/asciidoc", f"{attributes}\n|===\n|Name |Age|Office\n|Eve |40 |Ely\n|===".encode()).text
    assert text == f"Name | Age | Office\nEve | {'Age: ' * labelled}40 | {'Office: ' * labelled}Ely"


@pytest.mark.parametrize(
    ("attributes", "body"),
    [
        ("format=csv", 'A,B\n1,"x, y|\nz"'),
        ("format=dsv", "A:B\n1:x, y| z"),
        ("format=tsv", "A\tB\n1\tx, y| z"),
        ('format=csv,separator=";"', "A;B\n1;x, y| z"),
        ("separator=¦", "¦A ¦B\n¦1¦x, y| z"),
        ("cols=2*", "|A |B\n|1\n|x, y\\| z"),
    ],
)
def test_asciidoc_tables_have_formats_and_separators(attributes: str, body: str) -> None:
    document = read("text/asciidoc", f"[%header,{attributes}]\n|===\n{body}\n|===".encode())
    assert document.text == "A | B\n1 | B: x, y| z"
    line = body.count("\n", 0, body.index("z")) + 3
    assert number_at(document.lines, document.text.index("z")) == line


def test_asciidoc_cells_that_span_others_leave_them_in_their_columns() -> None:
    body = "|Office |Name |Age\n.2+|Ely |Eve |40\n|Bob\n|41\n2+|All |35\n|York 2+|None\n2.2+|Bath|1|2\n3*|x"
    document = read("text/asciidoc", f"[%header]\n|===\n{body}\n|===".encode())
    assert document.text.split("\n") == [
        "Office | Name | Age",
        "Ely | Name: Eve | Age: 40",
        "Ely | Name: Bob | Age: 41",
        "All | Age: 35",
        "York | Name: None | Age: None",
        "Bath | Age: 1",
        "Bath | Age: 2",
        "x | Name: x | Age: x",
    ]
    place = document.text.index("Ely | Name: Bob")
    assert line_range(document.lines, place, document.text.index("\nAll")) == (5, 6)


def test_asciidoc_spans_that_cannot_be_cost_nothing() -> None:
    cells = "999.999+|x " * 2000 + "|y " * 2000
    assert len(read("text/asciidoc", f"|===\n{cells}\n|===".encode()).text) < 2_000_000
    assert len(read("text/asciidoc", f"[cols=1]\n|===\n{cells}\n|===".encode()).text) < 2_000_000


def test_latex() -> None:
    document = read("application/x-tex", LATEX)
    assert blocks(document) == [
        "heading1: The Handbook",
        "paragraph: Ada",
        "heading2: Scope",
        "paragraph: It holds for everyone in the old hall – 50% of café guests. With $x^2$ trees. (A note.)",
        "item: - tea",
        "item: 1. green",
        "table: Product | 2023\nTea | 2023: 1,377",
        "code: count % trees",
    ]
    assert document.metadata == {"title": "The Handbook", "author": "Ada"}
    place = document.text.index("count")
    line = LATEX.decode().split("\n").index("count % trees") + 1
    assert line_range(document.lines, place, len(document.text)) == (line, line)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"a\\b", ["paragraph: a\nb"]),
        ("a\n\nb % c\nd", ["paragraph: a", "paragraph: b d"]),
        (r"\section{Unclosed text", ["paragraph: Unclosed text"]),
        (r"\href{http://x}{shown} \textcolor{red}{red} \unknown{kept}", ["paragraph: shown red kept"]),
        (r"na\"{\i}ve \ss{} \c{c}a \o", ["paragraph: naïve ß ça ø"]),
        (r"\begin{verbatim}never closed", ["code: never closed"]),
        (r"\begin{equation}E=mc^2\end{equation}", ["code: E=mc^2"]),
        (r"\chapter{A}\section{B}", ["heading1: A", "heading2: B"]),
        (r"\begin{comment}gone\end{comment}kept", ["paragraph: kept"]),
        (r"\newcommand{\a}{\a\a}\a x", ["paragraph: x"]),
        (r"\verb|a % b| c", ["paragraph: a % b c"]),
        (r"\begin{tabular}{ll}\multicolumn{2}{c}{Both} \\ a \& b & c\end{tabular}", ["table: Both\na & b | c"]),
        (r"\begin{description}\item[Tea] hot\end{description}", ["item: Tea hot"]),
    ],
)
def test_latex_structures(text: str, expected: list[str]) -> None:
    assert [block.strip() for block in blocks(read("application/x-tex", text.encode()))] == expected


SHOWN = r"""\begin{document}
Hi
\end{document}"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (rf"Before \begin{{verbatim}}{SHOWN}\end{{verbatim}} After", f"Before\n\n{SHOWN}\n\nAfter"),
        (rf"Before \begin{{lstlisting}}{SHOWN}\end{{lstlisting}} After", f"Before\n\n{SHOWN}\n\nAfter"),
        ("Before % \\begin{document}\nAfter % \\end{document}\nit", "Before After it"),
        (
            r"\verb|\begin{document}| and \lstinline[a=b]{\end{document}} here",
            r"\begin{document} and \end{document} here",
        ),
        (rf"\begin{{filecontents}}{{a}}{SHOWN}\end{{filecontents}}\begin{{document}}Yes\end{{document}} no", "Yes"),
        (r"50\% \\% \begin{document}", "50%"),
        (r"\lstinline{f('%d', {1})} and \lstinline|a| and \verb never", "f('%d', {1}) and a and never"),
    ],
)
def test_latex_that_tells_of_a_document_is_read_to_its_own_end(text: str, expected: str) -> None:
    assert read("application/x-tex", text.encode()).text == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("A & B \\\\\n% Nut & 99 \\\\\nTea & 7 \\\\ % was {old\nRum & 50\\% \\\\", "A | B\nTea | B: 7\nRum | B: 50%"),
        (r"\rowcolor{gray}[0pt][1pt] a & \cellcolor{red!20}5\cellcolor[gray]{0.9} \\", "a | 5"),
        (r"a & b \\* \cmidrule(lr){1-2} c & d \\ \cmidrule[1pt](l{2pt}r{2pt}){1-2} e & f", "a | b\nc | b: d\ne | b: f"),
        ("\\hline % {a\n\\multicolumn{2}{c}{Both} & c \\\\ % \\multicolumn{3}\n d & e", "Both |  | c\nd | e"),
        (
            r"A & B & C \\ a & \multicolumn{2}{c}{none} \\ d & 1 & 2",
            "A | B | C\na | B: none | C: none\nd | B: 1 | C: 2",
        ),
        (r"a \multicolumn{2}{c}{b} & \multirow{2}{*}[2pt]{c}", "a b | c"),
    ],
)
def test_rows_of_a_latex_table_have_neither_comments_nor_layout(rows: str, expected: str) -> None:
    data = rf"\rowcolors{{1}}{{a}}{{b}}\begin{{tabular}}{{lll}}{rows}\end{{tabular}}"
    assert read("application/x-tex", data.encode()).text == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\newcommand{\limit}[1]{at most #1 days}It is \limit{27}.", "It is at most 27 days."),
        (r"\newcommand\by[2][Mr]{#1 #2}By \by{Lee} and \by[Ms]{Day}.", "By Mr Lee and Ms Day."),
        (r"\DeclareRobustCommand{\by}[1]{<#1>}\by{a \by b}", "<a <b>>"),
        (r"\def\by#1#2{<#2 of #1>} \by{a}{b} \def\of#1;{#1} c", "<b of a> c"),
        (r"\NewDocumentCommand{\by}{O{k} m}{#1-#2}\by{a} \by[b]{c}", "k-a b-c"),
        (
            r"\newcommand{\job}[2]{\section{#1}Bakes #2.}Jobs \job{Baker}{bread} all",
            "Jobs\n\nBaker\n\nBakes bread. all",
        ),
        (r"\newcommand{\unit}[1]{the #1 unit}\unit{first}", "the first unit"),
        (r"\newenvironment{q}[1][a]{b}{c}\begin{q}text\end{q}", "text"),
        ("\\newcommand" + " " * 100_000, ""),
        (r"\SI{5}{\kilo\gram}, \qty{3.2}{\metre\per\second\squared}, \si{\square\metre}", "5 kg, 3.2 m/s², m²"),
        (r"\SIrange{1}{2}{\celsius} \SI[a=b]{4}{kg} \num{1e3} \unit{N.m^{-1}}", "1–2 °C 4 kg 1e3 N.m^-1"),
        (
            "\\begin{lstlisting}[language=C, caption={A, \\emph{b}}, label=x]\na\n\\end{lstlisting} b",
            "A, b\n\na\n\nb",
        ),
        (r"\lstinputlisting[caption=Two]{f.c}", "Two\n\nSee f.c."),
        (r"\begin{tcolorbox}[title=Mind, colback=red]the frost\end{tcolorbox}", "Mind\n\nthe frost"),
        (r"\addbibresource{a.bib}\begin{document}\printbibliography\bibliography{b}", "See a.bib.\n\nSee b."),
        (r"\subimport{in/}{a} b", "See in/a.\n\nb"),
        (r"Tea\thanks{hot} and rum\marginpar{cold}", "Tea (hot) and rum (cold)"),
        (r"Sow \sout{in March} \st{or} in April", "Sow in April"),
    ],
)
def test_latex_commands_say_what_they_show(text: str, expected: str) -> None:
    assert read("application/x-tex", text.encode()).text == expected


def test_latex_that_comes_of_a_macro_stands_on_the_line_of_the_macro() -> None:
    text = "\\newcommand{\\limit}[1]{at\n\nmost #1 days}\n\nIt is\n\\limit{27}.\n\nEnd"
    document = read("application/x-tex", text.encode())
    assert document.text == "It is at\n\nmost 27 days.\n\nEnd"
    assert number_at(document.lines, document.text.index("27")) == 6
    assert number_at(document.lines, document.text.index("End")) == 8


def test_the_author_of_a_latex_file_is_apart_from_what_is_said_of_him() -> None:
    document = read("application/x-tex", rb"\author{Ada\thanks{Of Ely}}\begin{document}\maketitle")
    assert (document.text, document.metadata["author"]) == ("Ada (Of Ely)", "Ada (Of Ely)")


def test_latex_macros_whose_arguments_grow_are_cut_short() -> None:
    macros = "".join(rf"\newcommand{{\{a}}}[1]{{\{b}{{#1#1#1#1#1#1#1#1}}}}" for a, b in pairwise("abcdefghijklmnop"))
    text = (macros + r"\newcommand{\p}[1]{#1}\begin{document}\a{xxxxxxxxxx} end").encode()
    document = read("application/x-tex", text)
    assert len(document.text) < 5_000_000
    assert document.text.endswith("end")


def test_latex_macros_that_grow_are_cut_short() -> None:
    names = "abcdefghijklmnop"
    macros = "".join(rf"\newcommand{{\{a}}}{{\{b}\{b}\{b}\{b}}}" for a, b in pairwise(names))
    document = read("application/x-tex", (macros + r"\newcommand{\p}{x}\begin{document}\a\end{document}").encode())
    assert len(document.text) < 100_000


def test_xml() -> None:
    document = read("application/xml", XML)
    assert blocks(document) == [
        "heading1: Handbook",
        "heading2: Scope",
        "paragraph: It holds for everyone in the old hall.",
        "code: a = 1\n  b",
        "heading2: person p1",
        "item: name: Ada",
        "item: age (unit years): 36",
        "heading2: person p2",
        "item: name: Bob",
    ]
    place = document.text.index("It holds")
    assert line_range(document.lines, place, document.text.index("a = 1") - 2) == (4, 5)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<a><b></a>", "not well-formed XML"),
        (b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>', "entities made of entities"),
        (
            b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 50_000 + b'">]><a>' + b"&b;" * 50 + b"</a>",
            "expand to too much|unfold to far too much",
        ),
        (b"\x00\x01", "not well-formed"),
    ],
)
def test_xml_that_is_broken_or_a_bomb_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        read("application/xml", data)


def test_xml_does_not_read_other_files() -> None:
    data = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>x&b;y</a>'
    assert read("application/xml", data).text == "x&b;y"


def test_a_table_in_xml_has_rows() -> None:
    data = b"<table><thead><tr><th>A</th><th>B</th></tr></thead><tr><td>1</td><td>2</td></tr></table>"
    assert blocks(read("application/xml", data)) == ["table: A | B\n1 | B: 2"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            '<table name="buyers"><row><id>1</id><name>Bob</name></row><row><id>2</id><name>Ada</name></row></table>',
            "table: name buyers\n\nrow 1\n\nid: 1\nname: Bob\n\nrow 2\n\nid: 2\nname: Ada",
        ),
        ('<table><row id="1" name="Bob"/><row id="2"/></table>', "row: id 1, name Bob\nrow: id 2"),
        (
            "<table><title>Tea</title><tgroup><colspec/><row><entry>7</entry></row></tgroup><footnote>t</footnote></table>",
            "Tea\n\n7\n\nfootnote: t",
        ),
        (
            "<table><info><title>Sales</title></info><row><cell>A</cell></row><note>No tea.</note></table>",
            "Sales\n\nA\n\nNo tea.",
        ),
        ("<table><tr><td>a<table><tr><td>b</td></tr></table></td><td>c</td></tr></table>", "a b | c"),
        ("<table><tr><td>a</td><aside>b</aside></tr><tr id='7'/></table>", "a\n\naside: b\ntr: id 7"),
    ],
)
def test_a_table_in_xml_loses_nothing_that_is_no_cell(data: str, expected: str) -> None:
    assert read("application/xml", data.encode()).text == expected


CALS = (
    '<tgroup><colspec colname="a"/><colspec colname="b"/><colspec/><colspec colname="d"/>'
    '<spanspec spanname="ab" namest="a" nameend="b"/><thead><row><entry>A</entry><entry>B</entry><entry>C</entry>'
    "<entry>D</entry></row></thead><tbody>{}</tbody></tgroup>"
)


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (CALS.format('<row><entry namest="a" nameend="b">1</entry><entry>3</entry></row>'), "1 | C: 3"),
        (CALS.format('<row><entry spanname="ab">1</entry><entry>3</entry></row>'), "1 | C: 3"),
        (CALS.format('<row><entry>1</entry><entry colname="d">4</entry></row>'), "1 | D: 4"),
        (
            CALS.format('<row><entrytbl cols="2"><row><entry>1</entry></row></entrytbl><entry>2</entry></row>'),
            "1 | B: 2",
        ),
        (
            CALS.format('<row><entry morerows="1">1</entry><entry>2</entry></row><row><entry>5</entry></row>'),
            "1 | B: 2\n1 | B: 5",
        ),
        (
            CALS.format('<row><entry>1</entry><entry>2</entry><entry morerows="9">3</entry></row>' + 2 * "<row/>"),
            "1 | B: 2 | C: 3",
        ),
    ],
)
def test_cells_of_a_cals_table_stay_under_their_names(data: str, rows: str) -> None:
    assert read("application/xml", data.encode()).text == f"A | B | C | D\n{rows}"


def test_the_rows_of_a_head_in_xml_are_said_as_one() -> None:
    names = '<row><entry morerows="1">Item</entry><entry namest="b" nameend="c">2023</entry></row>'
    names += '<row><entry colname="b">Revenue</entry><entry>Profit</entry></row>'
    body = "<row><entry>Tea</entry><entry>1</entry><entry>2</entry></row>"
    columns = '<colspec colname="a"/><colspec colname="b"/><colspec colname="c"/>'
    data = f"<tgroup>{columns}<thead>{names}</thead>\n<tbody>{body}</tbody></tgroup>"
    document = read("application/xml", data.encode())
    assert document.text == "Item | 2023 Revenue | 2023 Profit\nTea | 2023 Revenue: 1 | 2023 Profit: 2"


def test_cells_of_an_html_table_in_xml_stay_under_their_names() -> None:
    head = "<thead><tr><th>A</th><th rowspan='9'>B</th><th>C</th></tr></thead>"
    wide = "<tr><td rowspan='2' colspan='2'>1</td><td>3</td></tr><tr><td>6</td></tr><tr><td>7</td><td>8</td></tr>"
    document = read("application/xml", f"<table>{head}<tbody>{wide}</tbody></table>".encode())
    assert document.text == "A | B | C\n1 | C: 3\n1 | C: 6\n7 | B: 8"
    assert (
        read("application/xml", b"<table><row><cell cols='2'>1</cell><cell>2</cell></row></table>").text == "1 |  | 2"
    )


def test_a_table_in_xml_that_repeats_without_end_is_cut() -> None:
    cell, rows = "<td rowspan='99999999' colspan='99999999'>{}</td>".format(100 * "x"), 50_000 * "<tr><td>a</td></tr>"
    text = read("application/xml", f"<table><tr>{cell}</tr>{rows}</table>".encode()).text
    assert text.count("a") == 50_000
    assert len(text) < 3_000_000


@pytest.mark.parametrize(
    ("media_type", "data"),
    [
        ("text/asciidoc", "|===\n|A |B\n\n|one\n|two\nthree\n\n|four\n|five\n|==="),
        (
            "application/x-tex",
            "\\begin{tabular}{ll}\nA & B \\\\\n\none &\ntwo\nthree \\\\\nfour & five\n\\end{tabular}",
        ),
        (
            "application/xml",
            (
                "<table><tr><th>A</th><th>B</th></tr><tr><td>one</td>\n<td>two\nthree</td></tr>"
                "\n<tr><td>four</td>\n<td>five</td></tr></table>"
            ),
        ),
    ],
)
def test_a_row_has_all_the_lines_on_which_it_stands(media_type: str, data: str) -> None:
    document = read(media_type, data.encode())
    assert document.text == "A | B\none | B: two three\nfour | B: five"
    lines = data.split("\n")
    for word in ("one", "two", "three", "four", "five"):
        assert word in lines[(number_at(document.lines, document.text.index(word)) or 0) - 1]
