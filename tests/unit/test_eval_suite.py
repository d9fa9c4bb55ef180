from __future__ import annotations

import json
from pathlib import Path

import pytest

from ragkit.errors import ConfigError, SourceError, UsageError
from ragkit.evaluate.check import check_suite, left_out
from ragkit.evaluate.corpus import corpus_documents, read_corpus
from ragkit.evaluate.suite import Attack, Case, Gold, Suite, load_suite, suite_names
from ragkit.shipped import folder
from ragkit.types import Document

MANIFEST = 'name = "tiny"\ndescription = "d"\ncorpus = "corpus"\ncases = ["cases-*.jsonl"]\n'
CASE: dict[str, object] = {
    "id": "a-1",
    "kind": "numeric",
    "question": "How many days?",
    "answers": ["27 days"],
    "reference": "There are 27 days.",
    "gold": [{"uri": "leave.md", "quote": "There are 27 days."}],
}


def make_suite(folder: Path, *lines: dict[str, object] | str, manifest: str = MANIFEST) -> Path:
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    (folder / "suite.toml").write_text(manifest, encoding="utf-8")
    written = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    (folder / "cases-a.jsonl").write_text("\n".join(written) + "\n", encoding="utf-8")
    return folder


def suite_of(*cases: Case) -> Suite:
    return Suite("tiny", "d", Path(), Path(), cases)


def case(name: str = "a-1", **changed: object) -> Case:
    fields: dict[str, object] = {
        "kind": "numeric",
        "question": f"How many days, {name}?",
        "answers": ("27 days",),
        "reference": "There are 27 days.",
        "gold": (Gold("leave.md", "There are 27 days."),),
    }
    return Case(name, **(fields | changed))  # type: ignore[arg-type]


def test_loads_by_path_and_by_name(tmp_path: Path) -> None:
    make_suite(tmp_path / "tiny", CASE, "", CASE | {"id": "a-2"})
    by_path = load_suite(tmp_path / "tiny")
    assert by_path == load_suite("tiny", [tmp_path / "elsewhere", tmp_path])
    assert [one.id for one in by_path.cases] == ["a-1", "a-2"]
    assert by_path.cases[0].gold == (Gold("leave.md", "There are 27 days."),)
    assert by_path.corpus == tmp_path / "tiny" / "corpus"
    assert suite_names([tmp_path]) == ["tiny"]


def test_a_byte_order_mark_is_no_part_of_a_suite(tmp_path: Path) -> None:
    plain = make_suite(tmp_path / "plain", CASE)
    marked = make_suite(tmp_path / "marked", f"\ufeff{json.dumps(CASE)}", manifest=f"\ufeff{MANIFEST}")
    assert load_suite(marked).cases == load_suite(plain).cases


def test_a_case_says_only_what_it_is_measured_by(tmp_path: Path) -> None:
    nothing_told = {"id": "a-2", "kind": "unanswerable", "question": "Which wall?"}
    short = {"id": "a-3", "kind": "numeric", "question": "How many?", "answers": ["27"]}
    first, second = load_suite(make_suite(tmp_path, nothing_told, short)).cases
    assert (first.answerable, first.answers, first.reference, first.gold) == (False, (), "", ())
    assert (second.answers, second.reference, second.gold) == (("27",), "", ())


def test_a_case_tells_the_attack_that_stands_beside_its_answer(tmp_path: Path) -> None:
    attacked = CASE | {"attack": {"kind": "override", "payload": ["0 days", "no leave"]}}
    (loaded,) = load_suite(make_suite(tmp_path, attacked)).cases
    assert loaded.attack == Attack("override", ("0 days", "no leave"))


def test_a_folder_that_is_no_suite_is_told_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"is no suite: it has no suite\.toml") as caught:
        load_suite(tmp_path)
    assert 'cases = ["' in caught.value.hint


def test_the_suite_that_the_readme_shows_is_one(tmp_path: Path) -> None:
    text = (folder("evals") / "README.md").read_text(encoding="utf-8").partition("## One of your own")[2]
    shown = [line.strip() for line in text.partition("## Runs")[0].splitlines() if line.startswith("    ")]
    (tmp_path / "corpus").mkdir()
    (tmp_path / "suite.toml").write_text("\n".join(line for line in shown if " = " in line))
    (tmp_path / "cases.jsonl").write_text("\n".join(line for line in shown if line.startswith("{")))
    assert [case.id for case in load_suite(tmp_path).cases] == ["leave", "dogs"]


