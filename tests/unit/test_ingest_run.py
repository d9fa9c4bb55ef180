"""An ingest run takes in what is there, once, and accounts for all of it."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ragkit import config, testing, upkeep
from ragkit.errors import StoreLocked, UsageError
from ragkit.ingest import origins, steps
from ragkit.ingest import run as ingestion
from ragkit.ingest.globs import Area
from ragkit.ingest.report import Failure, IngestReport
from ragkit.kit import Kit
from ragkit.pipeline import Pipeline
from ragkit.store.store import Store
from ragkit.store.writing import Transaction
from ragkit.testing import HashingEmbedder
from ragkit.types import Document, Source
from tests.conftest import ALL_FAULTS


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, text in {"a.md": "# A\n\nAlpha leave.", "b.txt": "Beta pay.", "c.md": "# C\n\nGamma travel."}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def embedder() -> HashingEmbedder:
    return HashingEmbedder()


@pytest.fixture
def kit(tmp_path: Path, embedder: HashingEmbedder) -> Iterator[Kit]:
    chosen = config.load({"store": str(tmp_path / ".ragkit")}, environment={})
    with Kit(chosen, Pipeline(chosen, embedder=embedder)) as made:
        yield made


def accounted(report: IngestReport) -> tuple[int, int, int, int]:
    """New, changed, unchanged, failed; together with what moved they are all that was found."""
    counts = (report.new, report.changed, report.unchanged, len(report.failed))
    assert report.found == sum(counts) + len(report.moved)
    return counts


def uris(kit: Kit) -> list[str]:
    return [info.uri for info in kit.documents()]


def failures(kit: Kit) -> list[str]:
    return [failure.uri for failure in kit.status().failures]


def aged(path: Path, seconds: int = 60) -> None:
    """As if it had been written some time ago, so that its modification time tells something."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - seconds * 10**9))


def test_a_first_run_is_accounted_for(kit: Kit, docs: Path) -> None:
    (docs / "picture.raw").write_bytes(b"\0RAW")
    (docs / "empty.md").write_text("", encoding="utf-8")
    (docs / "gone.md").symlink_to(docs / "nowhere.md")
    report = kit.ingest(docs)
    assert accounted(report) == (4, 0, 0, 1)
    assert report.failed == (Failure("docs/gone.md", "no such file or directory"),)
    assert report.unsupported == (Failure("docs/picture.raw", "there is no reader for .raw files"),)
    assert report.empty == ("docs/empty.md",)
    assert (report.removed, report.pruned, report.complete) == ((), False, False)
    assert report.chunks == report.embedded == 3
    assert uris(kit) == ["docs/a.md", "docs/b.txt", "docs/c.md", "docs/empty.md"]
    assert kit.status().failures == report.failed


def test_a_second_run_embeds_nothing(kit: Kit, docs: Path, embedder: HashingEmbedder) -> None:
    kit.ingest(docs)
    before = embedder.embedded
    report = kit.ingest(docs)
    assert accounted(report) == (0, 0, 3, 0)
    assert (report.chunks, report.embedded, embedder.embedded) == (0, 0, before)
    assert report.complete


def test_only_what_changed_is_embedded(kit: Kit, docs: Path, embedder: HashingEmbedder) -> None:
    (docs / "a.md").write_text("# One\n\nFirst.\n\n# Two\n\nSecond.", encoding="utf-8")
    assert kit.ingest(docs).chunks == 4
    (docs / "a.md").write_text("# One\n\nFirst.\n\n# Two\n\nSecond, in other words.", encoding="utf-8")
    before = embedder.embedded
    report = kit.ingest(docs)
    assert accounted(report) == (0, 1, 2, 0)
    assert (report.chunks, report.embedded, embedder.embedded - before) == (2, 1, 1)
    assert kit.search("other words")[0].chunk.text.endswith("Second, in other words.")


