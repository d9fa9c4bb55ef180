"""YAML: lines that say what they are of, with their comments. Nothing is lost; what is no such line is kept."""

from __future__ import annotations

import re
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit.ingest.readers import reader_for
from ragkit.sentences import sentence_spans
from ragkit.types import Document, Source, heading_path, line_range
from tests.open_files import YAML

LINES = st.lists(
    st.sampled_from(
        "a: 1|a:|  b: x # why|  b:|    c: 2|- d|- e: 3|  - f|  -|# said|  # of it|---|...|%YAML 1.2|g: >|h: \\|-"
        '|i: "two|  j"|k: [l, {m: n}|  o]|p: &q|r: *q|s: !t u|"v: w": x|\'y\': z||\t|  text that goes on|? z'.split("|")
    ),
    max_size=12,
).map("\n".join)


def read(text: str) -> Document:
    data = text.encode()
    return reader_for("application/yaml").read(Source("folder/file.yaml", None, "application/yaml", len(data)), data)


def lines(text: str) -> list[str]:
    """What the document says below its headings."""
    document = read(text)
    found = [document.text[each.start : each.end] for each in document.blocks if each.kind != "heading"]
    return [each.removeprefix("- ") for each in found]


def test_a_value_stands_with_its_path_and_its_comments_and_knows_its_lines() -> None:
    document = read(YAML.decode())
    assert document.title == "Settings of the mill"
    assert document.text.split("\n\n") == [
        "Settings of the mill",
        "Ask the miller before a change.",
        "- name: Old Mill (as on the map)",
        "notes:\nThe sluice is\n  stiff.",
        "wheel",
        '- wheel.turns: true (Not in frost)\n- wheel.days: [Monday, "Friday"]',
        "stones",
        (
            "- stones[upper].name: upper\n- stones[upper].inches: 48\n"
            "- stones[lower].name: lower\n- stones[lower].inches: 50 (re-cut in May)"
        ),
    ]
    places = {text: document.text.index(text) for text in ("wheel.turns", "stones[lower].inches", "The sluice")}
    assert {text: line_range(document.lines, at, at + 1) for text, at in places.items()} == {
        "wheel.turns": (7, 7),
        "stones[lower].inches": (13, 13),
        "The sluice": (15, 15),
    }
    turns = next(each for each in document.blocks if document.text.startswith("- wheel.turns", each.start))
    assert line_range(document.lines, turns.start, turns.end) == (6, 7)
    headings = heading_path(document.headings, places["wheel.turns"])
    assert headings == ("Settings of the mill", "wheel")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a:\n- x\n- y # why\n", ["a: x, y (why)"]),
        ("a:\n- One, and more.\n- y\n", ["a: One, and more.", "a: y"]),
        ("a:\n  - b: 1\n    c: 2\n  - b: 3\n", ["a[1].b: 1", "a[1].c: 2", "a[2].b: 3"]),
        ("- name: Rome\n  people: 3\n- people: 1\n", ["name: Rome", "people: 3", "people: 1"]),
        ("- x\n- y\n", ["x, y"]),
        ("a: one\n  two\nb: >-\n  three\n  four\n", ["a: one two", "b: three four"]),
        ('a: "one\n  two" # why\n', ["a: one two (why)"]),
        ("a: 'b # c'\nd: e#f\n", ["a: b # c", "d: e#f"]),
        ("a: [b,\n  c]  # why\n", ["a: [b, c] (why)"]),
        ("a:\n  text on\n  the next lines\n", ["a: text on the next lines"]),
        ("a: &x\n  b: 1\nc: *x\n", ["c: *x", "a: &x", "a.b: 1"]),
        ("on:\n  push:\n  pull:\n    branches: [b]\n", ["on.push", "on.pull.branches: [b]"]),
        ('"a b": 1\nc d: 2\ne: http://f:80/g\n', ["a b: 1", "c d: 2", "e: http://f:80/g"]),
        ("a: b | c # b | c. Or none.\n", ["a: b | c (b / c; Or none)"]),
        ("a: 1 # use x, e.g. in b. Else c\n", ["a: 1 (use x, e.g. in b; Else c)"]),
        ("a: 1\n# of b\nb: 2 # behind\n", ["a: 1", "b: 2 (of b; behind)"]),
        ("a: 1\n# alone\n\nb: 2\n# at the end\n", ["a: 1", "alone", "b: 2", "at the end"]),
        ("a:\n  b: {}\n  # c: 3\nd: 4\n", ["d: 4", "a.b: {}", "c: 3"]),
        ("a: 1\n# " + "long " * 70 + "\nb: 2\n", ["a: 1", ("long " * 70).strip(), "b: 2"]),
    ],
)
def test_what_the_lines_of_a_file_become(text: str, said: list[str]) -> None:
    assert lines(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "a:\n\tb: 1\n",
        "a: 1\n  b: 2\n",
        "  a: 1\nb: 2\n",
        "a:\n    b: 1\n  c: 2\n",
        "- a\nb: 1\n",
        'a: "never closed\n',
        "a: [b,\n",
        "? a\n: b\n",
        "{{- if .Values.a }}\na: 1\n{{- end }}\n",
        "--- text\n",
        "Only a sentence.\n",
    ],
)
def test_what_does_not_stand_in_lines_of_keys_is_kept_as_it_is(text: str) -> None:
    document = read(text)
    assert document.text == text
    assert {block.kind for block in document.blocks} == {"code"}


