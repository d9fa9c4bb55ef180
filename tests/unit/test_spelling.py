from __future__ import annotations

import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit import testing
from ragkit.kit import Kit
from ragkit.retrieve.spelling import corrected, distance, is_word, nearest
from ragkit.types import Document

WORDS = {"calibration": 5, "calibrated": 2, "gauge": 4, "gouge": 1, "valve": 3}
LETTERS = st.text("abcde", max_size=7)


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [("", "", 0), ("a", "", 1), ("gauge", "guage", 1), ("valve", "vavle", 1), ("pump", "jumps", 2), ("ab", "cd", 2)],
)
def test_distances_by_hand(one: str, other: str, edits: int) -> None:
    assert distance(one, other) == edits


@given(LETTERS, LETTERS)
def test_distance_is_the_same_both_ways_and_nothing_only_of_equals(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
    assert abs(len(one) - len(other)) <= distance(one, other) <= max(len(one), len(other))


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("guage", "gauge"),
        ("gxuge", ""),
        ("calibratoin", "calibration"),
        ("calibraetoin", "calibration"),
        ("calbratd", ""),
        ("alibration", ""),
        ("vlv", ""),
        ("celibration", "calibration"),
        ("calivration", "calibration"),
        ("calirbation", "calibration"),
        ("celirbation", "calibration"),
        ("cälibration", "calibration"),
        ("calizration", ""),
        ("zalibration", ""),
    ],
)
def test_the_nearest_word(word: str, right: str) -> None:
    assert nearest(word, WORDS) == right


@pytest.mark.parametrize("other", ["heron4", "heron_", "heron'", "heroms"])
def test_what_is_no_letter_is_no_slip(other: str) -> None:
    assert nearest("herons", {other: 1}) == ("heroms" if other == "heroms" else "")


@given(st.text("aes4_'ä", min_size=1, max_size=8), st.text("aes4_'ä", min_size=1, max_size=8))
def test_any_two_words_can_be_compared(word: str, other: str) -> None:
    assert nearest(word, {other: 1}) in {"", other}


def test_only_unknown_words_are_replaced() -> None:
    right = corrected("The Guage of a vavle, 3 vlave_x", lambda: WORDS, {"vavle"}.__contains__, {"the"}.__contains__)
    assert right == "The gauge of a vavle, 3 valve_x"


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("welder", "welded"),
        ("pruner", "prune"),
        ("scooter", "scooters"),
        ("lessee", "lesser"),
        ("trowel", "towel"),
        ("skimmer", "simmer"),
    ],
)
def test_no_word_is_read_as_another_form_or_another_word(word: str, other: str) -> None:
    assert corrected(word, lambda: {other: 1}, lambda _: False, lambda _: False) == word


def test_a_word_of_four_letters_is_left_where_other_words_are_made_like_it() -> None:
    words = {"line": 4, "liver": 1, "client": 2, "alien": 1}
    assert nearest("lien", words) == ""
    assert nearest("lien", {"line": 4}) == nearest("lnie", words) == "line"


@pytest.mark.parametrize(
    ("slip", "word"),
    [
        ("insurrance", "insurance"),
        ("developement", "development"),
        ("independant", "independent"),
        ("shcedule", "schedule"),
        ("collecton", "collection"),
        ("adress", "address"),
        ("ttemperature", "temperature"),
        ("pprice", "price"),
        ("sschool", "school"),
        ("cllinic", "clinic"),
        ("radiater", "radiator"),
    ],
)
def test_what_only_looks_like_another_form_is_mended(slip: str, word: str) -> None:
    assert corrected(slip, lambda: {word: 1}, lambda _: False, lambda _: False) == word


VOCABULARY = {"hover", "box", "clean", "rail", "hand", "happy", "stop", "port", "write", "fit", "less"}


@pytest.mark.parametrize(
    "word",
    "hovers hovered boxes unclean cleanliness handrail happily happiness stopped transport fitter lessee".split(),
)
def test_what_is_made_of_known_words_is_a_word(word: str) -> None:
    known = (VOCABULARY | {"liness"}).__contains__
    assert is_word(word, known)
    assert corrected(word, lambda: {f"{word[0]}x{word[2:]}": 9}, lambda _: False, known) == word


@pytest.mark.parametrize("word", ["hoverx", "handral", "hpapy", "manomter", "xbox"])
def test_what_is_not_made_of_known_words_is_none(word: str) -> None:
    assert not is_word(word, VOCABULARY.__contains__)


@pytest.mark.parametrize("word", ["GUAGE", "McGuage", "gUage"])
def test_what_is_written_as_names_and_codes_are_stays(word: str) -> None:
    assert corrected(f"the {word}", lambda: WORDS, lambda _: False, {"the"}.__contains__) == f"the {word}"


def test_what_has_no_blanks_between_its_words_is_not_taken_for_one() -> None:
    assert corrected("東京都庁へ", lambda: {"東京都庁": 5}, lambda _: False, lambda _: False) == "東京都庁へ"


def refuse() -> dict[str, int]:
    raise AssertionError("gathered for nothing")


def test_the_vocabulary_is_not_gathered_for_nothing() -> None:
    assert corrected("the of gauge", refuse, lambda _: True, lambda _: False) == "the of gauge"


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    made = testing.kit(tmp_path / ".ragkit")
    made.ingest(
        [
            Document("gauge.md", "The manometer hangs beside the boiler."),
            Document("other.md", "Nothing else is here."),
            Document("secret.md", "The thermohygrograph is in the vault.", principals=("board",)),
        ]
    )
    return made


def test_a_misspelt_question_finds_what_was_meant(kit: Kit, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "ragkit"):
        assert kit.explain("where is the manomter", 1)[0].trace.terms == ("manometer",)
    assert "Searched for: where is the manometer" in caplog.text


def test_a_misspelt_question_is_answered_as_it_was_meant(kit: Kit) -> None:
    answer = kit.ask("where is the manomter")
    assert answer.text == "The manometer hangs beside the boiler. [1]"
    assert answer.question == "where is the manomter"
    assert answer.notes == ("Read as: where is the manometer",)
    assert kit.ask("Where is the manometer?").notes == ()


def test_a_name_is_searched_for_as_another_one_but_nothing_is_said_of_that() -> None:
    query = "Vavle of the Vavle"
    assert corrected(query, lambda: WORDS, lambda _: False, {"the"}.__contains__, names=False) == "valve of the Vavle"


def test_it_can_be_switched_off(tmp_path: Path) -> None:
    made = testing.kit(tmp_path / ".ragkit", settings={"retrieve.spelling": False})
    made.ingest([Document("gauge.md", "The manometer hangs beside the boiler.")])
    assert made.explain("where is the manomter", 1)[0].trace.terms == ()


def test_no_word_is_suggested_that_the_asker_may_not_read(kit: Kit, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "ragkit"):
        kit.search("thermohygrograf", identity=["ann"])
    assert "thermohygrograph" not in caplog.text
    with caplog.at_level(logging.INFO, "ragkit"):
        kit.search("thermohygrograf", identity=["board"])
    assert "thermohygrograph" in caplog.text


@pytest.mark.parametrize("word", ["hovers", "boxes", "yolk", "throughout", "punctures", "catalogues", "retraining"])
def test_a_right_word_that_the_documents_lack_stays(
    tmp_path: Path, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    made = testing.kit(tmp_path / ".ragkit")
    made.ingest([Document("a.md", "It covers hoverers, foxes, folk, through, pictures, catalogue and training.")])
    with caplog.at_level(logging.INFO, "ragkit"):
        made.search(f"what {word}")
    assert "Searched for" not in caplog.text
