"""Sentences that their beginning limits to another scope than the question names are no answer."""

from __future__ import annotations

import pytest

from ragkit.generate.extractive.candidates import candidates
from ragkit.generate.extractive.other_scopes import of_other_scope, rules
from tests.conftest import passage

SHEDS = "On the upper field sheds are 2 m high. On the lower field they are 3 m high."
SHOPS = "In Ely shops close at six. In Rostock shops close at eight."


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("Is it undone in production?", "A day undoes it. In the sandbox it cannot be undone.", "In the sandbox"),
        ("Is it undone in the sandbox?", "In production, a day undoes it.", "In production"),
        ("May we light fires in winter?", "In summer no fires are lit.", "In summer"),
        ("When do you open on weekdays?", "On Sundays we open at ten.", "On Sundays"),
        ("Whom do I call during office hours?", "Outside office hours call Ann.", "Outside office"),
        ("May I build with a permit?", "Without a permit, you may not.", "Without a permit"),
        ("Who pays for water in winter?", "In summer Ann pays.", "In summer"),
        ("How high are sheds on the lower field?", SHEDS, "On the upper"),
        ("When do shops close in Rostock?", SHOPS, "In Ely"),
    ],
)
def test_a_sentence_for_another_scope_of_the_kind_is_left_out(question: str, text: str, expected: str) -> None:
    passages = [passage(text)]
    (told,) = of_other_scope(question, list(candidates(passages)), passages)
    assert told.text.startswith(expected)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Is it undone?", "In the sandbox it cannot be undone."),
        ("Is it undone in production and in the sandbox?", "In the sandbox it cannot be undone."),
        ("Is it undone in production, too?", "In the sandbox, as in production, it cannot be undone."),
        ("How is it undone other than in production?", "In the sandbox it cannot be undone."),
        ("Is it undone in production?", "In addition, it costs 5 euros."),
        ("Is it undone in production?", "In June it was undone."),
        ("What is closed in winter?", "In Ely the pool is closed."),
        ("How high are sheds on the small field?", SHEDS),
        ("What did the board decide in July?", "In July the board met. In March the board decided to sell."),
        ("What is done at Saint-Ronan?", "At Saint-Ronan, the pump is shut. At Ely, it is open in Saint-Ronan week."),
        ("What comes with it?", "Without it you get no lid."),
        ("May I build without a permit?", "With a permit you may build."),
        ("Do I cancel in writing?", "In short, write to us. In writing you are safe."),
    ],
)
def test_any_other_sentence_may_answer(question: str, text: str) -> None:
    passages = [passage(text)]
    assert of_other_scope(question, list(candidates(passages)), passages) == set()


@pytest.mark.parametrize(
    ("behind", "expected"),
    [
        ("It cannot be undone.", True),
        ("It is undone by Ann in production.", False),
        ("A day undoes it.", False),
    ],
)
def test_what_goes_on_about_another_scope_is_left_out_with_it(behind: str, expected: bool) -> None:
    passages = [passage(f"In the sandbox it is quick. {behind}")]
    other = of_other_scope("Is it undone for me in production?", list(candidates(passages)), passages)
    assert (behind in {each.text for each in other}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A day undoes it. In the sandbox it cannot be undone.", ["A day undoes it."]),
        ("A day has an end. In the sandbox fees are 5 euros.", []),
        ("In the sandbox it cannot be undone.", []),
    ],
)
def test_the_rule_stands_before_what_goes_on_about_it(text: str, expected: list[str]) -> None:
    passages = [passage(text)]
    found = list(candidates(passages))
    other = of_other_scope("What is it in production?", found, passages)
    assert [rule.text for rule, _ in rules(found, other)] == expected
