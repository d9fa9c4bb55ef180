"""``--filter``, ``--collection``, ``--as`` and ``--explain``, through the real process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import ragkit
from ragkit.types import Document
from tests.cli.conftest import run_ragkit


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("scope")
    with ragkit.open(made / ".ragkit") as kit:
        kit.ingest(
            [
                Document("legal/a.md", "Contracts are kept for ten years.", metadata={"team": "legal", "year": 2024}),
                Document("legal/b.md", "Contracts were kept for five years.", metadata={"team": "legal", "year": 2019}),
                Document("board/pay.md", "The pay of the board is 400,000.", principals=("board",), collection="pay"),
            ]
        )
    return made


def uris(folder: Path, *arguments: str) -> list[str]:
    done = run_ragkit(*arguments, "--json", cwd=folder)
    assert done.code == 0, done.err
    found = json.loads(done.out)
    return [each["uri"] for each in (found if isinstance(found, list) else found["hits"])]


def test_search_and_list_take_filters_collections_and_identities(folder: Path) -> None:
    assert uris(folder, "search", "contracts", "--filter", 'team = "legal" and year >= 2023') == ["legal/a.md"]
    assert uris(folder, "list", "--collection", "pay") == ["board/pay.md"]
    assert uris(folder, "list", "--as", "ann") == ["legal/a.md", "legal/b.md"]
    assert uris(folder, "list", "--as", "ann", "--as", "board") == ["board/pay.md", "legal/a.md", "legal/b.md"]
    assert "board/pay.md" not in uris(folder, "search", "pay of the board", "--as", "ann")


def test_what_may_not_be_seen_is_not_there(folder: Path) -> None:
    shown = run_ragkit("show", "board/pay.md", "--as", "ann", cwd=folder)
    missing = run_ragkit("show", "board/pat.md", "--as", "ann", cwd=folder)
    assert (shown.code, shown.out) == (2, "")
    assert shown.err.replace("pay.md", "pat.md") == missing.err
    asked = run_ragkit("ask", "What is the pay of the board?", "--json", "--as", "ann", cwd=folder)
    assert "400,000" not in asked.out
    assert "board/pay.md" not in asked.out
    assert "400,000" in run_ragkit("ask", "What is the pay of the board?", "--as", "board", cwd=folder).out


def test_a_malformed_filter_is_told_with_its_place(folder: Path) -> None:
    done = run_ragkit("search", "x", "--filter", "team = legal", cwd=folder)
    assert done.code == 2
    assert "at column 8, but there is legal" in done.err
    assert 'Put it in quotation marks: "legal"' in done.err


def test_an_empty_store_says_that_nothing_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Bees drink water.\n")
    run_ragkit("ingest", "a.md", cwd=tmp_path)
    run_ragkit("remove", "a.md", cwd=tmp_path)
    for command in (["ask", "Do bees drink?"], ["search", "bees"], ["list"]):
        done = run_ragkit(*command, cwd=tmp_path)
        assert (done.out or done.err).startswith("There is no document in the store: ingest some first.")


def test_what_no_document_matches_is_said(folder: Path) -> None:
    for told, *none in (
        ("matches the filter: none has 'teem'. Did you mean 'team'?", "--filter", 'teem = "legal"'),
        ("matches the filter.", "--filter", 'uri = "x"', "--collection", "pay"),
        ("in the collection x.", "--collection", "x"),
    ):
        asked = run_ragkit("ask", "How long are contracts kept?", *none, cwd=folder)
        shown = run_ragkit("search", "contracts", *none, cwd=folder)
        listed = run_ragkit("list", *none, cwd=folder)
        assert (asked.code, shown.code, listed.code) == (3, 0, 0)
        said = asked.out.splitlines()[0]
        assert said.endswith(told)
        assert shown.out.splitlines() == listed.err.splitlines() == [said]
        assert "No passage came near" not in asked.out
    unseen = run_ragkit("ask", "What is the pay?", "--collection", "pay", "--as", "ann", "--json", cwd=folder)
    answer = json.loads(unseen.out)
    assert (unseen.code, answer["abstained"]) == (3, True)
    assert answer["message"] == "There is no document in the collection pay."


def test_explain_says_why(folder: Path) -> None:
    done = run_ragkit("search", "-k", "1", "--explain", "how long are contracts kept", cwd=folder)
    assert "dense: rank " in done.out
    assert "words: contracts, kept" in done.out
    found = json.loads(run_ragkit("search", "-k", "2", "--explain", "--json", "contracts", cwd=folder).out)
    assert list(found) == ["id", "query", "hits", "explain"]
    first = found["explain"][0]
    assert first["terms"] == ["contracts"]
    assert first["fused"] == pytest.approx(first["dense_share"] + first["keyword_share"])
    lines = run_ragkit(
        "search", "--explain", "--filter", "year = 2019", "--batch", "-", cwd=folder, stdin='{"id": 1, "query": "pay"}'
    ).out
    assert [hit["uri"] for hit in json.loads(lines)["hits"]] == ["legal/b.md"]
    assert len(json.loads(lines)["explain"]) == 1


def test_a_status_is_told_as_of_an_asker(folder: Path) -> None:
    whole, part = (run_ragkit("status", *more, cwd=folder) for more in ((), ("--as", "ann")))
    assert "failed" in whole.out
    assert "failed" not in part.out
    assert json.loads(run_ragkit("status", "--as", "ann", "--json", cwd=folder).out)["documents"] == 2
    done = run_ragkit("status", "--prove", "--as", "ann", cwd=folder)
    assert (done.code, done.out) == (2, "")
    assert "--prove is about the whole store" in done.err


@pytest.mark.parametrize(("command", "asked"), [("search", "query"), ("ask", "question")])
def test_a_line_of_a_batch_that_says_its_scope_is_refused(folder: Path, command: str, asked: str) -> None:
    lines = [{asked: "The pay of the board?", "as": ["ann"]}, {asked: "How long are contracts kept?", "team": "x"}]
    done = run_ragkit(command, "--batch", "-", cwd=folder, stdin="".join(f"{json.dumps(line)}\n" for line in lines))
    refused, found = map(json.loads, done.out.splitlines())
    assert refused["error"] == 'Line 1: "as" is said of a whole batch, by --as.'
    assert "400,000" not in str(refused)
    assert ("error" in found, found["hits"] != []) == (False, True)
