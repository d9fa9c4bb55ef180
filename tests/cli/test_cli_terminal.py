"""On a terminal: colour, conversation, progress, interruption."""

from __future__ import annotations

import codecs
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.cli.conftest import LEAVE, UNANSWERABLE, process_environment, write_documents

pty = pytest.importorskip("pty", reason="there are no pseudo-terminals on Windows")
termios = pytest.importorskip("termios")
fcntl = pytest.importorskip("fcntl")


class Terminal:
    """A process on a terminal of its own, and what it has written there."""

    def __init__(self, process: subprocess.Popen[bytes], descriptor: int) -> None:
        self.process = process
        self.screen = ""
        self._mark = 0
        self._descriptor = descriptor
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def wait_for(self, text: str, seconds: float = 60) -> None:
        """Reads on until ``text`` has been written after what was waited for last."""
        begun = time.monotonic()
        while text not in self.screen[self._mark :]:
            assert time.monotonic() - begun < seconds, f"{text!r} did not come: {self.screen}"
            self.screen += self._read(0.2)
        self._mark = self.screen.index(text, self._mark) + len(text)

    def type(self, text: str) -> None:
        """Presses keys."""
        os.write(self._descriptor, text.encode())

    def end(self, seconds: float = 60) -> int:
        """Reads to the end and returns the exit code."""
        begun = time.monotonic()
        while self.process.poll() is None:
            assert time.monotonic() - begun < seconds, f"it did not end: {self.screen}"
            self.screen += self._read(0.1)
        self.screen += self._read(0.1)
        return self.process.returncode

    def _read(self, seconds: float) -> str:
        ready, _, _ = select.select([self._descriptor], [], [], seconds)
        with suppress(OSError):  # Linux says EIO when the other side is closed
            return self._decode(os.read(self._descriptor, 65536)) if ready else ""
        return ""


def _take_terminal() -> None:
    """In the child: keys such as Ctrl-C reach it, also when the tests were started in the background."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def on_terminal(
    *arguments: str, cwd: Path, columns: int = 80, environment: Mapping[str, str | None] | None = None
) -> Iterator[Terminal]:
    """``ragkit`` with these arguments on a terminal."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (40, columns))
    environment = {"TERM": "xterm-256color", "FORCE_COLOR": None, **(environment or {})}
    process = subprocess.Popen(
        [sys.executable, "-m", "ragkit", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=cwd,
        env=process_environment(environment),
        start_new_session=True,
        preexec_fn=_take_terminal,  # noqa: PLW1509 - these tests have no threads
    )
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def test_an_answer_is_in_colour_and_fits_the_terminal(home: Path) -> None:
    with on_terminal("ask", LEAVE, cwd=home, columns=60) as terminal:
        assert terminal.end() == 0
    assert "\x1b[36m[1]" in terminal.screen
    assert "\x1b[2m" in terminal.screen


@pytest.mark.parametrize("changes", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colour_when_it_is_not_wanted(home: Path, changes: dict[str, str]) -> None:
    with on_terminal("ask", LEAVE, cwd=home, environment=changes) as terminal:
        assert terminal.end() == 0
    assert "30 days" in terminal.screen
    assert "\x1b" not in terminal.screen


def test_help_has_bold_headings_on_a_terminal_only(home: Path) -> None:
    with on_terminal("ask", "--help", cwd=home) as terminal:
        assert terminal.end() == 0
    assert "\x1b[1mOptions:\x1b[0m" in terminal.screen


def test_a_conversation_goes_on_until_an_empty_line(home: Path) -> None:
    with on_terminal("ask", cwd=home) as terminal:
        terminal.wait_for("> ")
        assert "4 documents" in terminal.screen
        terminal.type(LEAVE + "\n")
        terminal.wait_for("> ")
        assert "30 days" in terminal.screen
        terminal.type("x" * 3 + "\x15" + UNANSWERABLE + "\n")
        terminal.wait_for("What came nearest")
        terminal.wait_for("> ")
        terminal.type("\x1b[A\x1b[A")
        terminal.wait_for(LEAVE)
        terminal.type("\x15\n")
        assert terminal.end() == 0


def test_a_follow_up_is_asked_as_the_question_before_makes_it(home: Path) -> None:
    with on_terminal("ask", cwd=home) as terminal:
        terminal.wait_for("> ")
        terminal.type("How many days of annual leave do employees in Canada have?\n")
        terminal.wait_for("> ")
        terminal.type("And in Germany?\n")
        terminal.wait_for("Asked as: How many days of annual leave do employees in Germany have?")
        terminal.wait_for("30 days")
        terminal.wait_for("> ")
        terminal.type("\n")
        assert terminal.end() == 0


@pytest.mark.parametrize("key", ["\x04", "\x03"])
def test_a_conversation_is_left_with_ctrl_d_and_ctrl_c(home: Path, key: str) -> None:
    with on_terminal("ask", cwd=home) as terminal:
        terminal.wait_for("> ")
        time.sleep(0.3)  # input() misses a Ctrl-C that comes between its prompt and its first wait for a key
        terminal.type(key)
        assert terminal.end() == 0
    assert "Traceback" not in terminal.screen


def test_a_question_that_cannot_be_does_not_end_a_conversation(home: Path) -> None:
    with on_terminal("ask", "--generator", "extractiv", cwd=home) as terminal:
        terminal.wait_for("> ")
        terminal.type("x\n")
        terminal.wait_for("Did you mean 'extractive'?")
        terminal.wait_for("> ")
        terminal.type("\n")
        assert terminal.end() == 0


def test_ingest_draws_a_bar_and_takes_it_away(tmp_path: Path) -> None:
    write_documents(tmp_path)
    with on_terminal("ingest", "docs", cwd=tmp_path) as terminal:
        assert terminal.end() == 0
    assert "Reading" in terminal.screen
    assert "━" in terminal.screen
    assert "\x1b[2K" in terminal.screen
    assert "Next: ragkit ask" in terminal.screen


def test_interrupting_says_so_and_leaves_a_store_that_opens(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(400):
        (folder / f"{number}.txt").write_text(f"The depot {number} opens at nine. " * 60, encoding="utf-8")
    with on_terminal("ingest", "many", cwd=tmp_path) as terminal:
        terminal.wait_for("Reading")
        terminal.type("\x03")
        assert terminal.end() == 130
    assert "Interrupted." in terminal.screen
    assert "Traceback" not in terminal.screen
