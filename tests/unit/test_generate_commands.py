"""What is typed, told from prose."""

from __future__ import annotations

import pytest

from ragkit.generate.commands import is_typed


@pytest.mark.parametrize(
    ("paragraph", "led_to"),
    [
        ("depotctl flush --all", False),
        ("depotctl export \\\n  --year 2030 \\\n  --dry-run", False),
        ("kettled stop\nrm -rf /var/cache/kettle\nkettled start", True),
        ("nodectl drain n1\nnodectl wait n1", True),
        ("DELETE FROM visits\nWHERE seen < NOW();", False),
        ("cp /srv/a.txt ~/b", False),
    ],
)
def test_commands_and_statements_are_typed(paragraph: str, led_to: bool) -> None:
    assert is_typed(paragraph, led_to=led_to)


@pytest.mark.parametrize(
    ("paragraph", "led_to"),
    [
        ("nodectl drain n1\nnodectl wait n1", False),
        ("use --force if it is locked", False),
        ("red apples\nfresh bread", True),
        ("apples | Price: 3\npears | Price: 4", True),
        ("read/write access", False),
        ("file > open > print", True),
        ("span(days=0, hours=0)", True),
        ("classmethod Span.of(text, days=0)", True),
        ("it ends with a stop -x.", True),
        ("SELECT the row.", False),
    ],
)
def test_prose_rows_lists_and_signatures_are_not(paragraph: str, led_to: bool) -> None:
    assert not is_typed(paragraph, led_to=led_to)
