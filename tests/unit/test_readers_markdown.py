"""Markdown: the text reads well, blocks and lines are right."""

import pytest

from ragkit.ingest.readers.markdown import MarkdownReader
from ragkit.types import Document, Source, number_at


def read(text: str) -> Document:
    return MarkdownReader().read(Source("docs/page.md", None, "text/markdown", len(text)), text.encode())


def kinds(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


PAGE = """\
---
title: "Battery guide"
version: 6.2
draft: false
tags: [loggers, "power"]
authors:
  - Ingrid Bauer
  - Jens Voss
---
# Battery *care*

Charge the **Heron 2** with `fenn charge`
before [storage](https://example.org/a_b "x"); see ![the port](p.png)
and <https://example.org>.<br>Done.

Setext
------

1. Open
   the lid.
2. Look:
   - red is bad
   - green is good

   Then wait.

   ```sh
     fenn status
   fenn log
   ```

| Model | Battery |
|:------|--------:|
| Heron 2 | *18* months |
| a \\| b | c |

> Quoted
> text.

    indented = code

<div align="center">
<p>Some <b>HTML</b></p>
</div>
"""


def test_the_text_reads_as_it_is_shown() -> None:
    assert read(PAGE).text == (
        "Battery care\n\n"
        "Charge the Heron 2 with fenn charge before storage; see the port and https://example.org.\nDone.\n\n"
        "Setext\n\n"
        "1. Open the lid.\n"
        "2. Look:\n"
        "  - red is bad\n"
        "  - green is good\n\n"
        "  Then wait.\n\n"
        "  fenn status\nfenn log\n\n"
        "Model | Battery\nHeron 2 | Battery: 18 months\na / b | Battery: c\n\n"
        "Quoted text.\n\n"
        "indented = code\n\n"
        "Some HTML"
    )


def test_blocks_have_their_kinds_and_levels() -> None:
    document = read(PAGE)
    assert [kind for kind, _ in kinds(document)] == (
        "heading paragraph heading item item item item paragraph code table paragraph code paragraph".split()
    )
    assert [(heading.level, heading.text) for heading in document.headings] == [(1, "Battery care"), (2, "Setext")]


def test_front_matter_is_metadata_and_title() -> None:
    document = read(PAGE)
    assert document.title == "Battery guide"
    assert document.metadata == {
        "title": "Battery guide",
        "version": 6.2,
        "draft": False,
        "tags": ["loggers", "power"],
        "authors": ["Ingrid Bauer", "Jens Voss"],
    }


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("Battery care", 10),
        ("Charge", 12),
        ("before", 13),
        ("port", 13),
        ("https", 14),
        ("Done", 14),
        ("Setext", 16),
        ("Open", 19),
        ("the lid", 20),
        ("green", 23),
        ("Then", 25),
        ("fenn status", 28),
        ("fenn log", 29),
        ("18 months", 34),
        ("text.", 38),
        ("indented", 40),
        ("HTML", 43),
    ],
)
def test_every_word_knows_its_line(words: str, line: int) -> None:
    document = read(PAGE)
    assert number_at(document.lines, document.text.index(words)) == line


def test_a_code_span_over_two_lines_keeps_count() -> None:
    document = read("Run `fenn\nsync` and\nwait.")
    assert document.text == "Run fenn sync and wait."
    assert number_at(document.lines, document.text.index("wait")) == 3


def test_toml_front_matter() -> None:
    block = 'title = "Plan"\nyear = 2026\ntags = ["a", "b"]\nday = 2026-01-31\n[nested]\nx = [1]\n'
    document = read(f"+++\n{block}+++\nText.")
    assert (document.title, document.text) == ("Plan", "Text.")
    assert document.metadata == {
        "title": "Plan",
        "year": 2026,
        "tags": ["a", "b"],
        "day": "2026-01-31",
        "nested": "x: 1",
    }
    assert document.lines == ((0, 9),)


