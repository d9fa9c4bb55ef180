"""A store keeps what it was given, gives it back, and refuses what it cannot keep."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ragkit.errors import SourceError, StoreError, StoreLocked, StoreMismatch, StoreMissing, UsageError
from ragkit.store import lock, writing
from ragkit.store.check import check
from ragkit.store.keyword import BUDGET
from ragkit.store.schema import FILE
from ragkit.store.store import Store
from ragkit.types import Chunk, Document
from tests.hand_made import DIMENSION, chunks_of, document, filled, new_store, paragraphs, put, vector, vectors

LEAVE = document("people/leave.md", "Everyone has 27 days of leave.", "Ask in Burrow.", title="Leave")
PROBE = document("probes/PL-10.md", "The PL-10 reads pressure.", "It stands 0 to 10 m of water.", title="PL-10 probe")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path / "store") as made:
        yield made


def ids(found: list[tuple[int, float]]) -> list[int]:
    return [rowid for rowid, _ in found]


def texts(store: Store, found: list[tuple[int, float]]) -> list[str]:
    return [chunk.text for chunk in store.chunks(ids(found))]


def test_gives_back_what_was_put(store: Store) -> None:
    made = Document(
        "a.md",
        "# Über\nText",
        "Über",
        "text/markdown",
        LEAVE.blocks[:1],
        ((0, 1), (7, 2)),
        ((0, 4),),
        {"author": "Ada", "n": 3, "draft": True, "x": 0.5},
    )
    chunk = Chunk("a.md", "Über", 0, 11, made.text, ('He said "so"', "ünder\n"), (1, 2), 4, "text/markdown")
    with store.transaction() as tx:
        tx.put_vectors(["h"], vectors(["x"]))
        tx.put(made, "digest", [chunk], ["h"], 12, 34)
    assert store.document("a.md") == made
    assert store.chunks([1]) == [chunk]
    assert store.content_hashes() == {"a.md": ("digest", 12, 34)}
    assert [(info.uri, info.chunks, info.size) for info in store.documents()] == [("a.md", 1, 12)]
    assert store.counts() == (1, 1, 1, 0)
    np.testing.assert_allclose(store.vectors_by_hash(["h"])[1], vectors(["x"]), atol=5e-4)


def test_a_chunk_knows_what_of_it_is_code(store: Store) -> None:
    made = document("a.md", "Run make all, then make test.")
    [chunk] = chunks_of(made)
    chunk = replace(chunk, code=((4, 12), (19, 28)))
    with store.transaction() as tx:
        tx.put_vectors([chunk.text_hash], vectors([chunk.text]))
        tx.put(made, "hash", [chunk], [chunk.text_hash], len(made.text), 1)
    assert store.chunks([1]) == [chunk]


def test_dense_finds_the_nearest_first(store: Store) -> None:
    filled(store, LEAVE, PROBE)
    found = store.dense(vectors(["Ask in Burrow."]), 2)
    assert texts(store, found)[0] == "Ask in Burrow."
    assert found[0][1] == pytest.approx(1, abs=1e-3)
    assert found[0][1] > found[1][1]
    assert store.dense(vector("anything"), 0) == []
    assert len(store.dense(vector("anything"), 99)) == 4


def test_an_opening_is_what_the_document_of_a_chunk_begins_with(store: Store) -> None:
    long = replace(document("long.md", "Ünder Wäldern. " * 400, "The end.", title="Long"), metadata={"site": "Ely"})
    filled(store, LEAVE, long, PROBE)
    rows = [ids(store.keyword(query, 1))[0] for query in ("end", "pressure", "leave", "water")]
    found = store.openings(rows)
    assert [each.uri for each in found] == ["long.md", PROBE.uri, LEAVE.uri, PROBE.uri]
    assert (found[0].title, found[0].text, found[0].site) == ("Long", long.text[:1000], "Ely")
    assert (found[1].text, found[1].site) == (PROBE.text, "")
    assert store.openings([]) == []
    with pytest.raises(StoreError, match="no longer in the store"):
        store.openings([rows[0], 999])


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("how many days", "Everyone has 27 days of leave."),
        ("PL-10 pressure?", "The PL-10 reads pressure."),
        ("reading PRESSURES", "The PL-10 reads pressure."),
        ('NEAR("burrow" * AND (ask', "Ask in Burrow."),
    ],
)
def test_keyword_finds_words_in_any_form(store: Store, query: str, first: str) -> None:
    filled(store, LEAVE, PROBE)
    found = store.keyword(query, 3)
    assert texts(store, found)[0] == first
    assert all(score > 0 for _, score in found)
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


def test_keyword_finds_the_words_of_titles_and_headings(store: Store) -> None:
    filled(store, LEAVE, PROBE)
    assert len(store.keyword("probe", 9)) == 2
    assert len(store.keyword("sub", 9)) == 4


@pytest.mark.parametrize("query", ["", "  ", '"', "?!*", "xylophone"])
def test_keyword_finds_nothing_without_words(store: Store, query: str) -> None:
    assert filled(store, LEAVE).keyword(query, 5) == []


def test_a_search_never_scores_more_rows_than_it_can_afford(store: Store) -> None:
    many = [f"common filler {number}" for number in range(BUDGET)]
    filled(store, document("many", *many), document("rare", "common needle"))
    assert texts(store, store.keyword("common needle", 5)) == ["common needle"]
    assert len(store.keyword("common", 5)) == 5
    assert texts(store, store.keyword(" ".join(map(str, range(100, 300))), 1))[0].startswith("common filler")


@given(query=st.text(max_size=80))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_query_breaks_the_full_text_search(store: Store, query: str) -> None:
    assert isinstance(store.keyword(query, 3), list)


def test_a_new_version_replaces_the_old_one_wholly(store: Store) -> None:
    filled(store, LEAVE, PROBE)
    before = store.keyword("leave", 9)
    filled(store, document(LEAVE.uri, "Ask in Burrow.", "Now 28 days."))
    assert paragraphs(store)[LEAVE.uri] == ["Ask in Burrow.", "Now 28 days."]
    assert store.keyword("27", 9) == []
    assert "Everyone has 27 days of leave." not in texts(
        store, store.dense(vector("Everyone has 27 days of leave."), 9)
    )
    with pytest.raises(StoreError, match="no longer in the store"):
        store.chunks(ids(before))


def test_row_ids_are_never_used_twice(store: Store) -> None:
    first = ids(filled(store, LEAVE).dense(vector(""), 9))
    with store.transaction() as tx:
        assert tx.remove(LEAVE.uri)
        assert not tx.remove(LEAVE.uri)
    second = ids(filled(store, LEAVE).dense(vector(""), 9))
    assert min(second) > max(first)


def test_equal_texts_share_a_vector_until_the_last_goes(store: Store) -> None:
    filled(store, document("a", "same", "own"), document("b", "same"))
    assert store.counts().vectors == 2
    with store.transaction() as tx:
        tx.remove("a")
    assert store.counts().vectors == 1
    with store.transaction() as tx:
        tx.remove("b")
        tx.put_vectors(["unused"], vectors(["unused"]))
    assert store.counts() == (0, 0, 0, 0)


def test_known_hashes_save_embedding_again(store: Store) -> None:
    with store.transaction() as tx:
        tx.put_vectors(["h"], vectors(["x"]))
        assert tx.known_hashes(["h", "other"]) == {"h"}
        tx.put(document("a", "x"), "", chunks_of(document("a", "x")), ["h"], 0, 0)
    assert store.known_hashes(["h", "other"]) == {"h"}
    with store.transaction() as tx:
        tx.put(document("b", "x"), "", chunks_of(document("b", "x")), ["h"], 0, 0)
    assert store.counts().chunks == 2


def test_a_transaction_that_raises_leaves_nothing(store: Store) -> None:
    filled(store, LEAVE)

    def interrupted() -> None:
        with store.transaction() as tx:
            tx.remove(LEAVE.uri)
            put(tx, PROBE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    assert list(paragraphs(store)) == [LEAVE.uri]


def test_a_put_that_fails_leaves_the_rest_of_its_transaction(store: Store) -> None:
    with store.transaction() as tx:
        put(tx, LEAVE)
        with pytest.raises(StoreError, match=r"2 chunks of people/leave\.md have no vector"):
            tx.put(LEAVE, "", chunks_of(LEAVE), ["no", "none"], 0, 0)
        with pytest.raises(SourceError, match="not valid Unicode"):
            put(tx, document("bad", "half \ud800"))
        put(tx, PROBE)
    assert sorted(paragraphs(store)) == [LEAVE.uri, PROBE.uri]


@pytest.mark.parametrize("together", [0, 1, 1_000])
def test_what_a_transaction_takes_back_is_found_by_no_word(
    store: Store, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    """Texts wait for the index of words, which is written for several documents at once."""
    monkeypatch.setattr(writing, "TOGETHER", together)
    with store.transaction() as tx:
        put(tx, document("a.md", "herons", "storks"))
        put(tx, document("a.md", "egrets"))
        put(tx, document("b.md", "bitterns"))
        tx.remove("b.md")
        with pytest.raises(StoreError, match="have no vector"):
            tx.put(document("c.md", "cranes"), "digest", chunks_of(document("c.md", "cranes")), ["lost"], 6, 1)
        put(tx, document("d.md", "owls"))
    words = ("heron", "stork", "egret", "bittern", "crane", "owl")
    assert [texts(store, store.keyword(word, 9)) for word in words] == [[], [], ["egrets"], [], [], ["owls"]]
    assert check(store.path) == []


def test_refuses_what_would_corrupt_it(store: Store) -> None:
    moved = [Chunk(LEAVE.uri, "", 1, 5, "Ever")]
    with store.transaction() as tx:
        with pytest.raises(StoreError, match="not the text at that place"):
            tx.put(LEAVE, "", moved, ["h"], 0, 0)
        with pytest.raises(StoreMismatch, match="dimensions"):
            tx.put_vectors(["h"], np.ones((1, DIMENSION + 1), dtype=np.float32))
        with pytest.raises(StoreError, match="not finite"):
            tx.put_vectors(["h"], np.full((1, DIMENSION), np.nan, dtype=np.float32))
    with pytest.raises(StoreMismatch, match="query has 3 dimensions"):
        store.dense(np.ones((1, 3), dtype=np.float32), 1)


def test_failures_are_counted_until_they_are_mended(store: Store) -> None:
    for _ in range(2):
        with store.transaction() as tx:
            tx.fail(LEAVE.uri, "unreadable")
            tx.fail("gone", "vanished")
    assert store.failures() == [("gone", "vanished", 2), (LEAVE.uri, "unreadable", 2)]
    with store.transaction() as tx:
        put(tx, LEAVE)
        tx.clear_failure("gone")
    assert store.failures() == []


def test_resolves_names_and_suggests_near_ones(store: Store) -> None:
    filled(store, LEAVE, PROBE, document("probes/PL-50.md", "x"))
    assert store.resolve("leave.md").uri == store.resolve("people").uri == LEAVE.uri
    with pytest.raises(UsageError, match=r"can mean 2 documents: probes/PL-10\.md, probes/PL-50\.md"):
        store.resolve("probes/")
    with pytest.raises(UsageError, match=r"Did you mean 'people/leave\.md'"):
        store.document("people/leaf.md")
    with pytest.raises(UsageError, match="ragkit list"):
        store.resolve("")


def test_info_tells_what_is_there(store: Store) -> None:
    info = filled(store, LEAVE).info()
    assert (info.embedder, info.dimension, info.chunker, info.recipe) == ("hand-made", DIMENSION, "paragraphs", "flat")
    assert (info.counts.chunks, info.indexed, info.pending, info.index_file) == (2, 0, 2, "")
    assert info.bytes > 0
    assert store.chunker_fingerprint == "paragraphs"


def test_missing_store_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreMissing) as caught:
        Store.open(".ragkit")
    assert str(caught.value) == "No store at ./.ragkit. Run: ragkit ingest PATH"
    (tmp_path / "empty").mkdir()
    sqlite3.connect(tmp_path / "empty" / FILE).close()
    with pytest.raises(StoreMissing, match=r"--store \./empty"):
        Store.open("empty")


def test_another_embedder_is_refused(store: Store) -> None:
    store.check_embedder("hand-made")
    with pytest.raises(StoreMismatch, match="made with the embedder hand-made, not other") as caught:
        store.check_embedder("other")
    assert "ragkit reindex --embedder NAME" in caught.value.hint


def _altered(store: Store, statement: str) -> Path:
    store.close()
    connection = sqlite3.connect(store.path / FILE)
    connection.execute(statement)
    connection.commit()
    connection.close()
    return store.path


def test_a_newer_schema_is_refused(store: Store) -> None:
    with pytest.raises(StoreMismatch, match="newer ragkit") as caught:
        Store.open(_altered(store, "PRAGMA user_version = 99"))
    assert caught.value.hint == "Use the version of ragkit that made it, or a later one."


def test_another_programs_database_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="is not a ragkit store"):
        Store.open(_altered(store, "PRAGMA application_id = 7"))


def test_a_damaged_file_is_refused_with_a_remedy(store: Store) -> None:
    store.close()
    (store.path / FILE).write_bytes(b"no database at all, " * 500)
    with pytest.raises(StoreError, match="damaged") as caught:
        Store.open(store.path)
    assert "ragkit ingest" in caught.value.hint


def test_creates_only_once_and_only_where_it_can(store: Store, tmp_path: Path) -> None:
    store.close()
    with pytest.raises(StoreError, match=r"a store at .* already"):
        new_store(store.path)
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="No store can be made"):
        new_store(tmp_path / "file" / "store")
    with pytest.raises(UsageError, match="Did you mean 'hnsw'"):
        new_store(tmp_path / "b", "hnws")


def test_one_writer_at_a_time_and_it_is_named(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(store, LEAVE)
    with Store.open(store.path) as reader:
        assert reader.counts().documents == 1
        with pytest.raises(StoreLocked, match=r"Another kit of this process.* Use one kit for all"), reader.writing():
            pass
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(lock, "_writing", {})
            with pytest.raises(StoreLocked, match=rf"Another process \(pid {os.getpid()}\)"), reader.writing():
                pass
        with pytest.raises(StoreError, match="reading only"), reader.transaction():
            pass
        with pytest.raises(StoreLocked):
            Store.open(store.path, write=True)
        store.close()
        with reader.writing(), reader.writing():
            filled(reader, PROBE)
        assert reader.counts().documents == 2
    with Store.open(store.path, write=True) as writer:
        assert not filled(writer, PROBE).finish()


def test_the_lock_dies_with_its_process(store: Store) -> None:
    store.close()
    script = "import os, sys; from ragkit.store.store import Store; Store.open(sys.argv[1], write=True); os._exit(9)"
    assert subprocess.run([sys.executable, "-c", script, store.path], check=False).returncode == 9
    with Store.open(store.path, write=True) as writer:
        assert filled(writer, LEAVE).counts().documents == 1


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.counts()


def test_a_snapshot_sees_one_commit(store: Store) -> None:
    filled(store, LEAVE)
    with Store.open(store.path) as reader:
        with reader.snapshot():
            found = reader.dense(vector("Ask in Burrow."), 1)
            with store.transaction() as tx:
                tx.remove(LEAVE.uri)
            assert texts(reader, found) == ["Ask in Burrow."]
            assert reader.dense(vector("Ask in Burrow."), 1) == found
        assert reader.dense(vector("Ask in Burrow."), 1) == []


READER = """
import os, sys
from pathlib import Path
import faiss, filelock
from ragkit.store import building, view, writing
from ragkit.store.store import Store
from ragkit.errors import StoreError
import numpy as np
if os.geteuid() == 0:
    os.seteuid(65534)
