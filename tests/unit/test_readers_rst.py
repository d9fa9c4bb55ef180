"""reStructuredText: the text reads well, Sphinx's directives are reduced to their content."""

import time

import pytest

from ragkit.ingest.readers.rst import RstReader
from ragkit.ingest.readers.rst_inline import inline
from ragkit.types import Document, Source, line_range, number_at


def read(text: str) -> Document:
    return RstReader().read(Source("docs/page.rst", None, "text/x-rst", len(text)), text.encode())


PAGE = """\
.. _top:

==========
Loggers_ |v|
==========

.. |v| replace:: 6.2

.. toctree::
   :maxdepth: 2

   a
   b

.. A comment
   of two lines

Install
=======

Use **Heron 2** with ``fenn *sync*`` and
:ref:`the guide <guide>` or `site <https://example.org>`_::

    fenn sync
      --all

Details
-------

- one
  more

  again

  * nested
- two

1. first
#. second

Term
   Its meaning
   here.

:Author: Ingrid
   Bauer

.. function:: open(path, mode='r')
              close(path)
   :noindex:

   Opens the *path*.

   .. versionadded:: 3.2
      The mode.

.. note::

   Take care.

.. warning:: Hot
   surface.

.. code-block:: python
   :linenos:

   x = 1

   y = 2

>>> 1 + 1
2

.. [1] A footnote.

Quoted:

   Indented text.
"""


def test_the_text_reads_as_it_is_shown() -> None:
    assert read(PAGE).text == (
        "Loggers 6.2\n\n"
        "Install\n\n"
        "Use Heron 2 with fenn *sync* and the guide or site:\n\n"
        "fenn sync\n  --all\n\n"
        "Details\n\n"
        "- one more\n\n  again\n\n  - nested\n- two\n"
        "1. first\n2. second\n\n"
        "Term\n\nIts meaning here.\n\n"
        "Author: Ingrid Bauer\n\n"
        "open(path, mode='r')\n\nclose(path)\n\n"
        "Opens the path.\n\n"
        "New in version 3.2: The mode.\n\n"
        "Note: Take care.\n\n"
        "Warning: Hot surface.\n\n"
        "x = 1\n\ny = 2\n\n"
        ">>> 1 + 1\n2\n\n"
        "[note 1] A footnote.\n\n"
        "Quoted:\n\nIndented text."
    )


def test_levels_follow_the_order_of_adornments() -> None:
    document = read(PAGE)
    assert [(heading.level, heading.text) for heading in document.headings] == [
        (1, "Loggers 6.2"),
        (2, "Install"),
        (3, "Details"),
    ]
    assert document.title == "Loggers 6.2"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("Loggers", 4),
        ("Install", 18),
        ("Use", 21),
        ("the guide", 22),
        ("--all", 25),
        ("again", 33),
        ("nested", 35),
        ("meaning", 42),
        ("here", 43),
        ("Bauer", 46),
        ("close", 49),
        ("The mode", 55),
        ("surface", 62),
        ("y = 2", 69),
        ("Indented", 78),
    ],
)
def test_every_word_knows_its_line(words: str, line: int) -> None:
    document = read(PAGE)
    assert number_at(document.lines, document.text.index(words)) == line


GRID = """\
+---------+-----------+
| Model   | Battery   |
+=========+===========+
| Heron 2 | 18        |
|         | months    |
+---------+-----------+
| Heron 4 | ``36``    |
+---------+-----------+
after
"""
SIMPLE = """\
=======  =========
Model    Battery
=======  =========
Heron 2  18 months
         or more
Heron 4  *36* months, and longer than the column
=======  =========

after
"""
LIST = """\
.. list-table:: Batteries
   :header-rows: 1

   * - Model
     - Battery
   * - Heron 2
     - 18
       months
"""
CSV = """\
.. csv-table:: Batteries
   :header: "Model", "Battery"

   Heron 2, "18, or more"
"""


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (GRID, "Model | Battery\nHeron 2 | Battery: 18 months\nHeron 4 | Battery: 36\n\nafter"),
        (
            SIMPLE,
            (
                "Model | Battery\nHeron 2 | Battery: 18 months or more\n"
                "Heron 4 | Battery: 36 months, and longer than the column\n\nafter"
            ),
        ),
        (LIST, "Batteries\n\nModel | Battery\nHeron 2 | Battery: 18 months"),
        (CSV, "Batteries\n\nModel | Battery\nHeron 2 | Battery: 18, or more"),
    ],
)
def test_tables(source: str, text: str) -> None:
    document = read(source)
    assert document.text == text
    assert [block.kind for block in document.blocks].count("table") == 1


