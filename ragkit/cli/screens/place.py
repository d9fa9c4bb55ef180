"""Where something stands, and how much or how long it is, in words."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ragkit.cli.render import flat


def place(uri: str, headings: Sequence[str], location: str = "") -> Text:
    """Such as ``people/leave.md › Leave › Germany, lines 12-14`` or ``sales.xlsx › Sales, rows 40-52``."""
    found = Text(flat(uri), style="bold")
    for heading in headings:
        found.append(" › ", style="not bold dim").append(flat(heading), style="not bold")
    # The sheet that a location begins with is the heading before it.
    counted = location.removeprefix(f"{headings[-1]}, ") if headings else location
    return found.append(f", {flat(counted)}" if counted else "", style="not bold dim")


def of_store(store: Path) -> str:
    """What a command needs to find ``store``, such as `` --store docs/store``: nothing for the usual one."""
    return "" if store == Path(".ragkit") else f" --store {shlex.quote(str(store))}"


def numbered(rows: Iterable[tuple[str | Text, RenderableType]]) -> Table:
    """Each row behind its number or sign, with a hanging indent."""
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(style="cyan", no_wrap=True, justify="right")
    table.add_column(overflow="fold")
    for number, row in rows:
        table.add_row(number, row)
    return table


def shortened(text: str, limit: int) -> str:
    """The text on one line, cut at a word when it is longer than ``limit`` characters."""
    whole = flat(text)
    return whole if len(whole) <= limit else whole[:limit].rsplit(" ", 1)[0] + " …"


def below(headings: Sequence[str], text: str, limit: int) -> str:
    """`shortened` without the heading that the text begins with, for a screen that shows it above."""
    return shortened(text.removeprefix(headings[-1] if headings else "").lstrip() or text, limit)


def indented(line: RenderableType) -> Padding:
    """An item of a list, wrapped under its own beginning."""
    return Padding(Text(flat(line), overflow="fold") if isinstance(line, str) else line, (0, 0, 0, 2), expand=False)


def failed(uri: str, reason: str) -> str:
    """A source and why it failed; most reasons name the source themselves."""
    return flat(reason if uri in reason else f"{uri}: {reason}")


def duration(ms: float) -> str:
    """Such as ``143 ms`` or ``2.1 s``."""
    return f"{ms:.0f} ms" if ms < 1000 else f"{ms / 1000:.1f} s"


def size(count: int) -> str:
    """Bytes, such as ``14.2 MB``."""
    amount, units = float(count), iter(("B", "kB", "MB", "GB"))
    unit = next(units)
    while amount >= 1000 and unit != "GB":
        amount, unit = amount / 1000, next(units)
    return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"


def many(count: int, one: str) -> str:
    """Such as ``1 file`` or ``1,204 files``."""
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"
