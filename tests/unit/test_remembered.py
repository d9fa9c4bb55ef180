"""What readers remember: found once, bounded, and of one commit."""

from __future__ import annotations

import gc
from pathlib import Path

import ragkit
from ragkit.store.remembered import Remembered
from ragkit.types import Chunk, Document


def test_what_is_known_is_not_asked_for_again() -> None:
    asked: list[list[int]] = []
    remembered = Remembered[int, str](10)

    def find(keys: list[int]) -> list[str]:
        asked.append(keys)
        return [str(key) for key in keys]

    assert remembered.of_all([1, 2, 1], find) == ["1", "2", "1"]
    assert remembered.of_all([3, 2], find) == ["3", "2"]
    assert remembered.of(3, lambda: "never") == "3"
    assert asked == [[1, 2], [3]]


def test_the_oldest_go_where_there_is_no_room() -> None:
    remembered = Remembered[str, str](6, len)
    for word in ("one", "two", "six"):
        remembered.of(word, word.upper)
    assert remembered.of("six", str) == "SIX"
    assert remembered.of("two", str) == "TWO"
    assert remembered.of("one", lambda: "again") == "again"
    # a thing that is larger than the room is the only one that stays
    assert remembered.of("more than six", lambda: "x" * 20) == "x" * 20
    assert remembered.of("one", lambda: "anew") == "anew"


def test_a_search_sees_what_was_committed_since_the_last_one(tmp_path: Path) -> None:
    kit = ragkit.open(tmp_path / "store", {"retrieve.fusion": "keyword"})
    kit.ingest([Document(uri="a", text="The kettle is red.")])
    assert [hit.chunk.uri for hit in kit.search("kettle")] == ["a"]
    kit.ingest([Document(uri="b", text="Another kettle, which is blue and much larger than the kettle in the hall.")])
    assert {hit.chunk.uri for hit in kit.search("kettle")} == {"a", "b"}
    kit.remove("a")
    assert [hit.chunk.uri for hit in kit.search("kettle")] == ["b"]


def test_who_may_not_see_a_document_is_not_given_what_another_was(tmp_path: Path) -> None:
    kit = ragkit.open(tmp_path / "store", {"retrieve.fusion": "keyword"})
    kit.ingest([Document(uri="secret", text="The kettle is red.", principals=("ann",))])
    kit.ingest([Document(uri="open", text="The kettle is blue.")])
    for _ in range(2):
        assert {hit.chunk.uri for hit in kit.search("kettle", identity="ann")} == {"secret", "open"}
        assert [hit.chunk.uri for hit in kit.search("kettle", identity="bob")] == ["open"]


def test_what_is_forgotten_is_not_remembered(tmp_path: Path) -> None:
    kit = ragkit.open(tmp_path / "store", {"retrieve.fusion": "keyword"})
    kit.ingest([Document(uri="secret", text="The kettle of Mr Quaverley is red.")])
    kit.search("kettle")
    kit.forget("secret")
    gc.collect()
    assert not [each for each in gc.get_objects() if type(each) is Chunk and "Quaverley" in each.text]
