"""Archives and mailboxes as folders: members with uris of their own, in sync, nothing lost and nothing believed."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ragkit import config
from ragkit.errors import SourceError
from ragkit.ingest import archives, containers
from ragkit.ingest.find import Found, find_sources
from ragkit.ingest.read import close, load, read
from ragkit.ingest.report import IngestReport
from ragkit.kit import Kit
from ragkit.pipeline import Pipeline
from ragkit.testing import HashingEmbedder
from tests.office_files import handbook, mail, pdf, report
from tests.open_files import MBOX, book, tarred, zipped


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    close()


def found(folder: Path, name: str, data: bytes, **options: int) -> Found:
    (folder / name).write_bytes(data)
    return find_sources([folder], base=folder, **options)  # type: ignore[arg-type]


def texts(walk: Found) -> dict[str, str]:
    return {each.uri: read(each, load(each)).text for each in walk.sources}


def refusals(walk: Found) -> dict[str, str]:
    return {each.uri: each.reason for each in (*walk.unsupported, *walk.failed)}


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def test_members_are_documents_with_uris_of_their_own(tmp_path: Path) -> None:
    inner = zipped({"deep/c.md": "# C"})
    data = zipped({"a.md": "# A", "docs/b": "words", "docs/in.zip": inner, "x.raw": b"\0\1", ".git/a.md": "hidden"})
    walk = found(tmp_path, "all.zip", data)
    assert texts(walk) == {"all.zip/a.md": "A", "all.zip/docs/b": "words", "all.zip/docs/in.zip/deep/c.md": "C"}
    assert refusals(walk) == {"all.zip/x.raw": "there is no reader for .raw files"}
    assert [each.size for each in walk.sources] == [3, 5, 3]


@pytest.mark.parametrize(
    ("name", "mode"),
    [("a.tar", "w"), ("a.tar.gz", "w:gz"), ("a.tgz", "w:gz"), ("a.tar.bz2", "w:bz2"), ("a.tar.xz", "w:xz")],
)
def test_tars_are_read_compressed_or_not(tmp_path: Path, name: str, mode: str) -> None:
    walk = found(tmp_path, name, tarred({"a.md": b"# A", "b/r.pdf": pdf(report)}, mode=mode))
    read_texts = texts(walk)
    assert list(read_texts) == [f"{name}/a.md", f"{name}/b/r.pdf"]
    assert read_texts[f"{name}/b/r.pdf"].startswith("Annual report")


@pytest.mark.parametrize(
    ("name", "pack"), [("a.md.gz", gzip.compress), ("a.md.bz2", bz2.compress), ("a.md.xz", lzma.compress)]
)
def test_a_file_that_is_compressed_by_itself(tmp_path: Path, name: str, pack: object) -> None:
    walk = found(tmp_path, name, pack(b"# A"))  # type: ignore[operator]
    assert texts(walk) == {f"{name}/a.md": "A"}


def test_what_is_passed_by_in_an_archive_is_told_by_its_folder(tmp_path: Path) -> None:
    hidden = {".hid/zq.txt": "x", ".hid/b/c.md": "x", "sub/.note.md": "x", "__MACOSX/a/._a.md": "x"}
    (tmp_path / "a.zip").write_bytes(zipped({"a.md": "text", **hidden}))
    found = find_sources([tmp_path], base=tmp_path)
    assert [source.uri for source in found.sources] == ["a.zip/a.md"]
    assert {each.uri: each.reason for each in found.ignored} == {
        "a.zip/.hid/": "hidden",
        "a.zip/sub/.note.md": "hidden",
        "a.zip/__MACOSX/": "a cache, or installed packages",
    }


def test_a_document_under_the_name_of_an_archive_is_one_document(tmp_path: Path) -> None:
    walk = found(tmp_path, "book.zip", book())
    assert list(texts(walk)) == ["book.zip"]
    walk = found(tmp_path, "book.zip", zipped({"hand.zip": handbook()}))
    assert list(texts(walk)) == ["book.zip/hand.zip"]


def test_a_mailbox_is_read_message_by_message(tmp_path: Path) -> None:
    walk = found(tmp_path, "in.mbox", MBOX + b"\nFrom ada@example.org Tue May  2 10:00:00 2023\n" + mail())
    read_texts = texts(walk)
    assert list(read_texts) == ["in.mbox/message 1", "in.mbox/message 2", "in.mbox/message 3"]
    assert read_texts["in.mbox/message 1"].endswith("Hello Bob,\nFrom now on it is cold.")
    assert "Attachment: book.pdf" in read_texts["in.mbox/message 3"]


@pytest.mark.parametrize(
    ("before", "text"),
    [(b"Mail of 2023.\n\n", "Mail of 2023."), (b"\n\n", ""), (mail(attach=False), "the book is safe.")],
)
def test_what_stands_before_the_first_message_is_a_document(tmp_path: Path, before: bytes, text: str) -> None:
    walk = found(tmp_path, "in.mbox", before.rstrip(b"\n") + b"\n\n" + MBOX)
    read_texts = texts(walk)
    assert text in read_texts.pop("in.mbox/before message 1", "")
    assert list(read_texts) == ["in.mbox/message 1", "in.mbox/message 2"]


def test_what_is_no_mailbox_says_so(tmp_path: Path) -> None:
    assert "It is not a mailbox" in refusals(found(tmp_path, "in.mbox", b"words"))["in.mbox"]


def test_names_that_climb_are_only_names(tmp_path: Path) -> None:
    names = ["../../up.md", "/etc/passwd.md", "a/./b//c.md", "dir\\win.md"]
    walk = found(tmp_path, "a.zip", zipped(dict.fromkeys(names, "# A")))
    assert list(texts(walk)) == [
        "a.zip/%2E%2E/%2E%2E/up.md",
        "a.zip/etc/passwd.md",
        "a.zip/a/b/c.md",
        "a.zip/dir/win.md",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_two_names_that_look_alike_are_two_documents(tmp_path: Path) -> None:
    walk = found(tmp_path, "a.zip", zipped({"a/b.md": "# A", "a//b.md": "# B"}))
    assert texts(walk) == {"a.zip/a/b.md": "A", "a.zip/a/b.md~": "B"}


def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    name = b"caf\xe9.md".decode("utf-8", "surrogateescape")
    (tmp_path / "b.zip").write_bytes(zipped({"caf?.md": "# B"}).replace(b"caf?.md", b"caf\x82.md"))
    walk = found(tmp_path, "a.tar", tarred({name: b"# A"}))
    assert texts(walk) == {"a.tar/caf\\xe9.md": "A", "b.zip/café.md": "B"}


def test_names_in_utf8_that_do_not_say_so(tmp_path: Path) -> None:
    data = zipped({"caf??.md": "# A"}).replace(b"caf??.md", "café.md".encode())
    assert texts(found(tmp_path, "a.zip", data)) == {"a.zip/café.md": "A"}


def test_links_and_devices_in_a_tar_are_reported_unless_the_target_is_there(tmp_path: Path) -> None:
    extra = (
        special("same.md", tarfile.SYMTYPE, "a.md"),
        special("hard.md", tarfile.LNKTYPE, "a.md"),
        special("out.md", tarfile.SYMTYPE, "/etc/passwd"),
        special("null", tarfile.CHRTYPE),
        special("pipe", tarfile.FIFOTYPE),
    )
    walk = found(tmp_path, "a.tar", tarred({"a.md": b"# A"}, *extra))
    assert texts(walk) == {"a.tar/a.md": "A"}
    assert refusals(walk) == {
        "a.tar/out.md": "it is a link out of the archive, to '/etc/passwd'",
        "a.tar/null": "it is a device or a pipe",
        "a.tar/pipe": "it is a device or a pipe",
    }


def test_links_are_followed_however_a_tar_spells_its_names(tmp_path: Path) -> None:
    extra = (
        special("./latest.md", tarfile.SYMTYPE, "v2.md"),
        special("./docs/up.md", tarfile.SYMTYPE, "../v2.md"),
        special("folder", tarfile.SYMTYPE, "./docs//"),
        special("./hard.md", tarfile.LNKTYPE, "v2.md"),
        special("plain.md", tarfile.LNKTYPE, "./v2.md"),
        special("./out.md", tarfile.SYMTYPE, "../v2.md"),
    )
    walk = found(tmp_path, "a.tar", tarred({"./v2.md": b"# Two"}, special("./docs", tarfile.DIRTYPE), *extra))
    assert texts(walk) == {"a.tar/v2.md": "Two"}
    assert refusals(walk) == {"a.tar/out.md": "it is a link out of the archive, to '../v2.md'"}


def test_a_link_in_a_zip_is_reported(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        info = zipfile.ZipInfo("passwd.md")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    assert refusals(find_sources([tmp_path], base=tmp_path)) == {"a.zip/passwd.md": "it is a symbolic link"}


def test_an_encrypted_member_is_reported_by_name(tmp_path: Path) -> None:
    data = bytearray(zipped({"open.md": "# A", "secret.md": "# B"}))
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 8] |= 1
    walk = found(tmp_path, "a.zip", bytes(data))
    assert refusals(walk) == {"a.zip/secret.md": "it is encrypted with a password"}
    assert list(texts(walk)) == ["a.zip/open.md"]


def test_bombs_cost_themselves_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "RATIO_FREE_BYTES", 10_000)
    walk = found(tmp_path, "a.zip", zipped({"bomb.txt": bytes(10_000_000), "a.md": "# A"}))
    assert texts(walk) == {"a.zip/a.md": "A"}
    assert "it would unpack from" in refusals(walk)["a.zip/bomb.txt"]
    (tmp_path / "a.zip").unlink()
    walk = found(tmp_path, "a.tar.gz", gzip.compress(tarred({"bomb.txt": bytes(10_000_000)})))
    assert "is refused: it would unpack to more than" in refusals(walk)["a.tar.gz"]


def test_members_that_overlap_are_no_members(tmp_path: Path) -> None:
    data = bytearray(zipped({f"{number}.txt": os.urandom(1000) for number in range(4)}))
    place = 0
    while (place := data.find(b"PK\x01\x02", place + 1)) > 0:
        data[place + 20 : place + 24] = (3000).to_bytes(4, "little")
    assert "claim more room" in refusals(found(tmp_path, "a.zip", bytes(data)))["a.zip"]


def test_limits_of_members_sizes_and_depth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_MEMBERS", 3)
    walk = found(tmp_path, "a.zip", zipped({f"{number}.md": "# A" for number in range(5)}))
    assert len(walk.sources) == 3
    assert "more than 3 members" in refusals(walk)["a.zip"]
    walk = found(tmp_path, "a.zip", zipped({"big.md": b"x" * 300}), max_bytes=200)
    assert refusals(walk) == {"a.zip/big.md": "it is 0.0 MiB, and the limit is 0.0 MiB"}
    data = b"# A"
    for _ in range(5):
        data = zipped({"a.zip": data} if data != b"# A" else {"a.md": data})
    walk = found(tmp_path, "a.zip", data)
    assert refusals(walk) == {"a.zip/a.zip/a.zip/a.zip": "It is an archive inside of 3 others. Unpack the outer ones."}


def test_an_archive_that_cannot_be_opened_is_told_by_its_uri(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    walk = found(tmp_path, "in/cut.zip", b"PK")
    reason = "in/cut.zip is damaged: File is not a zip file. Pack it again, or leave it out."
    assert refusals(walk) == {"in/cut.zip": reason}
    reason = "in/no.zip is empty. Copy it again from where it came from."
    assert refusals(found(tmp_path, "in/no.zip", b""))["in/no.zip"] == reason


def test_a_damaged_archive_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    data = bytearray(tarred({f"{number}.md": b"# A" for number in range(3)}))
    data[2 * 1024 : 2 * 1024 + 300] = b"x" * 300
    walk = found(tmp_path, "a.tar", bytes(data))
    assert list(texts(walk)) == ["a.tar/0.md", "a.tar/1.md"]
    assert "is damaged after its first 2 members" in refusals(walk)["a.tar"]
    (tmp_path / "a.tar").unlink()
    packed = bytearray(zipped({"a.md": bytes(range(256)), "b.md": "# B"}))
    packed[99] ^= 0xFF
    walk = found(tmp_path, "a.zip", bytes(packed))
    assert read(walk.sources[1], load(walk.sources[1])).text == "B"
    with pytest.raises(SourceError, match=r"a\.zip/a\.md is damaged"):
        load(walk.sources[0])


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.bz2", "a.xz"])
def test_an_archive_of_no_bytes_is_a_failure(tmp_path: Path, name: str) -> None:
    walk = found(tmp_path, name, b"")
    assert walk.sources == ()
    assert [each.uri.removesuffix("/a.tar") for each in walk.failed] == [name]


def test_a_thread_that_closes_its_archive_leaves_those_of_others_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def noted(uri: str, *more: object) -> archives.Archive:
        opened.append(uri)
        return archives.open_archive(uri, *more)  # type: ignore[arg-type]

    def meddle() -> None:
        load(other)
        close()

    def beside(work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    def meddled(archive: archives.ZipArchive) -> Iterator[archives.Entry]:
        beside(meddle)
        yield from entries(archive)

    entries = archives.ZipArchive.entries
    (other,) = found(tmp_path, "other.zip", zipped({"x.md": "# X"})).sources
    monkeypatch.setattr(archives.ZipArchive, "entries", meddled)
    (tmp_path / "in").mkdir()
    walk = found(tmp_path / "in", "all.zip", zipped({"a.md": "# A", "b.md": "# B"}))
    assert refusals(walk) == {}
    monkeypatch.setattr(containers, "open_archive", noted)
    for source in walk.sources:
        load(source)
        beside(meddle)
    assert opened == ["all.zip", "other.zip", "other.zip"]


def test_a_run_leaves_no_archive_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []
    shut = archives.ZipArchive.close

    def noted(archive: archives.ZipArchive) -> None:
        closed.append(threading.current_thread().name)
        shut(archive)

    monkeypatch.chdir(tmp_path)
    (tmp_path / "all.zip").write_bytes(zipped({"a.md": "# A", "b.md": "# B"}))
    monkeypatch.setattr(archives.ZipArchive, "close", noted)
    chosen = config.load({"store": ".ragkit"}, environment={})
    with Kit(chosen, Pipeline(chosen, embedder=HashingEmbedder())) as kit:
        kit.ingest("all.zip")
    assert closed == [threading.current_thread().name, "ragkit-reader"]


def test_members_take_part_in_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, unpacked = tmp_path / "a.zip", []
    load_member = containers.load
    monkeypatch.setattr(containers, "load", lambda source: (unpacked.append(source.uri), load_member(source))[1])
    chosen = config.load({"store": str(tmp_path / ".ragkit")}, environment={})

    def ingest(*, prune: bool = False) -> IngestReport:
        unpacked.clear()
        return kit.ingest([place], prune=prune)

    def write(hour: int, **members: str) -> None:
        place.write_bytes(zipped({f"{name}.md": text for name, text in members.items()}))
        os.utime(place, (hour * 3600, hour * 3600))

    with Kit(chosen, Pipeline(chosen, embedder=HashingEmbedder())) as kit:
        write(1, a="# A", b="# B")
        report = ingest()
        assert (report.new, report.complete) == (2, True)
        report = ingest()
        assert (report.unchanged, unpacked) == (2, [])
        write(2, a="# A", b="# Other", c="# C")
        report = ingest()
        assert (report.new, report.changed, report.unchanged) == (1, 1, 1)
        write(3, c="# C")
        report = ingest(prune=True)
        assert report.removed == ("a.zip/a.md", "a.zip/b.md")
        place.write_bytes(b"PK")
        report = ingest(prune=True)
        assert [failure.uri for failure in report.failed] == ["a.zip"]
        assert [info.uri for info in kit.documents()] == ["a.zip/c.md"]
