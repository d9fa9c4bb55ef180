"""Folders that fsspec reads, on its file system in memory and on real archives."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from ragkit import testing
from ragkit.errors import UsageError
from ragkit.kit import Kit


@pytest.fixture
def memory() -> Iterator[fsspec.AbstractFileSystem]:
    files = fsspec.filesystem("memory")
    files.store.clear()
    files.pseudo_dirs[:] = [""]
    yield files
    files.store.clear()


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with testing.kit(tmp_path / ".ragkit", settings={"ingest.max_file_mb": 1}) as made:
        yield made


def uris(kit: Kit) -> list[str]:
    return [info.uri for info in kit.documents()]


def test_a_remote_folder_is_kept_in_sync(kit: Kit, memory: fsspec.AbstractFileSystem) -> None:
    memory.pipe(
        {"/docs/a.md": b"# A\n\nAlpha.", "/docs/sub/b.txt": b"Beta.", "/docs/.git/c.md": b"no", "/other.md": b"x"}
    )
    memory.pipe("/docs/film.mkv", b"\0")
    report = kit.ingest("memory://docs")
    assert (report.new, [each.uri for each in report.unsupported]) == (2, ["memory:///docs/film.mkv"])
    assert [(each.uri, each.reason) for each in report.ignored] == [("memory:///docs/.git/", "hidden")]
    assert uris(kit) == ["memory:///docs/a.md", "memory:///docs/sub/b.txt"]
    assert kit.document("memory:///docs/a.md").title == "A"
    assert kit.ingest("memory://docs").unchanged == 2
    memory.pipe("/docs/a.md", b"# A\n\nAnother.")
    memory.rm("/docs/sub/b.txt")
    report = kit.ingest("memory://docs", prune=True)
    assert (report.changed, report.removed) == (1, ("memory:///docs/sub/b.txt",))
    assert uris(kit) == ["memory:///docs/a.md"]


def test_what_is_hidden_is_taken_in_when_it_is_named_and_stays(kit: Kit, memory: fsspec.AbstractFileSystem) -> None:
    memory.pipe({"/docs/a.md": b"Alpha.", "/docs/.notes/c.md": b"Gamma.", "/docs/.git/d.md": b"Delta."})
    assert kit.ingest("memory://docs/.notes").new == 1
    assert kit.ingest("memory://docs/.g*/*.md").new == 1
    report = kit.ingest("memory://docs", prune=True)
    assert (report.new, report.removed) == (1, ())
    assert [each.uri for each in report.ignored] == ["memory:///docs/.git/", "memory:///docs/.notes/"]


def test_one_file_and_globs(kit: Kit, memory: fsspec.AbstractFileSystem) -> None:
    memory.pipe({"/docs/a.md": b"Alpha.", "/docs/b.txt": b"Beta.", "/docs/sub/c.md": b"Gamma."})
    assert kit.ingest("memory://docs/b.txt").new == 1
    assert kit.ingest("memory://docs/**/*.md").new == 2
    memory.rm("/docs/b.txt")
    assert kit.ingest("memory://docs/*.md", prune=True).removed == ()
    assert kit.ingest("memory://docs", exclude=["sub"], prune=True).removed == ("memory:///docs/b.txt",)


def test_labels_of_a_remote_folder_hold_for_later_runs(kit: Kit, memory: fsspec.AbstractFileSystem) -> None:
    memory.pipe("/docs/a.md", b"Alpha.")
    kit.ingest("memory://docs", principals=["hr"])
    memory.pipe("/docs/b.md", b"Beta.")
    kit.ingest("memory://docs")
    assert {info.principals for info in kit.documents()} == {("hr",)}


def test_what_is_said_of_the_stores_own_folder_is_not_said_of_addresses(
    kit: Kit, memory: fsspec.AbstractFileSystem, tmp_path: Path
) -> None:
    memory.pipe("/docs/a.md", b"Alpha.")
    kit.ingest("memory://docs", principals=["hr"])
    (tmp_path / "b.md").write_text("Beta.", encoding="utf-8")
    kit.ingest(tmp_path, principals=["staff"], metadata={"team": "x"})
    memory.pipe("/docs/a.md", b"Alpha again.")
    kit.ingest("memory://docs")
    assert {info.uri: (info.principals, info.metadata) for info in kit.documents()} == {
        "b.md": (("staff",), {"team": "x"}),
        "memory:///docs/a.md": (("hr",), {}),
    }


def test_what_is_said_of_a_remote_folder_later_goes_before_what_was_said_of_folders_in_it(
    kit: Kit, memory: fsspec.AbstractFileSystem
) -> None:
    memory.pipe("/docs/sub/a.md", b"Alpha.")
    kit.ingest("memory://docs/sub", principals=["hr"])
    kit.ingest("memory://docs", principals=["staff"])
    assert kit.ingest("memory://docs").unchanged == 1
    assert {info.principals for info in kit.documents()} == {("staff",)}


def test_what_is_too_large_fails_by_name(kit: Kit, memory: fsspec.AbstractFileSystem) -> None:
    memory.pipe({"/docs/a.md": b"Alpha.", "/docs/big.txt": b"x" * (2**20 + 1)})
    report = kit.ingest("memory://docs")
    assert report.new == 1
    assert [failure.uri for failure in report.failed] == ["memory:///docs/big.txt"]
    assert "the limit is 1.0 MiB" in report.failed[0].reason


def test_an_address_with_nothing_at_it_is_refused_before_anything_is_written(
    kit: Kit, memory: fsspec.AbstractFileSystem, tmp_path: Path
) -> None:
    memory.pipe("/docs/a.md", b"Alpha.")
    with pytest.raises(UsageError, match=r"^There is nothing at memory://nowhere\. Check the address\.$"):
        kit.ingest(["memory://docs", "memory://nowhere"])
    assert not (tmp_path / ".ragkit").exists()


def test_a_folder_that_cannot_be_listed_loses_nothing(
    kit: Kit, memory: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory.pipe("/docs/a.md", b"Alpha.")
    kit.ingest("memory://docs")

    def refuse(*args: object, **more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(memory), "find", refuse)
    report = kit.ingest("memory://docs", prune=True)
    assert (report.removed, uris(kit)) == ((), ["memory:///docs/a.md"])
    assert [each.reason for each in report.failed] == [
        "memory:///docs cannot be listed: permission denied. Check that your credentials may read it."
    ]


def test_a_folder_below_that_cannot_be_listed_loses_nothing(
    kit: Kit, memory: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on file systems that leave the walk to fsspec, which passes by what it cannot list."""
    memory.pipe({"/docs/a.md": b"Alpha.", "/docs/sub/b.md": b"Beta."})
    monkeypatch.setattr(type(memory), "find", fsspec.AbstractFileSystem.find)
    kit.ingest("memory://docs")
    listed = type(memory).ls

    def refuse(self: fsspec.AbstractFileSystem, path: str, **more: object) -> object:
        if path == "/docs/sub":
            raise PermissionError(13, "Permission denied")
        return listed(self, path, **more)

    monkeypatch.setattr(type(memory), "ls", refuse)
    report = kit.ingest("memory://docs", prune=True)
    assert (len(report.failed), report.removed, len(uris(kit))) == (1, (), 2)


