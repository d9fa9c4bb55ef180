from __future__ import annotations

import pytest

from ragkit import lexical


@pytest.mark.parametrize(
    ("one", "other"),
    [("policies", "policy"), ("batteries", "battery"), ("charging", "charge"), ("days", "day"), ("stopped", "stop"),
     ("seven", "7"), ("passes", "pass"), ("company's", "company"), ("tradesman", "tradesperson"),
     ("salespeople", "salesmen"), ("specimens", "specimen"), ("layperson", "laymen"),
     ("policewomen", "policewoman"), ("rates", "rate"), ("rated", "rate"), ("typing", "types"), ("fitted", "fit"),
     ("railings", "railing"), ("cancelled", "cancel"), ("applied", "apply"), ("lent", "lends"), ("paid", "paying"),
     ("children", "child"), ("shoes", "shoe"), ("strings", "string"), ("tied", "tying"), ("added", "add")],
)  # fmt: skip
def test_forms_of_one_word_share_a_stem(one: str, other: str) -> None:
    assert lexical.stem(one) == lexical.stem(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("class", "clay"),
        ("logger", "login"),
        ("press", "price"),
        ("NEWS", "new"),
        ("bias", "bia"),
        ("policewomen", "policemen"),
        ("notes", "not"),
        ("rates", "rat"),
        ("hoped", "hopped"),
        ("spring", "sprs"),
        ("chairwoman", "chairman"),
    ],
)
def test_different_words_do_not(one: str, other: str) -> None:
    assert lexical.stem(one) != lexical.stem(other)


def test_numbers_are_compared_by_value() -> None:
    assert lexical.numbers("1,200 loggers, 2.0 m and twelve probes; v6.2") == {"1200", "2", "12"}
    assert lexical.numbers("costs 1.5 % of 40") == {"1.5", "40"}
    assert lexical.numbers("take .5 mg or $.75, not 0.5.") == {"0.5", "0.75"}
    assert lexical.numbers("10⁶ ohms on 2 m², for 1½ or ¾ hours") == {"10⁶", "2", "1½", "¾"}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("seventy or eighty", {"70", "80"}),
        ("Twenty-five rooms, twenty six beds", {"25", "26"}),
        ("the twenty-first of them", {"20"}),
        ("a hundred, a thousand, two thousand and ten", {"100", "1000", "2010"}),
        ("two hundred and five, or five hundred and twenty-five thousand three hundred", {"205", "525300"}),
        ("two and three hundred", {"2", "300"}),
        ("three and a half, two and three quarters, one and a quarter", {"3.5", "2.75", "1.25"}),
        ("$3.4m, €5bn, £20k and 20 thousand", {"3.4", "5", "20"}),
        ("25kg, 3.5km and 12V", {"25", "3.5", "12"}),
        ("Release 4.2b of the 4S or the 3D", {"4.2b"}),
        ("nıne, FİVE, ſeven and ſix thouſand", {"9", "5", "7", "6000"}),
    ],
)
def test_numbers_of_several_words_or_with_a_unit_behind_are_one_number(text: str, values: set[str]) -> None:
    assert lexical.numbers(text) == values


def test_a_plain_text_has_its_numbers_apart() -> None:
    assert lexical.plain("Twenty-five kg, two of 25kg for $3.4m") == "25 kg, two of 25 kg for $3.4 million"


def test_names_leave_out_the_first_word_of_a_sentence() -> None:
    assert lexical.names("The Heron 4 talks NB-IoT. Ask Priya Raman.") == {"heron", "nb-iot", "priya", "raman"}


def test_content_drops_what_carries_no_meaning() -> None:
    assert lexical.content("What is the limit of the gateways?") == [lexical.stem("limit"), lexical.stem("gateway")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("until 2026-06-30.", ["2026-06-30", "2026"]),
        ("on 30/06/2026 or 30.06.2026", ["30/06/2026", "2026", "30.06.2026", "2026"]),
        ("at 06:30, 6:30 or 18.40", ["6:30", "6:30", "18.40"]),
        ("v4.2.1, 4.2 and 1,200", ["4.2.1", "4.2", "1200"]),
        ("12,50 or 12.50, 0.5kg", ["12.50", "12.50", "0.5", "kg"]),
        ("30 days, 10-12 of PL-50", ["30", "day", "10", "12", "pl", "50"]),
    ],
)
def test_a_date_a_time_a_version_and_a_decimal_number_are_words(text: str, expected: list[str]) -> None:
    assert lexical.content(text) == expected


