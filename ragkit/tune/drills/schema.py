"""What a domain of made-up facts is: rows of one kind with attributes, or rows by columns with one measure."""

from __future__ import annotations

from dataclasses import dataclass

from ragkit.tune.drills.words import Maker


@dataclass(frozen=True, slots=True)
class Column:
    """An attribute. ``nouns`` are its names, the first of which stands in texts; ``asks`` and ``says`` are templates.

    In templates ``{of}`` is the row with its preposition, ``{s}`` the row as a subject, ``{v}`` the value and
    ``{axis}`` the second qualifier of a grid. ``label`` is the name in the head of a table.
    """

    label: str
    nouns: tuple[str, ...]
    value: Maker
    asks: tuple[str, ...] = ()
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """A domain: its headings, what a row is and how it is spoken of, its attributes, and, for a grid, the axis.

    ``subject`` and ``of`` are templates of a row's name. In a grid (``axis`` given) one of the ``columns`` is the
    measure, and each value of the axis makes a column; ``axis_phrase`` says it in a sentence.
    """

    domain: str
    titles: tuple[str, ...]
    kind: str
    rows: Maker
    columns: tuple[Column, ...]
    subject: str = "{}"
    of: str = "for {}"
    axis: Maker | None = None
    axis_phrase: str = "for {}"
    technical: bool = False

    def realised(self, measure: Column, label: str) -> Column:
        """The column of a grid for one value of its axis."""
        phrase = self.axis_phrase.format(label)
        bare = phrase.partition(" ")[2]

        def fill(templates: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(text.replace("{axis}", bare) for text in templates)

        nouns = tuple(f"{noun} {phrase}" for noun in measure.nouns)
        return Column(label, nouns, measure.value, fill(measure.asks), fill(measure.says))


@dataclass(frozen=True, slots=True)
class Family:
    """Lists of one kind: ``head`` leads to the items, ``beside`` asks for what no list of this kind says."""

    titles: str
    owners: Maker
    head: str
    items: tuple[str, ...]
    asks: tuple[str, ...]
    beside: tuple[str, ...]


def capital(text: str) -> str:
    """With a capital first letter, unless a capital follows as in "pH"."""
    return text if text[1:2].isupper() else text[:1].upper() + text[1:]


def col(nouns: str, value: Maker, *templates: str) -> Column:
    """A column from its names (bars between them) and templates: those with ``{v}`` say, the others ask."""
    names = tuple(nouns.split("|"))
    asks = tuple(text for text in templates if "{v}" not in text)
    says = tuple(text for text in templates if "{v}" in text)
    return Column(capital(names[0]), names, value, asks, says)