def test_remote_documents_stay_when_the_folder_of_the_store_is_pruned(
    kit: Kit, memory: fsspec.AbstractFileSystem, tmp_path: Path
) -> None:
    memory.pipe("/docs/a.md", b"Alpha.")
    kit.ingest("memory://docs")
    (tmp_path / "b.md").write_text("Beta.", encoding="utf-8")
    assert kit.ingest(tmp_path, prune=True).removed == ()


def test_the_members_of_two_archives_are_two_documents(kit: Kit, tmp_path: Path) -> None:
    for name in ("one", "two"):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            archive.writestr("a.md", f"Text of {name}.")
    found = [f"zip://::file://{tmp_path}/{name}.zip" for name in ("one", "two")]
    assert kit.ingest(found).new == 2
    assert uris(kit) == [f"file://{tmp_path}/{name}.zip/a.md" for name in ("one", "two")]
    assert kit.ingest(found).unchanged == 2
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.md", "Another text.")
    assert kit.ingest(found).changed == 1


def test_a_file_address_is_the_path_that_it_is(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "a b.md").write_text("Alpha.", encoding="utf-8")
    assert kit.ingest((tmp_path / "a b.md").as_uri()).new == 1
    assert uris(kit) == ["a b.md"]
    with pytest.raises(UsageError, match="another machine"):
        kit.ingest("file://elsewhere/a.md")
    with pytest.raises(UsageError, match="nothing at"):
        kit.ingest((tmp_path / "nope.md").as_uri())


def test_a_file_system_that_nobody_knows_is_refused(kit: Kit) -> None:
    with pytest.raises(UsageError, match="nosuch://bucket/docs cannot be opened"):
        kit.ingest("nosuch://bucket/docs")