@pytest.mark.parametrize(
    ("block", "value"),
    [
        ("x: |\n  Two\n  # words\n\n  - more", "Two # words - more"),
        ("x: >-\n  folded\n# not", "folded"),
        ("x: plain\n  and on # not", "plain and on # not"),
        ('x: "quoted\n  and on"', "quoted and on"),
        ("x:\n  a: 1\n  # no\n  b:\n    - c\n    - d", ["a: 1 b:", "c", "d"]),
        ("x:\n- name: a\n  role: b\n# no\n- name: c", ["name: a role: b", "name: c"]),
        ("x: 1\nx: 2", [1, 2]),
        ("x: [unclosed", "[unclosed"),
        ("x: [a,\n  b]", ["a", "b"]),
        ('x: ["a, b", 3 , c d,]', ["a, b", 3, "c d"]),
        ("x: [one]", ["one"]),
        ("x: []\ny: 1", None),
    ],
)
def test_no_words_of_front_matter_are_lost(block: str, value: object) -> None:
    assert read(f"---\n{block}\n---\n").metadata.get("x") == value


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nJust a rule.\n\n---\n\nMore.",
        "---\nNo entries here\n---\n",
        "---\nx: y\nno\n---\n",
        "+++\nnot toml\n+++\n",
    ],
)
def test_what_only_looks_like_front_matter_stays_text(text: str) -> None:
    document = read(text)
    assert document.metadata == {}
    assert document.text


def test_values_that_are_no_plain_numbers_stay_text() -> None:
    document = read("---\na: 1_000\nb: nan\nc: '12'\nd: -7\ne: 2026-01-31\n---\n")
    assert document.metadata == {"a": "1_000", "b": "nan", "c": "12", "d": -7, "e": "2026-01-31"}


def test_the_title_falls_back_to_the_first_heading_then_to_the_file_name() -> None:
    assert read("## Second\n\n# First").title == "First"
    assert read("## Second").title == "Second"
    assert read("no heading").title == "page.md"


def test_items_keep_the_numbers_and_marks_of_their_list() -> None:
    assert read("3. c\n4. d\n\n* x\n\n\n+ y").text == "3. c\n4. d\n- x\n- y"


NOTES = """\
The fee is 5 euro[^fee]. It is *due*[^1][^fee]
in May [1]. See [the rules][r], [r] and [^none].

[r]: https://example.org/r "Rules"
[1]: https://example.org/1

[^1]: https://example.org/fees
[^fee]: The fee was raised:
lazily told.

    - in *May*

  [^lone]:
    Nobody asks.

"""


def test_footnotes_are_read_and_numbered_as_they_are_shown() -> None:
    document = read(NOTES)
    assert document.text == (
        "The fee is 5 euro.[note 1] It is due[note 2][note 1] in May [1]. See the rules, r and [^none].\n\n"
        "[note 2] https://example.org/fees\n\n"
        "[note 1] The fee was raised: lazily told.\n\n- in May\n\n"
        "[note 3] Nobody asks."
    )
    for words, line in (("euro", 1), ("See", 2), ("fees", 7), ("lazily", 9), ("- in", 11), ("Nobody", 14)):
        assert number_at(document.lines, document.text.index(words)) == line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("(x[^a]).\n\n[^a]: y", "(x).[note 1]\n\n[note 1] y"),
        ("**x[^a].** z\n\n[^a]: y", "x.[note 1] z\n\n[note 1] y"),
        ("5[^a],5 [t][1] [1](u) `[^a]`\n\n[1]: u\n[^a]: y", "5[note 1],5 t 1 [^a]\n\n[note 1] y"),
        ("- x[^a]\n\n  [^a]: y\n\n- z", "- x[note 1]\n\n  [note 1] y\n\n- z"),
        ("a[^a]\n[^a]: y\n[^b]: z", "a[note 1]\n\n[note 1] y\n\n[note 2] z"),
        ("As said[^a]: x\n\n[^a]: y", "As said:[note 1] x\n\n[note 1] y"),
        ("    [^a]: code", "[^a]: code"),
        ("[^a]:\n\nb", "b"),
    ],
)
def test_notes_in_the_wild(text: str, shown: str) -> None:
    assert read(text).text == shown


def test_notes_in_notes_and_marks_without_end_cost_nothing() -> None:
    assert read("[^a]: " * 20_000 + "x").text.endswith("[^a]: x")
    assert read("[^a]" * 20_000).text == "[^a]" * 20_000


