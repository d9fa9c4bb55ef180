from __future__ import annotations

import pytest

from ragkit.ingest.read import read
from ragkit.ingest.subjects import LONGEST, titled
from ragkit.types import Document, Source

SHEET = "SAFETY DATA SHEET"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{SHEET}\nProduct: Haze Fluid HF-20\n\nIt is clear.", f"{SHEET}: Haze Fluid HF-20"),
        (f"{SHEET}\n\nTrade name : Haze Fluid\n", f"{SHEET}: Haze Fluid"),
        (f"{SHEET}\nItem: rope\nItem: belt\n", SHEET),
        (f"{SHEET}\nProduct: rope | Price: 3\n", SHEET),
        (f"{SHEET}\nProduct: it is told on the next page.\n", SHEET),
        (f"{SHEET}\nProduct: {'long ' * LONGEST}\n", SHEET),
        (f"{SHEET}\nOur product: rope\n", SHEET),
        (f"{SHEET}\n{'Word. ' * 120}\nProduct: rope\n", SHEET),
        ("", SHEET),
    ],
)
def test_the_subject_near_the_beginning_is_part_of_the_title(text: str, expected: str) -> None:
    assert titled(Document("a.txt", text, SHEET)) == expected


def test_a_title_that_has_the_subject_stays() -> None:
    assert titled(Document("a.txt", "Re: your offer of rope\n", "Fwd: Your offer of rope")) == "Fwd: Your offer of rope"


def test_a_document_that_is_read_bears_its_subject() -> None:
    source = Source("a.md", None, "text/markdown", 0)
    assert read(source, b"# Data sheet\n\nProduct: Rope R1\n\nIt is long.\n").title == "Data sheet: Rope R1"
