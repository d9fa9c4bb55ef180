"""A scene, which is a table of made-up facts, and the passages that tell it, with the place of every fact."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from ragkit.tune.data import Span
from ragkit.tune.drills.schema import Column, Schema, capital
from ragkit.tune.drills.words import coined, distinct, month, one_of, person

Key = tuple[str, str] | tuple[str, str, str]
"""(row, column label) of a cell, ("row", row) of a row's name, ("note", row, aspect) of what a note tells."""

LONGEST = 780
_DATED = frozenset("budget elections sports training grants releases devices vendors".split())
_PREPOSITION = re.compile(r" (?:of|for|in|on|under|per|by|when|to) ")
FILLERS = (
    "Questions go to the service desk.",
    "This page is reviewed once a year.",
    "All figures are net of tax.",
    "Exceptions need written consent.",
    "Older editions are kept in the archive.",
    "See also the frequently asked questions.",
    "Please read the notes below before you write to us.",
    "A printed copy is available at reception.",
    "The information is given without warranty.",
    "Send corrections to the editors.",
    "Local law may differ.",
    "Changes are announced four weeks ahead.",
    "The figures are checked every quarter.",
)
REASONS = one_of(
    "the supplier raised its prices|the old value caused complaints|new rules came into force|the team had grown|"
    "two audits had found mistakes|the contract was renewed|demand had fallen|tests had failed|"
    "the insurer asked for it|"
    "the building was renovated|the previous figure was a typing error|fuel had become cheaper"
)


@dataclass(frozen=True, slots=True)
class Note:
    """Why and when the value of a cell changed, and who agreed."""

    row: str
    column: Column
    old: str
    when: str
    reason: str
    approver: str


@dataclass(frozen=True, slots=True)
class Scene:
    """Facts of one schema. ``cells`` lacks the empty ones; ``edition`` is a year or an organisation above all.

    ``absent_rows`` and ``absent_columns`` are of the same kind as ``rows`` and ``columns`` and nowhere told.
    ``others`` are columns for the other measures of a grid.
    """

    schema: Schema
    title: str
    edition: str
    rows: tuple[str, ...]
    columns: tuple[Column, ...]
    cells: dict[tuple[str, str], str]
    absent_rows: tuple[str, ...]
    absent_columns: tuple[Column, ...]
    measure: str = ""
    notes: tuple[Note, ...] = ()

    def less(self, row: str, label: str | None = None) -> Scene:
        """Without a row, or without one cell of it."""
        cells = {key: value for key, value in self.cells.items() if key[0] != row or (label and key[1] != label)}
        rows = self.rows if label else tuple(name for name in self.rows if name != row)
        notes = tuple(n for n in self.notes if n.row != row or (label and n.column.label != label))
        return replace(self, rows=rows, cells=cells, notes=notes)


@dataclass(slots=True)
class Page:
    """A text that grows, and the spans of the facts in it."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    spans: dict[Key, Span] = field(default_factory=dict)

    def add(self, text: str, key: Key | None = None) -> Page:
        """Appends ``text``, the fact ``key`` if given; the first place of a fact counts."""
        if key is not None:
            self.spans.setdefault(key, (self.length, self.length + len(text)))
        self.parts.append(text)
        self.length += len(text)
        return self

    def fill(self, template: str, values: dict[str, tuple[str, Key]]) -> Page:
        """Appends ``template`` with its ``{name}`` places filled by facts."""
        rest = template
        while "{" in rest:
            before, _, rest = rest.partition("{")
            name, _, rest = rest.partition("}")
            self.add(before).add(*values[name])
        return self.add(rest)

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.parts)


def spoken(template: str, schema: Schema, row: str, noun: str = "") -> str:
    """``template`` with everything but the value filled in."""
    filled = template.replace("{of}", schema.of.format(row)).replace("{s}", schema.subject.format(row))
    return filled.replace("{name}", row).replace("{noun}", noun)


def stage(schema: Schema, rng: random.Random) -> Scene:
    """A scene of ``schema``: its rows, columns, values, gaps and notes drawn at random."""
    wide = rng.randint(2, 4)
    count = rng.randint(2, 6)
    names = distinct(schema.rows, count + 6, rng)
    count = min(count, len(names) - 2)
    rows, absent = tuple(names[:count]), tuple(names[count:])
    measure = ""
    if schema.axis is None:
        columns = rng.sample(schema.columns, len(schema.columns))
        wide = min(wide, len(columns) - 1)
    else:
        column = rng.choice(schema.columns)
        measure = column.nouns[0]
        columns = [schema.realised(column, label) for label in distinct(schema.axis, wide + 4, rng, names)]
    shown, hidden = tuple(columns[:wide]), tuple(columns[wide:])
    gap = rng.choice([0.0, 0.0, 0.12, 0.25])
    cells = {(row, column.label): column.value(rng) for row in rows for column in shown if rng.random() >= gap}
    edition = rng.choice(
        ["", "", str(rng.randint(2009, 2030)), f"{coined(rng)} {rng.choice(['Ltd', 'Group', 'Institute', 'Council'])}"]
    )
    if schema.domain in _DATED and edition.isdigit():
        edition = ""
    title = rng.choice(schema.titles)
    return _noted(Scene(schema, title, edition, rows, shown, cells, absent, hidden, measure), rng)


def _noted(scene: Scene, rng: random.Random) -> Scene:
    if rng.random() > 0.35 or not scene.cells:
        return scene
    row, label = rng.choice(sorted(scene.cells))
    column = next(column for column in scene.columns if column.label == label)
    old = distinct(column.value, 1, rng, list(scene.cells.values()))
    if not old:
        return scene
    return replace(scene, notes=(Note(row, column, old[0], month(rng), REASONS(rng), person(rng)),))


def tell(scene: Scene, rng: random.Random, form: str = "") -> Page:
    """The scene as a passage in one of the forms in which ragkit's chunks come."""
    forms = ["table"] * 4 + [
        "transposed",
        "bullets",
        "bullets",
        "prose",
        "prose",
        "prose",
        "blocks",
        "answers",
        "section",
        "section",
    ]
    if scene.schema.technical:
        forms += ["code", "code"]
    form = form or rng.choice(forms)
    if form == "section":
        scene = _one_row(scene, rng)
    page = Page()
    _open(page, scene, rng, form == "section")
    FORMS[form](page, scene, rng)
    for note in scene.notes:
        page.add(rng.choice(["\n", "\n\n", "\n\nNote: "]))
        _note(page, scene.schema, note, rng)
    if rng.random() < 0.4:
        page.add("\n\n" + " ".join(rng.sample(FILLERS, rng.randint(1, 2))))
    return page