def test_each_document_of_a_file_has_its_name() -> None:
    document = read("# Head\n---\nkind: Service\nmetadata:\n  name: web\nports: 1\n---\nb: 2\n...\n---\n# no more\n")
    assert document.title == "Head"
    assert heading_path(document.headings, document.text.index("ports")) == ("Head", "Service web")
    assert heading_path(document.headings, document.text.index("metadata.name")) == ("Head", "Service web", "metadata")
    assert heading_path(document.headings, document.text.index("b: 2")) == ("Head", "Document 2")


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("# The mill\n# It grinds.\n", "The mill"),
        ("# The mill\n\n", "The mill"),
        ("# What the mill does\n# in winter.\n", "file.yaml"),
        ("# It grinds.\n\n", "file.yaml"),
        ("# Copyright of the mill\n# It grinds.\n", "file.yaml"),
        ("# schema: mill.json\n# It grinds.\n", "file.yaml"),
        ("# of a\n", "file.yaml"),
    ],
)
def test_a_comment_at_the_head_may_begin_with_a_title(head: str, title: str) -> None:
    document = read(head + "a: 1\nb:\n  c: 2\n")
    assert document.title == title
    words = re.findall(r"\w+", head)
    assert Counter(words) <= Counter(re.findall(r"\w+", document.text))


def test_each_line_is_a_sentence_whatever_its_key_looks_like() -> None:
    text = "a:\n  /b: 1\n  <<: *c\n  d e:\n  - name: f & g\n    h: 2\n  - i: J\n"
    said = read(text).text
    assert [said[start:end].removeprefix("- ") for start, end in sentence_spans(said)] == [
        "a",
        "a./b: 1",
        "a.<<: *c",
        "a.d e[f & g].name: f & g",
        "a.d e[f & g].h: 2",
        "a.d e[2].i: J",
    ]


@given(LINES)
def test_no_word_is_lost(text: str) -> None:
    document = read(text)
    assert Counter(re.findall(r"\w+", text)) <= Counter(re.findall(r"\w+", document.text))


def test_a_large_file_does_not_take_long() -> None:
    begun = time.process_time()
    for text in ('a: "b\n' * 20_000, "# c\n\n" * 20_000, "- " * 20_000, "a: [\n" * 5_000, "a" + " " * 50_000 + "b\n"):
        read(text)
    assert time.process_time() - begun < 10
