"""CSV, JSON, notebooks and mail: text that can be understood without the file it came from."""

from __future__ import annotations

import csv
import json
import time

import pytest

from ragkit.errors import SourceError
from ragkit.ingest.readers import reader_for
from ragkit.types import Document, Fields, Source, heading_path, line_range
from tests.office_files import CSV, JSON, JSON_LINES, NOTEBOOK, mail


def read(media_type: str, data: bytes) -> Document:
    return reader_for(media_type).read(Source("folder/file", None, media_type, len(data)), data)


def blocks(media_type: str, data: bytes) -> list[str]:
    document = read(media_type, data)
    return [f"{each.kind}: {document.text[each.start : each.end]}" for each in document.blocks]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"Zone,Fee\nA,4\n12,5\nCentre,6", "Zone | Fee\nZone: A | Fee: 4\nZone: 12 | Fee: 5\nCentre | Fee: 6"),
        (b"No.,Item\n1,Chair\n2,Desk", "No. | Item\n1 | Item: Chair\n2 | Item: Desk"),
        (b"Deck,Cabins\nC4,12\nB2,9", "Deck | Cabins\nC4 | Cabins: 12\nB2 | Cabins: 9"),
    ],
)
def test_a_row_with_a_letter_or_a_number_for_a_name_says_what_of(data: bytes, text: str) -> None:
    assert read("text/csv", data).text == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (
            "in thousand €;2024;2025;Change\nRents;3.9;(4);2 %\nInterest;402;–;5 %",
            "Rents | 2024 (in thousand €): 3.9 | 2025 (in thousand €): (4) | Change: 2 %",
        ),
        ("Harvest (in t);North;South\nOats;12;7\nRye;8;11", "Oats | North (in t): 12 | South (in t): 7"),
        ("EUR m;2023;2024\nSales;12;7\nTax;8;11", "Sales | 2023 (EUR m): 12 | 2024 (EUR m): 7"),
        ("Days;Single;Double\nTwo;80;95\nFive;190;220", "Two | Single: 80 | Double: 95"),
        ("EUR;USD;CHF\nOne;1.08;0.94\nTwo;2.16;1.88", "One | USD: 1.08 | CHF: 0.94"),
    ],
)
def test_bare_figures_have_the_unit_that_the_first_columns_name_tells(data: str, text: str) -> None:
    assert read("text/csv", data.encode()).text.splitlines()[1] == text


def test_a_row_says_the_names_of_its_columns_and_its_lines() -> None:
    document = read("text/csv", CSV)
    assert document.text == (
        "name | age | note\nAda | age: 36 | note: keeps the book and the key; too\nBob | note: x / y\n".strip()
    )
    assert [block.kind for block in document.blocks] == ["table"]
    place = document.text.index("Bob")
    assert line_range(document.lines, place, len(document.text)) == (4, 4)
    assert document.title == "file"