def test_what_is_nested_deeply_is_read_to_the_end() -> None:
    lines = [f"{'  ' * depth}- item {depth}" for depth in range(300)]
    document = read("\n".join([*lines, *reversed(lines), "# After", "> " * 300 + "quote"]))
    for depth in (0, 9, 49, 50, 299):
        assert document.text.count(f"item {depth}\n") == 2
        assert number_at(document.lines, document.text.index(f"item {depth}\n")) == depth + 1
    assert document.text.endswith("quote")
    assert ("heading", "After") in kinds(document)
    assert read("> " * 90 + "*quote*").text == "quote"
    assert read("- " * 40 + "*item*").text.endswith("- item")


def test_what_is_struck_out_is_no_text() -> None:
    text = "It costs ~~50~~ <del>45 *now*</del> 40 euro</s>.\n\n~~All\nof this.~~\n\n- ~~gone~~\n- here\n\nDone."
    document = read(text)
    assert document.text == "It costs 40 euro.\n\n- here\n\nDone."
    assert number_at(document.lines, document.text.index("Done")) == 9
    assert read("Press <del> or </s> ~~a\n<s>b</s>~~ to\ndelete.").text == "Press or to delete."


def test_a_raised_exponent_is_told_as_one() -> None:
    text = read(
        "It holds 2<sup>32</sup> *or* **10**<SUP>-6</SUP>, x<sup>n</sup>, the 1<sup>st</sup> H<sub>2</sub>O."
    ).text
    assert text == "It holds 2^32 or 10^-6, x^n, the 1st H2O."


def test_html_comments_scripts_and_tags_are_not_text() -> None:
    assert read("<!-- hidden -->\n\n<script>\nalert(1)\n</script>\n\na <span class='x'>b</span> c").text == "a b c"


def test_html_in_it_is_no_page_of_a_site() -> None:
    for tag in ("aside", "nav", "footer", "header", "form", "textarea", "select", "div role=banner", "div id=footer"):
        assert read(f"<{tag}>\n💡 Lock the door.\n</{tag.split()[0]}>\n\nText").text == "💡 Lock the door.\n\nText"
    assert read("<div hidden>\n<p>a</p>\n</div>\n\n<svg>\n<text>b</text>\n</svg>\n").text == "b"


def test_nothing_is_an_empty_document() -> None:
    document = read("\n\n<!-- only this -->\n")
    assert (document.text, document.blocks, document.lines) == ("", (), ())


def test_what_a_soft_break_sets_apart() -> None:
    document = read("Present: Ann\n*Absent*: Tom\nand Kim\n\nTo book:\na) open\nit,\nb) send.\n\nIt is\n: odd.")
    assert document.text == "Present: Ann\nAbsent: Tom and Kim\n\nTo book:\na) open it,\nb) send.\n\nIt is\n\nodd."


def test_definitions_stand_below_their_terms() -> None:
    document = read("**TEU**\n: A unit of\n  *twenty* feet.\n: 6 m.\n\nIt is said.\n: So.\n\n- item\n: x")
    assert kinds(document) == [
        ("term", "TEU"),
        ("paragraph", "A unit of twenty feet."),
        ("paragraph", "6 m."),
        ("paragraph", "It is said. : So."),
        ("item", "- item : x"),
    ]
    assert [block.level for block in document.blocks][:4] == [1, 1, 1, 0]
    assert number_at(document.lines, document.text.index("6 m.")) == 4
    assert kinds(read("Kerb\n: `/etc/kerb`")) == [("term", "Kerb"), ("paragraph", "/etc/kerb")]


def test_a_question_in_bold_is_the_heading_of_its_answer() -> None:
    text = "# FAQ\n\n**Is there wifi?**\nYes, *free*\nof charge.\n\n**And `tea`?**\n\nNo.\n\n"
    document = read(f"{text}## Other\n\n**Bikes?**  \nNone.")
    assert [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks] == [
        ("heading", 1, "FAQ"),
        ("heading", 2, "Is there wifi?"),
        ("paragraph", 0, "Yes, free of charge."),
        ("heading", 2, "And tea?"),
        ("paragraph", 0, "No."),
        ("heading", 2, "Other"),
        ("heading", 3, "Bikes?"),
        ("paragraph", 0, "None."),
    ]
    assert number_at(document.lines, document.text.index("of charge")) == 5


