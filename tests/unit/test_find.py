"""Walking paths: what is found, what is refused and why, and how files are named."""

import os
import sys
from pathlib import Path

import pytest

from ragkit import testing
from ragkit.errors import SourceError, UsageError
from ragkit.ingest.find import find_sources, printable, uri_of
from ragkit.ingest.read import load, read
from ragkit.ingest.readers import media_type_of, reader_for
from ragkit.types import Document, Source


def write(base: Path, *names: str) -> None:
    for name in names:
        path = base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text", encoding="utf-8")


def uris(found: object) -> list[str]:
    return [source.uri for source in found.sources]  # type: ignore[attr-defined]


def test_walks_folders_by_name_and_tells_media_types(tmp_path: Path) -> None:
    write(tmp_path, "docs/b.md", "docs/a/z.rst.txt", "docs/a.HTML", "docs/c.py", "docs/d.txt", "docs/README")
    found = find_sources([tmp_path / "docs"], base=tmp_path)
    assert [(source.uri, source.media_type) for source in found.sources] == [
        ("docs/README", "text/plain"),
        ("docs/a/z.rst.txt", "text/x-rst"),
        ("docs/a.HTML", "text/html"),
        ("docs/b.md", "text/markdown"),
        ("docs/c.py", "text/x-source"),
        ("docs/d.txt", "text/plain"),
    ]
    assert found.sources[0].size == 4
    assert found.unsupported == found.failed == ()


def test_skips_hidden_folders_and_environments_but_not_when_named(tmp_path: Path) -> None:
    hidden = [".git/a.md", ".ragkit/a.md", "__pycache__/a.py", "node_modules/m/a.md", "env/pyvenv.cfg", ".hidden.md"]
    write(tmp_path, "seen.md", "env/lib/a.py", *hidden)
    write(tmp_path, "node_modules/m/b.md", ".ragkitignore")
    found = find_sources([tmp_path], base=tmp_path)
    assert uris(found) == ["seen.md"]
    assert {each.uri: each.reason for each in found.ignored} == {
        **dict.fromkeys((".git/", ".hidden.md", ".ragkit/"), "hidden"),
        **dict.fromkeys(("__pycache__/", "node_modules/"), "a cache, or installed packages"),
        "env/": "a virtual environment",
    }
    # a document that was named once is not unwanted because a walk passes it by
    assert found.unwanted == found.excluded == frozenset()
    named = find_sources([tmp_path / ".hidden.md", tmp_path / ".git", tmp_path / "env"], base=tmp_path)
    assert uris(named) == [".hidden.md", ".git/a.md", "env/lib/a.py", "env/pyvenv.cfg"]
    assert named.ignored == ()


def test_what_is_named_is_not_passed_by_and_the_stores_own_folder_is_not_told_of(tmp_path: Path) -> None:
    write(tmp_path, "seen.md", ".note.md", ".docs/a.md", ".docs/.more/b.md", ".ragkit/x", "kept/c.md")
    paths = [tmp_path, tmp_path / ".note.md", tmp_path / ".docs"]
    found = find_sources(paths, base=tmp_path, store=tmp_path / ".ragkit")
    assert uris(found) == ["kept/c.md", "seen.md", ".note.md", ".docs/a.md"]
    assert [each.uri for each in found.ignored] == [".docs/.more/"]


@pytest.mark.parametrize("own", [True, False])
def test_a_store_that_is_named_is_told_of(tmp_path: Path, own: bool) -> None:
    with testing.kit(tmp_path / "docs") as kit:
        kit.ingest([Document("a.md", "Alpha.")])
    write(tmp_path, "docs/b.md")
    found = find_sources([tmp_path / "docs"], base=tmp_path, store=tmp_path / ("docs" if own else ".ragkit"))
    assert (found.sources, found.nothing_at) == ((), ())
    assert [(each.uri, each.reason) for each in found.ignored] == [("docs/", "a ragkit store")]


@pytest.mark.parametrize(
    ("glob", "taken", "passed"),
    [
        ("**/*.md", ["seen.md", "sub/d.md"], [".git/", ".note.md"]),
        (".*.md", [".note.md"], []),
        ("**/.git/*.md", [".git/a.md"], []),
        ("sub/*.md", ["sub/d.md"], []),
    ],
)
def test_a_glob_takes_hidden_files_in_where_it_has_a_dot(
    tmp_path: Path, glob: str, taken: list[str], passed: list[str]
) -> None:
    write(tmp_path, "seen.md", "sub/d.md", ".note.md", ".note.txt", ".git/a.md", ".git/sub/b.md", ".ragkitignore")
    found = find_sources([tmp_path / glob], base=tmp_path)
    assert (uris(found), [each.uri for each in found.ignored]) == (taken, passed)


def test_what_is_named_and_holds_nothing_is_told(tmp_path: Path) -> None:
    write(tmp_path, "docs/a.md", "docs/.notes/a.rst", "hidden/.a.md", "out/a.md", "film/a.mkv")
    (tmp_path / "empty" / "below").mkdir(parents=True)
    (tmp_path / "out" / ".ragkitignore").write_text("*")
    names = ("docs", "docs", "docs/*.md", "docs/*.rst", "empty", "hidden", "out", "film", "docs/a.md")
    found = find_sources([tmp_path / name for name in names], base=tmp_path)
    assert found.nothing_at == ("docs/*.rst", "empty")