def test_a_row_has_all_the_lines_of_its_cells() -> None:
    document = read("text/csv", b'name,note,age\nAda,"keeps\n\nthe book",36\nBob,none,40\n')
    assert document.text == "name | note | age\nAda | note: keeps the book | age: 36\nBob | note: none | age: 40"
    start, end = document.text.index("Ada"), document.text.index("\nBob")
    assert line_range(document.lines, start, end) == (2, 4)
    assert line_range(document.lines, start, document.text.index("keeps")) == (2, 2)
    assert line_range(document.lines, end + 1, len(document.text)) == (5, 5)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"1,2\n3,4\n", "1 | 2\n3 | 4"),
        (b"apple\npear, green\n", "apple\n\npear | green"),
        (b"a,b\n\n1,\n,2\n", "a | b\n1\n | b: 2"),
        (b"a\tb\n1\t2\n", "a | b\n1 | b: 2"),
        (b"a|b\n1,5|2\n", "a | b\n1,5 | b: 2"),
        (b"a,a\n1,2\n", "a | a\n1 | 2"),
        (
            b"Mast,Built,Mast,By\nM1,1999,oak,Ann\nM2,2003,,Bob\n",
            "Mast | Built | Mast | By\nM1 | Built: 1999 | Mast (2): oak | By: Ann\nM2 | Built: 2003 | By: Bob",
        ),
        (b"Dish,Salt,Dish\nsoup,no,stew\n", "Dish | Salt | Dish\nsoup | no | stew"),
        (b"red,yes,5,yes\nblue,yes,7,no\n", "red | yes | 5 | yes\nblue | yes | 7 | no"),
        (b"a,b\n1,2,3\n", "a | b\n1 | b: 2 | 3"),
        (b",2022,2023\ntea,5,6\n", "| 2022 | 2023\ntea | 2022: 5 | 2023: 6"),
        (b"room,08:00,09:00\nred,Ada,Bob\n", "room | 08:00 | 09:00\nred | 08:00: Ada | 09:00: Bob"),
        (b"week,1,2,3\ntea,50,60,9\n", "week | 1 | 2 | 3\ntea | 1: 50 | 2: 60 | 3: 9"),
        (b"tea,1,2,3\nmilk,4,5,6\n", "tea | 1 | 2 | 3\nmilk | 4 | 5 | 6"),
        (b"fair,2024-01-01,2024-01-05\nfete,2024-03-01,\n", "fair | 2024-01-01 | 2024-01-05\nfete | 2024-03-01"),
        (b"created,2024-01-01\nauthor,Ada\n", "created | 2024-01-01\nauthor | Ada"),
        (b"tea,3.5 kg\nmilk,4 kg\n", "tea | 3.5 kg\nmilk | 4 kg"),
        (b"000,Ada,5\n001,Bob,7\n", "000 | Ada | 5\n001 | Bob | 7"),
        ("Tea,£000\nEarl Grey,£5\n".encode(), "Tea | £000\nEarl Grey | £000: £5"),
    ],
)
def test_headers_and_delimiters_are_told_from_the_content(data: bytes, text: str) -> None:
    assert read("text/csv", data).text == text


@pytest.mark.parametrize("unit", ["£000", "€000", "$ 000", "(£000)", "£'000", "£000s", "000s", "'000"])
def test_thousands_are_the_unit_of_the_figures_and_none_themselves(unit: str) -> None:
    text = read("text/csv", f"{unit},Q2 2025,Q2 2024\nRevenue,480,215\n".encode()).text
    bare = unit.strip("()")
    assert text == f"{unit} | Q2 2025 | Q2 2024\nRevenue | Q2 2025 ({bare}): 480 | Q2 2024 ({bare}): 215"


def test_a_quote_that_never_closes_loses_nothing() -> None:
    rows = [f"{number},word{number}" for number in range(20_000)]
    data = "\n".join(["a,b", 'x,"open', *rows]).encode()
    document = read("text/csv", data)
    assert all(f"word{number}" in document.text for number in range(0, 20_000, 99))
    assert line_range(document.lines, len(document.text) - 1, len(document.text)) == (20_002, 20_002)


def test_a_quote_that_never_closes_is_the_trouble_of_its_own_line() -> None:
    data = b'a,b\n"1, 2",x\n3,"open\n4,"5, 6"\n"7, 8" sic,y\n9,"z\nz"\n'
    assert read("text/csv", data).text.split("\n") == [
        *("a | b", "1, 2 | b: x", '3 | b: "open', "4 | b: 5, 6", "7, 8 sic | b: y", "9 | b: z z")
    ]


def test_a_cell_may_be_of_any_length() -> None:
    limit = csv.field_size_limit()
    long = "word, " * 30_000 + "end"
    assert read("text/csv", f'a,b\n1,"{long}"\n2,"x, y"\n'.encode()).text == f"a | b\n1 | b: {long}\n2 | b: x, y"
    assert read("text/csv", f"a;b\n1;{long}\n2;x, y\n".encode()).text == f"a | b\n1 | b: {long}\n2 | b: x, y"
    assert csv.field_size_limit() == limit


def test_quotes_that_open_and_never_close_take_no_time_to_speak_of() -> None:
    data = b"a,b\n" + b'b",c,"\n' * 30_000 + b"x"
    started = time.process_time()
    assert read("text/csv", data).text.count("c") == 30_000
    assert time.process_time() - started < 20