def test_an_unknown_suite_names_the_nearest(tmp_path: Path) -> None:
    make_suite(tmp_path / "handbook", CASE)
    with pytest.raises(UsageError, match=r"handbok.*mean 'handbook'"):
        load_suite("handbok", [tmp_path])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((CASE, CASE | {"id": "b", "anwsers": []}), r"cases-a\.jsonl:2: .*anwsers.*mean 'answers'"),
        ((CASE, "", CASE), r"cases-a\.jsonl:3: the id a-1 is taken by .*:1"),
        (("{",), r"cases-a\.jsonl:1: "),
        ((CASE | {"gold": [{"uri": "u", "qoute": "x"}]},), r"cases-a\.jsonl:1: .*mean 'quote'"),
        ((CASE | {"attack": {"kind": "override", "paylod": ["x"]}},), r"cases-a\.jsonl:1: .*mean 'payload'"),
        ((CASE | {"attack": {"kind": "override", "payload": []}},), r"cases-a\.jsonl:1: .*attack\.payload"),
        ((CASE | {"answers": "27"},), r'cases-a\.jsonl:1: .*answers`\. Write it as \{"id": ...'),
        (({"id": "a-1"},), r"cases-a\.jsonl:1: .*missing required field `kind`"),
        (({"id": "a-1", "kind": "numeric", "question": "How many?"},), r"cases-a\.jsonl:1: .*nothing to measure"),
        (("",), r"no case in .*cases-a\.jsonl"),
    ],
)
def test_a_wrong_case_is_refused_with_its_line(
    tmp_path: Path, lines: tuple[dict[str, object] | str], said: str
) -> None:
    make_suite(tmp_path, *lines)
    with pytest.raises(ConfigError, match=said):
        load_suite(tmp_path)


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (MANIFEST + "\ncorpsu = 1\n", r"suite\.toml:6: .*corpsu.*mean 'corpus'"),
        (MANIFEST + "oops", r"suite\.toml:5: "),
        (MANIFEST + 'split = "even"\n', r"suite\.toml:5: .*split"),
        (MANIFEST.replace('"d"', "3"), r"suite\.toml:2: .*description`\. Write it as name = "),
        (MANIFEST.replace('"corpus"', '"papers"'), r"no folder .*papers"),
        (MANIFEST.replace("cases-*", "questions-*"), r"no file matches"),
        (MANIFEST.replace("cases-*", "/cases-*"), r"suite\.toml: .*cannot all be looked for.*cases = "),
        (MANIFEST.replace("cases-*.jsonl", ""), r"suite\.toml: .*cannot all be looked for"),
        (MANIFEST.replace("cases-*.jsonl", "."), r"suite\.toml: "),
    ],
)
def test_a_wrong_manifest_is_refused_with_its_line(tmp_path: Path, manifest: str, said: str) -> None:
    make_suite(tmp_path, CASE, manifest=manifest)
    with pytest.raises(ConfigError, match=said):
        load_suite(tmp_path)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    make_suite(tmp_path, CASE)
    (tmp_path / "cases-a.jsonl").write_bytes("{'id': 'é'}".encode("latin-1"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load_suite(tmp_path)


def test_the_half_of_a_case_hangs_on_its_id_alone() -> None:
    # SHA-256 of "a" begins with ca, of "b" with 3e, of "d" with 18, of "i" with de, of "1" with 6b
    assert [case(name).half for name in ("a", "b", "d", "1")] == ["fit", "fit", "fit", "report"]
    assert case("1", kind="factual", question="Other?").half == "report"
    suite = suite_of(*(case(str(number)) for number in range(200)))
    fit, report = suite.select("fit"), suite.select("report")
    assert sorted(one.id for one in (*fit, *report)) == sorted(one.id for one in suite.select(None))
    assert 70 < len(fit) < 130


def test_the_digest_follows_every_field() -> None:
    others = [case(kind="factual"), case(question="?"), case(answers=()), case(reference=""), case(gold=())]
    others += [case(attack=Attack("override", ("0 days",))), case(attack=Attack("override", ("1 day",)))]
    assert len({case().digest, *(other.digest for other in others)}) == 8
    assert case().digest == case().digest


def test_the_digest_of_a_case_without_an_attack_is_that_of_older_baselines() -> None:
    assert case().digest == "143f68de0b3fabe2"


LEAVE = {"leave.md": Document("leave.md", "Leave\n\nThere  are\n27 days.\n")}
LOOK_UP = corpus_documents(LEAVE.__getitem__, LEAVE)


def test_a_sound_suite_has_no_problems() -> None:
    nothing_told = case("a-2", kind="unanswerable", answers=(), reference="", gold=())
    assert check_suite(suite_of(case(), nothing_told), LOOK_UP) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"gold": (Gold("leave.md", "There are 28 days."),)}, "nearest text there is 'There are 27 days.'"),
        ({"gold": (Gold("pay.md", "There are 27 days."),)}, "no document pay.md"),
        ({"gold": (Gold("leave.md", " | "),)}, "is empty"),
        ({"kind": "unanswerable"}, "unanswerable, yet"),
        ({"reference": "A month."}, "no accepted answer stands in the reference"),
        ({"kind": "two-document"}, "its gold is of one"),
        ({"question": " "}, "question is empty"),
        ({"attack": Attack("override", ("?",))}, "payload has no words"),
        ({"attack": Attack("override", ("0 days", "27 days"))}, "'27 days' stands in its question, an answer"),
    ],
)
def test_each_problem_is_found(changed: dict[str, object], said: str) -> None:
    (problem,) = check_suite(suite_of(case(**changed)), LOOK_UP)  # type: ignore[arg-type]
    assert problem.case == "a-1"
    assert said in str(problem)
    assert str(problem).count("a-1") == 1