def _one_row(scene: Scene, rng: random.Random) -> Scene:
    """The scene of one row, which is named in the headings."""
    row = rng.choice([row for row in scene.rows if _told(scene, row)])
    notes = tuple(note for note in scene.notes if note.row == row)
    return replace(scene, rows=(row,), title=f"{scene.title} > {capital(row)}", notes=notes)


def _open(page: Page, scene: Scene, rng: random.Random, needed: bool) -> None:
    """Headings and an introduction: always there where the facts cannot be understood without them."""
    title = scene.title
    if scene.edition:
        outer, _, inner = title.partition(" > ")
        joined = rng.choice([f"{outer} {scene.edition}", f"{scene.edition} > {outer}", f"{outer} ({scene.edition})"])
        title = f"{joined} > {inner}" if inner else joined
    if scene.measure:
        phrase = rng.choice([scene.measure, f"{scene.measure} by {scene.schema.kind.lower()}"])
        title = f"{title} > {capital(phrase)}"
    if needed or scene.measure or scene.edition or rng.random() < 0.75:
        outer, _, inner = title.rpartition(" > ")
        inside = f"{outer}\n{inner}\n\n" if outer else f"{inner}\n\n"
        page.add(rng.choice([f"{title}\n", f"{title}\n", inside]))
    if rng.random() < 0.3:
        page.add(" ".join(rng.sample(FILLERS, rng.randint(1, 2))) + "\n\n")


def _table(page: Page, scene: Scene, rng: random.Random) -> None:
    """Rows as ragkit's readers write them: the first cell bare, each other with the name of its column."""
    if rng.random() < 0.75:
        page.add(" | ".join([scene.schema.kind, *(column.label for column in scene.columns)]) + "\n")
    empty = rng.choice(["", "-", "–", "n/a"])
    for row in scene.rows:
        page.add(row, ("row", row))
        for column in scene.columns:
            value = scene.cells.get((row, column.label))
            if value is not None:
                page.add(f" | {column.label}: ").add(value, (row, column.label))
            elif empty:
                page.add(f" | {column.label}: {empty}")
        page.add("\n")


def _transposed(page: Page, scene: Scene, rng: random.Random) -> None:
    page.add(" | ".join([rng.choice(["", "Item", scene.schema.kind]), *scene.rows]).removeprefix(" | ") + "\n")
    for column in scene.columns:
        page.add(column.label)
        for row in scene.rows:
            value = scene.cells.get((row, column.label))
            if value is not None:
                page.add(" | ").add(row, ("row", row)).add(": ").add(value, (row, column.label))
        page.add("\n")


def _bullets(page: Page, scene: Scene, rng: random.Random) -> None:
    joint, mark, colon = rng.choice(["; ", ", "]), rng.choice([": ", " - ", ": "]), rng.choice([" ", ": "])
    for row in filter(partial(_told, scene), scene.rows):
        page.add("- ").add(row, ("row", row)).add(mark)
        for number, column in enumerate(_told(scene, row)):
            page.add(joint if number else "").add(_tag(scene, column)).add(colon)
            page.add(scene.cells[row, column.label], (row, column.label))
        page.add("\n")


