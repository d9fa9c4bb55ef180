"""The worker process: what a bad file costs, that it costs no more than that, and that nothing is left behind."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from ragkit.errors import SourceError
from ragkit.ingest import isolate
from ragkit.ingest.isolate import Isolation
from ragkit.ingest.read import close, read
from ragkit.types import Document, Source
from tests.office_files import pdf, report

ROOT = Path(__file__).parents[2]


@pytest.fixture
def isolation(monkeypatch: pytest.MonkeyPatch) -> Iterator[Isolation]:
    monkeypatch.syspath_prepend(str(ROOT))
    each = Isolation(seconds=5, mib=512)
    yield each
    each.close()


def ask(isolation: Isolation, deed: str) -> Document:
    return isolation.read("tests.bad_readers:Reader", Source("a.bad", None, "x/y", len(deed)), deed.encode())


def test_the_worker_is_kept_between_files_and_gives_documents_back_whole(isolation: Isolation) -> None:
    first, second = ask(isolation, "say Öl"), ask(isolation, "say Öl")
    assert first == second
    assert first == Document("a.bad", first.text, metadata={"n": 1, "x": 0.5, "b": True})
    assert first.text.endswith(" Öl")


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("crash", "the parser crashed (SIGABRT)"),
        ("leave", "the parser crashed (exit code 3)"),
        ("hoard 900", "it needed more than 512 MiB"),
    ],
)
@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="signals and the memory cap are those of Linux")
def test_a_bad_file_costs_itself_alone(isolation: Isolation, deed: str, reason: str) -> None:
    before = ask(isolation, "say before").text.split()[0]
    with pytest.raises(SourceError) as caught:
        ask(isolation, deed)
    assert f"a.bad cannot be read: {reason}." in str(caught.value)
    assert ask(isolation, "say after").text.split()[0] != before


def test_a_file_that_takes_too_long_is_given_up(isolation: Isolation, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(isolation, "say started")
    monkeypatch.setattr(isolation, "_seconds", 0.2)
    with pytest.raises(SourceError, match=r"a\.bad cannot be read: it took longer than 0 s"):
        ask(isolation, "sleep 60")
    monkeypatch.setattr(isolation, "_seconds", 30)
    assert ask(isolation, "say after").text.endswith("after")


def test_a_long_job_that_says_that_it_goes_on_gets_more_time(
    isolation: Isolation, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(isolation, "say started")
    monkeypatch.setattr(isolation, "_seconds", 1.5)
    assert ask(isolation, "beat 12").text.endswith("12")
    with pytest.raises(SourceError, match="took longer than"):
        ask(isolation, "sleep 60")


def test_large_files_get_more_time(isolation: Isolation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_seconds", 0.0)
    monkeypatch.setattr(isolate, "SECONDS_PER_MIB", 10.0)
    assert ask(isolation, f"say {'x' * 2**20}").text.endswith("x")
    with pytest.raises(SourceError, match="took longer than 0 s"):
        ask(isolation, "sleep 60")


@pytest.mark.parametrize(
    ("deed", "reason"),
    [("raise why", r"a.bad cannot be parsed \(ZeroDivisionError: why\)"), ("half x", "not valid Unicode")],
)
def test_what_a_parser_raises_is_a_source_error(isolation: Isolation, deed: str, reason: str) -> None:
    before = ask(isolation, "say before").text.split()[0]
    with pytest.raises(SourceError, match=reason):
        ask(isolation, deed)
    assert ask(isolation, "say after").text.split()[0] == before


def test_what_a_parser_prints_or_logs_does_not_break_the_exchange(
    isolation: Isolation, caplog: pytest.LogCaptureFixture
) -> None:
    assert ask(isolation, "print rubbish").text.endswith("rubbish")
    with caplog.at_level(logging.WARNING):
        ask(isolation, "log 2 pages were not read")
    assert "2 pages were not read" in caplog.text


@pytest.mark.parametrize(
    ("reader", "reason", "hint"),
    [
        ("ragkit.no_such_module:Reader", "ModuleNotFoundError: No module named", "Reinstall ragkit"),
        ("no_such_module:Reader", "ModuleNotFoundError: No module named", "ask whoever made it"),
        ("tests.bad_readers:Missing", "AttributeError: .* no attribute 'Missing'", "ask whoever made it"),
        ("tests.bad_readers:Unmade", "KeyError: 'licence'", "ask whoever made it"),
    ],
)
def test_a_parser_that_cannot_be_had_is_named(isolation: Isolation, reader: str, reason: str, hint: str) -> None:
    with pytest.raises(SourceError, match=rf"a\.bad cannot be read: its parser cannot be loaded \({reason}") as caught:
        isolation.read(reader, Source("a.bad", None, "x/y", 0), b"")
    assert hint in caught.value.hint
    assert ask(isolation, "say after").text.endswith("after")


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("nothing", r"a\.bad cannot be parsed \(TypeError: its reader gave NoneType instead of a document\)"),
        ("untitled", r"a\.bad cannot be read: its reader made no sound document \(Expected `str`, got `None`"),
        ("object", "Its reader made no sound document: Encoding objects of type object is unsupported"),
        ("number", "Its reader made no sound document: can't serialize ints"),
    ],
)
def test_what_is_no_document_is_a_source_error(isolation: Isolation, deed: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        ask(isolation, deed)
    assert ask(isolation, "say after").text.endswith("after")


def test_threads_take_turns(isolation: Isolation) -> None:
    texts: list[str] = []
    threads = [Thread(target=lambda n=n: texts.append(ask(isolation, f"say {n}").text)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(text.split()[1] for text in texts) == list("012345")
    assert len({text.split()[0] for text in texts}) == 1


def test_risky_formats_are_read_in_the_worker_and_others_start_none() -> None:
    code = """
import sys
from ragkit.ingest.read import close, read
from ragkit.types import Source
read(Source("a.txt", None, "text/plain", 1), b"a")
close()
assert "ragkit.ingest.isolate" not in sys.modules
document = read(Source("a.pdf", None, "application/pdf", 1), sys.stdin.buffer.read())
print(document.title, "pypdfium2" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], input=pdf(report), capture_output=True, check=True
    )
    assert done.stdout.split() == [b"Annual", b"report", b"False"]
    assert done.stderr == b""


def test_the_worker_ends_when_it_is_closed_and_another_one_starts() -> None:
    data = pdf(report)
    source = Source("a.pdf", None, "application/pdf", len(data))
    first = read(source, data)
    close()
    close()
    assert read(source, data) == first
    close()


def test_the_current_folder_is_no_place_for_modules(tmp_path: Path) -> None:
    (tmp_path / "msgspec.py").write_text("raise SystemExit('imported from the folder of documents')", encoding="utf-8")
    code = "import sys; from ragkit.ingest.read import read; from ragkit.types import Source; \
print(read(Source('a.pdf', None, 'application/pdf', 1), sys.stdin.buffer.read()).title)"
    command = [sys.executable, "-P", "-c", code]
    done = subprocess.run(command, cwd=tmp_path, input=pdf(report), capture_output=True, check=True)
    assert done.stdout.strip() == b"Annual report"
