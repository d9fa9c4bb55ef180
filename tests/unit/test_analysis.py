"""What is in a text can be asked for: words in any spelling, names of code, and any part of a text without blanks."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ragkit.store.analysis import UNSPACED, canonical, supplement, terms
from ragkit.store.store import Store
from tests.hand_made import document, filled, new_store

TEXTS = [
    "The e-mail address of the on-call engineer is in Burrow.",
    "Set max_connections to 200, or call os.path.join with E1234.",
    "Pass --force to overwrite; the force of the pump is 3 N.",
    "The driver is written in C++ and the service in C#; both run on .NET.",
    "Le café de la Straße est fermé; the \ufb01lter and the ket\u00adtle are new.",
    "東京都庁の会議室は二階にあります。Python3で予約してください。",
    "员工每年有三十天的带薪年假。",
    "서울에서 근무하는 직원은 재택근무를 신청할 수 있습니다.",
    "พนักงานมีวันลาพักร้อนสามสิบวัน",
    "The class FileNotFoundError has a method getUserName, and 10,000 rows.",
    "Policies about running pumps were studied.",
    "猫が好き",
]
LETTERS = st.sampled_from("東京都庁会議室年假天サーバー한국어서울")
RUNS = st.text(LETTERS, min_size=1, max_size=12)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with new_store(tmp_path_factory.mktemp("analysis") / "store") as made:
        yield filled(made, *(document(f"{number}.md", text) for number, text in enumerate(TEXTS)))


def found(store: Store, query: str) -> list[int]:
    """The places in `TEXTS` of what a query finds, best first."""
    rows = [row for row, _ in store.keyword(query, 99)]
    return [int(chunk.uri.removesuffix(".md")) for chunk in store.chunks(rows)]


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("email", 0),
        ("e-mail", 0),
        ("E\u2011Mail", 0),
        ("oncall engineers", 0),
        ("on-call", 0),
        ("maxconnections", 1),
        ("maxConnections", 1),
        ("MAX_CONNECTIONS", 1),
        ("os.path.join", 1),
        ("`os.path.join()`", 1),
        ("e1234", 1),
        ("--force", 2),
        ("C++", 3),
        ("c#", 3),
        (".NET", 3),
        ("cafe", 4),
        ("CAFÉ", 4),
        ("cafe\u0301", 4),
        ("strasse", 4),
        ("Straße", 4),
        ("filter", 4),
        ("kettle", 4),
        ("file not found", 9),
        ("get_user_name", 9),
        ("10000", 9),
        ("10,000", 9),
        ("policy run pump study", 10),
    ],
)
def test_words_and_names_in_any_spelling(store: Store, query: str, place: int) -> None:
    assert found(store, query)[0] == place


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("東京", 5),
        ("京都庁", 5),
        ("会議室はどこですか", 5),
        ("python3", 5),
        ("Ｐｙｔｈｏｎ３", 5),
        ("年假", 6),
        ("每年有多少天年假？", 6),
        ("서울", 7),
        ("재택근무 신청", 7),
        ("\u1109\u1165\u110b\u116e\u11af", 7),
        ("ลาพักร้อน", 8),
        ("猫", 11),
        ("庁", 5),
    ],
)
def test_parts_of_texts_without_blanks(store: Store, query: str, place: int) -> None:
    assert found(store, query)[0] == place


@pytest.mark.parametrize("query", ["maxconn", "ing", "東庁", "犬", "1,0000", "u.s."])
def test_what_is_not_there_is_not_found(store: Store, query: str) -> None:
    assert found(store, query) == []


def test_an_option_is_more_than_its_word(store: Store) -> None:
    scores = dict(store.keyword("--force", 9))
    with store.transaction() as tx:
        tx.remove("none")
    assert len(scores) == 1
    assert scores[3] > dict(store.keyword("force", 9))[3]


@given(runs=st.lists(RUNS, min_size=1, max_size=4), data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_part_of_a_text_without_blanks_is_found(runs: list[str], data: st.DataObject) -> None:
    text = "。".join(runs)
    run = data.draw(st.sampled_from(runs))
    start = data.draw(st.integers(0, len(run) - 1))
    part = run[start : data.draw(st.integers(start + 1, len(run)))]
    with tempfile.TemporaryDirectory() as folder, new_store(Path(folder) / "store") as store:
        filled(store, document("a.md", "nothing of it"), document("b.md", f"about {text} and so on"))
        assert [row for row, _ in store.keyword(part, 9)] == [2]


@given(text=st.text(min_size=1, max_size=40))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_text_is_found_by_itself_unless_it_has_no_term(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder, new_store(Path(folder) / "store") as store:
        filled(store, document("a.md", f"- {text} -".replace("\n", " ")))
        # a sign alone ("%") is looked for by its words
        found = bool(terms(text)) and any(map(str.isalnum, text))
        assert [row for row, _ in store.keyword(text, 9)] == [1] * found or not canonical(text).isascii()


@given(
    query=st.text(st.sampled_from("\"'*^():{}+-._@#$%&|~\\/ aB3京のé\u0301\ue02d\0"), max_size=30)
    | st.text(max_size=99)
)
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_query_breaks(store: Store, query: str) -> None:
    for row, score in store.keyword(query, 99):
        assert row > 0
        assert score > 0


@given(st.text())
def test_a_supplement_has_no_blank_terms_and_plain_prose_has_none(text: str) -> None:
    assert "  " not in supplement(text)
    assert supplement("Plain prose has nothing to add.") == ""


def test_stop_words_count_only_alone() -> None:
    assert [term.shown for term in terms("What is the leave?")] == ["leave"]
    assert [term.shown for term in terms("to be")] == ["to", "be"]
    assert [term.shown for term in terms("PL-10's")] == ["pl-10", "pl", "10"]
    assert [term.shown for term in terms("Pythonの")] == ["python"]


def test_a_compound_has_a_form_in_one_piece_unless_that_is_another_word() -> None:
    forms = {term.shown: term.forms for term in terms("e-mail U.S. U.S.A. 3.5 v1.2 2024-01-05 AT&T 10,000")}
    assert forms["e-mail"] == ("email", "e mail")
    assert forms["u.s.a"] == ("usa", "u s a")
    assert forms["10,000"] == ("10000", "10 000")
    assert all(forms[whole] == (apart,) for whole, apart in {"u.s": "u s", "3.5": "3 5", "v1.2": "v1 2"}.items())
    assert forms["2024-01-05"] == ("2024 01 05",)
    assert forms["at&t"] == ("at t",)


def test_runs_without_blanks_are_told_by_script() -> None:
    assert UNSPACED.findall("日本語とEnglishと한국어、ไทย") == ["日本語と", "と한국어", "ไทย"]


def test_a_query_asks_for_other_names_of_the_same_thing() -> None:
    assert [term.forms for term in terms("desks on Thursday")] == [
        ("desks",),
        ("thursday",),
        ("thurs", "thur", "thu"),
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("What is NEWS?", {"2.md"}),
        ("What is new?", {"0.md", "1.md", "2.md"}),
        ("WHAT IS NEWS?", {"0.md", "1.md", "2.md"}),
        ("Which CAMPS?", {"3.md"}),
    ],
)
def test_a_word_in_capitals_that_ends_like_a_plural_is_found_as_it_stands(
    tmp_path: Path, query: str, expected: set[str]
) -> None:
    texts = ["A new knee.", "The news of May.", "NEWS is a new score.", "A camp."]
    with new_store(tmp_path / "store") as made:
        rows = filled(made, *(document(f"{n}.md", text) for n, text in enumerate(texts))).keyword(query, 9)
        assert {chunk.uri for chunk in made.chunks([row for row, _ in rows])} == expected