TALL_LIST = """\
.. list-table:: Batteries
   :header-rows: 1

   * - Model
     - Battery
     - Note
   * - Heron 2
     - 18
       months
     -
   * - Heron 4
     - **36
       months**
     - or

       longer
"""
TALL_GRID = """\
+-----------+---------+
| The first | 18      |
| model     |         |
+-----------+---------+
| Heron 4   | 36      |
|           | months  |
+-----------+---------+
"""
SPANNING_GRID = """\
+--------+-------------------+-------+
| Model  | Battery           | Note  |
|        +---------+---------+       |
|        | Months  | Volts   |       |
+========+=========+=========+=======+
| Heron  | 18      | 5 + 7   | new   |
| 2      +---------+---------+       |
|        | 24      | 9       |       |
+--------+---------+---------+-------+
| Heron  | see below         | old   |
| 4      |                   |       |
+--------+---------+---------+-------+
"""
TALL_CSV = """\
.. csv-table:: Batteries
   :header: "Model", "Battery"
   :widths: 1, 2

   Heron 2, "18

   months", new
   Heron 4, 36
"""


def test_cells_of_a_grid_that_span_others_leave_them_under_their_names() -> None:
    assert read(SPANNING_GRID).text.splitlines() == [
        "Model | Battery Months | Battery Volts | Note",
        "Heron 2 | Battery Months: 18 | Battery Volts: 5 + 7 | Note: new",
        "Heron 2 | Battery Months: 24 | Battery Volts: 9 | Note: new",
        "Heron 4 | Battery Months: see below | Battery Volts: see below | Note: old",
    ]


SPANNING_SIMPLE = """\
=======  ======  =====  ====
Model       Battery     Note
-------  -------------  ----
         Months  Volts
=======  ======  =====  ====
Heron 2  18      5 + 7  new
Heron 4  see below,     old
         please
-------  -------------  ----
Heron 6  36      9
=======  ======  =====  ====
"""


def test_cells_of_a_table_with_rules_that_span_others_leave_them_under_their_names() -> None:
    document = read(SPANNING_SIMPLE)
    assert document.text.splitlines() == [
        "Model | Battery Months | Battery Volts | Note",
        "Heron 2 | Battery Months: 18 | Battery Volts: 5 + 7 | Note: new",
        "Heron 4 | Battery Months: see below, please | Battery Volts: see below, please | Note: old",
        "Heron 6 | Battery Months: 36 | Battery Volts: 9",
    ]
    place = document.text.index("Heron 4")
    assert line_range(document.lines, place, document.text.index("\nHeron 6")) == (7, 8)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (".. math:: E = m c^2", "E = m c^2"),
        (".. math::\n   a = b\n   :label: x\n\n   c = d", "a = b\n\nc = d"),
        (".. parsed-literal:: one\n\n   two", "one\ntwo"),
        (".. productionlist:: grammar\n   a: b", "a: b"),
        (".. code-block:: c\n   :caption: The *loop*\n\n   x = 1", "The loop\n\nx = 1"),
        (".. graphviz::\n   :caption: Flow\n\n   a -> b", "Flow\n\na -> b"),
        (".. raw:: html\n\n   <p>Sow in\n   <b>March</b>.</p>\n   <ul><li>tea</ul>", "Sow in March.\n\n- tea"),
        (".. raw:: html\n   :file: a.html", "See a.html."),
        (".. raw:: latex\n\n   Sow in \\emph{March}", "Sow in \\emph{March}"),
        ("a\n\n.. raw:: html", "a"),
    ],
)
def test_what_a_directive_holds_is_read_wherever_it_stands_in_it(source: str, text: str) -> None:
    assert read(source).text == text


def test_a_grid_that_is_drawn_badly_is_read_by_its_rules() -> None:
    lost = read(SPANNING_GRID.replace("+---------+---------+       |", "+---------+---------        |")).text
    assert [word for word in SPANNING_GRID.split() if word.isalnum() and word not in lost] == []
    never_closed = "\n".join(["+ " + "+" * 399] * 400)
    start = time.process_time()
    read(f"+{'-+' * 200}\n{never_closed}\n")
    assert time.process_time() - start < 20


@pytest.mark.parametrize(
    ("source", "row", "lines"),
    [
        (SPANNING_GRID, "Heron 2 | Battery Months: 18 | Battery Volts: 5 + 7 | Note: new", (6, 7)),
        (LIST, "Model | Battery", (4, 5)),
        (TALL_LIST, "Heron 2 | Battery: 18 months", (7, 9)),
        (TALL_LIST, "Heron 4 | Battery: 36 months | Note: or longer", (11, 16)),
        (GRID, "Heron 2 | Battery: 18 months", (4, 5)),
        (TALL_GRID, "The first model | 18", (2, 3)),
        (TALL_GRID, "Heron 4 | 36 months", (5, 6)),
        (SIMPLE, "Heron 2 | Battery: 18 months or more", (4, 5)),
        (CSV, "Model | Battery", (2, 2)),
        (TALL_CSV, "Model | Battery", (2, 2)),
        (TALL_CSV, "Heron 2 | Battery: 18 months | new", (5, 7)),
        (TALL_CSV, "Heron 4 | Battery: 36", (8, 8)),
    ],
)
def test_a_row_has_all_the_lines_on_which_it_stands(source: str, row: str, lines: tuple[int, int]) -> None:
    document = read(source)
    start = document.text.index(row)
    assert line_range(document.lines, start, start + len(row)) == lines


