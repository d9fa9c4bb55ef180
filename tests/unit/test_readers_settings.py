"""TOML, INI and their kin: values that say what they are of, with their comments, and nothing lost."""

from __future__ import annotations

import re
import time
from collections import Counter
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit.ingest.readers import media_type_of, reader_for
from ragkit.types import Document, Source, heading_path, line_range
from tests.open_files import INI
from tests.open_files import TOML as MILL

LINES = st.lists(
    st.sampled_from(
        'a = 1~a.b = "x" # why~  c = 2~d =~[e]~[[f]]~[e.g] # said~# of it~#off = 1~  # more~; mark~;off = 2~h = [~'
        '  "i", # j~  "k"~]~l = """~m"""~n = { o = "p" }~q: r~  text that goes on~s = t \\~~\t~u~[v "w"]~x = y ; z~'
        "! bang".split("~")
    ),
    max_size=12,
).map("\n".join)


def read(media_type: str, text: str) -> Document:
    data = text.encode()
    return reader_for(media_type).read(Source("folder/file", None, media_type, len(data)), data)


def lines(document: Document) -> list[str]:
    """What the document says below its headings."""
    found = [document.text[each.start : each.end] for each in document.blocks if each.kind != "heading"]
    return [each.removeprefix("- ") for each in found]


toml = partial(read, "application/toml")
ini = partial(read, "text/x-ini")


@pytest.mark.parametrize("name", ["a.toml", "a.ini", "a.cfg", "a.conf", "a.properties", "a.env", ".env"])
def test_files_of_settings_are_told_by_name(name: str) -> None:
    assert media_type_of(name) in {"application/toml", "text/x-ini"}


def test_a_value_of_toml_stands_with_its_path_and_its_comments_and_knows_its_lines() -> None:
    document = toml(MILL.decode())
    assert document.title == "Settings of the mill"
    assert document.text.split("\n\n") == [
        "Settings of the mill",
        "Ask the miller before a change.",
        "- name: Old Mill (as on the map)",
        "wheel",
        "- wheel.turns: true (Not in frost)\n- wheel.days: Monday (with the baker), Friday",
        "stones",
        (
            "- stones[upper].name: upper\n- stones[upper].inches: 48\n"
            "- stones[lower].name: lower\n- stones[lower].inches: 50 (re-cut in May)"
        ),
        "#spare = true",
    ]
    places = {text: document.text.index(text) for text in ("wheel.turns", "Friday", "stones[lower].inches", "#spare")}
    found = {text: line_range(document.lines, at, at + 1) for text, at in places.items()}
    assert found == {"wheel.turns": (8, 8), "Friday": (11, 11), "stones[lower].inches": (19, 19), "#spare": (20, 20)}
    assert heading_path(document.headings, places["wheel.turns"]) == ("Settings of the mill", "wheel")