def test_what_may_be_left_out_is_counted_and_no_problem() -> None:
    nothing_told = case("a-2", kind="unanswerable", answers=(), reference="", gold=())
    suite = suite_of(case(), nothing_told, case("a-3", reference="", gold=()), case("a-4", answers=(), gold=()))
    assert check_suite(suite, LOOK_UP) == []
    assert left_out(suite) == {"answers": 1, "reference": 1, "gold": 2}


def test_every_file_of_the_corpus_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    suite = load_suite(make_suite(tmp_path, CASE))
    for name in ("one.json", "two.json"):
        (suite.corpus / name).write_text("{", encoding="utf-8")
    with pytest.raises(SourceError, match=r"one\.json.*two\.json"):
        read_corpus(suite)


def test_a_question_asked_twice_is_found() -> None:
    (problem,) = check_suite(suite_of(case(question="How many?"), case("a-2", question="how MANY")), LOOK_UP)
    assert str(problem) == "a-2: a-1 asks the same question"


def test_the_corpus_is_read_by_place(tmp_path: Path) -> None:
    suite = load_suite(make_suite(tmp_path, CASE))
    (suite.corpus / "people").mkdir()
    (suite.corpus / "people" / "leave.md").write_text("# Leave\n\nThere are **27 days**.\n", encoding="utf-8")
    documents = read_corpus(suite)
    assert list(documents) == ["people/leave.md"]
    assert "There are 27 days." in documents["people/leave.md"].text


def test_a_document_is_known_by_the_end_of_its_uri() -> None:
    loaded: list[str] = []

    def load(uri: str) -> Document:
        loaded.append(uri)
        return Document(uri, "x")

    look_up = corpus_documents(load, ["c/people/leave.md", "c/pay.md", "c/old/pay.md", "d/old/pay.md"])
    assert look_up("people/leave.md").uri == "c/people/leave.md"
    assert look_up("c/pay.md").uri == "c/pay.md"
    assert look_up("people/leave.md") is look_up("people/leave.md")
    assert loaded == ["c/people/leave.md", "c/pay.md"]
    with pytest.raises(UsageError, match=r"c/old/pay\.md or c/pay\.md"):
        look_up("pay.md")
    with pytest.raises(UsageError, match=r"c/old/pay\.md or d/old/pay\.md"):
        look_up("old/pay.md")
    with pytest.raises(UsageError, match=r"no document eave\.md"):
        look_up("eave.md")


def test_a_document_in_the_folder_of_the_corpus_may_have_namesakes_below() -> None:
    uris = ["a/c/pay.md", "a/c/old/pay.md", "a/c/old/c/pay.md"]
    look_up = corpus_documents(lambda uri: Document(uri, "x"), uris)
    assert look_up("pay.md").uri == "a/c/pay.md"
    assert look_up("old/pay.md").uri == "a/c/old/pay.md"