store = Store.open(sys.argv[1])
print(store.dense(np.ones((1, 8), dtype=np.float32), 1), store.keyword("burrow", 1)[0][0])
try:
    with store.writing(): pass
except StoreError as error:
    print(error.message)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no read-only folders")
def test_reads_where_nothing_can_be_written(store: Store) -> None:
    import tempfile

    filled(store, LEAVE).close()
    folder = Path(tempfile.mkdtemp())
    try:
        shutil.copytree(store.path, folder / "store")
        (folder / "store").chmod(0o555)
        (folder / "store" / FILE).chmod(0o444)
        folder.chmod(0o755)
        done = subprocess.run(
            [sys.executable, "-c", READER, folder / "store"], check=True, capture_output=True, text=True
        )
        assert done.stdout.startswith("[(")
        assert "cannot be written: Permission denied" in done.stdout
    finally:
        (folder / "store").chmod(0o755)
        shutil.rmtree(folder)


WORDS = st.sampled_from(["leave", "burrow", "probe", "PL-10", "water\x00", "ünïcode", "日本"])
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), max_size=4)
STEPS = st.lists(st.tuples(st.sampled_from("abc"), st.one_of(st.none(), TEXTS), st.booleans()), max_size=12)


@given(steps=STEPS)
@settings(max_examples=25, deadline=None)
def test_behaves_as_a_dictionary_and_reopens_equal(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, list[str] | None, bool]]
) -> None:
    path = tmp_path_factory.mktemp("model") / "store"
    model: dict[str, list[str]] = {}
    with new_store(path) as store:
        for uri, content, kept in steps:
            try:
                with store.transaction() as tx:
                    tx.remove(uri) if content is None else put(tx, document(uri, *content))
                    if not kept:
                        raise InterruptedError
            except InterruptedError:
                continue
            model.pop(uri, None) if content is None else model.update({uri: content})
            _assert_equals(store, model)
    with Store.open(path) as again:
        _assert_equals(again, model)