def test_lists_what_has_no_reader(tmp_path: Path) -> None:
    write(tmp_path, "ok.md")
    for name in ("data", "film.mkv", "letter.DOC"):
        (tmp_path / name).write_bytes(b"\x1aE\xdf\xa3\0\1\2")
    found = find_sources([tmp_path], base=tmp_path)
    assert [(refusal.uri, refusal.reason) for refusal in found.unsupported] == [
        ("data", "there is no reader for files without a suffix"),
        ("film.mkv", "there is no reader for .mkv files"),
        ("letter.DOC", "there is no reader for .DOC files; save it as .docx"),
    ]
    assert uris(found) == ["ok.md"]


def test_a_missing_path_is_an_error_with_its_name(tmp_path: Path) -> None:
    write(tmp_path, "ok.md")
    with pytest.raises(UsageError, match=r"nothing at .*gone\.md") as caught:
        find_sources([tmp_path / "ok.md", tmp_path / "gone.md"], base=tmp_path)
    assert caught.value.hint


def test_a_file_over_the_limit_fails_with_both_sizes(tmp_path: Path) -> None:
    (tmp_path / "big.txt").write_bytes(b"a" * (3 * 2**20))
    found = find_sources([tmp_path], base=tmp_path, max_bytes=2**20)
    assert found.sources == ()
    assert found.failed[0].reason == "it is 3.0 MiB, and the limit is 1.0 MiB (ingest.max_file_mb)"


def test_the_same_file_by_two_paths_is_found_once(tmp_path: Path) -> None:
    write(tmp_path, "docs/a.md")
    found = find_sources(
        [tmp_path / "docs", tmp_path / "docs" / "a.md", tmp_path / "docs" / ".." / "docs"], base=tmp_path
    )
    assert uris(found) == ["docs/a.md"]


def test_an_empty_folder_finds_nothing(tmp_path: Path) -> None:
    found = find_sources([tmp_path], base=tmp_path)
    assert (found.sources, found.unsupported, found.failed) == ((), (), ())


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_link_loops_end_and_dangling_links_fail(tmp_path: Path) -> None:
    write(tmp_path, "docs/a.md")
    (tmp_path / "docs" / "loop").symlink_to(tmp_path / "docs")
    (tmp_path / "docs" / "gone.md").symlink_to(tmp_path / "nowhere.md")
    (tmp_path / "docs" / "self.md").symlink_to(tmp_path / "docs" / "self.md")
    found = find_sources([tmp_path / "docs"], base=tmp_path)
    assert uris(found) == ["docs/a.md"]
    assert [refusal.uri for refusal in found.failed] == ["docs/gone.md", "docs/self.md"]
    assert all(refusal.reason for refusal in found.failed)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert find_sources([tmp_path], base=tmp_path).failed[0].reason == "it is not a regular file"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_fails(tmp_path: Path) -> None:
    write(tmp_path, "secret.md", "folder/a.md")
    (tmp_path / "secret.md").chmod(0)
    (tmp_path / "folder").chmod(0)
    found = find_sources([tmp_path], base=tmp_path)
    (tmp_path / "folder").chmod(0o755)
    assert {refusal.uri: refusal.reason for refusal in found.failed} == {
        "folder": "permission denied",
        "secret.md": "permission denied",
    }


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_name_that_is_no_text_is_shown_and_read(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("# Coffee", encoding="utf-8")
    (source,) = find_sources([tmp_path], base=tmp_path).sources
    assert source.uri == "caf\\xe9.md"
    assert read(source, load(source)).title == "Coffee"


def test_printable_leaves_good_names_alone() -> None:
    assert printable("Grüße/日本.md") == "Grüße/日本.md"
    assert printable("cafe\u0301.md") == "cafe\u0301.md"


def test_uri_is_relative_beneath_the_base_and_absolute_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = tmp_path / "project"
    write(tmp_path, "project/docs/a.md", "other/b.md")
    assert uri_of(base / "docs" / ".." / "docs" / "a.md", base) == "docs/a.md"
    assert uri_of(tmp_path / "other" / "b.md", base) == (tmp_path / "other" / "b.md").as_posix()
    monkeypatch.chdir(base / "docs")
    assert uri_of(Path("a.md"), base) == "docs/a.md"
    assert uri_of(Path("a.md"), Path("..")) == "docs/a.md"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_base_reached_through_a_link_still_contains_its_files(tmp_path: Path) -> None:
    write(tmp_path, "real/a.md")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert uri_of(tmp_path / "real" / "a.md", tmp_path / "link") == "a.md"
    assert uri_of(tmp_path / "link" / "a.md", tmp_path / "real") == "a.md"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.b.md", "text/markdown"),
        ("index.rst.txt", "text/x-rst"),
        ("v1.2.txt", "text/plain"),
        ("CMakeLists.txt", "text/x-source"),
        ("Makefile", "text/x-source"),
        (".md", None),
        ("photo.jpeg", "image/jpeg"),
        ("docs.tar.gz", "application/gzip"),
        ("film.mkv", None),
    ],
)
def test_media_type_of(name: str, media_type: str | None) -> None:
    assert media_type_of(name) == media_type


def test_there_is_no_reader_for_an_unknown_media_type() -> None:
    with pytest.raises(SourceError, match="video/mp4"):
        reader_for("video/mp4")


def test_loading_what_vanished_or_never_was_a_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.md cannot be read: no such file"):
        load(Source("gone.md", tmp_path / "gone.md", "text/markdown", 1))
    with pytest.raises(SourceError, match="is not a file"):
        load(Source("memory", None, "text/markdown", 1))
