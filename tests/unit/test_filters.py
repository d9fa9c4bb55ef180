from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit import testing
from ragkit.errors import UsageError
from ragkit.kit import Kit
from ragkit.store.codec import pack_metadata
from ragkit.store.filters import DEEPEST, Comparison, Joined, Not, condition, parse
from ragkit.store.schema import FILE
from ragkit.types import Document, Scope

DOCUMENTS = {
    "docs/a.md": {"team": "legal", "year": 2023, "draft": False, "cost": 1.5},
    "docs/b.md": {"team": "legal", "year": 2021, "status": "old"},
    "docs/c.txt": {"team": "Sales", "year": "2023", "draft": True},
    "other/d.md": {"status": "100%", "o'clock": 1},
    "lists/f.md": {"tags": ["legal", "HR", 7, True], "empty": []},
    "other/[e].md": {"type": "policy", "title": "mine", "due date": "May", "not": 1, "uri": 5, "größe in m": 2},
}


@pytest.fixture
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    made = testing.kit(tmp_path_factory.mktemp("filters") / ".ragkit")
    made.ingest(
        Document(
            uri,
            f"The text of {uri}.",
            title=f"Title of {uri.rpartition(chr(47))[2]}",
            metadata=metadata,
            media_type="text/plain",
        )
        for uri, metadata in DOCUMENTS.items()
    )
    # which earlier versions have kept
    with closing(sqlite3.connect(made.path / FILE)) as connection, connection:
        kept = """json_set(metadata, '$.none', NULL, '$.within', json('{"team": "legal"}'))"""
        connection.execute(f"UPDATE documents SET metadata = {kept} WHERE uri = 'lists/f.md'")
    return made


@pytest.mark.parametrize(
    ("where", "letters"),
    [
        ('team = "legal"', "ab"),
        ('team == "legal" and year >= 2022', "a"),
        ("year < 2022 or draft = true", "bc"),
        ("draft = false", "a"),
        ("cost > 1 and cost <= 1.5", "a"),
        ('team != "legal"', "c"),
        ('not team = "legal"', "cdef"),
        ('not (team = "legal" or year = "2023")', "def"),
        ('status in ["old", "100%"]', "bd"),
        ("year in [2021, 2023]", "ab"),
        ('team contains "ALE"', "c"),
        ('status contains "%"', "d"),
        ('uri like "docs/*"', "abc"),
        ('uri like "*.MD"', "abdef"),
        ('uri like "other/[[]e].md"', ""),
        ('uri like "other/[e].md"', "e"),
        ('title contains "of b"', "b"),
        ('type = "text/plain"', "abcdef"),
        ('collection = "default" and year = 2021', "b"),
        ("year = 1", ""),
        ("draft = 1", ""),
        ('team = "legal" or team = "Sales" and year = 2021', "ab"),
        ("missing = 1 or cost = 1.5", "a"),
        ("title != 5", ""),
        ('metadata.type = "policy"', "e"),
        ('metadata.title contains "MIN" and metadata.uri = 5 and type = "text/plain"', "e"),
        ('title = "mine" or type = "policy" or "type" = "policy"', ""),
        ('"metadata.type" in ["policy", 2]', "e"),
        ('metadata.team = "Sales"', "c"),
        ('"due date" = "May"', "e"),
        ("'due date' like 'm*' and \"größe in m\" > 1", "e"),
        ('not "due date" = "May"', "abcdf"),
        ('"not" = 1 or "o\'clock" = 1', "de"),
        ('"uri" like "docs/a*"', "a"),
        ('not collection in [1, true] and type in ["text/plain", 5]', "abcdef"),
        ("not " * (DEEPEST - 1) + "year = 2021", "acdef"),
        ("year = 1 or draft = 3 and (" * (DEEPEST - 1) + "year = 2021" + ")" * (DEEPEST - 1), ""),
        ("(year = 2021 or not " * (DEEPEST // 2 - 1) + "year = 2021" + ")" * (DEEPEST // 2 - 1), "abcdef"),
    ],
)
def test_filters_by_hand(kit: Kit, where: str, letters: str) -> None:
    found = [info.uri for info in kit.documents(filter=where)]
    assert found == sorted(uri for uri in DOCUMENTS if uri.rpartition("/")[2].strip("[")[0] in letters)
    assert {hit.chunk.uri for hit in kit.search("text", 9, filter=where)} == set(found)


def test_what_it_is_parsed_to() -> None:
    assert parse('a = 1 and not b in [\'x\', "y\\"z"]') == Joined(
        "and", (Comparison("a", "=", (1,)), Not(Comparison("b", "in", ("x", 'y"z'))))
    )


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ('tags = "HR"', True),
        ('tags = "hr"', False),
        ("tags = 7 and tags > 6", True),
        ("tags = true", True),
        ("tags = 1", False),
        ('tags contains "ega" and tags like "h?"', True),
        ('tags in ["x", "legal"]', True),
        ('tags != "HR"', True),
        ('not tags = "HR"', False),
        ("tags exists and within exists and empty exists", True),
        ("none exists or team exists", False),
        ("not missing exists", True),
        ('within = "legal"', False),
        ('TAGS = "HR"', False),
        (
            'tags = "HR" AND NOT (team = "x" OR tags IN [8]) AND tags Contains "l" AND uri LIKE "*f*" AND tags = TRUE',
            True,
        ),
    ],
)
def test_of_several_values_one_must_meet_the_comparison(kit: Kit, where: str, *, found: bool) -> None:
    assert ("lists/f.md" in {info.uri for info in kit.documents(filter=where)}) is found