def _assert_equals(store: Store, model: dict[str, list[str]]) -> None:
    expected = sorted(text for content in model.values() for text in content)
    assert {uri: [p for p in content if p] for uri, content in paragraphs(store).items()} == model
    found = store.dense(vector("query"), 99)
    assert sorted(texts(store, found)) == expected
    assert store.counts()[:3] == (len(model), len(expected), len(set(expected)))
    assert sorted(texts(store, store.keyword("leave burrow probe PL-10 water ünïcode 日本", 99))) == expected


def test_threads_search_while_one_writes(store: Store) -> None:
    filled(store, LEAVE)
    stop = threading.Event()
    wrong: list[BaseException] = []

    def search() -> None:
        try:
            while not stop.is_set():
                with store.snapshot():
                    found = store.dense(vector("Ask in Burrow."), 5)
                    assert texts(store, found)[0] == "Ask in Burrow."
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(30):
        filled(store, document("changing", *(f"text {number} {part}" for part in range(number % 5))))
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []


READERS = 100


def test_a_hundred_threads_search_while_one_writes(store: Store) -> None:
    filled(store, LEAVE)
    ready = threading.Barrier(READERS + 1)
    counts: list[int] = []
    wrong: list[BaseException] = []

    def search() -> None:
        try:
            ready.wait()
            for number in range(5):
                with store.snapshot():
                    found = store.dense(vector("Ask in Burrow."), 5)
                    assert texts(store, found)[0] == "Ask in Burrow."
                    assert texts(store, store.keyword("burrow", 3)) == ["Ask in Burrow."]
                counts.append(number)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=search) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    ready.wait()
    for number in range(10):
        filled(store, document("changing", *(f"text {number} {part}" for part in range(1 + number % 5))))
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(counts) == READERS * 5
