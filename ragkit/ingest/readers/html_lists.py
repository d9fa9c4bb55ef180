"""The markers of the items of lists of HTML: a dash, or the number or letter that is shown."""

from __future__ import annotations

import re

from lxml import etree

from ragkit.ingest.readers.list_numbers import count_text

_INTEGER = re.compile(r"\s*([+-]?\d{1,8})", re.ASCII)
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*(lower|upper)-(alpha|latin|roman)")
_LIST_STYLES = {"alpha": "Letter", "latin": "Letter", "roman": "Roman"}


class ItemCounter:
    """Counts the items of a list that is open."""

    def __init__(self, element: etree._Element) -> None:
        self._is_ordered = element.tag == "ol"
        self._kind = _figures(element)
        self._step = -1 if "reversed" in element.attrib else 1
        items = len(element.findall("li")) if self._step < 0 else 1
        self._next = _integer(element.get("start"), items)

    def next(self, item: etree._Element) -> str:
        """The marker of the next item."""
        if not self._is_ordered:
            return "-"
        number = _integer(item.get("value"), self._next)
        self._next = number + self._step
        return f"{count_text(number, _figures(item) or self._kind)}."


def _figures(element: etree._Element) -> str:
    """The format of the numbers that a list or an item asks for, empty for none."""
    styled = _LIST_STYLE.search(element.get("style", ""))
    return styled[1] + _LIST_STYLES[styled[2]] if styled else element.get("type", "")


def _integer(value: str | None, default: int) -> int:
    found = _INTEGER.match(value or "")
    return int(found[1]) if found else default