@pytest.mark.parametrize(
    ("where", "message", "hint"),
    [
        ("team =", "at column 7, but it ends", "Write it as in"),
        ("team = legal", 'a value: "text", a number, true or false at column 8, but there is legal', 'marks: "legal"'),
        ("day >= 2025-03-01", "at column 8, but there is 2025-03-01", 'marks: "2025-03-01"'),
        ("year = 2025-3", "needs and, or, or the end at column 12, but there is -3", "Write it"),
        ('team = "legal', "a quotation mark that nothing closes at column 8", "Write it"),
        ('team "x"', "needs =, !=", "Write it"),
        ('team contians "x"', "at column 6", "Did you mean 'contains'?"),
        ("team contains 3", "a text in quotation marks at column 15", "Write it"),
        ("a = 1 b = 2", "needs and, or, or the end at column 7", "Write it"),
        ("(a = 1", "needs ) at column 7", "Write it"),
        ("a in 1", "needs [ at column 6", "Write it"),
        ("a in []", "at column 7", "Write it"),
        ("and = 1", "needs a name at column 1", "Write it"),
        ('"a\\"b" = 1', "name at column 1 cannot be", "Write it"),
        ("'$.\"x' = 1", "name at column 1 cannot be", "Write it"),
        ('"a\nb" = 1', "name at column 1 cannot be", "Write it"),
        ('a = 1 and "" = 1', "name at column 11 cannot be", "Write it"),
        ("metadata. = 1", "name at column 1 cannot be", "Write it"),
        ("5 = 1", "needs a name at column 1", "Write it"),
        ("a = 1; DROP TABLE chunks", "';' at column 6", "Write it"),
        ("a = 1e999", "too large", "Write it"),
        ("(" * (DEEPEST + 1), "nests", "simpler"),
        ("a = 1 and " * 300, "characters", "collection"),
    ],
)
def test_mistakes_are_told_with_their_place(where: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(where)
    assert message in caught.value.message
    assert hint in caught.value.hint


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    try:
        found, values = condition(Scope(text))
    except UsageError:
        return
    assert found.count("?") == len(values)
    empty = sqlite3.connect(":memory:")
    empty.execute("CREATE TABLE d (uri, title, media_type, collection, principals, metadata)")
    empty.execute(f"SELECT 1 FROM d WHERE {found}", values).fetchall()


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"\\'), min_size=1, max_size=8))
def test_metadata_of_any_name_can_be_asked_for(name: str) -> None:
    found, values = condition(Scope(f'"metadata.{name}" = "x"'))
    held = sqlite3.connect(":memory:")
    held.execute("CREATE TABLE d (metadata)")
    document = Document("u", "", metadata={name: "x"})
    held.executemany("INSERT INTO d VALUES (?)", [(pack_metadata(document),), ("{}",)])
    assert held.execute(f"SELECT count(*) FROM d WHERE {found}", values).fetchone() == (1,)
    held.close()


NAMES = st.from_regex(r"[a-z_][a-z0-9_.-]{0,8}", fullmatch=True).filter(
    lambda name: name not in {"and", "or", "not", "in", "contains", "like", "true", "false", "uri", "title", "type"}
)


@given(NAMES, st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_any_text_can_be_asked_for(name: str, value: str) -> None:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    assert parse(f'{name} = "{quoted}"') == Comparison(name, "=", (value,))
