from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit.verify.claims import drafts, without_markers, without_sources


@pytest.mark.parametrize(
    ("answer", "claims", "cited"),
    [
        ("Leave is 27 days. [1]", ["Leave is 27 days."], [(1,)]),
        ("Leave is 27 days [1].", ["Leave is 27 days."], [(1,)]),
        ("It is 30 [2], and so on. More.[3]", ["It is 30, and so on.", "More."], [(2,), (3,)]),
        ("One [1, 2]. Two [1][2].", ["One.", "Two."], [(1, 2), (1, 2)]),
        ("- first [1]\n- second [2]", ["- first", "- second"], [(1,), (2,)]),
        ("[1] It starts.", ["It starts."], [()]),
        ("No marker, e.g. here.", ["No marker, e.g. here."], [()]),
        ("Run git --abort. [1] git rebase starts. [2]", ["Run git --abort.", "git rebase starts."], [(1,), (2,)]),
        ("In 2.5 [1] of cases. Then [2] more.", ["In 2.5 of cases.", "Then more."], [(1,), (2,)]),
        ("Leave is:\n[1] 30 days\n[2] 27 days", ["Leave is:", "30 days", "27 days"], [(), (), ()]),
        ("Leave is 30 days.\n[1]\n\nMore.\n[2].", ["Leave is 30 days.", "More."], [(1,), (2,)]),
        ("", [], []),
        ("[1]", [], []),
        ("...", [], []),
    ],
)
def test_sentences_and_the_markers_they_carry(answer: str, claims: list[str], cited: list[tuple[int, ...]]) -> None:
    found = drafts(answer)
    assert [draft.text for draft in found] == claims
    assert [draft.cited for draft in found] == cited


def test_paragraphs_stay_apart() -> None:
    assert [draft.glue for draft in drafts("One.\n\nTwo. Three.\n- four")] == [" ", "\n\n", " ", "\n"]


@given(st.text(alphabet="ab .[]12,\n-", max_size=60))
def test_any_text_has_claims_without_markers(answer: str) -> None:
    for draft in drafts(answer):
        assert draft.text == draft.text.strip()
        assert "[1]" not in draft.text


def test_brackets_of_the_documents_are_text() -> None:
    passages = ["Read the name from sys.argv[1] and open it.", "Smith et al. [12] found it."]
    (draft,) = drafts("Read the name from sys.argv[1] and open it. [1]", passages)
    assert (draft.text, draft.cited) == ("Read the name from sys.argv[1] and open it.", (1,))
    assert [draft.cited for draft in drafts("It was found [7]. So it is [2].", passages)] == [(), (2,)]


@pytest.mark.parametrize(
    ("answer", "text", "cited"),
    [
        ("Leave is 30 days [99].", "Leave is 30 days.", ()),
        ("Leave is 30 days [1][7].", "Leave is 30 days.", (1,)),
        ("Leave is 30 days.[7]", "Leave is 30 days.", ()),
        ("Leave is 30 days [1, 7].", "Leave is 30 days.", (1,)),
        ("Set row[99] to zero.", "Set row[99] to zero.", ()),
        ("See Smith [2019].", "See Smith [2019].", ()),
        ("Smith [12] found it.", "Smith [12] found it.", ()),
    ],
)
def test_a_marker_of_a_passage_that_was_not_given_is_a_slip(answer: str, text: str, cited: tuple[int, ...]) -> None:
    passages = ["Leave is 30 days. Smith [12] found it.", "Rows are numbered."]
    assert [(draft.text, draft.cited) for draft in drafts(answer, passages)] == [(text, cited)]


@pytest.mark.parametrize(
    "marker",
    [
        " [1, 2]",
        " [1; 2]",
        " [1 and 2]",
        " [1], [2]",
        " [1] and [2]",
        " [1–2]",
        " [1-2]",
        "【1】【2】",
        "【1:0†source】【2†guide.md】",
        "【1】【9:0†source】【2】",
        " [^1][^2]",
        " [Passage 1, 2]",
        " [source: 1][source: 2]",
        " (see [1, 2])",
        " (Source: [1], [2])",
        " ([1], [2])",
        " [[1]][[2]]",
        " **[1][2]**",
        " **([1, 2])**",
        "<sup>[1]</sup><sup>[2]</sup>",
        " [1](guide.md), [2](https://example.org/a_b#c)",
        " [[1]](https://example.org/guide) [2]",
    ],
)
def test_markers_are_taken_off_whole_in_the_forms_that_models_write(marker: str) -> None:
    (draft,) = drafts(f"Leave is 30 days{marker}.", ["Leave is 30 days.", "Rows."])
    assert (draft.text, draft.cited) == ("Leave is 30 days.", (1, 2))


@pytest.mark.parametrize(
    "text",
    ["Digits match [0-9].", "Use [1-9] here.", "Set x = [1, 2].", "Run f([1]).", "Years [2019-2021]."],
)
def test_values_in_brackets_are_text(text: str) -> None:
    assert drafts(text, ["One is 1.", "Two is 2."])[0].text == text


CODE = """def reset(gw):
    if gw.led:
        return items[1]

    return "`a` [2]\""""


def test_fenced_code_is_one_claim_as_it_was_written() -> None:
    found = drafts(f"Use `items[1]` [1]:\n\n```python\n{CODE}\n``` [2]\nDone. [1]", ["One.", "Two."])
    assert [draft.text for draft in found] == ["Use `items[1]`:", CODE, "Done."]
    assert [draft.cited for draft in found] == [(1,), (2,), (1,)]
    assert [(draft.glue, draft.after) for draft in found[1:]] == [("\n\n```python\n", "\n```"), ("\n", "")]