def test_objects_are_sections_of_keys_and_values() -> None:
    assert blocks("application/json", JSON) == [
        "item: title: Valley",
        "item: height: 1.10",
        "item: open: true",
        "item: none: none",
        "item: crops: tea, cocoa",
        "heading: mill",
        "item: name: Old mill",
        "heading: built",
        "item: year: 1802",
        "heading: people",
        "heading: Ada",
        "item: name: Ada",
        "item: roles[1]: clerk",
        "item: roles[2].since: 2020",
        "heading: Record 2",
        "item: age: 5",
    ]
    document = read("application/json", JSON)
    assert heading_path(document.headings, document.text.index("clerk")) == ("people", "Ada")


def test_each_line_of_json_lines_is_a_section_with_its_line() -> None:
    assert blocks("application/x-ndjson", JSON_LINES) == [
        "heading: Ada",
        "paragraph: She keeps\nthe book.",
        "heading: Record 3",
        "item: n: 2",
    ]
    document = read("application/x-ndjson", JSON_LINES)
    assert line_range(document.lines, document.text.index("n: 2"), len(document.text)) == (3, 3)


@pytest.mark.parametrize(
    ("media_type", "data", "reason"),
    [
        ("application/json", b"{", "folder/file is not JSON"),
        ("application/x-ndjson", b'{"a": 1}\n{"a"\n', "Line 2 of folder/file is not JSON"),
        ("application/json", b"[" * 100_000, "nested too deeply"),
        ("application/x-ndjson", b'{"a":' * 100_000, "nested too deeply"),
        ("application/x-ipynb+json", b"[]", "is not a notebook"),
        ("application/x-ipynb+json", b"[" * 100_000, "nested too deeply"),
        ("message/rfc822", b"no header at all", "is not an e-mail"),
    ],
)
def test_what_cannot_be_read_says_why(media_type: str, data: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason) as caught:
        read(media_type, data)
    assert caught.value.hint


def test_fields_of_one_name_are_all_read() -> None:
    data = b'{"crop": "tea", "height": 1, "crop": "cocoa", "a": {"b": 1, "b": [2, 3]}, "c": {"d": 1}, "c": {"d": 2}}'
    assert blocks("application/json", data) == [
        "item: crop: tea, cocoa",
        "item: height: 1",
        "heading: a",
        "item: b[1]: 1",
        "item: b[2]: 2, 3",
        "heading: c",
        "heading: Record 1",
        "item: d: 1",
        "heading: Record 2",
        "item: d: 2",
    ]
    assert "crop: tea, cocoa" in read("application/x-ndjson", data).text


def test_a_title_with_its_text_is_a_heading_and_a_paragraph() -> None:
    faq = {
        "faq": [
            {
                "id": 1,
                "Question": "May dogs come in?",
                "Answer": "On a lead.\n\nAssistance dogs may run.",
                "tags": ["pets"],
            },
            {"q": "Where is the key?", "a": "At the desk."},
            {"term": "Carrel", "definition": "A desk in a closed room."},
            {"name": "Nordal 4", "description": "A small stove.", "price": 45, "colour": None},
            {"title": "Only a title", "text": " "},
            {"question": "Why " + "so " * 90, "answer": "Long."},
        ]
    }
    assert blocks("application/json", json.dumps(faq).encode())[:16] == [
        "heading: faq",
        "heading: May dogs come in?",
        "paragraph: On a lead.",
        "paragraph: Assistance dogs may run.",
        "item: id: 1",
        "item: tags: pets",
        "heading: Where is the key?",
        "paragraph: At the desk.",
        "heading: Carrel",
        "paragraph: A desk in a closed room.",
        "heading: Nordal 4",
        "paragraph: A small stove.",
        "item: price: 45",
        "item: colour: none",
        "heading: Only a title",
        "item: title: Only a title",
    ]
    inner = b'{"first": {"question": "Who?", "answer": "Ada."}, "title": "T", "text": "About it.", "n": 1}'
    assert blocks("application/json", inner) == [
        *("heading: T", "paragraph: About it.", "item: n: 1"),
        *("heading: first", "heading: Who?", "paragraph: Ada."),
    ]


def test_null_is_told_where_a_record_says_anything_else() -> None:
    data = b'[{"customer": "Meridian", "level": null, "at": {"start": null}, "days": [null, 2]}, {"a": null}, null]'
    assert blocks("application/json", data) == [
        "heading: Record 1",
        *("item: customer: Meridian", "item: level: none", "item: at.start: none", "item: days: 2"),
    ]
    assert blocks("application/json", b'{"a": null}') == []


