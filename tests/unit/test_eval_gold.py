from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit.errors import ConfigError
from ragkit.evaluate.gold import Place, find_quote, locate, nearest_text, overlaps, proofs, proves, with_copies
from ragkit.evaluate.suite import Case, Gold
from ragkit.types import Document

TEXT = "Leave\n\nThere are 27\ndays of leave.\n\n| UK | 27 days |\n| Canada | 22 days |\n"


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ("There are 27 days of leave.", "There are 27\ndays of leave."),
        ("  There\u00a0are ", "There are"),
        ("\u00a0There are\u3000", "There are"),
        ("UK | 27 days", "UK | 27 days"),
        ("| Canada | 22 days |", "Canada | 22 days"),
    ],
)
def test_a_quote_is_found_exactly(quote: str, stands: str) -> None:
    assert [TEXT[start:end] for start, end in find_quote(quote, TEXT)] == [stands]


@pytest.mark.parametrize(
    ("quote", "text", "stands"),
    [
        ("年假是27天", "员工的年假是27天，病假另算。", "年假是27天"),
        ("年假是27", "员工的年假是27天。", "年假是27"),
        ("พนักงาน", "ลาได้พนักงานทุกคน", "พนักงาน"),
        ("caf\u00e9 opens", "The cafe\u0301 opens.", "cafe\u0301 opens"),
        ("cafe\u0301 opens", "The caf\u00e9 opens.", "caf\u00e9 opens"),
    ],
)
def test_a_quote_is_found_in_any_script(quote: str, text: str, stands: str) -> None:
    assert [text[start:end] for start, end in find_quote(quote, text)] == [stands]


def test_a_quote_is_found_in_every_place() -> None:
    assert find_quote("27", TEXT) == [(17, 19), (43, 45)]


@pytest.mark.parametrize(
    "quote", ["There are 28 days", "there are 27 days", "", " | ", "\u00a0", "27days", "7 days", "27 day"]
)
def test_other_text_is_not_found(quote: str) -> None:
    assert find_quote(quote, TEXT) == []


words = st.lists(st.text("ab.([*\\$é", min_size=1, max_size=5), min_size=1, max_size=6)
gaps = st.sampled_from([" ", "\n", "\n  ", "\t", " | "])


@given(words, words, words, st.data())
def test_folding_finds_what_was_put_there(
    before: list[str], quote: list[str], after: list[str], data: st.DataObject
) -> None:
    spread = quote[0] + "".join(data.draw(gaps) + word for word in quote[1:])
    text = "\n".join([*before, spread, *after])
    start = len("\n".join(before)) + 1
    spans = find_quote(" ".join(quote), text)
    assert all("".join(text[a:b].replace("|", " ").split()) == "".join(quote) for a, b in spans)
    assert any(a <= start < b for a, b in spans)


def case_with(*gold: Gold) -> Case:
    return Case("people-7", "numeric", "?", ("27",), "r", gold)


def test_a_missing_quote_names_the_case_and_the_nearest_text() -> None:
    gold = Gold("leave.md", "There are 28 days of leave.")
    with pytest.raises(ConfigError) as caught:
        locate(case_with(gold), gold, Document("store/leave.md", TEXT))
    assert "people-7" in caught.value.message
    assert "leave.md" in caught.value.message
    assert caught.value.hint == "The nearest text there is 'There are 27 days of leave.'."


def test_proofs_keep_the_order_and_the_uri_of_the_store() -> None:
    case = case_with(Gold("leave.md", "22 days"), Gold("leave.md", "27"))
    found = proofs(case, lambda uri: Document("store/" + uri, TEXT))
    assert [[TEXT[place.start : place.end] for place in proof] for proof in found] == [["22 days"], ["27", "27"]]
    assert {place.uri for proof in found for place in proof} == {"store/leave.md"}


def test_a_copy_of_the_document_proves_too() -> None:
    texts = {"a/leave.md": TEXT, "b/leave.md": TEXT, "c/leave.md": "x" + TEXT}
    (proof,) = with_copies(((Place("b/leave.md", 3, 9),),), sorted(texts), lambda uri: Document(uri, texts[uri]))
    assert proof == (Place("b/leave.md", 3, 9), Place("a/leave.md", 3, 9))
    assert with_copies((), ["nowhere"], {}.__getitem__) == ()


@pytest.mark.parametrize(
    ("one", "other", "relevant"),
    [
        ((0, 100), (40, 60), True),  # holds it
        ((45, 50), (40, 60), True),  # within it
        ((0, 50), (40, 60), True),  # half of the gold
        ((0, 49), (40, 60), False),  # less than half of either
        ((55, 65), (40, 60), True),  # half of the hit
        ((60, 70), (40, 60), False),  # touches
        ((50, 50), (40, 60), False),  # empty
    ],
)
def test_half_of_the_shorter_is_enough(one: tuple[int, int], other: tuple[int, int], relevant: bool) -> None:
    assert overlaps(Place("u", *one), Place("u", *other)) is relevant
    assert overlaps(Place("u", *other), Place("u", *one)) is relevant
    assert not overlaps(Place("v", *one), Place("u", *other))


def test_any_place_of_a_quote_proves() -> None:
    proof = (Place("u", 0, 10), Place("u", 50, 60))
    assert proves(Place("u", 45, 70), proof)
    assert not proves(Place("u", 20, 40), proof)
    assert not proves(Place("u", 20, 40), ())


def test_the_nearest_text_of_nothing_is_nothing() -> None:
    assert nearest_text("a", "") == ""
    assert nearest_text("22 days in Canada", TEXT) == "| Canada | 22 days |"
