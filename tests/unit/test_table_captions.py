"""What the line above a table says of all its amounts."""

from __future__ import annotations

import pytest

from ragkit.generate.extractive.table_captions import with_captions
from ragkit.types import Chunk, Evidence, Hit

ROW = "Bergen | 20 ft: 640 | Depth (m): 9 | Transit days: 2 | Berth: east"


def told(question: str, above: str) -> list[str]:
    text = (
        f"Ports\n\n{above}\n\nPort | 20 ft | Depth (m) | Transit days | Berth\nBrest | 20 ft: 500 | Berth: west\n{ROW}"
    )
    start = text.index(ROW)
    hit = Hit(Chunk("a.md", "Ports", 0, len(text), text, ("Ports",)), 1.0)
    return [
        text[each.start : each.end] for each in with_captions(question, [hit], [Evidence(0, start, len(text), 0.9)])
    ]


@pytest.mark.parametrize(
    ("question", "above", "said"),
    [
        ("What is the 20 ft rate to Bergen?", "All rates in USD per container.", ["All rates in USD per container."]),
        ("What is the 20 ft rate to Bergen?", "Call us. Rates in EUR", ["Rates in EUR"]),
        ("What is the 20 ft rate to Bergen?", "Rates in thousands", ["Rates in thousands"]),
        ("What is the 20 ft rate to Bergen?", "Weekly rates in SEK", ["Weekly rates in SEK"]),
        ("What is the 20 ft rate to Bergen?", "All forms are in PDF.", []),
        ("What is the 20 ft rate to Bergen?", "Call us in May.", []),
        ("What is the 20 ft rate to Bergen?", "Ports", []),
        ("What is the depth in Bergen?", "All rates in USD per container.", []),
        ("What are the transit days to Bergen?", "All rates in USD per container.", []),
        ("What berth does Bergen have?", "All rates in USD per container.", []),
    ],
)
def test_a_bare_number_is_told_behind_its_unit(question: str, above: str, said: list[str]) -> None:
    assert told(question, above) == [*said, ROW]