def test_a_word_in_a_cell_has_the_line_on_which_it_stands() -> None:
    for source, words, line in ((TALL_LIST, "months | Note", 13), (TALL_GRID, "18", 2), (TALL_CSV, "months | new", 7)):
        document = read(source)
        assert number_at(document.lines, document.text.index(words)) == line


def test_a_line_break_that_nobody_sees_sets_nothing_apart() -> None:
    document = read("See `the\nguide <https://\nexample.org>`_. The \\\nend,\nplainly.\n")
    assert document.text == "See the guide. The end, plainly."
    assert [number_at(document.lines, document.text.index(word)) for word in ("guide", "end", "plainly")] == [2, 4, 5]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (":func:`~os.path.join` and :func:`!main`", "join and main"),
        ("A :class:`.Depot` in ``..``, :func:`.open`", "A Depot in .., open"),
        (":pep:`8` and :rfc:`4180`", "PEP 8 and RFC 4180"),
        (":rfc:`RFC 4180 part 2 <4180#section-2>` on :pep:`line ends <278>`", "RFC 4180 part 2 on line ends"),
        (r"2\ :sup:`31` bytes, (a + b)\ :superscript:`n - 1`, 1\ :sup:`st`", "2^31 bytes, (a + b)^(n - 1), 1st"),
        (r"H\ :sub:`2`\ O, 5 m\ :sup:`2`, the :sup:`2` mark", "H2O, 5 m2, the 2 mark"),
        ("`text`:sub: and `phrase`_ and `anon`__", "text and phrase and anon"),
        ("name_ and name__ but not _name or a_b", "name and name but not _name or a_b"),
        (r"\*not emphasis\* and C\ *x*", "*not emphasis* and Cx"),
        ("2 * 3 * 4 and **kwargs", "2 * 3 * 4 and **kwargs"),
        ("``a`b`` [1]_ [#note]_", "a`b [note 1] [#note]"),
        (":ref:`a\nb <target>` c", "a\nb c"),
        ("|known| and |unknown|", "word and |unknown|"),
    ],
)
def test_inline_markup(markup: str, text: str) -> None:
    assert inline(markup, {"known": "word"}) == text
    assert inline(markup, {}).count("\n") == markup.count("\n")


def test_a_class_says_that_it_is_one() -> None:
    assert read(".. class:: Probe(port)\n\n   Reads.").text == "class Probe(port)\n\nReads."
    assert read(".. py:exception:: Lost").text == "exception Lost"


@pytest.mark.parametrize(
    "text",
    [
        "- " * 3000 + "x",
        "   only indented\n  less\n back",
        "Title\n=",
        "====\n====\n====",
        ".. code::",
        '.. csv-table::\n\n   "open, quote\n   b',
        "===== =====\na b\n",
        "+--+\n| x",
        "``unclosed **also :role:`this",
        "::\n\n    literal\n\n.. figure:: a.png\n   :alt: A pump\n\n   Caption",
        "\ue0000\ue001 ``x``",
        ".. list-table::\n\n   stray",
    ],
)
def test_broken_markup_is_read_all_the_same(text: str) -> None:
    document = read(text)
    assert document.uri == "docs/page.rst"
    for block in document.blocks:
        assert document.text[block.start : block.end].strip()


@pytest.mark.parametrize(
    ("text", "markers"),
    [
        ("#. a\n#. b\n\n   #. c\n   #. d\n\n#. e\n", ["1.", "2.", "1.", "2.", "3."]),
        ("(#) a\n(#) b\n\nText.\n\n(#) c\n", ["(1)", "(2)", "(1)"]),
        ("4. a\n#. b\n#. c\n", ["4.", "5.", "6."]),
        ("(b) a\n(#) b\n#) c\n", ["(b)", "(c)", "1)"]),
        ("- a\n- b\n\n#. c\n", ["-", "-", "1."]),
    ],
)
def test_items_that_number_themselves_have_the_numbers_in_which_they_are_shown(text: str, markers: list[str]) -> None:
    document = read(text)
    items = [document.text[block.start : block.end] for block in document.blocks if block.kind == "item"]
    assert [item.split()[0] for item in items] == markers


def test_a_box_and_a_tab_keep_what_they_are_called() -> None:
    document = read(
        ".. tabs::\n\n   .. tab:: Windows\n\n      Run it.\n\n.. danger::\n\n   - Hot.\n\n.. note::\n\n"
        "   .. versionadded:: 2.1\n\n.. deprecated:: 3.0\n\n   Use ``b``."
    )
    assert [(block.kind, document.text[block.start : block.end]) for block in document.blocks] == [
        ("term", "Windows"),
        ("paragraph", "Run it."),
        ("paragraph", "Danger:"),
        ("item", "- Hot."),
        ("paragraph", "Note:"),
        ("paragraph", "New in version 2.1."),
        ("paragraph", "Deprecated since version 3.0: Use b."),
    ]