def chosen(media_type: str, data: bytes, text: tuple[str, ...], metadata: tuple[str, ...] = ()) -> Document:
    source = Source("folder/file", None, media_type, len(data), fields=Fields(text, metadata))
    return reader_for(media_type).read(source, data)


def test_of_json_the_chosen_fields_are_text() -> None:
    document = chosen("application/json", JSON, ("title", "mill.built", "people.roles.since"))
    assert document.text == "title: Valley\n\nmill\n\nbuilt\n\nyear: 1802\n\npeople\n\nRecord 1\n\nroles[2].since: 2020"
    assert chosen("application/json", JSON, ("none",)).text == ""
    lines = b'{"id": 1, "body": {"de": "Tee", "en": "Tea"}}\n{"id": 2}\n[{"body": {"de": "Kakao"}}]'
    document = chosen("application/x-ndjson", lines, ("body.de",))
    assert document.text == "Record 1\n\nbody.de: Tee\n\nRecord 3\n\n[1].body.de: Kakao"
    assert chosen("application/json", b'{"a.b": 1, "a": {"b": 2}, "ab": 3}', ("a.b",)).text == "a.b: 1\n\na\n\nb: 2"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1e3", 1000.0),
        ("0.30000000000000004", 0.30000000000000004),
        ("-7", -7),
        ('"01067"', "01067"),
        ('"12"', "12"),
        ("123456789012345", 123456789012345),
        ("1234567890123456", "1234567890123456"),
        ("1e400", "1e400"),
        ("NaN", "NaN"),
    ],
)
def test_numbers_of_json_are_metadata_as_those_of_other_files(written: str, value: object) -> None:
    (found,) = chosen("application/json", f'{{"k": {written}}}'.encode(), (), ("k",)).metadata.values()
    assert (found, type(found)) == (value, type(value))


def test_of_json_the_chosen_fields_are_metadata_and_stay_text(caplog: pytest.LogCaptureFixture) -> None:
    data = b'{"team": "legal", "at": {"year": 2023, "share": 0.5, "no": 12345678901234567890}, "open": true, "x": null}'
    names = ("team", "at.year", "at.share", "at.no", "open", "x", "none")
    document = chosen("application/json", data, (), names)
    assert document.metadata == {
        "team": "legal",
        "at.year": 2023,
        "at.share": 0.5,
        "at.no": "12345678901234567890",
        "open": True,
    }
    assert document.text == read("application/json", data).text
    assert chosen("application/json", b'{"title": "T", "date": "d"}', (), ("date",)).metadata["created"] == "d"
    lines = b'{"team": ["a", "b"], "n": 1}\n{"team": "a", "n": 2}\n{"team": "c"}'
    assert chosen("application/x-ndjson", lines, ("n",), ("team", "n")).metadata == {
        "team": ["a", "b", "c"],
        "n": [1, 2],
    }
    many = b"\n".join(b'{"id": %d}' % number for number in range(101))
    assert chosen("application/x-ndjson", many, (), ("id",)).metadata == {}
    assert "id has 101 values, too many to be metadata" in caplog.text


def test_half_a_character_in_json_becomes_the_replacement_character() -> None:
    assert read("application/json", rb'{"a\ud800": "b\udc00c", "d": "\ud83d\ude00"}').text == "a\ufffd: b\ufffdc\nd: 😀"


def test_a_notebook_has_prose_code_and_what_running_it_gave() -> None:
    assert blocks("application/x-ipynb+json", NOTEBOOK) == [
        "heading: Trees",
        "paragraph: We count them.",
        "code: def count(trees):\n    return len(trees)",
        "code: 42",
        "code: 'done'",
        "paragraph: as it is",
    ]
    assert read("application/x-ipynb+json", NOTEBOOK).title == "Trees"


def notebook_of(*outputs: object) -> bytes:
    return json.dumps({"cells": [{"cell_type": "code", "source": "run()", "outputs": outputs}]}).encode()


