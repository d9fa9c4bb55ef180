"""A watched folder and its store stay in line: changes, bursts, renames, deletions, locks and folders that go away."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from watchfiles import Change

from ragkit import testing
from ragkit.errors import UsageError
from ragkit.ingest import watch
from ragkit.ingest.report import IngestReport
from ragkit.kit import Kit

PATIENCE_S = 60.0


class Watching:
    """A kit that watches in a thread, and the reports that came."""

    def __init__(self, kit: Kit, *paths: Path, **more: object) -> None:
        self.kit = kit
        self.reports: list[IngestReport] = []
        self.stop = threading.Event()
        self._came = threading.Condition()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(paths, more))

    def _run(self, paths: tuple[Path, ...], more: dict[str, object]) -> None:
        try:
            for report in self.kit.watch(paths, stop=self.stop, **more):  # type: ignore[arg-type]
                with self._came:
                    self.reports.append(report)
                    self._came.notify_all()
        except BaseException as error:
            self._error = error
        with self._came:
            self._came.notify_all()

    def until(self, holds: Callable[[], bool]) -> None:
        """Waits until something holds after a report; fails when that takes too long."""
        with self._came:
            assert self._came.wait_for(lambda: self._error or (self.reports and holds()), PATIENCE_S), self.reports
        if self._error:
            raise self._error


@contextmanager
def watching(kit: Kit, *paths: Path, **more: object) -> Iterator[Watching]:
    made = Watching(kit, *paths, **more)
    made._thread.start()
    try:
        yield made
    finally:
        made.stop.set()
        made._thread.join(PATIENCE_S)
        assert not made._thread.is_alive()


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.md").write_text("Alpha.", encoding="utf-8")
    return folder


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with testing.kit(tmp_path / ".ragkit") as made:
        yield made


@pytest.fixture(autouse=True)
def _swift(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "RETRY_S", 0.05)
    monkeypatch.setattr(watch, "LOOK_MS", 50)


def uris(kit: Kit) -> list[str]:
    return [info.uri for info in kit.documents()]


def test_changes_bursts_renames_and_deletions_reach_the_store(kit: Kit, docs: Path) -> None:
    with watching(kit, docs) as seen:
        seen.until(lambda: uris(kit) == ["docs/a.md"])
        for number in range(200):
            (docs / f"burst-{number:03}.md").write_text(f"Number {number}.", encoding="utf-8")
        seen.until(lambda: len(uris(kit)) == 201)
        for number in range(1, 200):
            (docs / f"burst-{number:03}.md").unlink()
        (docs / "burst-000.md").rename(docs / "renamed.md")
        (docs / "bad.md").write_bytes(b"\x00\x01\x02\xff" * 50)
        seen.until(lambda: uris(kit) == ["docs/a.md", "docs/renamed.md"] and bool(seen.reports[-1].failed))
        (docs / "a.md").write_text("Another alpha.", encoding="utf-8")
        seen.until(lambda: "Another" in kit.document("docs/a.md").text)
    moves = [move for report in seen.reports for move in report.moved]
    assert [(move.before, move.after) for move in moves] == [("docs/burst-000.md", "docs/renamed.md")]
    assert {finding.level for finding in kit.doctor()} == {"ok"}


def test_a_change_during_a_run_is_not_missed(kit: Kit, docs: Path) -> None:
    def meddle(what: str, done: int, total: int) -> None:
        if what == "embedded":
            (docs / "b.md").write_text("Beta.", encoding="utf-8")

    with watching(kit, docs, progress=meddle) as seen:
        seen.until(lambda: "docs/b.md" in uris(kit))


def test_an_ignore_file_that_changes_counts(kit: Kit, docs: Path) -> None:
    with watching(kit, docs) as seen:
        seen.until(lambda: uris(kit) == ["docs/a.md"])
        (docs / ".ragkitignore").write_text("a.md\n", encoding="utf-8")
        seen.until(lambda: uris(kit) == [])


def test_a_store_that_is_locked_is_waited_for(kit: Kit, docs: Path, tmp_path: Path) -> None:
    kit.ingest(docs)
    with testing.kit(kit.path) as other, other._store().writing(), watching(kit, docs) as seen:
        (docs / "b.md").write_text("Beta.", encoding="utf-8")
        assert seen.reports == []
        other._store()._release()
        seen.until(lambda: "docs/b.md" in uris(kit))
        other._store()._lock.acquire()


def test_a_folder_that_goes_away_keeps_its_documents_and_comes_back(kit: Kit, docs: Path, tmp_path: Path) -> None:
    with watching(kit, docs) as seen:
        seen.until(lambda: uris(kit) == ["docs/a.md"])
        docs.rename(tmp_path / "away")
        (tmp_path / "away" / "b.md").write_text("Beta.", encoding="utf-8")
        (tmp_path / "away").rename(docs)
        seen.until(lambda: uris(kit) == ["docs/a.md", "docs/b.md"])
        docs.rename(tmp_path / "away")
        (tmp_path / "away" / "c.md").write_text("Gamma.", encoding="utf-8")
        seen.stop.wait(0.3)
        assert uris(kit) == ["docs/a.md", "docs/b.md"]
        (tmp_path / "away").rename(docs)
        seen.until(lambda: "docs/c.md" in uris(kit))


@pytest.mark.parametrize("linked", [False, True], ids=["renamed", "linked"])
def test_a_folder_that_is_replaced_is_watched_anew(kit: Kit, docs: Path, tmp_path: Path, linked: bool) -> None:
    if linked:
        docs.rename(tmp_path / "docs.old")
        docs.symlink_to(tmp_path / "docs.old", target_is_directory=True)
    new = tmp_path / "docs.new"
    new.mkdir()
    (new / "b.md").write_text("Beta.", encoding="utf-8")
    with watching(kit, docs) as seen:
        seen.until(lambda: uris(kit) == ["docs/a.md"])
        if linked:
            docs.unlink()
            docs.symlink_to(new, target_is_directory=True)
        else:
            docs.rename(tmp_path / "docs.old")
            new.rename(docs)
        seen.until(lambda: uris(kit) == ["docs/b.md"])
        (docs / "c.md").write_text("Gamma.", encoding="utf-8")
        seen.until(lambda: uris(kit) == ["docs/b.md", "docs/c.md"])


def test_what_is_no_folder_cannot_be_watched(kit: Kit, docs: Path) -> None:
    for wrong, said in ((docs / "a.md", "not a folder"), (docs / "none", "nothing at")):
        with pytest.raises(UsageError, match=said):
            kit.watch(wrong)


def test_what_cannot_be_is_refused_at_once_and_not_waited_for(kit: Kit, docs: Path) -> None:
    for ask in (
        lambda: kit.watch(docs, collection=" "),
        lambda: kit.watch(docs, principals=[""]),
        lambda: kit.watch(docs, exclude=["!"]),
    ):
        with pytest.raises(UsageError):
            ask()


def test_what_a_walk_passes_over_wakes_nobody(tmp_path: Path) -> None:
    hears = watch._Filter([tmp_path / "docs"], tmp_path / "docs" / "kb")
    for name, expected in {
        "docs/a.md": True,
        "docs/sub/.ragkitignore": True,
        "docs/.hidden/a.md": False,
        "docs/.a.md.swp": False,
        "docs/node_modules/x/a.md": False,
        "docs/kb/store.sqlite-wal": False,
    }.items():
        assert hears(Change.modified, str(tmp_path / name)) is expected, name
