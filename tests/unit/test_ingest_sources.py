"""Globs, ignore files, labels, moves and rehearsals of an ingest run, on real files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit import config
from ragkit.errors import SourceError, UsageError
from ragkit.ingest import readers
from ragkit.ingest.given import read_document
from ragkit.ingest.globs import Area, Areas, area
from ragkit.ingest.labels import Labels, from_options, labels_of, parse_metadata
from ragkit.ingest.readers.front_matter import split_front_matter
from ragkit.ingest.report import IngestReport, Move
from ragkit.kit import Kit
from ragkit.pipeline import Pipeline
from ragkit.testing import HashingEmbedder
from ragkit.types import Document, Fields
from tests.open_files import zipped


@pytest.fixture
def embedder() -> HashingEmbedder:
    return HashingEmbedder()


@pytest.fixture
def kit(tmp_path: Path, embedder: HashingEmbedder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kit]:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    chosen = config.load({"store": ".ragkit"}, environment={})
    with Kit(chosen, Pipeline(chosen, embedder=embedder)) as made:
        yield made


def write(name: str, text: str = "") -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text or f"Text of {name}.", encoding="utf-8")
    return path


def uris(kit: Kit) -> list[str]:
    return [info.uri for info in kit.documents()]


def ignored(report: IngestReport) -> dict[str, str]:
    return {each.uri: each.reason for each in report.ignored}


# globs


def test_a_glob_that_no_shell_expanded(kit: Kit) -> None:
    for name in ("docs/a.md", "docs/b.txt", "docs/sub/c.md", "docs/sub/deep/d.md", "docs/.hidden/e.md", "f.md"):
        write(name)
    assert kit.ingest("docs/**/*.md").new == 3
    assert uris(kit) == ["docs/a.md", "docs/sub/c.md", "docs/sub/deep/d.md"]
    assert kit.ingest("docs/s*").unchanged == 2
    assert kit.ingest("*.md").new == 1
    assert kit.ingest("docs/[ab].*").new == 1


def test_a_file_whose_name_looks_like_a_glob_is_that_file(kit: Kit) -> None:
    write("notes[1].md")
    write("notes1.md")
    kit.ingest("notes[1].md")
    assert uris(kit) == ["notes[1].md"]


def test_a_glob_prunes_only_what_it_asks_for(kit: Kit) -> None:
    for name in ("docs/a.md", "docs/b.txt", "docs/c.md"):
        write(name)
    kit.ingest("docs")
    Path("docs/a.md").unlink()
    Path("docs/b.txt").unlink()
    assert kit.ingest("docs/*.md", prune=True).removed == ("docs/a.md",)
    assert kit.ingest("docs", prune=True).removed == ("docs/b.txt",)


def test_a_glob_in_a_folder_that_is_missing_is_refused(kit: Kit) -> None:
    with pytest.raises(UsageError, match=r"nothing at dosc/\*\.md"):
        kit.ingest("dosc/*.md")
    assert not kit.path.exists()


def test_a_glob_that_fits_nothing_finds_nothing(kit: Kit) -> None:
    write("docs/a.md")
    assert kit.ingest("docs/*.pdf").found == 0


# ignore files and --exclude


def test_ignore_files_hold_below_them_and_nested_ones_win(kit: Kit) -> None:
    for name in ("docs/a.md", "docs/a.log", "docs/drafts/x.md", "docs/sub/b.md", "docs/sub/keep.log", "docs/sub/y.tmp"):
        write(name)
    write("docs/.ragkitignore", "# what we do not want\n*.log\ndrafts/\n*.tmp\n")
    write("docs/sub/.ragkitignore", "!keep.log\n/b.md\n")
    report = kit.ingest("docs")
    assert uris(kit) == ["docs/a.md", "docs/sub/keep.log"]
    assert ignored(report) == {
        "docs/a.log": "left out by docs/.ragkitignore",
        "docs/drafts/": "left out by docs/.ragkitignore",
        "docs/sub/b.md": "left out by docs/sub/.ragkitignore",
        "docs/sub/y.tmp": "left out by docs/.ragkitignore",
    }
    assert report.complete


def test_an_ignore_file_above_a_named_path_holds_too(kit: Kit) -> None:
    write(".ragkitignore", "secret.md\n")
    write("docs/sub/secret.md")
    for named in ("docs/sub", "docs/sub/secret.md", "docs/*/*.md"):
        assert kit.ingest(named).found == 0


def test_what_is_ignored_later_is_gone_and_pruned(kit: Kit) -> None:
    write("docs/a.md")
    write("docs/drafts/b.md")
    kit.ingest("docs")
    write("docs/.ragkitignore", "drafts\n")
    assert kit.ingest("docs").removed == ("docs/drafts/b.md",)
    assert kit.ingest("docs", prune=True).removed == ("docs/drafts/b.md",)
    assert uris(kit) == ["docs/a.md"]


@pytest.mark.parametrize("exclude", [["*.log"], "*.log", "b.log", iter(["b.log"])])
def test_what_one_run_excludes_stays_in_the_store(kit: Kit, exclude: str | Iterable[str]) -> None:
    for name in ("docs/a.md", "docs/b.log"):
        write(name)
    kit.ingest("docs")
    report = kit.ingest("docs", exclude=exclude, prune=True)
    assert (report.removed, ignored(report)) == ((), {"docs/b.log": "left out by --exclude"})


@pytest.mark.parametrize("pattern", ["*.zip", "sub", "b.md"])
def test_what_one_run_excludes_of_archives_stays_too(kit: Kit, pattern: str) -> None:
    write("docs/a.md")
    write("docs/sub/c.md")
    Path("docs/sub/all.zip").write_bytes(zipped({"b.md": "Beta.", "d.md": "Delta."}))
    kit.ingest("docs")
    assert kit.ingest("docs", exclude=[pattern], prune=True).removed == ()
    Path("docs/sub/all.zip").write_bytes(zipped({"b.md": "Beta."}))
    assert kit.ingest("docs", prune=True).removed == ("docs/sub/all.zip/d.md",)


@pytest.mark.parametrize("pattern", ["drafts", "drafts/", "docs/drafts", "docs/dr*/", "/docs/drafts", "**/drafts/**"])
def test_patterns_to_exclude(kit: Kit, pattern: str) -> None:
    for name in ("docs/a.md", "docs/drafts/b.md"):
        write(name)
    kit.ingest("docs", exclude=[pattern])
    assert uris(kit) == ["docs/a.md"]


def test_excluding_wins_over_ignore_files_and_may_ask_for_what_they_leave_out(kit: Kit) -> None:
    for name in ("docs/a.md", "docs/b.md"):
        write(name)
    write("docs/.ragkitignore", "a.md\n!b.md\n")
    kit.ingest("docs", exclude=["b.md", "!a.md"])
    assert uris(kit) == ["docs/a.md"]


def test_excluding_in_a_folder_elsewhere(kit: Kit, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    for name in ("a.md", "sub/b.md"):
        write(f"{other}/{name}")
    kit.ingest(other, exclude=["/sub"])
    assert uris(kit) == [f"{other}/a.md"]


def test_a_pattern_that_cannot_be_is_told_where_it_stands(kit: Kit) -> None:
    write("docs/a.md", "A.")
    with pytest.raises(UsageError, match="--exclude cannot be used"):
        kit.ingest("docs", exclude=["[z-a]"])
    write("docs/.ragkitignore", "[z-a]\n")
    [failure] = kit.ingest("docs").failed
    assert "docs/.ragkitignore cannot be read: Invalid git pattern" in failure.reason


def test_an_ignore_file_that_cannot_be_read_keeps_its_folder_out(kit: Kit) -> None:
    write("docs/a.md")
    write("docs/sub/b.md")
    Path("docs/sub/.ragkitignore").write_bytes(b"\xff\xfe*\x00\n")
    report = kit.ingest("docs")
    assert uris(kit) == ["docs/a.md"]
    assert [failure.uri for failure in report.failed] == ["docs/sub"]


def test_a_store_is_never_ingested_hidden_or_not(kit: Kit) -> None:
    write("docs/a.md")
    kit.ingest("docs")
    chosen = config.load({"store": "docs/kb"}, environment={})
    with Kit(chosen, Pipeline(chosen, embedder=HashingEmbedder())) as inside:
        inside.ingest("docs")
        write("docs/kb/stray.md")
        assert inside.ingest("docs").found == 1
        assert inside.ingest("docs/kb").found == 0
    assert kit.ingest("docs").found == 1
    write(".ragkit/stray.md")
    assert kit.ingest(".ragkit").found == 0


def test_a_walk_from_above_the_store_names_files_as_one_from_below(kit: Kit, tmp_path: Path) -> None:
    write("docs/a.md")
    write("docs/.ragkitignore", "*.log\n")
    write("docs/b.log")
    kit.ingest("docs")
    write("../beside/c.md")
    report = kit.ingest(tmp_path, exclude="/beside")
    assert "docs/a.md" in uris(kit)
    assert report.new == 0


# labels


def test_labels_are_set_kept_and_changed_without_embedding(kit: Kit, embedder: HashingEmbedder) -> None:
    write("docs/a.md", "---\nteam: legal\nyear: 2020\n---\n\n# A\n\nAlpha.")
    kit.ingest("docs", metadata={"team": "hr", "open": True}, collection="people", principals=["hr", "ada"])
    document = kit.document("docs/a.md")
    assert (document.metadata["team"], document.metadata["open"], document.metadata["year"]) == ("hr", True, 2020)
    assert (document.collection, document.principals) == ("people", ("ada", "hr"))
    before = embedder.embedded
    assert kit.ingest("docs").unchanged == 1
    report = kit.ingest("docs", metadata={"team": "it"})
    assert (report.changed, report.embedded, embedder.embedded) == (1, 0, before)
    document = kit.document("docs/a.md")
    assert (document.metadata["team"], "open" in document.metadata) == ("it", False)
    assert document.principals == ("ada", "hr")
    kit.ingest("docs", metadata={}, collection="default", principals=())
    document = kit.document("docs/a.md")
    assert (document.metadata["team"], document.collection, document.principals) == ("legal", "default", ())
    assert embedder.embedded == before


def test_a_plain_run_does_not_open_what_an_earlier_one_closed(kit: Kit) -> None:
    write("docs/a.md")
    kit.ingest("docs", principals="hr")
    write("docs/a.md", "Another text.")
    write("docs/sub/new.md")
    kit.ingest("docs/sub/new.md")
    kit.ingest("docs/*.md")
    assert {info.principals for info in kit.documents()} == {("hr",)}
    kit.ingest("docs/sub", principals=["it"])
    kit.ingest("docs", principals=["all"])
    kit.ingest("docs")
    assert {info.principals for info in kit.documents()} == {("all",)}


def test_labels_of_documents_in_memory(kit: Kit) -> None:
    kit.ingest(Document("a", "Alpha.", metadata={"x": 1, "y": 2}, principals=("own",)), metadata={"x": 3})
    document = kit.document("a")
    assert (document.metadata, document.principals) == ({"x": 3, "y": 2}, ("own",))
    report = kit.ingest(Document("a", "Alpha.", metadata={"x": 1, "y": 2}, principals=("own",)), collection="c")
    assert (report.changed, report.embedded, kit.document("a").collection) == (1, 0, "c")


def test_a_document_given_again_stays_closed(kit: Kit) -> None:
    kit.ingest(Document("pay.txt", "100"), principals="hr", collection="people", metadata={"team": "hr"})
    again = Document("pay.txt", "200")
    assert kit.ingest(again, dry_run=True).changed == 1
    assert kit.ingest(again).changed == 1
    document = kit.document("pay.txt")
    assert (document.text, document.principals, document.collection) == ("200", ("hr",), "people")
    assert document.metadata == {"team": "hr"}
    assert kit.ingest(again, dry_run=True).unchanged == kit.ingest(again).unchanged == 1
    kit.ingest(again, metadata={}, collection="default", principals=())
    kit.ingest(Document("pay.txt", "300"))
    document = kit.document("pay.txt")
    assert (document.principals, document.collection, document.metadata) == ((), "default", {})


def test_a_document_given_again_is_as_closed_as_it_says_itself(kit: Kit) -> None:
    kit.ingest(Document("pay.txt", "100", principals=("hr",)))
    kit.ingest(Document("pay.txt", "100"))
    assert kit.document("pay.txt").principals == ()


def test_a_document_given_into_a_folder_is_as_closed_as_the_folder(kit: Kit) -> None:
    write("docs/a.md")
    kit.ingest("docs", principals="hr", metadata={"team": "hr", "year": 2024})
    kit.ingest([Document("docs/b.md", "Beta."), Document("other.md", "Other.")])
    assert {info.uri: info.principals for info in kit.documents()} == {
        "docs/a.md": ("hr",),
        "docs/b.md": ("hr",),
        "other.md": (),
    }
    kit.ingest(Document("docs/b.md", "Beta.", metadata={"team": "it"}, collection="c", principals=("own",)))
    document = kit.document("docs/b.md")
    assert (document.principals, document.collection) == (("own",), "c")
    assert document.metadata == {"team": "it", "year": 2024}


def test_what_is_said_of_a_document_that_has_not_changed_holds_too(kit: Kit) -> None:
    kit.ingest(Document("pay.txt", "100", principals=("hr",)))
    assert kit.ingest(Document("pay.txt", "100"), principals="hr").unchanged == 1
    kit.ingest(Document("pay.txt", "200"))
    assert kit.document("pay.txt").principals == ("hr",)


def test_a_document_and_the_file_of_its_name_share_what_is_said(kit: Kit) -> None:
    kit.ingest(Document("docs/b.md", "Beta."), principals="hr")
    write("docs/b.md")
    kit.ingest("docs")
    assert kit.document("docs/b.md").principals == ("hr",)
    kit.ingest("docs/b.md", principals="it")
    kit.ingest(Document("docs/b.md", "Gamma."))
    assert kit.document("docs/b.md").principals == ("it",)
    kit.ingest([Document("docs/b.md", "Delta."), "docs/b.md"], principals="ada")
    assert [root.uri for root in kit._store().roots() if "given" in root.options] == []


def test_of_what_was_said_the_nearest_holds(kit: Kit, tmp_path: Path) -> None:
    for name in ("docs/a.md", "docs/pay.md"):
        write(name)
    kit.ingest(tmp_path, principals="above")
    kit.ingest("docs/**/*.md", principals="staff")
    kit.ingest("docs/pay.md", principals="hr")
    kit.ingest("docs", metadata={"reads": "again"})
    assert {info.uri: info.principals for info in kit.documents() if info.uri.startswith("docs")} == {
        "docs/a.md": ("staff",),
        "docs/pay.md": ("hr",),
    }
    kit.ingest(".", principals="here")
    kit.ingest("docs", metadata={})
    assert {info.principals for info in kit.documents() if info.uri.startswith("docs")} == {("here",)}


PLACES = st.lists(st.sampled_from(["a", "b", "a.md"]), max_size=3).map("/".join)
AREAS = st.builds(
    lambda folder, glob, base: area(folder or ".", glob, base if folder.startswith("/") else ""),
    PLACES | PLACES.map(lambda place: f"/{place}") | PLACES.map(lambda place: f"s3://{place}".rstrip("/")),
    st.sampled_from(["", "", "*.md", "**/*.md", "a"]),
    st.sampled_from(["", "b"]),
)
URIS = AREAS.map(lambda each: each.folder) | PLACES.filter(bool)


@given(areas=st.lists(AREAS, unique_by=lambda each: (each.folder, bool(each.glob))), uri=URIS)
def test_areas_that_are_looked_up_are_those_that_cover(areas: list[Area], uri: str) -> None:
    assert set(Areas(areas).covering(uri)) == {each for each in areas if each.covers(uri)}


@pytest.mark.parametrize("principals", [None, "hr"])
def test_of_many_files_named_one_by_one_each_costs_what_one_costs(
    kit: Kit, principals: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    covers = Area.covers
    asked: list[str] = []

    def counted(self: Area, uri: str) -> bool:
        asked.append(uri)
        return covers(self, uri)

    names = [write(f"docs/{number}.md", "Alike.") for number in range(40)]
    kit.ingest([*names, "docs/7*"])
    asked.clear()
    monkeypatch.setattr(Area, "covers", counted)
    names.append(write("docs/new.md", "Alike."))
    kit.ingest(names, principals=principals, prune=True)
    assert len(asked) < 6 * len(names)


def test_a_document_that_is_no_file_is_not_looked_for_as_one(kit: Kit) -> None:
    write("docs/a.md")
    kit.ingest(["docs", Document("pay.txt", "100")], principals="hr")
    write("pay.txt")
    assert {finding.level for finding in kit.doctor()} == {"ok"}
    assert {finding.level for line in kit.prove() for finding in line.findings} <= {"ok"}


@pytest.mark.parametrize(
    ("pair", "value"),
    [
        ("k=true", True),
        ("k=False", False),
        ("k=2024", 2024),
        ("k=-3", -3),
        ("k=1.50", 1.5),
        ("k=007", "007"),
        ("k=1_000", "1_000"),
        ("k=nan", "nan"),
        ("k=a=b", "a=b"),
        ("k=", ""),
        ("k=12345678901234567890", "12345678901234567890"),
        ("k=--1", "--1"),
        ("k=0", 0),
        ("k=0.25", 0.25),
        ("k=01067", "01067"),
        ("k=01.50", "01.50"),
        ("k=1e5", "1e5"),
        ("k=123456789012345", 123456789012345),
        ("k=1234567890123456", "1234567890123456"),
        ("k=0.1234567890123456789", 0.1234567890123456789),
    ],
)
def test_metadata_are_what_they_look_like(pair: str, value: object) -> None:
    found = parse_metadata([pair])["k"]
    assert (found, type(found)) == (value, type(value))
    key, _, text = pair.partition("=")
    in_front, _ = split_front_matter(f"---\n{key}: {text}\nz: z\n---\n")
    assert (in_front.get(key, ""), type(in_front.get(key, ""))) == (value, type(value))


@pytest.mark.parametrize("pair", ["team", "=hr", " =x"])
def test_metadata_that_say_nothing_are_refused(pair: str) -> None:
    with pytest.raises(UsageError, match="says nothing"):
        parse_metadata([pair])


def test_metadata_that_is_named_like_a_field_of_documents_is_told_of(
    kit: Kit, caplog: pytest.LogCaptureFixture
) -> None:
    write("a.md", "---\ntitle: A title\ntype: draft\n---\nAlpha.")
    with caplog.at_level("INFO", "ragkit"):
        kit.ingest("a.md")
        assert [info.uri for info in kit.documents(filter='metadata.type = "draft"')] == ["a.md"]
        assert caplog.messages == []
        kit.ingest("a.md", metadata=parse_metadata(["type=policy", "team=hr"]))
    assert caplog.messages == ["In a filter, type alone is what every document has; this is metadata.type."]
    assert [info.uri for info in kit.documents(filter='metadata.type = "policy"')] == ["a.md"]


def test_labels_that_cannot_be_are_refused() -> None:
    for wrong in (({"a": [1, [2]]}, None, None), ({"": 1}, None, None), (None, " ", None), (None, None, ["a", ""])):
        with pytest.raises(UsageError):
            labels_of(*wrong)  # type: ignore[arg-type]


def test_a_label_may_have_several_values(kit: Kit) -> None:
    write("a.md", "Text.")
    kit.ingest("a.md", metadata={"team": ("hr", "legal")})
    assert [info.metadata for info in kit.documents(filter='team = "legal"')] == [{"team": ["hr", "legal"]}]
    assert kit.ingest("a.md", metadata={"team": ["hr", "legal"]}).unchanged == 1


VALUES = st.text() | st.integers() | st.booleans()
LABELS = st.builds(
    Labels,
    st.none() | st.dictionaries(st.text(min_size=1), VALUES | st.lists(VALUES)),
    st.none() | st.text(min_size=1),
    st.none() | st.lists(st.text(min_size=1)).map(tuple),
    st.none() | st.builds(Fields, *[st.lists(st.text(min_size=1)).map(tuple)] * 2),
)


@given(now=LABELS, earlier=LABELS)
def test_labels_survive_being_remembered(now: Labels, earlier: Labels) -> None:
    assert from_options(now.options()) == now
    both = now.over(earlier)
    assert both.over(earlier) == both
    assert now.over(Labels()) == now
    assert Labels().over(now) == now


# moves


def age(*names: str) -> None:
    for name in names:
        os.utime(name, (1_600_000_000, 1_600_000_000))


def test_a_moved_file_is_the_same_document(kit: Kit, embedder: HashingEmbedder) -> None:
    write("docs/a.md", "Alpha words.")
    write("docs/b.md")
    age("docs/a.md", "docs/b.md")
    kit.ingest("docs")
    before = embedder.embedded
    Path("docs/sub").mkdir()
    Path("docs/a.md").rename("docs/sub/z.md")
    report = kit.ingest("docs")
    assert (report.moved, report.new, report.unchanged, report.removed) == (
        (Move("docs/a.md", "docs/sub/z.md"),),
        0,
        1,
        (),
    )
    assert (report.outcomes, report.found) == ({"docs/sub/z.md": "moved"}, 2)
    assert (uris(kit), embedder.embedded) == (["docs/b.md", "docs/sub/z.md"], before)
    assert kit.search("alpha")[0].chunk.uri == "docs/sub/z.md"
    assert {finding.level for finding in kit.doctor()} == {"ok"}
    assert kit.ingest("docs").unchanged == 2


def test_a_copy_is_new_and_of_two_copies_one_has_moved(kit: Kit) -> None:
    write("docs/a.md", "Same.")
    kit.ingest("docs")
    write("docs/b.md", "Same.")
    report = kit.ingest("docs")
    assert (report.new, report.moved, report.embedded) == (1, (), 0)
    for name in ("docs/a.md", "docs/b.md"):
        Path(name).unlink()
    for name in ("docs/x.md", "docs/y.md", "docs/z.md"):
        write(name, "Same.")
    report = kit.ingest("docs")
    assert [move.after for move in report.moved] == ["docs/x.md", "docs/y.md"]
    assert (report.new, uris(kit)) == (1, ["docs/x.md", "docs/y.md", "docs/z.md"])


def test_a_file_moved_out_of_the_folder_that_is_looked_at(kit: Kit) -> None:
    write("inbox/a.md", "Alpha.")
    kit.ingest("inbox")
    Path("archive").mkdir()
    Path("inbox/a.md").rename("archive/a.md")
    assert kit.ingest("archive").moved == (Move("inbox/a.md", "archive/a.md"),)


def seers(kit: Kit) -> dict[str, tuple[str, ...]]:
    return {info.uri: info.principals for info in kit.documents()}


def test_a_file_moved_out_of_a_closed_folder_stays_closed(kit: Kit, embedder: HashingEmbedder) -> None:
    write("docs/pay.md", "The board earns 400,000.")
    kit.ingest("docs", principals=["hr"], metadata={"team": "hr"})
    before = embedder.embedded
    for old, new in (("docs", "docs2"), ("docs2", "docs3")):
        Path(old).rename(new)
        rehearsed, report = kit.ingest(".", dry_run=True), kit.ingest(".")
        assert report.moved == (Move(f"{old}/pay.md", f"{new}/pay.md"),)
        assert rehearsed.kept == report.kept == {f"{new}/pay.md": ("hr",)}
        assert (seers(kit), kit.documents()[0].metadata) == ({f"{new}/pay.md": ("hr",)}, {})
    report = kit.ingest(".")
    assert (report.unchanged, report.kept) == (1, {})
    write("docs3/pay.md", "The board earns 500,000.")
    assert kit.ingest("docs3/pay.md").changed == 1
    kit.ingest(".", metadata={"year": 2024})
    assert (seers(kit), embedder.embedded) == ({"docs3/pay.md": ("hr",)}, before + 1)
    assert [finding for line in kit.prove() for finding in line.findings] == []
    assert kit.ingest(".", metadata={}, collection="default", principals=()).changed == 1
    assert (kit.ingest(".").unchanged, seers(kit)) == (1, {"docs3/pay.md": ()})


@pytest.mark.parametrize("named", ["new", "new/a.md", "new/*.md"])
def test_a_moved_file_that_is_named_itself_stays_closed(kit: Kit, named: str) -> None:
    write("old/a.md", "Alpha.")
    kit.ingest("old", principals=["hr"])
    Path("old").rename("new")
    for _ in range(2):
        kit.ingest(named)
        assert seers(kit) == {"new/a.md": ("hr",)}
    assert kit.ingest(named, principals=["ann"]).changed == 1
    assert (kit.ingest(".").unchanged, seers(kit)) == (1, {"new/a.md": ("ann",)})


@pytest.mark.parametrize(
    ("at", "said", "seen_by"),
    [
        ("to", ["ann"], ("ann",)),
        ("to", (), ()),
        ("from/open", (), ()),
        ("from/sub", None, ("hr",)),
        ("to", None, ("hr",)),
    ],
    ids=["a closed place", "an opened place", "an opened place in it", "within", "nothing is said"],
)
def test_what_is_said_of_the_new_place_goes_before_what_was_said_of_the_old(
    kit: Kit, at: str, said: list[str] | None, seen_by: tuple[str, ...]
) -> None:
    write(f"{at}/b.md", "Beta.")
    write("from/a.md", "Alpha.")
    kit.ingest(".", principals=())
    kit.ingest("from", principals=["hr"])
    kit.ingest(at, principals=said)
    Path("from/a.md").rename(f"{at}/a.md")
    kept = {f"{at}/a.md": ("hr",)} if at == "to" and said is None else {}
    for expected in (kept, {}):
        assert kit.ingest(".").kept == expected
        assert seers(kit)[f"{at}/a.md"] == seen_by


def test_a_document_moved_into_a_run_that_says_who_may_see_it(kit: Kit) -> None:
    write("old/a.md", "Alpha.")
    kit.ingest("old", principals=["hr"])
    Path("old").rename("new")
    assert kit.ingest("new", principals=["ann"]).kept == {}
    assert seers(kit) == {"new/a.md": ("ann",)}


def test_a_closed_file_moved_over_an_open_one_stays_closed(kit: Kit) -> None:
    write("hr/pay.md", "The board earns 400,000.")
    write("open/a.md", "Alpha.")
    write("open/b.md", "Beta.")
    kit.ingest(".")
    kit.ingest("hr", principals=["hr"])
    Path("hr/pay.md").replace("open/a.md")
    assert kit.ingest(".", dry_run=True).kept == kit.ingest(".").kept == {"open/a.md": ("hr",)}
    assert seers(kit) == {"hr/pay.md": ("hr",), "open/a.md": ("hr",), "open/b.md": ()}
    assert (kit.ingest(".", prune=True).kept, seers(kit)) == ({}, {"open/a.md": ("hr",), "open/b.md": ()})


def test_a_closed_file_whose_place_another_one_takes_stays_closed(kit: Kit) -> None:
    write("hr/pay.md", "The board earns 400,000.")
    kit.ingest("hr", principals=["hr"])
    write("copy/pay.md", "The board earns 400,000.")
    assert kit.ingest(".").kept == {}
    Path("open").mkdir()
    Path("hr/pay.md").rename("open/pay.md")
    write("hr/pay.md", "Nobody earns anything.")
    assert kit.ingest(".").kept == {"open/pay.md": ("hr",)}
    assert seers(kit) == {"copy/pay.md": (), "hr/pay.md": ("hr",), "open/pay.md": ("hr",)}


def test_a_file_moved_over_another_changes_that(kit: Kit) -> None:
    write("docs/a.md", "Alpha.")
    write("docs/b.md", "Beta.")
    kit.ingest("docs")
    Path("docs/a.md").replace("docs/b.md")
    report = kit.ingest("docs", prune=True)
    assert (report.changed, report.moved, report.removed) == (1, (), ("docs/a.md",))
    assert kit.document("docs/b.md").text.strip() == "Alpha."


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_copy_of_a_file_whose_name_is_no_text_is_new(kit: Kit) -> None:
    odd = os.fsdecode(b"caf\xe9")
    write(f"docs/{odd}.md", "Alpha words.")
    (Path("docs") / f"{odd}.zip").write_bytes(zipped({"b.md": "Beta words."}))
    kit.ingest("docs")
    write("docs/a.md", "Alpha words.")
    write("docs/b.md", "Beta words.")
    for times in (1, 2):
        report = kit.ingest("docs", prune=True)
        assert (report.moved, report.removed, report.failed, report.found) == ((), (), (), 4), times
    assert kit.ingest("docs", exclude=["*.md"], prune=True).removed == ()
    Path(f"docs/{odd}.md").rename("docs/0.md")
    assert kit.ingest("docs").moved == (Move("docs/caf\\xe9.md", "docs/0.md"),)


def test_a_file_under_a_link_that_is_broken_has_not_moved(kit: Kit, tmp_path_factory: pytest.TempPathFactory) -> None:
    disk = tmp_path_factory.mktemp("disk")
    write(f"{disk}/a.md", "Alpha.")
    Path("docs").mkdir()
    Path("docs/disk").symlink_to(disk, target_is_directory=True)
    kit.ingest("docs")
    (disk / "a.md").unlink()
    disk.rmdir()
    write("docs/b.md", "Alpha.")
    report = kit.ingest("docs")
    assert (report.moved, report.new, uris(kit)) == ((), 1, ["docs/b.md", "docs/disk/a.md"])


# readers that changed


def test_a_reader_that_changed_reads_its_files_again(
    kit: Kit, embedder: HashingEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("docs/a.md", "# A\n\nAlpha.")
    write("docs/b.txt", "Beta.")
    age("docs/a.md", "docs/b.txt")
    kit.ingest("docs")
    before = embedder.embedded
    changed = replace(readers.format_of("text/markdown"), revision=99)
    monkeypatch.setitem(readers.BY_MEDIA_TYPE, "text/markdown", changed)
    report = kit.ingest("docs")
    assert (report.changed, report.unchanged, report.embedded, embedder.embedded) == (1, 1, 0, before)
    assert kit.ingest("docs").unchanged == 2


# rehearsals


def test_a_rehearsal_says_what_the_run_then_does(kit: Kit, embedder: HashingEmbedder) -> None:
    for name in ("docs/a.md", "docs/b.md", "docs/c.md", "docs/d.md"):
        write(name)
    kit.ingest("docs")
    before = embedder.embedded
    write("docs/a.md", "Changed.")
    Path("docs/b.md").rename("docs/z.md")
    Path("docs/c.md").unlink()
    write("docs/e.md")
    write("docs/f.xyz", "\0")
    write("docs/.ragkitignore", "*.log")
    write("docs/g.log")
    foreseen = kit.ingest("docs", prune=True, dry_run=True)
    assert (uris(kit), embedder.embedded) == (["docs/a.md", "docs/b.md", "docs/c.md", "docs/d.md"], before)
    assert foreseen.rehearsal
    done = kit.ingest("docs", prune=True)
    for name in ("found", "new", "changed", "unchanged", "moved", "removed", "unsupported", "ignored", "outcomes"):
        assert getattr(foreseen, name) == getattr(done, name), name
    assert (done.new, done.changed, done.unchanged, len(done.moved), done.removed) == (1, 1, 1, 1, ("docs/c.md",))


def test_a_rehearsal_makes_no_store(kit: Kit) -> None:
    write("docs/a.md")
    report = kit.ingest(["docs", Document("m", "Memory.")], dry_run=True)
    assert (report.new, report.chunks, kit.path.exists()) == (2, 0, False)


# what is given as bytes


@pytest.mark.parametrize(
    ("uri", "data", "media_type", "expected"),
    [
        ("notes", b"Some words.", None, "text/plain"),
        ("notes.md", b"# Head", None, "text/markdown"),
        ("notes", b"# Head", "text/markdown", "text/markdown"),
        ("page", b"<!doctype html><html><body><p>Text</p></body></html>", None, "text/html"),
        ("empty", b"", None, "text/plain"),
    ],
)
def test_bytes_are_told_by_what_is_said_by_name_and_by_content(
    uri: str, data: bytes, media_type: str | None, expected: str
) -> None:
    document = read_document(uri, data, media_type)
    assert (document.uri, document.media_type) == (uri, expected)


def test_bytes_that_nothing_tells_are_refused() -> None:
    with pytest.raises(UsageError, match="--media-type"):
        read_document("blob", b"\0\1\2\3" * 100)


@pytest.mark.parametrize(
    ("uri", "media_type"),
    [("a.zip", None), ("a", None), ("notes.txt", None), ("a", "application/zip"), ("m.mbox", None)],
)
def test_bytes_of_an_archive_are_refused_as_such(uri: str, media_type: str | None) -> None:
    with pytest.raises(SourceError, match=r"is an archive \(application/zip\), not one document") as refused:
        read_document(uri, zipped({"a.md": "# A"}), media_type)
    assert "by its path" in refused.value.hint
    assert len(str(refused.value)) < 200


# what was forgotten


def test_what_was_forgotten_stays_out_by_name_and_by_content(kit: Kit) -> None:
    write("docs/a.md", "Secret.")
    write("docs/b.md", "Open.")
    kit.ingest("docs")
    (info,) = (each for each in kit.documents() if each.uri == "docs/a.md")
    store = kit._store()
    with store.writing(), store.transaction() as tx:
        tx.remove("docs/a.md")
        tx.forget("docs/a.md", info.content_hash)
    write("docs/copy.md", "Secret.")
    report = kit.ingest("docs")
    assert (report.unchanged, report.new, uris(kit)) == (1, 0, ["docs/b.md"])
    assert set(ignored(report)) == {"docs/a.md", "docs/copy.md"}
    write("docs/a.md", "Quite another text.")
    assert "docs/a.md" in ignored(kit.ingest("docs"))


@pytest.mark.parametrize(
    ("later", "empty"),
    [
        (Document("a.md", "text"), ()),
        (Document("a.md", " \n"), ("a.md",)),
        (Document("a.md", "text", metadata={"k": object()}), ()),  # type: ignore[dict-item]
    ],
)
def test_of_documents_with_one_uri_the_last_one_is_empty_or_not(
    kit: Kit, later: Document, empty: tuple[str, ...]
) -> None:
    assert kit.ingest([Document("a.md", ""), later]).empty == empty


def test_what_is_empty_is_told_as_it_stands_after_both_runs(kit: Kit) -> None:
    for place, name in enumerate(("filled", "kept", "moved", "removed"), 1):
        write(f"docs/{name}.md", "\n" * place)
    first = kit.ingest("docs")
    assert first.empty == tuple(f"docs/{name}.md" for name in ("filled", "kept", "moved", "removed"))
    write("docs/filled.md", "Some text.")
    Path("docs/moved.md").rename("docs/new.md")
    Path("docs/removed.md").unlink()
    assert first.then(kit.ingest("docs", prune=True)).empty == ("docs/kept.md", "docs/new.md")


def test_accounts_add_up(kit: Kit) -> None:
    write("docs/a.md")
    first = kit.ingest("docs", prune=True)
    write("docs/b.md")
    Path("docs/a.md").unlink()
    both = first.then(kit.ingest("docs", prune=True))
    assert (both.found, both.new, both.removed, both.chunks) == (1, 2, ("docs/a.md",), 2)
    assert both.outcomes == {"docs/a.md": "new", "docs/b.md": "new"}
    assert not first.idle
    assert kit.ingest("docs", prune=True).idle
