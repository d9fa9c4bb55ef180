"""Source code cut at definitions: by tokens for Python, by tree-sitter where its grammars are installed."""

from __future__ import annotations

import importlib.util

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragkit.ingest.chunk import StructureChunker
from ragkit.ingest.readers import code, reader_for
from ragkit.ingest.readers.code_python import python_definitions
from ragkit.testing import HashingEmbedder
from ragkit.types import Document, Source

needs_grammars = pytest.mark.skipif(
    importlib.util.find_spec("tree_sitter") is None, reason="the extra ragkit[code] is not installed"
)
LONG = "    x = 1\n" * 45
PYTHON = f'''import os

A = 1

# Counts.
@cached(
    1)
async def count(trees):
    """def not_this():"""
    def inner(): pass
    return len(trees)

class Small:
    def a(self): pass

class Large(Base):
{LONG}
    # Water.
    @property
    def water(self):
        return 1

    class Inner:
        pass

if A:
    def hidden(): pass
async_ = 2
'''


def read(name: str, text: str) -> Document:
    data = text.encode()
    return reader_for("text/x-source").read(Source(f"src/{name}", None, "text/x-source", len(data)), data)


def headings(name: str, text: str) -> list[tuple[int, str]]:
    return [(heading.level, heading.text) for heading in read(name, text).headings]


def paths(name: str, text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The first line of each passage, and its headings."""
    chunks = StructureChunker(HashingEmbedder()).chunk(read(name, text))
    return [(chunk.text.split("\n")[0], chunk.headings) for chunk in chunks]


def test_python_definitions_are_headings() -> None:
    assert headings("a.py", PYTHON) == [
        (1, "async def count"),
        (1, "class Small"),
        (1, "class Large"),
        (2, "def water"),
        (2, "class Inner"),
        (1, "if A:"),
    ]


def test_comments_and_decorators_go_with_what_they_stand_above() -> None:
    found = dict(paths("a.py", PYTHON))
    assert found["# Counts."] == ("async def count",)
    assert found["# Water."] == ("class Large", "def water")
    assert found["import os"] == ()
    assert found["if A:"] == ("if A:",)


@pytest.mark.parametrize(
    "text", ["def f(:\n  '''", "class", "def", "\tdef f(): pass\n def g(): pass", "((((", "\\", "async"]
)
def test_broken_python_keeps_its_text(text: str) -> None:
    assert read("a.py", text).text == text


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.sampled_from(["def f():\n", "class A:\n", "    ", "x = 1\n", "@d\n", "# c\n", "\n", "'''", "(", "async "]),
        max_size=40,
    )
)
def test_any_python_is_cut_into_sound_blocks(parts: list[str]) -> None:
    document = read("a.py", "".join(parts))
    reached = 0
    for block in document.blocks:
        assert reached <= block.start < block.end
        assert not document.text[reached : block.start].strip()
        reached = block.end
    assert not document.text[reached:].strip()
    assert all(each.lead <= each.start < each.head_end for each in python_definitions(document.text))


@needs_grammars
@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "a.js",
            "/** d */\nexport class A extends B {\n"
            + "\n" * 45
            + "  // c\n  async bar() { }\n}\nconst f = (x) => 1;\nf(1);\n",
            [(1, "export class A"), (2, "async bar"), (1, "const f"), (1, "f(1);")],
        ),
        ("a.ts", "export interface I { a: string }\ntype X = number;", [(1, "export interface I"), (1, "type X")]),
        ("a.tsx", "export function App() { return <div/>; }", [(1, "export function App")]),
        (
            "a.java",
            "/** D. */\n@Entity\npublic class Foo {\n"
            + "  int x;\n" * 45
            + "  /** m */\n  public String bar() { }\n}\n",
            [(1, "public class Foo"), (2, "public String bar")],
        ),
        ("a.c", "/* é */\nstatic int\nfoo(int *y)\n{\n}\nstruct pt { int x; };\n", [(1, "foo"), (1, "struct pt")]),
        (
            "a.cpp",
            "template <class T> class V { };\nint A::f() { return 1; }",
            [(1, "template <class T> class V"), (1, "int A::f")],
        ),
        ("a.go", "package x\ntype T struct {}\nfunc (t *T) M() {}", [(1, "type T"), (1, "func (t *T) M")]),
        ("a.rs", "pub struct P {}\nimpl Foo for P {}", [(1, "pub struct P"), (1, "impl Foo for P")]),
        ("a.rb", "class A\n  def foo\n  end\nend", [(1, "class A")]),
        ("a.php", "<?php\nfunction f() {}\nclass C {}", [(1, "function f"), (1, "class C")]),
        ("a.cs", "class C { void M() {} }", [(1, "class C")]),
        ("a.sh", "#!/bin/sh\ngo() { echo 1; }\n", [(1, "go")]),
        ("a.lua", "function f() end", []),
    ],
)
def test_definitions_of_other_languages(name: str, text: str, expected: list[tuple[int, str]]) -> None:
    assert headings(name, text) == expected
    assert read(name, text).text == text


@needs_grammars
def test_a_doc_comment_goes_with_its_definition() -> None:
    found = paths("a.js", "let a = 1;\n\n/** Counts the trees. */\nfunction count() {}\n")
    assert found[-1] == ("/** Counts the trees. */", ("function count",))


@needs_grammars
def test_offsets_are_characters_not_bytes() -> None:
    assert headings("a.js", "// Ölbäume 水\nfunction zähle() {}\nclass B {}") == [(1, "function zähle"), (1, "class B")]


def test_without_grammars_other_languages_are_cut_at_blank_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code, "find_spec", lambda _: None)
    document = read("a.js", "let a = 1;\n\nfunction f() {\n\n}\n\nclass B {}\n")
    assert [block.kind for block in document.blocks] == ["code", "code", "code"]
