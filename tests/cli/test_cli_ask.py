"""``ragkit ask`` and ``ragkit search``, through the real process."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import LEAVE, UNANSWERABLE, Ran, Run

ANSWER_FIELDS = [
    "id", "question", "answer", "abstained", "confidence", "citations", "claims", "reasoning", "hits", "generator",
    "pipeline", "usage", "timings_ms", "message", "notes",
]  # fmt: skip
CITATION_FIELDS = ["n", "uri", "title", "headings", "start", "end", "lines", "page", "quote", "location"]
CLAIM_FIELDS = ["text", "start", "end", "verdict", "score", "citations"]
HIT_FIELDS = ["rank", "chunk_id", "uri", "title", "headings", "start", "end", "lines", "score", "text", "location"]


def only_line(done: Ran) -> dict[str, Any]:
    (line,) = done.out.splitlines()
    value: dict[str, Any] = json.loads(line)
    return value


def test_an_answer_has_its_text_its_source_and_its_facts(run: Run) -> None:
    done = run("ask", LEAVE)
    assert done.code == 0
    assert "30 days" in done.out.splitlines()[0]
    assert "[1] docs/leave.md › Leave › Annual leave › Germany, line" in done.out
    assert "extractive" in done.out.splitlines()[-1]
    assert done.err == ""
    assert "\x1b" not in done.out


def test_the_json_form_is_the_documented_object(run: Run, home: Path) -> None:
    done = run("ask", "--json", LEAVE)
    answer = only_line(done)
    assert done.code == 0
    assert list(answer) == ANSWER_FIELDS
    assert answer["question"] == LEAVE
    assert not answer["abstained"]
    assert "30 days" in answer["answer"]
    assert 0 <= answer["confidence"] <= 1
    assert set(answer["timings_ms"]) == {"load", "retrieve", "generate", "verify", "total"}
    (first, *_) = answer["citations"]
    assert list(first) == CITATION_FIELDS
    assert first["uri"] == "docs/leave.md"
    lines = (home / "docs/leave.md").read_text().splitlines()
    assert "30 days" in "\n".join(lines[first["lines"][0] - 1 : first["lines"][1]])
    text = json.loads(run("show", "--json", first["uri"]).out)["text"]
    assert text[first["start"] : first["end"]] == first["quote"]
    for claim in answer["claims"]:
        assert list(claim) == CLAIM_FIELDS
        assert claim["verdict"] in {"supported", "unsupported", "contradicted", "unchecked"}
        assert answer["answer"][claim["start"] : claim["end"]] == claim["text"]


def test_what_the_documents_do_not_tell_is_an_abstention(run: Run) -> None:
    done = run("ask", UNANSWERABLE)
    assert done.code == 3
    assert done.err == ""
    assert re.search(r"What came nearest:\n  \S.*\n    “\w", done.out)
    answer = only_line(run("ask", "--json", UNANSWERABLE))
    assert answer["abstained"]
    assert answer["answer"] == ""
    assert answer["citations"] == []
    assert answer["message"]


def test_a_question_from_standard_input(run: Run) -> None:
    # Windows editors write a byte order mark before a file.
    done = run("ask", "-", "--json", "-k", "2", stdin=f"\ufeff{LEAVE}\n")
    answer = only_line(done)
    assert done.code == 0
    assert answer["question"] == LEAVE
    assert len(answer["hits"]) == 2


def test_a_terminal_of_no_width_hides_nothing(run: Run) -> None:
    done = run("ask", LEAVE, environment={"COLUMNS": "0"})
    assert "30 days of annual leave" in done.out


@pytest.mark.parametrize(
    ("arguments", "stdin", "says"),
    [
        (["ask"], "", "ragkit ask - to read standard input"),
        (["search"], "", "ragkit search -"),
        (["ask", ""], "", "The question is empty."),
        (["ask", "-"], " \n", "The question is empty."),
        (["search", "  "], "", "empty"),
        (["ask", "-"], "x" * 100_000, "the limit is 8,000"),
        (["ask", "-"], b"caf\xe9?", "not valid UTF-8"),
        (["ask", "--generator", "extractiv", "x"], "", "Did you mean 'extractive'?"),
        (["ask", "--pipeline", "defalt", "x"], "", "Did you mean 'default'?"),
        (["ask", "--pipeline", "none.toml", "x"], "", "There is no pipeline file none.toml."),
        (["ask", "--batch", "none.jsonl"], "", "none.jsonl cannot be read"),
        (["ask", "--batch", "-", "x"], "", "--batch does not go with 'x'"),
        (["ask", "--batch", "-", "--show-prompt"], "", "--batch does not go with '--show-prompt'"),
        (["search", "--batch", "-", "x"], "", "--batch does not go with 'x'"),
    ],
)
def test_bad_questions_exit_2(run: Run, arguments: list[str], stdin: str | bytes, says: str) -> None:
    done = run(*arguments, stdin=stdin)
    assert done.code == 2, done.err
    assert done.out == ""
    assert done.err.startswith("Error: ")
    assert says in done.err
    assert len(done.err) < 500


def test_a_prompt_with_an_unknown_placeholder_is_refused(run: Run, tmp_path: Path) -> None:
    prompt = tmp_path / "mine.md"
    prompt.write_text("# user\n{{question}} {{passages}} {{questoin}}", encoding="utf-8")
    done = run("ask", "--generator", "openai:none", "--base-url", "http://127.0.0.1:9/v1", "--prompt", prompt, "x")
    assert done.code == 2
    assert "questoin" in done.err


def test_an_endpoint_that_is_down_is_named(run: Run) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    done = run(
        "ask", "--generator", "openai:none", "--base-url", url, LEAVE, environment={"RAGKIT_GENERATE_RETRIES": "0"}
    )
    assert done.code == 1
    assert url in done.err
    assert "Traceback" not in done.err


def test_without_a_store_the_remedy_is_to_ingest(tmp_path: Path, run: Run) -> None:
    for arguments in (["ask", "x"], ["search", "x"], ["list"], ["status"], ["show", "x"], ["remove", "x"]):
        done = run(*arguments, "--store", "nowhere", cwd=tmp_path)
        assert done.code == 1, arguments
        assert "ragkit ingest" in done.err
        assert done.out == ""
    assert list(tmp_path.iterdir()) == []


def test_show_prompt_goes_to_stderr(run: Run) -> None:
    done = run("ask", "--show-prompt", "--json", LEAVE)
    assert only_line(done)["question"] == LEAVE
    assert "30 days of annual leave" in done.err
    assert "no prompt is written" in done.err
    assert "You answer questions" not in done.err


def test_a_batch_answers_in_order_and_goes_on_after_a_bad_line(run: Run, tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": "a", "question": LEAVE, "ignored": 1}),
        "{broken",
        "",
        json.dumps({"id": 3, "question": UNANSWERABLE}),
        json.dumps({"id": "long", "question": "x" * 9000}),
        "[" * 100_000,
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    done = run("ask", "--json", "--batch", tmp_path / "in.jsonl")
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 1
    assert [answer["id"] for answer in answers] == ["a", None, 3, "long", None]
    assert [list(answer)[: len(ANSWER_FIELDS)] for answer in answers] == [ANSWER_FIELDS] * 5
    assert [("error" in answer, answer["abstained"]) for answer in answers] == [
        (False, False), (True, False), (False, True), (True, False), (True, False),
    ]  # fmt: skip
    assert "8,000" in answers[3]["error"]
    assert answers[4]["error"] == "Line 6 is nested too deeply."
    assert "5 lines in" in done.err


def test_a_line_of_a_batch_may_follow_another(run: Run) -> None:
    asked = "How many days of annual leave do employees in Germany have?"
    lines = [
        {"id": 1, "question": asked},
        {"id": "b", "after": 1, "question": "And in Canada?"},
        {"id": "c", "after": "b", "question": "And in Austria?"},
        {"id": "d", "after": "z", "question": "And in Austria?"},
    ]
    done = run("ask", "--batch", "-", stdin="\n".join(map(json.dumps, lines)))
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert [answer["question"] for answer in answers] == [
        asked, asked.replace("Germany", "Canada"), asked.replace("Germany", "Austria"), "And in Austria?",
    ]  # fmt: skip
    assert answers[3]["error"].startswith('No line before this one has the id "z"')


def test_a_batch_that_is_answered_or_abstained_exits_0(run: Run) -> None:
    lines = [json.dumps({"id": str(number), "question": text}) for number, text in enumerate([LEAVE, UNANSWERABLE])]
    done = run("ask", "--batch", "-", stdin="\n".join(lines))
    assert done.code == 0
    assert [json.loads(line)["id"] for line in done.out.splitlines()] == ["0", "1"]


def test_search_lists_passages(run: Run) -> None:
    done = run("search", "-k", "2", "battery", "of", "the", "Heron", "4")
    assert done.code == 0
    assert done.out.startswith("1 docs/loggers.html › Loggers › Battery")
    assert "36 months" in done.out
    assert done.out.endswith("2 passages\n")


def test_search_json_is_the_documented_object(run: Run) -> None:
    found = only_line(run("search", "--json", "-k", "3", "certificate when ill"))
    assert list(found) == ["id", "query", "hits"]
    assert found["query"] == "certificate when ill"
    assert [hit["rank"] for hit in found["hits"]] == [1, 2, 3]
    assert all(list(hit) == HIT_FIELDS for hit in found["hits"])
    assert found["hits"][0]["headings"] == ["Leave", "Sick leave"]


def test_search_in_a_batch(run: Run) -> None:
    done = run("search", "-k", "1", "--batch", "-", stdin='{"id": "q", "query": "hotel"}\n{"id": "r"}\n')
    first, second = (json.loads(line) for line in done.out.splitlines())
    assert done.code == 1
    assert first["hits"][0]["uri"] == "docs/travel.txt"
    assert second == {"id": "r", "query": "", "hits": [], "error": second["error"]}
    assert '"query"' in second["error"]


def test_what_a_document_says_never_controls_the_terminal(run: Run) -> None:
    for arguments in (["search", "kettle boils"], ["ask", "When does the kettle boil?"], ["show", "docs/hostile.md"]):
        done = run(*arguments)
        assert "\x1b" not in done.out
        assert "\x9b" not in done.out
        assert "[bold red]boils" in done.out