def test_coverage() -> None:
    assert lexical.coverage(["a", "b"], ["b", "c"]) == 0.5
    assert lexical.coverage([], ["x"]) == 1.0


@pytest.mark.parametrize(
    ("text", "specific", "expected"),
    [
        ("the pl-10 costs 140", "pl-50", False),
        ("recalibration of a pl-50.", "pl-50", True),
        ("for canadian employees", "canada", True),
        ("in 2024.5", "2024", False),
        ("1,200 loggers", "1200", True),
        ("versions 6.2.1", "6.2", False),
        ("since v2.3 of it", "2.3", True),
        ("2000 loggers", "2,000", True),
        ("the max_size of it", "max_size", True),
        ("the max_size_mb of it", "max_size", False),
    ],
)
def test_mentions(text: str, specific: str, expected: bool) -> None:
    assert lexical.mentions(text, specific) is expected


@pytest.mark.parametrize(
    ("question", "text", "context", "expected"),
    [
        ("What does a PL-50 cost?", "A PL-10 costs 140 euros.", "Prices", True),
        ("What does a PL-50 cost?", "A PL-10 costs 140 euros.", "Prices of the PL-50", False),
        ("What does a PL-50 cost?", "The PL-10 and the PL-50 cost 140 euros.", "", False),
        ("How heavy is the Heron 4S?", "The Heron 4 weighs 2 kg.", "", True),
        ("What changed in 4.1.0?", "Python is now 3.11.", "4.2.0 (2025-03-11)", True),
        ("What changed in v4.2.0?", "It needs OpenSSL 3.0.15.", "4.2.0 (2025-03-11)", False),
        ("When was version 7.4.1 released?", "7.4 | Released: 3 Feb", "Versions", True),
        ("What changed in 12.0.3?", "It needs Java 21.", "12.0 (May)", True),
        ("When was version 7.4.0 released?", "7.4 | Released: 3 Feb", "", False),
        ("When was version 7.4.1 released?", "7.4 was followed by 7.4.1.", "", False),
        ("When was 7.4.1 released?", "On 19 Feb.", "7.4.1", False),
        ("Which version cures it after 5.3?", "Version 5.3.1 cures it.", "", False),
        ("What is due on 03.04.2026?", "The alarm, by 03.04.", "", False),
        ("What is the default of a_b.min_size?", "The default is 5.", "a_b.max_size", True),
        ("What was sold in May 2024?", "In May 2025 nothing was sold.", "", True),
        ("What does E1250 mean?", "E1240 means low battery.", "", True),
        ("What is the default of min_size?", "The default is 5.", "max_size (integer)", True),
        ("What is the default of min_size?", "The default is 5.", "min_size and max_size", False),
        ("What does fetchUser return?", "fetchUrl returns a string.", "", True),
        ("What does fetchUser return?", "fetchUsers returns a list.", "", True),
        ("What does fetchUser return?", "client.fetchUser() returns a user.", "", False),
        ("What does fetchUser return?", "A promise of a user.", "FetchUser and fetchUrl", False),
        ("What is the default of maxSize?", "The default of maxSpeed is 5.", "", True),
        ("What is the default of min_size?", "The default is 5.", "pool.min_size", False),
        ("What does --force do?", "--force-with-lease asks first.", "", True),
        ("What does --force do?", "It overwrites.", "--force, --force-with-lease", False),
        ("How many eBooks may I borrow?", "An eBook counts as one item.", "", False),
        ("How long is the lease?", "Form 12 is signed.", "", False),
    ],
)
def test_another_one_of_the_kind_is_a_rival(question: str, text: str, context: str, expected: bool) -> None:
    assert lexical.rivals(question, text, context) is expected


def test_either_apostrophe_denies() -> None:
    assert lexical.negations("It isn't, it isn\u2019t; not at all") == {"isn't", "isn\u2019t", "not"}