@pytest.mark.parametrize(
    "text", ["**Why?** Because.", "**Note**\nIt is so.", "**Who** knows **why?**\nAnn.", "- **Why?**\n  Because."]
)
def test_bold_in_a_line_or_without_a_question_is_no_heading(text: str) -> None:
    assert [heading.text for heading in read(f"# Title\n\n{text}").headings] == ["Title"]
    assert read("**Why?**\nBecause.").headings == ()


DIRECTIVES = """# Pumps

(pump-types)=
## Types

:::{tip} Read this
Use {py:func}`~pump.run` as {doc}`the
guide <guide>` says, {pep}`517` too.
:::

- one

  ```{danger}
  Do not touch.
  ```

````{tab} Windows
:sync: win

```toml
a = 1
```
````

```{py:function} run(speed, *, dry=False)
Runs it.
```

```{versionadded} 2.1
```

```{versionchanged} 2.2 It
waits.
```

```{eval-rst}
.. option:: --dry

   Runs ``dry``.
```

```{figure} a.png
:alt: A pump

The *pump*.
```

```{include} ../NEWS.md
```

```{toctree}
a
```

:::note[Mind]
Mind **it**.
:::
"""


def test_directives_are_told_as_in_restructuredtext() -> None:
    document = read(DIRECTIVES)
    assert kinds(document) == [
        ("heading", "Pumps"),
        ("heading", "Types"),
        ("paragraph", "Tip: Read this"),
        ("paragraph", "Use run as the guide says, PEP 517 too."),
        ("item", "- one"),
        ("paragraph", "Danger: Do not touch."),
        ("term", "Windows"),
        ("code", "a = 1"),
        ("term", "run(speed, *, dry=False)"),
        ("paragraph", "Runs it."),
        ("paragraph", "New in version 2.1."),
        ("paragraph", "Changed in version 2.2: It"),
        ("paragraph", "waits."),
        ("term", "--dry"),
        ("paragraph", "Runs dry."),
        ("paragraph", "The pump."),
        ("paragraph", "See ../NEWS.md."),
        ("paragraph", "Note: Mind"),
        ("paragraph", "Mind it."),
    ]
    lines = DIRECTIVES.split("\n")
    for shown, source in [
        ("Do not", "Do not touch"),
        ("a = 1", "a = 1"),
        ("Runs dry", "Runs ``dry"),
        ("The p", "The *"),
    ]:
        number = number_at(document.lines, document.text.index(shown))
        assert number is not None
        assert source in lines[number - 1]


@pytest.mark.parametrize(
    "text", ["```{r}\nx <- 1\n```", "```{.python}\nx <- 1\n```", "```{mermaid}\nx <- 1\n```", "    ```{note}\n    x"]
)
def test_a_fence_of_another_kind_is_code(text: str) -> None:
    assert [kind for kind, _ in kinds(read(text))] == ["code"]


@pytest.mark.parametrize(
    "text", [":::note\nNo end.", "::: {.box}\nBox.\n:::", "(a)= b", "Set {name} `x`.", ":::\n:::", "f(x)=\n"]
)
def test_what_only_looks_like_a_directive_stays(text: str) -> None:
    assert read(text).text.replace("\n", " ") == text.replace("\n", " ").replace("`", "").strip()


def test_directives_within_directives_come_to_an_end() -> None:
    text = "x"
    for number in range(3, 60):
        text = f"{'`' * number}{{note}}\n{text}\n{'`' * number}"
    assert "x" in read(text).text


def test_an_alert_begins_with_its_label() -> None:
    tip = "> [!TIP]\n> Use the *big* one.\n> It lasts.\n>\n> More of it.\n"
    document = read(f"{tip}\n> [!warning]\n>\n> - Mind the step\n\n> [!NOTE]\n\n> No [!NOTE].\n")
    told = ["Tip: Use the big one. It lasts.", "More of it.", "Warning:", "- Mind the step", "Note.", "No [!NOTE]."]
    assert [text for _, text in kinds(document)] == told
    assert number_at(document.lines, document.text.index("lasts")) == 3