def _blocks(page: Page, scene: Scene, rng: random.Random) -> None:
    """A line with the row's name, below it its attributes."""
    mark = rng.choice(["", "- "])
    for row in filter(partial(_told, scene), scene.rows):
        page.add(row, ("row", row)).add("\n")
        for column in _told(scene, row):
            page.add(mark).add(capital(_tag(scene, column))).add(": ")
            page.add(scene.cells[row, column.label], (row, column.label)).add("\n")
        page.add("\n")


def _prose(page: Page, scene: Scene, rng: random.Random) -> None:
    facts = [(row, column) for row in scene.rows for column in _told(scene, row)]
    if rng.random() < 0.4:
        rng.shuffle(facts)
    for number, (row, column) in enumerate(facts):
        if page.length > LONGEST:
            break
        page.add("" if not number else "\n" if rng.random() < 0.12 else " ")
        _sentence(page, scene, row, column, rng)
        if rng.random() < 0.12:
            page.add(" " + rng.choice(FILLERS))


def _sentence(page: Page, scene: Scene, row: str, column: Column, rng: random.Random) -> None:
    noun = column.nouns[0]
    verb = "are" if plural(noun) else "is"
    common = ["{noun} {of}: {v}.", f"The {{noun}} {{of}} {verb} {{v}}.", f"The {{noun}} {{of}} {verb} {{v}}."]
    if not scene.schema.of.startswith("of "):
        common.append(f"{{of}}, the {{noun}} {verb} {{v}}.")
    text = spoken(rng.choice([*column.says, *column.says, *common]), scene.schema, row, noun)
    before, _, after = text.partition("{v}")
    page.add(capital(before)).add(scene.cells[row, column.label], (row, column.label)).add(after)


def _section(page: Page, scene: Scene, rng: random.Random) -> None:
    """What is said of the row that the heading names, without naming it again."""
    (row,) = scene.rows
    inline = rng.random() < 0.5
    for number, column in enumerate(_told(scene, row)):
        noun = column.nouns[0]
        lead = f"The {noun} {'are' if plural(noun) else 'is'} " if inline else f"{capital(_tag(scene, column))}: "
        page.add((" " if inline else "\n") if number else "").add(lead)
        page.add(scene.cells[row, column.label], (row, column.label)).add("." if inline else "")


def _answers(page: Page, scene: Scene, rng: random.Random) -> None:
    """Questions and answers."""
    facts = [(row, column) for row in scene.rows for column in _told(scene, row)]
    for row, column in rng.sample(facts, min(len(facts), rng.randint(2, 5))):
        question = spoken(rng.choice([*column.asks, "What is the {noun} {of}?"]), scene.schema, row, column.nouns[0])
        page.add(rng.choice(["Q: ", "", "- "])).add(capital(question)).add(rng.choice(["\n", "\nA: "]))
        if rng.random() < 0.5:
            _sentence(page, scene, row, column, rng)
        else:
            page.add(scene.cells[row, column.label], (row, column.label)).add(".")
        page.add("\n\n")


def _code(page: Page, scene: Scene, rng: random.Random) -> None:
    """Nested keys, as a settings file has them."""
    for row in filter(partial(_told, scene), scene.rows):
        page.add(row, ("row", row)).add(":\n")
        for column in _told(scene, row):
            page.add("  " + _tag(scene, column).replace(" ", "_").lower() + ": ")
            page.add(scene.cells[row, column.label], (row, column.label)).add("\n")


def _note(page: Page, schema: Schema, note: Note, rng: random.Random) -> None:
    noun, of = note.column.nouns[0], schema.of.format(note.row)
    start = rng.choice(
        [
            f"The {noun} {of} was {{old}} until {{when}}; it was changed because {{reason}}.",
            f"In {{when}} the {noun} {of} was changed from {{old}} because {{reason}}.",
            f"Because {{reason}}, the {noun} {of} was changed in {{when}}; before, it had been {{old}}.",
        ]
    )
    end = rng.choice([" {who} approved the change.", " The change was approved by {who}.", ""])
    told = {"old": note.old, "when": note.when, "reason": note.reason, "who": note.approver}
    page.fill(start + end, {name: (text, ("note", note.row, name)) for name, text in told.items()})


def _told(scene: Scene, row: str) -> list[Column]:
    return [column for column in scene.columns if (row, column.label) in scene.cells]


def _tag(scene: Scene, column: Column) -> str:
    """What names a cell in a list: the second qualifier in a grid, else the noun."""
    return column.label if scene.measure else column.nouns[0]


def plural(noun: str) -> bool:
    """Whether a noun phrase takes "are"."""
    head = _PREPOSITION.split(noun, maxsplit=1)[0]
    singular = ("ss", "us", "is", "access", "credits")
    return head.endswith("s") and not head.endswith(singular)


FORMS: dict[str, Callable[[Page, Scene, random.Random], None]] = {
    "table": _table,
    "transposed": _transposed,
    "bullets": _bullets,
    "blocks": _blocks,
    "prose": _prose,
    "answers": _answers,
    "code": _code,
    "section": _section,
}