@pytest.mark.parametrize(
    ("forms", "shown"),
    [
        (
            {
                "text/plain": "  Day  Trees\n0 Mon     42",
                "text/html": [
                    "<style>td {}</style><table><thead><tr><th></th><th>Day</th><th>Trees</th></tr></thead>\n",
                    "<tbody><tr><th>0</th><td>Mon</td><td>42</td></tr></tbody></table>",
                ],
                "text/markdown": "no",
            },
            ["table: | Day | Trees\n0 | Day: Mon | Trees: 42"],
        ),
        (
            {
                "text/plain": "<Markdown object>",
                "text/markdown": ["## Result\n", "- **42** trees\n\n|a|b|\n|-|-|\n|1|2|"],
            },
            ["heading: Result", "item: - 42 trees", "table: a | b\n1 | b: 2"],
        ),
        ({"text/plain": "<Figure>", "text/html": "<div id='p'></div><script>plot()</script>"}, ["code: <Figure>"]),
        (
            {"text/plain": "<IPython.core.display.JSON object>", "application/json": {"crops": ["tea", "cocoa"]}},
            ["item: crops: tea, cocoa"],
        ),
        ({"text/latex": ["$x^2", "$"], "image/png": "AAAA"}, ["code: $x^2$"]),
        ({"text/plain": "<IPython.core.display.Latex object>", "text/latex": "$x^2$"}, ["code: $x^2$"]),
        ({"text/plain": "x**2", "text/latex": "$x^2$"}, ["code: x**2"]),
        ({"text/plain": "deep", "text/html": "<div>" * 100_000 + "x"}, ["code: deep"]),
    ],
)
def test_the_richest_form_of_an_output_is_read_as_what_it_is(forms: dict[str, object], shown: list[str]) -> None:
    for kind in ("display_data", "execute_result"):
        data = notebook_of({"output_type": kind, "data": forms})
        assert blocks("application/x-ipynb+json", data) == ["code: run()", *shown]


def test_errors_and_streams_among_outputs_are_read() -> None:
    stream = {"output_type": "stream", "name": "stderr", "text": ["a\n", "b"]}
    lines = ["\x1b[0;31mKeyError\x1b[0m  Traceback", "---> 1 x['tea']", "\x1b[0;31mKeyError\x1b[0m: 'tea'"]
    error = {"output_type": "error", "ename": "KeyError", "evalue": "'tea'", "traceback": lines}
    bare = {"output_type": "error", "ename": "ValueError", "evalue": "no tea", "traceback": []}
    assert blocks("application/x-ipynb+json", notebook_of(stream, error, bare)) == [
        "code: run()",
        "code: a\nb",
        "code: KeyError  Traceback\n---> 1 x['tea']\nKeyError: 'tea'",
        "code: ValueError: no tea",
    ]


def test_cells_of_odd_makes_are_passed_over() -> None:
    cells = [None, {}, {"cell_type": "code", "source": {}, "outputs": [None, {"data": {}}]}, {"source": ["a", None]}]
    assert read("application/x-ipynb+json", json.dumps({"cells": cells}).encode()).text == "a"


def test_a_message_tells_who_wrote_what_to_whom() -> None:
    document = read("message/rfc822", mail())
    assert document.text == (
        "Grüße aus dem Tal\n\nFrom: Ada <ada@example.org>\nTo: bob@example.org\n"
        "Date: Mon, 01 May 2023 10:00:00 +0000\n\n"
        "Hello Bob,\n\nthe book is safe.\n\nAttachment: book.pdf\n\n"
        "Attachment book.pdf (application/pdf) was not read: folder/file/book.pdf is not a PDF: it has no PDF header."
    )
    assert document.title == "Grüße aus dem Tal"
    assert document.metadata["from"] == "Ada <ada@example.org>"
    assert (document.metadata["attachments"], document.metadata["attachments_not_read"]) == (1, 1)
    [part] = document.unread
    assert part.what == "attachment book.pdf: folder/file/book.pdf is not a PDF: it has no PDF header"


def test_a_message_that_is_only_html_is_read_as_html() -> None:
    texts = blocks("message/rfc822", mail(html=True, attach=False))
    assert texts[2:] == ["heading: News", "paragraph: The book is safe."]


def test_a_message_in_an_unknown_encoding_is_decoded_with_care() -> None:
    data = (
        b"Subject: s\nContent-Type: text/plain; charset=no-such\nContent-Transfer-Encoding: 8bit\n\nGr\xc3\xbc\xc3\x9fe"
    )
    assert read("message/rfc822", data).text.endswith("Grüße")