def test_a_value_of_ini_stands_with_its_path_and_its_comments() -> None:
    assert ini(INI.decode()).text.split("\n\n") == [
        "Settings of the mill",
        "Ask the miller before a change.",
        "- name: Old Mill (as on the map)",
        "wheel",
        "- wheel.turns: yes (Not in frost)\n- wheel.days: Monday, Friday",
        ";spare = yes",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('a."b c".d = 1\n', ["a.b c.d: 1"]),
        ('[a."b.c"]\nd = "e # f"\n', ["a.b.c.d: e # f"]),
        (
            "[[a]]\n[[a.b]]\nc = 1\n[[a.b]]\nc = 2\n[a.d]\ne = 3\n",
            ["a", "a[1].b[1].c: 1", "a[1].b[2].c: 2", "a[1].d.e: 3"],
        ),
        ("a = [1, [2]] # why\n", ["a: [1, [2]] (why)"]),
        (
            "a = [ # of a\n  # of x\n  'x',\n  'y', 'z', # of both\n]\n",
            ["a (of a)", "a: x (of x)", "a: 'y', 'z' (of both)"],
        ),
        ("a = [\n  [1,\n  2], # why\n]\n", ["a: [ [1, 2], ] (why)"]),
        ("a = [\n  'x',\n  # 'y' is gone\n  \"z\",\n  # \"w\",\n]\n", ["a: x, z ('y' is gone)", '# "w",']),
        ('a = """\none\n  two"""\nb = """x"""\n', ["a:\none\n  two", "b: x"]),
        ("a = {b = 1}\n[c]\n", ["a: {b = 1}", "c"]),
        ("[a] # why\nb = 1\n\n# About c.\n\n[c]\nd = 2\n", ["a (why)", "a.b: 1", "About c.", "c.d: 2"]),
        ("a = 1 # b\n      # and more\nc = 2\n", ["a: 1 (b and more)", "c: 2"]),
        ("[a]\n  b = 1 # why\n  # of c\n  c = 2\n", ["a.b: 1 (why)", "a.c: 2 (of c)"]),
        ("a = 1\n# of b\n#b = 1 # why\n# of c\nc = 2\n", ["a: 1", "of b\n#b = 1 # why", "c: 2 (of c)"]),
        ("# a = 0 means never\na = 1\n", ["a: 1 (a = 0 means never)"]),
    ],
)
def test_what_the_lines_of_toml_become(text: str, said: list[str]) -> None:
    assert lines(toml(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a.b]\nc: 1\nd e = 2\nf\n", ["a.b.c: 1", "a.b.d e: 2", "a.b.f"]),
        ('[remote "x"]\n\turl = y\n\tfetch = z\n', ['remote "x".url: y', 'remote "x".fetch: z']),
        ("a = 1 # why\nb = #fff\nc = x;y ; z\n", ["a: 1 (why)", "b: #fff", "c: x;y ; z"]),
        ("; head\n; more\n\na = 1 ; why\n", ["head\nmore", "a: 1 (why)"]),
        ('a = "b # c" # d\n', ["a: b # c (d)"]),
        ("[a]\nb =\n  c = 1\n  d # why\n\n  # of e\n  e\nf = 2\n", ["a.b: c = 1, d (why), e (of e)", "a.f: 2"]),
        ("a = one\n  two\n  b = 3\n", ["a: one two", "b: 3"]),
        ("a = x,\\\n    y\nb=c\\\\\n", ["a: x, y", "b: c\\\\"]),
        ("! head\na.b=1\na.c:2\n", ["a.b: 1 (head)", "a.c: 2"]),
        ("export A=1\nB='x y'\nC=http://d:1/e?f=g\n", ["export A: 1", "B: x y", "C: http://d:1/e?f=g"]),
        ("[a]\n#b = 1 ; why\n         ; and why\nc = 2\n", ["#b = 1 ; why\nand why", "a.c: 2"]),
        ("[a]\nb = 1\n#[c]\n#d = 2\n\n[e]\nf = 3\n", ["a.b: 1", "#[c]", "#d = 2", "e.f: 3"]),
    ],
)
def test_what_the_lines_of_ini_become(text: str, said: list[str]) -> None:
    assert lines(ini(text)) == said


@pytest.mark.parametrize("text", ["a = \n", "a = 1\na = 2\n", "[a\n", "a: 1\n", 'a = "b\n', "# alone\n", "Text.\n"])
def test_what_is_no_toml_is_kept_as_it_is(text: str) -> None:
    document = toml(text)
    assert document.text == text
    assert {block.kind for block in document.blocks} == {"code"}


@pytest.mark.parametrize(
    "text",
    [
        "server {\n  port = 1;\n}\n",
        "Port 22\n",
        "import os\na = 1\n",
        "a = 1\nif a == 2:\n    b = 3\n",
        "try:\n    a = 1\n",
        "std::a\n",
        "http://a.b/\n",
        '<a b="c">\n',
        "#a = 1\n# b\n",
        "a word alone\n",
        "\n",
    ],
)
def test_what_has_other_lines_is_no_ini_and_is_kept_as_it_is(text: str) -> None:
    assert ini(text).text == text


@given(LINES, st.sampled_from([toml, ini]))
def test_no_word_is_lost(text: str, reads: partial[Document]) -> None:
    assert Counter(re.findall(r"\w+", text)) <= Counter(re.findall(r"\w+", reads(text).text))


def test_a_large_file_does_not_take_long() -> None:
    begun = time.process_time()
    for text in (
        "a=\n" + "# c\n\n" * 10_000,
        "[a]\n" * 10_000,
        "a = x \\\n" * 10_000,
        "a" + " " * 50_000 + "b\n",
        "a" * 50_000,
    ):
        ini(text)
    for text in ('a = """\n' + '\\"\n' * 10_000 + '"""\n', "a = [\n" + "[1],\n" * 10_000 + "]\n", '"' * 50_000):
        toml(text)
    assert time.process_time() - begun < 10