def test_identical_texts_are_embedded_once(kit: Kit, embedder: HashingEmbedder) -> None:
    report = kit.ingest([Document(f"{n}.txt", "The same words everywhere.") for n in range(20)])
    assert (report.new, report.chunks, report.embedded, embedder.embedded) == (20, 20, 1, 1)
    again = kit.ingest(Document("later.txt", "The same words everywhere."))
    assert (again.new, again.embedded) == (1, 0)
    assert len(kit.documents()) == 21
    # identical passages are one hit
    assert len(kit.search("same words", k=50)) == 1


def test_a_touched_file_is_not_taken_in_again(kit: Kit, docs: Path) -> None:
    aged(docs / "a.md")
    kit.ingest(docs)
    aged(docs / "a.md", -30)
    assert accounted(kit.ingest(docs)) == (0, 0, 3, 0)


def test_a_change_within_the_tick_of_the_clock_is_seen(kit: Kit, docs: Path) -> None:
    """Same size, same modification time: the time was too fresh to be believed."""
    status = (docs / "b.txt").stat()
    now = max(status.st_mtime_ns, 10**9 + time.time_ns())
    os.utime(docs / "b.txt", ns=(now, now))
    kit.ingest(docs)
    (docs / "b.txt").write_text("Zeta pay.", encoding="utf-8")
    os.utime(docs / "b.txt", ns=(now, now))
    assert accounted(kit.ingest(docs)) == (0, 1, 2, 0)


