"""Code, commands and statements, told from prose."""

from __future__ import annotations

import pytest

from ragkit.code import blocks, is_code, is_typed


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Send:\n\nwith open_mail() as m:\n    m.send(1)\n\nm.close()\n\nIt goes at noon.", ["with open_mail() as m:"]),
        (">>> look_up(1)\n'ann'\n\n>>> look_up(2)", [">>> look_up(1)", ">>> look_up(2)"]),
        ("Run it:\n\n$ make all\ncc main.c\n\nIt takes long.", ["$ make all"]),
        ("int main(void) {\n  return 0;\n}", ["int main(void) {"]),
        ("See:\n\nhttps://example.org/mail\n\nAsk Ann.", ["https://example.org/mail"]),
        ("port = 80\nhost = example.org", ["port = 80"]),
        ("Or you can run:\n\npipwell remove north\n\nIt is gone.", ["pipwell remove north"]),
        ("Runners ask for:\n\nwarm water\n\nIt helps.", []),
        ("list.append(x)\n\nAdd an item to the end.", []),
        ("If it rains:\n\n    stay at home.", []),
        ("for all of these:\n\nthe door stays shut;\nthe light is off.", []),
        ("- one gallon;\n- two pints;", []),
        ("class Sniffer\n\nFinds out the format.", []),
        ("Interest = rate * time", []),
        ("The fee is due. It is 5 EUR;", []),
    ],
)
def test_blocks_of_code_are_told_from_prose(text: str, expected: list[str]) -> None:
    assert [text[start:end].split("\n", maxsplit=1)[0] for start, end in blocks(text)] == expected


def test_marked_code_is_code_whatever_it_looks_like() -> None:
    text = "Then:\n\nwarm up the oven\n\n$ bake\n\nIt smells."
    start = text.index("warm")
    assert [text[start:end] for start, end in blocks(text)] == ["$ bake"]
    assert [text[start:end] for start, end in blocks(text, ((start, start + 16),))] == ["warm up the oven", "$ bake"]
    assert is_code(text, start, ((start, start + 16),))
    assert not is_code(text, 0, ((start, start + 16),))
