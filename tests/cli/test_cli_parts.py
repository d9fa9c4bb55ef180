"""What the command line is made of, within this process: text safety, progress, batches, errors, screens."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from ragkit import testing
from ragkit.cli import ask, batch, draft, evaluate, main, progress, render, search
from ragkit.cli.exits import Exit
from ragkit.cli.screens.answer import answer_page
from ragkit.cli.screens.hits import hit_list
from ragkit.cli.screens.place import duration, many, place, shortened, size
from ragkit.cli.screens.prompt import prompt_page
from ragkit.errors import EndpointError, GateFailed, PromptError, StoreMissing, UsageError
from ragkit.types import Answer, Chunk, Citation, Claim, Document, Hit, Message, Piece, Prompt, Scope, Usage

CHUNK = Chunk("people/leave.md", "Leave", 0, 9, "Thirty days of leave.", ("Leave", "Germany"), (12, 14))
HITS = (Hit(CHUNK, 0.5),)
STORE = Path(".ragkit")


@pytest.fixture(autouse=True)
def _fresh(fresh_consoles: None) -> None:
    """Every test has its own consoles."""


@given(st.text())
def test_safe_text_controls_no_terminal(text: str) -> None:
    shown = render.safe(text)
    assert not any((ord(c) < 32 and c not in "\n\t") or 0x7F <= ord(c) < 0xA0 for c in shown)
    assert not set(shown) & set("\u202e\u2066\u200f")


def test_safe_text_keeps_what_is_harmless() -> None:
    assert render.safe("Grüße, 世界\n\t[bold]x[/bold] 👋") == "Grüße, 世界\n\t[bold]x[/bold] 👋"
    assert render.safe("\x1b[2J\x07\x9b\u202e") == "␛[2J␇\\x9b\\u202e"


def test_data_is_one_line_of_utf8_json_also_for_a_broken_name(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    render.data({"uri": "caf\udce9.md", "title": "Straße\n"})
    written = capfdbinary.readouterr().out
    assert written.count(b"\n") == 1
    assert "Straße".encode() in written
    assert json.loads(written) == {"uri": "caf\udce9.md", "title": "Straße\n"}


@pytest.mark.parametrize(("count", "says"), [(999, "999 B"), (1000, "1.0 kB"), (14_230_000, "14.2 MB")])
def test_size(count: int, says: str) -> None:
    assert size(count) == says


def test_small_words() -> None:
    assert (many(1, "file"), many(1200, "file")) == ("1 file", "1,200 files")
    assert (duration(12.4), duration(2100)) == ("12 ms", "2.1 s")
    assert shortened("one  two\nthree", 9) == "one two …"
    assert shortened("one two", 9) == "one two"


def test_place_names_what_is_known() -> None:
    assert place("a.md", ("A", "B"), "line 3").plain == "a.md › A › B, line 3"
    assert place("a.pdf", (), "page 7").plain == "a.pdf, page 7"
    assert place("a.xlsx", ("Sales",), "Sales, rows 4-9").plain == "a.xlsx › Sales, rows 4-9"
    assert place("a.md", ("A",)).plain == "a.md › A"


def test_progress_elsewhere_than_on_a_terminal_is_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    with progress.progress() as say:
        for done in range(1, 13):
            now[0] += 1
            say("read", done, 12)
        say("embedded", 900, 0)
    assert capsys.readouterr().err.splitlines() == [
        "Reading 5 of 12 files",
        "Reading 10 of 12 files",
        "Reading 12 of 12 files",
        "Embedding 900 chunks, 75/s",
    ]


def test_progress_on_a_terminal_draws_bars_and_takes_them_away(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(render, "err", lambda: Console(file=screen, force_terminal=True, width=80))
    with progress.progress() as say:
        say("read", 40, 43)
        say("something", 7, 0)
    drawn = screen.getvalue()
    assert "Reading" in drawn
    assert "40 of 43 files" in drawn
    assert drawn.endswith("\x1b[2K")


def test_batch_lines_are_read_one_by_one() -> None:
    lines = b"\xef\xbb\xbf" + '{"id": "a", "question": "größe?"}\n\n{"question": "x"}\n'.encode()
    lines += b'not json\n[1]\n{"id": true, "question": "x"}\n{"id": 7}\n{"id": 7, "question": "\xff"}\n'
    found = [line for group in batch._groups(io.BytesIO(lines), ask.Asked, 3) for line in group]
    assert [(line.id, line.value) for line in found[:2]] == [("a", ask.Asked("größe?")), (3, ask.Asked("x"))]
    assert [line.id for line in found[2:]] == [None, None, None, 7, None]
    assert all(f"Line {number}" in line.error for number, line in enumerate(found[2:], start=4))
    assert found[5].id == 7


def test_a_batch_line_whose_id_is_null_goes_by_its_number() -> None:
    [[line]] = batch._groups(io.BytesIO(b'{"id": null, "question": "x"}'), ask.Asked, 1)
    assert (line.id, line.value) == (1, ask.Asked("x"))


class Dribble(io.BytesIO):
    """A stream that has few bytes at a time, as a pipe may."""

    def read1(self, size: int | None = -1, /) -> bytes:
        return super().read1(7)


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), max_size=12), st.integers(1, 5))
def test_however_lines_arrive_they_are_the_same(queries: list[str], together: int) -> None:
    raw = "\n".join(json.dumps({"query": query}) for query in queries).encode()
    for stream in (io.BytesIO(raw), Dribble(raw)):
        groups = list(batch._groups(stream, search.Searched, together))
        assert [line.value.query for group in groups for line in group if line.value] == queries
        assert all(1 <= len(group) <= together for group in groups)


def run_batch(
    text: str, answer: Callable[[str | int, str], dict[str, object]], tmp_path: Path, together: int = 1
) -> Exit:
    path = tmp_path / "in.jsonl"
    path.write_text(text, encoding="utf-8")
    return batch.run(
        str(path),
        search.Searched,
        lambda lines: [answer(name, line.query) for name, line in lines],
        lambda line, reason: {"query": line.value.query if line.value else "", "error": reason},
        lambda out: "abstained" if out["abstained"] else "answered",
        together=together,
    )


@pytest.mark.parametrize("together", [1, 2, 3, 9])
def test_a_failing_line_does_not_stop_a_batch(together: int, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    def answer(name: str | int, query: str) -> dict[str, object]:
        if name == 1:
            raise EndpointError("The server is down.", "Start it.")
        if name == 2:
            raise ZeroDivisionError("by zero")
        return {"query": query, "abstained": query == "c"}

    lines = '{"query": "a"}\n{"query": "b"}\n{"query": "c"}\n{"id": "x", "query": "d"}\n'
    code = run_batch(lines, answer, tmp_path, together)
    captured = capfd.readouterr()
    out = [json.loads(line) for line in captured.out.splitlines()]
    assert code == Exit.ERROR
    assert [line["id"] for line in out] == [1, 2, 3, "x"]
    assert out[0]["error"] == "The server is down. Start it."
    assert out[1]["error"] == "Internal error: ZeroDivisionError: by zero"
    assert "2 failed, 1 abstained, 1 answered" in captured.err


def test_a_batch_without_failures_exits_0(tmp_path: Path) -> None:
    assert run_batch('{"query": "a"}\n', lambda *_: {"abstained": True}, tmp_path) == Exit.ANSWERED
    assert run_batch("", lambda *_: {}, tmp_path) == Exit.ANSWERED


def test_a_store_that_is_not_there_ends_a_batch(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    def answer(_name: str | int, _query: str) -> dict[str, object]:
        raise StoreMissing("There is no store.", "Run: ragkit ingest PATH")

    with pytest.raises(StoreMissing):
        run_batch('{"query": "a"}\n{"query": "b"}\n', answer, tmp_path)
    assert capfd.readouterr().out == ""


def failing(error: BaseException) -> Callable[..., NoReturn]:
    def fail(*_arguments: object, **_options: object) -> NoReturn:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (UsageError("No.", "Do this."), 2, "Error: No.\n       Do this.\n"),
        (PromptError("It cannot fit."), 2, "Error: It cannot fit.\n"),
        (GateFailed("Too bad."), 6, "Error: Too bad.\n"),
        (ValueError("odd"), 1, "Error: Internal error: ValueError: odd\n"),
        (OSError(errno.ENOSPC, "No space left on device"), 1, "Error: No space left on device.\n"),
        (KeyboardInterrupt(), 130, "Interrupted.\n"),
        (EOFError(), 130, ""),
    ],
)
def test_errors_are_a_sentence_and_a_code(
    error: BaseException,
    code: int,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("ragkit.config.load", failing(error))
    assert main.main(["config", "show"]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.lstrip("\n").startswith(says)
    assert "Traceback" not in captured.err


@pytest.mark.parametrize("arguments", [["--debug", "config", "show"], ["config", "show", "--debug"]])
def test_debug_shows_the_traceback(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ragkit.config.load", failing(ValueError("odd \x1b[2J")))
    assert main.main(arguments) == 1
    told = capsys.readouterr().err
    assert "Traceback (most recent call last)" in told
    assert "\x1b" not in told


def test_debug_after_two_dashes_is_a_word() -> None:
    assert main._without_debug(["ask", "--debug", "--", "--debug"]) == (["ask", "--", "--debug"], True)
    assert main._without_debug(["ask", "--", "--debug"]) == (["ask", "--", "--debug"], False)


def an_answer(*claims: Claim, **more: object) -> Answer:
    values: dict[str, object] = {
        "id": "", "question": "?", "text": "".join(claim.text for claim in claims), "abstained": False,
        "confidence": 0.87, "claims": claims, "hits": HITS, "generator": "extractive", "timings_ms": {"total": 143.2},
    }  # fmt: skip
    return Answer(**{**values, **more})  # type: ignore[arg-type]


def printed(parts: object, width: int = 80, color: bool = False) -> str:
    screen = io.StringIO()
    console = Console(
        file=screen, width=width, force_terminal=color, color_system="standard" if color else None, markup=False,
        highlight=False, emoji=False,
    )  # fmt: skip
    for part in parts:  # type: ignore[attr-defined]
        console.print(part)
    return screen.getvalue()


SUPPORTED = Claim("Thirty days. [1]", 0, 16, "supported", 1.0, (1,))
MADE_UP = Claim(" A pony \x1b[2J too.", 16, 33, "unsupported", 0.1)
DENIED = Claim(" Or forty.", 33, 43, "contradicted", 0.1)
UNCHECKED = Claim(" Perhaps.", 43, 52, "unchecked", 0.4)


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ((SUPPORTED,), Exit.ANSWERED),
        ((SUPPORTED, UNCHECKED), Exit.ANSWERED),
        ((SUPPORTED, MADE_UP), Exit.UNVERIFIED),
        ((DENIED,), Exit.UNVERIFIED),
    ],
)
def test_exit_code_of_an_answer(claims: tuple[Claim, ...], code: Exit) -> None:
    assert ask.exit_code(an_answer(*claims)) == code
    assert ask.exit_code(an_answer(abstained=True)) == Exit.ABSTAINED


def test_the_answer_page_has_sources_flags_and_facts() -> None:
    citation = Citation(
        1, "people/leave.md", "Leave", ("Leave", "Germany"), 0, 21, (12, 14), None, "Thirty\ndays.", "lines 12-14"
    )
    answer = an_answer(
        SUPPORTED, MADE_UP, DENIED, citations=(citation,), notes=("One passage was left out.",), usage=Usage(100, 20)
    )
    assert [line.rstrip() for line in printed(answer_page(answer, STORE), width=100).splitlines()] == (
        "Thirty days. [1] A pony ␛[2J too. Or forty.\n"
        "\n"
        "[1] people/leave.md › Leave › Germany, lines 12-14\n"
        "    “Thirty days.”\n"
        "\n"
        "! Not supported by the documents: A pony ␛[2J too.\n"
        "! Contradicted by the documents: Or forty.\n"
        "\n"
        "Note: One passage was left out.\n"
        "confidence 0.87 · 1 of 3 sentences verified · extractive · 100 + 20 tokens · 143 ms\n"
    ).splitlines()
    colored = printed(answer_page(answer, STORE), color=True)
    assert "\x1b[33m A pony ␛[2J too." in colored
    assert "\x1b[31m Or forty." in colored
    assert "\x1b[36m[1]" in colored


def test_the_answer_page_of_an_abstention_says_what_came_nearest() -> None:
    page = printed(answer_page(an_answer(abstained=True, text="", message="The documents do not tell."), STORE))
    lines = [line.rstrip() for line in page.splitlines()]
    assert lines[0] == "The documents do not tell."
    assert "  people/leave.md › Leave › Germany" in lines
    assert lines[-1] == "confidence 0.87 · extractive · 143 ms"


@pytest.mark.parametrize(
    ("store", "command"), [(STORE, "ragkit status"), (Path("my docs/s"), "ragkit status --store 'my docs/s'")]
)
def test_a_page_without_hits_names_the_command_that_shows_the_store(store: Path, command: str) -> None:
    answer = an_answer(abstained=True, text="", message="The documents do not tell.", hits=())
    assert f"What the store holds: {command}\n" in printed(answer_page(answer, store))


def test_the_hit_list_marks_the_words_asked_for() -> None:
    page = printed(hit_list("thirty (days", HITS), color=True)
    assert "\x1b[1mThirty\x1b[0m \x1b[1mdays\x1b[0m of leave" in page
    assert printed(hit_list("x", [])) == "Nothing matches.\n"


def test_the_prompt_page_shows_every_message_and_what_was_left_out() -> None:
    prompt = Prompt("?", HITS, (Message("system", "Be [bold]brief[/]."), Message("user", "?")), dropped=HITS)
    page = "\n".join(prompt_page(prompt, prompted=True))
    assert "--- system\nBe [bold]brief[/]." in page
    assert "1 passage" in page
    assert "[1] people/leave.md\nThirty days of leave." in "\n".join(prompt_page(prompt, prompted=False))


def test_a_draft_shows_the_end_of_what_was_written_and_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=40, height=5)
    monkeypatch.setattr(render, "err", lambda: console)
    with draft.Draft() as writing:
        writing.add(Piece("Because.", kind="reasoning"))
        for number in range(30):
            writing.add(Piece(f"\nline {number}\x07"))
        assert writing._end().plain.splitlines() == ["line 27␇", "line 28␇", "line 29␇"]
    assert screen.getvalue().endswith("\x1b[2K")


def test_examples_in_the_help_name_real_commands() -> None:
    for module in (ask, search, evaluate):
        assert "  ragkit " in module.EXAMPLES


@pytest.mark.parametrize("quotes", [True, False])
def test_what_a_generator_of_any_name_quotes_is_not_drafted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quotes: bool
) -> None:
    monkeypatch.setattr(testing.ScriptedGenerator, "verbatim", quotes)
    console = Console(file=io.StringIO(), force_terminal=True)
    monkeypatch.setattr(render, "out", lambda: console)
    monkeypatch.setattr(render, "err", lambda: console)
    drafted: list[str] = []
    monkeypatch.setattr(draft.Draft, "add", lambda _, piece: drafted.append(piece.text))
    with testing.kit(tmp_path / ".ragkit", answers=["Leave is 27 days."]) as kit:
        kit.ingest([Document("leave.md", "Leave is 27 days.")])
        asking = ask._Asking(kit, Scope(), json=False, stream=True, show_prompt=False)
        assert asking.all(["How much leave?"]) == Exit.ANSWERED
    assert bool(drafted) is not quotes


def test_nobody_reading_stdout_is_no_traceback(tmp_path: Path) -> None:
    import subprocess

    from tests.cli.conftest import process_environment

    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "ragkit", "config", "show"],
        stdout=writer,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=process_environment(),
        check=False,
    )
    os.close(writer)
    assert done.returncode == Exit.ERROR
    assert done.stderr == b""