def test_the_fields_of_json_that_were_chosen_hold_until_others_are(
    tmp_path: Path, docs: Path, embedder: HashingEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ticket = '{"team": "legal", "year": 2023, "body": "Delta tram.", "note": "None."}'
    (docs / "t.json").write_text(ticket, encoding="utf-8")

    def ingest(**fields: list[str]) -> tuple[str, IngestReport]:
        flags = {"store": str(tmp_path / ".ragkit"), **{f"ingest.json_{name}": each for name, each in fields.items()}}
        settings = config.load(flags, environment={})
        with Kit(settings, Pipeline(settings, embedder=embedder)) as kit:
            report = kit.ingest(docs)
            kit.ingest(Document("in memory", "Epsilon."))
            [found] = [hit.chunk.text for hit in kit.search("body", 9) if hit.chunk.uri == "docs/t.json"]
            assert len(kit.documents(filter="year >= 2023")) == bool(fields.get("metadata") or not fields)
            return found, report

    whole = "team: legal\nyear: 2023\nbody: Delta tram.\nnote: None."
    assert ingest(text=[])[0] == whole
    text, report = ingest(text=["body"], metadata=["year"])
    assert text == "body: Delta tram."
    assert accounted(report) == (0, 1, 3, 0)
    text, report = ingest()
    assert (text, accounted(report)) == ("body: Delta tram.", (0, 0, 4, 0))
    text, report = ingest(text=[" "])
    assert (text, accounted(report)) == (whole, (0, 1, 3, 0))


def test_a_settled_file_is_not_even_read(kit: Kit, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in docs.iterdir():
        aged(path)
    kit.ingest(docs)
    monkeypatch.setattr(origins, "load", lambda source: pytest.fail(f"{source.uri} was read"))
    assert accounted(kit.ingest(docs)) == (0, 0, 3, 0)


def test_a_touched_file_is_read_once_and_then_settled(kit: Kit, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kit.ingest(docs)
    for path in docs.iterdir():
        aged(path)
    assert kit.ingest(docs).idle
    monkeypatch.setattr(origins, "load", lambda source: pytest.fail(f"{source.uri} was read"))
    assert accounted(kit.ingest(docs)) == (0, 0, 3, 0)


def test_what_vanished_is_reported_and_kept_until_it_is_pruned(kit: Kit, docs: Path) -> None:
    kit.ingest(docs)
    (docs / "a.md").unlink()
    report = kit.ingest(docs)
    assert accounted(report) == (0, 0, 2, 0)
    assert (report.removed, report.pruned) == (("docs/a.md",), False)
    assert "docs/a.md" in uris(kit)
    pruned = kit.ingest(docs, prune=True)
    assert (pruned.removed, pruned.pruned) == (("docs/a.md",), True)
    assert uris(kit) == ["docs/b.txt", "docs/c.md"]
    assert kit.ingest(docs, prune=True).removed == ()


def test_only_what_was_looked_for_can_vanish(kit: Kit, docs: Path, tmp_path: Path) -> None:
    (tmp_path / "docs-2").mkdir()
    (tmp_path / "docs-2" / "d.md").write_text("Delta.", encoding="utf-8")
    kit.ingest([docs, tmp_path / "docs-2", Document("docs/memory.md", "In memory.")])
    for path in (docs / "a.md", tmp_path / "docs-2" / "d.md"):
        path.unlink()
    assert kit.ingest(docs / "b.txt", prune=True).removed == ()
    assert kit.ingest(docs, prune=True).removed == ("docs/a.md",)
    assert kit.ingest(tmp_path, prune=True).removed == ("docs-2/d.md",)
    assert uris(kit) == ["docs/b.txt", "docs/c.md", "docs/memory.md"]


def test_files_elsewhere_do_not_vanish_from_the_stores_own_folder(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "near.md").write_text("Near.", encoding="utf-8")
    (tmp_path / "far.md").write_text("Far.", encoding="utf-8")
    with testing.kit(tmp_path / "base" / ".ragkit") as kit:
        kit.ingest([tmp_path / "far.md", tmp_path / "base"])
        assert kit.ingest(tmp_path / "base", prune=True).removed == ()
        (tmp_path / "base" / "near.md").unlink()
        assert kit.ingest(tmp_path, prune=True).removed == ("near.md",)
        assert uris(kit) == [(tmp_path / "far.md").as_posix()]


def test_a_folder_that_cannot_be_read_has_not_vanished(kit: Kit, docs: Path, tmp_path: Path) -> None:
    mount = tmp_path / "mount"
    mount.mkdir()
    (mount / "m.md").write_text("On a disk that comes and goes.", encoding="utf-8")
    (docs / "disk").symlink_to(mount, target_is_directory=True)
    kit.ingest(docs)
    mount.rename(tmp_path / "away")
    report = kit.ingest(docs, prune=True)
    assert accounted(report) == (0, 0, 3, 1)
    assert (report.failed[0].uri, report.removed) == ("docs/disk", ())
    assert "docs/disk/m.md" in uris(kit)
    (tmp_path / "away").rename(mount)
    assert accounted(kit.ingest(docs, prune=True)) == (0, 0, 4, 0)
    assert failures(kit) == []


def test_a_failure_is_retried_and_forgotten_when_it_succeeds(kit: Kit, docs: Path) -> None:
    (docs / "bad.md").write_bytes(b"\x00\x01\x02\xff" * 50)
    first = kit.ingest(docs)
    assert accounted(first) == (3, 0, 0, 1)
    assert kit.status().failures == first.failed
    assert accounted(kit.ingest(docs)) == (0, 0, 3, 1)
    (docs / "bad.md").write_text("Now it is good.", encoding="utf-8")
    assert accounted(kit.ingest(docs)) == (1, 0, 3, 0)
    assert failures(kit) == []


def test_a_failure_is_forgotten_when_its_file_vanishes(kit: Kit, docs: Path, tmp_path: Path) -> None:
    for folder in (docs, tmp_path):
        (folder / "bad.md").write_bytes(b"\x00\x01\x02\xff" * 50)
    kit.ingest([docs, tmp_path / "bad.md"])
    for folder in (docs, tmp_path):
        (folder / "bad.md").unlink()
    kit.ingest(docs)
    assert failures(kit) == ["bad.md"]
    kit.ingest(tmp_path)
    assert failures(kit) == []


def test_a_changed_file_that_fails_keeps_its_old_version_until_it_is_mended(kit: Kit, docs: Path) -> None:
    kit.ingest(docs)
    good = (docs / "b.txt").read_bytes()
    (docs / "b.txt").write_bytes(b"\x00\x01\x02\xff" * 50)
    assert accounted(kit.ingest(docs)) == (0, 0, 2, 1)
    assert kit.document("docs/b.txt").text.strip() == "Beta pay."
    (docs / "b.txt").write_bytes(good)
    assert accounted(kit.ingest(docs)) == (0, 0, 3, 0)
    assert failures(kit) == []


@pytest.mark.parametrize(
    "bad",
    [Document("bad.md", "half \ud800 pair"), Document("bad.md", "Fine.", title="\udfff")],
    ids=["text", "title"],
)
def test_half_a_surrogate_pair_fails_its_document_alone(kit: Kit, bad: Document) -> None:
    report = kit.ingest([Document("a.md", "Alpha."), bad, Document("z.md", "Omega.")])
    assert accounted(report) == (2, 0, 0, 1)
    assert report.failed[0].uri == "bad.md"
    assert "not valid Unicode" in report.failed[0].reason
    assert uris(kit) == ["a.md", "z.md"]
    assert failures(kit) == ["bad.md"]
    assert accounted(kit.ingest(Document("bad.md", "Whole."))) == (1, 0, 0, 0)
    assert failures(kit) == []


def test_half_a_surrogate_pair_in_a_uri_fails_under_a_name_that_can_be_shown(kit: Kit) -> None:
    report = kit.ingest([Document("c\udcff.md", "Text."), Document("a.md", "Alpha.")])
    assert accounted(report) == (1, 0, 0, 1)
    report.failed[0].uri.encode()
    assert failures(kit) == [report.failed[0].uri]


@pytest.mark.parametrize(
    "bad",
    [
        Document("bad", "text", metadata={"of": b"bytes"}),  # type: ignore[dict-item]
        Document("bad", "text", metadata={5: "five", "five": 5}),  # type: ignore[dict-item]
        Document("bad", "text", metadata={"of": None}),  # type: ignore[dict-item]
        Document("bad", "text", metadata={"of": {"x": 1}}),  # type: ignore[dict-item]
        Document("bad", "text", metadata={"of": ["a", None]}),  # type: ignore[list-item]
        Document("bad", "text", principals="hr"),  # type: ignore[arg-type]
        Document("bad", "text", principals=("hr", "")),
        Document("bad", "text", principals={"hr"}),  # type: ignore[arg-type]
        Document("bad", "text", principals=None),  # type: ignore[arg-type]
        Document("bad", "text", metadata=None),  # type: ignore[arg-type]
        Document("bad", "text", title=None),  # type: ignore[arg-type]
        Document("bad", "text", collection=None),  # type: ignore[arg-type]
        Document("bad", "text", blocks=None),  # type: ignore[arg-type]
        Document("bad", b"text"),  # type: ignore[arg-type]
        Document(Path("bad"), "text"),  # type: ignore[arg-type]
    ],
)
def test_what_no_store_can_keep_fails_its_document_alone(kit: Kit, bad: Document) -> None:
    given = [Document("one", "First."), bad, Document("two", "Second.")]
    rehearsed, report = kit.ingest(given, dry_run=True), kit.ingest(given)
    assert accounted(report) == accounted(rehearsed) == (2, 0, 0, 1)
    assert report.failed == rehearsed.failed
    assert report.failed[0].uri == "bad"


def test_a_number_without_end_breaks_no_filter(kit: Kit, docs: Path) -> None:
    (docs / "toml.md").write_text("+++\nlimit = inf\nlimits = [1.5, nan]\n+++\n\nDelta.", encoding="utf-8")
    kit.ingest([docs, Document("endless", "Text.", metadata={"limit": float("nan")}, title="x")])
    assert [info.uri for info in kit.documents(filter='limit = "inf"')] == ["docs/toml.md"]
    assert kit.documents(filter="limit > 3") == []
    assert [info.uri for info in kit.documents(filter='limits = "nan" and limits < 2')] == ["docs/toml.md"]
    with pytest.raises(UsageError, match="cannot be"):
        kit.ingest(docs, metadata={"limit": float("inf")})


def test_a_document_without_a_uri_fails_alone(kit: Kit) -> None:
    report = kit.ingest([Document(" ", "Text."), Document("a.md", "Alpha.")])
    assert accounted(report) == (1, 0, 0, 1)
    assert "no uri" in report.failed[0].reason
    assert uris(kit) == ["a.md"]


def test_documents_in_memory_change_with_anything_they_hold(kit: Kit) -> None:
    kit.ingest(Document("a.md", "Alpha.", title="One"))
    assert kit.ingest(Document("a.md", "Alpha.", title="One")).unchanged == 1
    assert kit.ingest(Document("a.md", "Alpha.", title="Two")).changed == 1
    assert kit.ingest(Document("a.md", "Alpha.", title="Two", metadata={"by": "Ada"})).changed == 1
    assert kit.document("a.md").metadata == {"by": "Ada"}


def test_of_two_documents_with_one_uri_the_last_stays(kit: Kit) -> None:
    first, last = Document("a.md", "First."), Document("a.md", "Last.")
    assert accounted(kit.ingest([first, last])) == (1, 0, 0, 0)
    assert kit.document("a.md").text == last.text
    assert accounted(kit.ingest([first, last])) == (0, 1, 0, 0)
    assert kit.document("a.md").text == last.text
    assert [hit.chunk.text for hit in kit.search("first last", k=9)] == ["Last."]


def test_a_document_given_again_after_it_failed_has_not_failed(kit: Kit) -> None:
    report = kit.ingest([Document("a.md", "half \ud800"), Document("a.md", "Whole.")])
    assert accounted(report) == (1, 0, 0, 0)
    assert failures(kit) == []


def test_a_file_goes_before_a_document_of_its_uri(kit: Kit, docs: Path) -> None:
    kit.ingest(docs)
    report = kit.ingest([docs, Document("docs/a.md", "Another alpha.")])
    assert accounted(report) == (0, 1, 2, 0)
    assert "Alpha leave." in kit.document("docs/a.md").text


def test_a_file_named_twice_is_taken_in_once(kit: Kit, docs: Path) -> None:
    report = kit.ingest([docs, docs / "a.md", docs / ".." / "docs"])
    assert accounted(report) == (3, 0, 0, 0)
    assert report.chunks == 3


def test_a_missing_path_is_refused_before_anything_is_written(kit: Kit, docs: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nothing at .*dosc, .*nope\.md"):
        kit.ingest([docs, tmp_path / "dosc", Document("a.md", "Alpha."), str(tmp_path / "nope.md")])
    assert not (tmp_path / ".ragkit").exists()


def test_an_iterator_may_mix_paths_and_documents(kit: Kit, docs: Path) -> None:
    report = kit.ingest(item for item in (Document("m.md", "Memory."), docs / "a.md", Document("n.md", "More.")))
    assert accounted(report) == (3, 0, 0, 0)
    assert uris(kit) == ["docs/a.md", "m.md", "n.md"]
    with pytest.raises(UsageError, match="nothing at"):
        kit.ingest(iter([docs / "nope.md"]))


def test_a_file_that_may_only_be_read_is_read(kit: Kit, docs: Path) -> None:
    (docs / "a.md").chmod(0o444)
    assert accounted(kit.ingest(docs)) == (3, 0, 0, 0)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="whoever runs this may read everything")
def test_a_file_that_may_not_be_read_fails_until_it_may(kit: Kit, docs: Path) -> None:
    kit.ingest(docs)
    (docs / "a.md").chmod(0)
    report = kit.ingest(docs, prune=True)
    assert report.failed == (Failure("docs/a.md", "permission denied"),)
    (docs / "a.md").chmod(0o600)
    assert accounted(kit.ingest(docs)) == (0, 0, 3, 0)
    assert failures(kit) == []


def test_a_file_that_vanishes_while_it_is_read_fails_alone(
    kit: Kit, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = origins.load

    def vanishing(source: Source) -> bytes:
        (docs / "b.txt").unlink(missing_ok=True)
        return load(source)

    monkeypatch.setattr(origins, "load", vanishing)
    report = kit.ingest(docs)
    assert accounted(report) == (2, 0, 0, 1)
    assert report.failed[0].uri == "docs/b.txt"


def test_progress_tells_what_is_done(kit: Kit, docs: Path) -> None:
    told: list[tuple[str, int, int]] = []
    kit.ingest([docs, Document("m.md", "Memory.")], progress=lambda *said: told.append(said))
    assert told == [("read", 1, 0), ("read", 1, 3), ("read", 2, 3), ("read", 3, 3), ("embedded", 4, 0)]


def test_a_run_that_is_stopped_before_its_first_batch_is_not_proven(
    kit: Kit, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(source: object, data: bytes) -> Document:
        raise KeyboardInterrupt

    monkeypatch.setattr(steps, "read", stopped)
    with pytest.raises(KeyboardInterrupt):
        kit.ingest(docs)
    lacking = [finding.what for line in kit.prove() for finding in line.findings if finding.level == "error"]
    assert [what.partition(" ")[0] for what in lacking] == ["docs/a.md", "docs/b.txt", "docs/c.md"]


def test_batches_are_kept_when_a_run_is_stopped(kit: Kit, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingestion, "BATCH_CHUNKS", 1)
    read = steps.read

    def stopped(source: object, data: bytes) -> Document:
        if b"Gamma" in data:
            raise KeyboardInterrupt
        return read(source, data)

    with monkeypatch.context() as patched:
        patched.setattr(steps, "read", stopped)
        with pytest.raises(KeyboardInterrupt):
            kit.ingest(docs)
    assert uris(kit) == ["docs/a.md", "docs/b.txt"]
    assert kit.search("beta")[0].chunk.uri == "docs/b.txt"
    lacking = [finding.what for line in kit.prove() for finding in line.findings]
    assert [what.partition(" ")[0] for what in lacking] == ["docs/c.md"]
    report = kit.ingest(docs)
    assert accounted(report) == (1, 0, 2, 0)
    assert report.embedded == 1
    assert {finding.level for finding in kit.doctor()} == {"ok"}


def test_a_folder_is_remembered_with_its_first_batch_and_not_again(
    kit: Kit, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingestion, "BATCH_CHUNKS", 1)
    commits: list[list[str]] = []
    remember = ingestion.remember

    def noted(tx: Transaction, areas: Iterable[Area], *more: object) -> None:
        commits.append([area.uri for area in areas])
        remember(tx, areas, *more)

    monkeypatch.setattr(ingestion, "remember", noted)
    kit.ingest([docs / "a.md", docs])
    assert commits == [["docs/a.md", "docs"]]
    assert [root.uri for root in kit._store().roots()] == ["docs", "docs/a.md"]


def test_a_failing_iterator_leaves_what_was_committed(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingestion, "BATCH_CHUNKS", 2)

    def broken() -> Iterator[Document]:
        for number in range(5):
            yield Document(f"{number}.md", f"Text {number}.")
        raise OSError("the feed broke off")

    with pytest.raises(OSError, match="broke off"):
        kit.ingest(broken())
    assert uris(kit) == ["0.md", "1.md", "2.md", "3.md"]


class Counted(Document):
    """A document that knows how many of its kind are in memory."""

    alive: ClassVar[int] = 0
    most: ClassVar[int] = 0

    def __init__(self, uri: str, text: str) -> None:
        super().__init__(uri, text, media_type="text/plain")
        Counted.alive += 1
        Counted.most = max(Counted.most, Counted.alive)

    def __del__(self) -> None:
        Counted.alive -= 1


@pytest.mark.parametrize("text", ["Text number {}.", ""], ids=["chunks", "nothing to chunk"])
def test_memory_holds_one_batch_whatever_the_corpus(kit: Kit, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(ingestion, "BATCH_CHUNKS", 50)
    Counted.alive = Counted.most = 0
    report = kit.ingest(Counted(f"{number}.md", text.format(number)) for number in range(600))
    assert accounted(report) == (600, 0, 0, 0)
    assert Counted.most <= 52


def test_two_kits_cannot_write_at_once(kit: Kit, docs: Path) -> None:
    refused: list[str] = []

    def meddle(what: str, done: int, total: int) -> None:
        with testing.kit(kit.path) as other:
            for change in (lambda: other.ingest(Document("x.md", "X.")), lambda: other.remove("docs/a.md")):
                with pytest.raises(StoreLocked, match="Another kit of this process"):
                    change()
                refused.append(what)

    kit.ingest(Document("docs/a.md", "Alpha."), progress=meddle)
    assert "embedded" in refused
    assert uris(kit) == ["docs/a.md"]


def test_the_locked_out_kit_may_write_afterwards(kit: Kit, docs: Path) -> None:
    with testing.kit(kit.path) as other:
        kit.ingest(docs)
        assert accounted(other.ingest(docs)) == (0, 0, 3, 0)


NAMES = st.sampled_from(["a.md", "b.txt", "sub/c.md", "sub/d.html"])
TEXTS = st.lists(st.sampled_from("leave pay travel channel probe battery # \n".split(" ")), max_size=8).map(" ".join)
CHANGES = st.lists(st.tuples(NAMES, TEXTS | st.none()), min_size=1, max_size=5)
"""What is done to which file between two runs: a new text, or None to delete it."""


def change(folder: Path, changes: list[tuple[str, str | None]]) -> None:
    for name, text in changes:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(text, encoding="utf-8")


def content(kit: Kit) -> object:
    """All that can be seen of a store. Scores are rounded: sums of floats depend on the order of the rows, and so does
    which of several identical passages stands for all."""
    found = [
        {(hit.chunk.text, round(hit.score, 4)) for hit in kit.search(query, k=100)} for query in ("leave pay", "probe")
    ]
    return [kit.document(uri) for uri in uris(kit)], found, failures(kit)


def warnings(kit: Kit) -> set[str]:
    return {finding.what for finding in kit.doctor() if finding.level == "warning"}


@settings(max_examples=60 if ALL_FAULTS else 8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rounds=st.lists(CHANGES, min_size=1, max_size=4))
@example(rounds=[[("a.md", "leave pay leave leave leave"), ("b.txt", "leave pay leave leave leave")]])
def test_any_history_ends_where_a_fresh_start_would(rounds: list[list[tuple[str, str | None]]]) -> None:
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setattr(upkeep, "_models_found", list)  # they load for longer than all else takes
        folder = Path(place) / "docs"
        folder.mkdir()
        with testing.kit(Path(place) / ".old") as old, testing.kit(Path(place) / ".new") as new:
            for changes in rounds:
                change(folder, changes)
                accounted(old.ingest(folder, prune=True))
            new.ingest(folder)
            once = content(old)
            assert once == content(new)
            again = old.ingest(folder, prune=True)
            assert (again.found, again.embedded, again.removed) == (again.unchanged, 0, ())
            assert content(old) == once
            assert not [finding for finding in old.doctor() if finding.level == "error"]
            assert warnings(old) == warnings(new)


def test_a_long_run_merges_the_index_on_its_way(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingestion, "BATCH_CHUNKS", 2)
    monkeypatch.setattr(ingestion, "MERGED", 4)
    merged: list[int] = []
    finish = Store.finish
    monkeypatch.setattr(Store, "finish", lambda store: merged.append(store.counts().chunks) or finish(store))
    kit.ingest(Document(f"d{number}.md", f"Text {number}.") for number in range(20))
    assert merged == [4, 8, 16, 20]