def test_a_marker_between_two_codes_in_double_ticks_is_one() -> None:
    found = drafts("``DENY`` is set. [1] ``SAME`` loads it. [2] Not ``a`b [1] c``.", ["One.", "Two."])
    assert [(draft.text, draft.cited) for draft in found] == [
        ("``DENY`` is set.", (1,)),
        ("``SAME`` loads it.", (2,)),
        ("Not ``a`b [1] c``.", ()),
    ]


def test_a_marker_behind_a_line_of_code_and_one_set_as_code_are_markers() -> None:
    (code,) = drafts("```\ngw reset [1]\nx: [1]\n```", ["One."])
    assert (code.text, code.cited) == ("gw reset\nx: [1]", (1,))
    assert [draft.text for draft in drafts("It resets `[1]`.", ["One."])] == ["It resets."]


def test_a_fence_around_a_whole_answer_is_none_of_code() -> None:
    found = drafts("```markdown\nLeave is 30 days. [1]\n\nMore.\n```", ["One."])
    assert [(draft.text, draft.after) for draft in found] == [("Leave is 30 days.", ""), ("More.", "")]


@pytest.mark.parametrize(
    "answer",
    [
        "Steps:\n- Reset\n  - Hold it\n    - Long\n- Done",
        "Set:\n\n    gateway:\n      reset: true\n\nThen restart.",
        "| Office | Days |\n|---|:-:|\n| Berlin | 30 |\n\nMore.",
        "```sh\ngw reset\n\ngw status\n```\n\nDone.",
        "Run:\n\n  ~~~\n  gw reset\n  ~~~\n1. Wait\n   - long",
    ],
)
def test_lists_tables_and_code_keep_their_form(answer: str) -> None:
    found = drafts(answer)
    text = "".join(draft.glue + draft.text + draft.after for draft in found)
    assert text.lstrip() == answer


@pytest.mark.parametrize("numbers", ["1" * 5000, "1, " + "1" * 5000, "12345"])
def test_a_number_that_is_too_long_for_a_passage_is_text(numbers: str) -> None:
    for passages in ([], ["Pi is 3."]):
        assert [draft.text for draft in drafts(f"Pi is [{numbers}]. [1]", passages)] == [f"Pi is [{numbers}]."]


def test_blanks_without_a_marker_behind_them_are_passed_over_once() -> None:
    assert [draft.text for draft in drafts("One" + " " * 300_000 + "two [1].")] == ["One" + " " * 300_000 + "two."]


@given(st.text(alphabet="ab .[]12,\n-", max_size=60))
def test_a_claim_stands_where_it_says_and_its_parts_too(answer: str) -> None:
    for draft in drafts(answer):
        whole = answer[draft.start : draft.end]
        assert without_markers(whole) == draft.text
        assert draft.raw(0, len(draft.text)) == (draft.start, draft.end)
        for place, letter in enumerate(draft.text):
            start, end = draft.raw(place, place + 1)
            assert answer[start:end] == letter


def test_parts_behind_a_marker_are_found_in_the_answer() -> None:
    answer = "First. In 2.5 [1] of all [2, 3] cases [4]. Then."
    draft = drafts(answer)[1]
    assert draft.text == "In 2.5 of all cases."
    assert answer[draft.start : draft.end] == "In 2.5 [1] of all [2, 3] cases [4]."
    start, end = draft.raw(7, 19)
    assert answer[start:end] == "of all [2, 3] cases"


def test_no_is_one_claim_with_its_reason_only_where_a_passage_has_both_so() -> None:
    passages = ["No. That is over.", "May I bring a dog?\nNo. Only guide dogs\nare allowed."]
    answer = "No. Only guide dogs are allowed. [2] It is late."
    assert [draft.text for draft in drafts(answer, passages)] == ["No. Only guide dogs are allowed.", "It is late."]
    assert [draft.text for draft in drafts("No. Dogs bite.", passages)] == ["No.", "Dogs bite."]
    assert [draft.text for draft in drafts("It bites. No.", passages)] == ["It bites.", "No."]


@pytest.mark.parametrize(
    "listed",
    [
        "\n\nSources:\n[1] docs/leave.md\n[2] docs/gateway.md",
        "\n\n**References:**\n\n- [1] docs/leave.md, lines 1-4\n- [2]\n",
        "\n## Sources\n[1]: docs/leave.md",
        "\n\n[^1]: docs/leave.md\n[^2]: docs/gateway.md\n",
        "\nSources: [1], [2]",
        "\n\nSources used:\n【1】leave.md",
    ],
)
def test_a_list_of_sources_at_the_end_is_no_part_of_the_answer(listed: str) -> None:
    assert without_sources(f"Leave is 30 days. [1]{listed}") == "Leave is 30 days. [1]"


@pytest.mark.parametrize(
    "answer",
    [
        "Leave is:\n[1] 30 days\n[2] 27 days",
        "Sources:\n[1] docs/leave.md",
        "It has two\nSources: sun and wind.",
        "It lists:\n\nReferences:\n[1] Smith 2019",
        "Sources:\n[1] leave.md\n\nMore follows.",
    ],
)
def test_what_is_no_list_of_sources_stays(answer: str) -> None:
    assert without_sources(answer, ["References\n[1] Smith 2019"]) == answer
