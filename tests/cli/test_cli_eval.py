"""``ragkit eval``, through the real process."""

from __future__ import annotations

import json
import os
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from ragkit.models.reader import SHIPPED
from tests.cli.conftest import LEAVE, UNANSWERABLE, run_ragkit, write_documents

CASES = [
    {
        "id": "a-1", "kind": "numeric", "question": LEAVE, "answers": ["30 days"],
        "reference": "Employees in Germany have 30 days of annual leave a year.",
        "gold": [{"uri": "leave.md", "quote": "Employees in Germany have 30 days of annual leave a year."}],
    },
    {"id": "a-2", "kind": "unanswerable", "question": UNANSWERABLE, "answers": [], "reference": "", "gold": []},
]  # fmt: skip


@pytest.fixture(scope="module")
def suite_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a suite called ``small`` whose corpus is the small one."""
    folder = tmp_path_factory.mktemp("suite")
    write_documents(folder / "small")
    (folder / "small/suite.toml").write_text(
        'name = "small"\ndescription = "Small."\ncorpus = "docs"\ncases = ["cases.jsonl"]\n', encoding="utf-8"
    )
    lines = "".join(json.dumps(case) + "\n" for case in CASES)
    (folder / "small/cases.jsonl").write_text(lines, encoding="utf-8")
    return folder


def test_a_run_reports_and_goes_on_and_is_held_to_gates(suite_home: Path) -> None:
    first = run_ragkit("eval", "run", "small", "--fail-if", "accuracy<0.5", cwd=suite_home)
    assert first.code == 0, first.err
    rows = {line.split()[0]: line.split() for line in first.out.splitlines() if line.strip()}
    assert first.out.startswith("small: 2 cases\n")
    assert rows["accuracy"][1:3] == ["↑", "1.000"]
    assert "Saved in runs/small" in first.err
    folder = suite_home / "runs/small"
    assert {"report.md", "report.json", "cases.jsonl"} <= {path.name for path in folder.iterdir()}
    asked = (folder / "cases.jsonl").read_bytes()

    again = run_ragkit("eval", "run", "small", "--json", "--fail-if", "answered_rate>=0.5", cwd=suite_home)
    assert again.code == 6
    assert "answered_rate is 1" in again.err
    report = json.loads(again.out)
    assert report["metrics"]["accuracy"]["n"] == 2
    assert report["settings"]["generate.generator"] == "extractive"
    reader = json.loads((SHIPPED / "config.json").read_text())
    assert f"reader@{reader['sha256'][:8]}" in report["settings"]["models"]
    assert (folder / "cases.jsonl").read_bytes() == asked


def test_a_run_on_a_store_of_the_user(suite_home: Path) -> None:
    assert run_ragkit("ingest", "small/docs", cwd=suite_home).code == 0
    done = run_ragkit(
        "eval",
        "run",
        "small",
        "--store",
        ".ragkit",
        "--out",
        "own",
        "--restart",
        "--reranker",
        "reader",
        cwd=suite_home,
    )
    assert done.code == 0, done.err
    report = json.loads((suite_home / "own/report.json").read_text(encoding="utf-8"))
    assert report["settings"]["retrieve.reranker"] == "reader"
    assert not (suite_home / "own/store").exists()


def test_what_changed_under_its_name_is_asked_again(suite_home: Path, tmp_path: Path) -> None:
    """Documents, prompt and weights: the settings' names stay, the answers may not."""
    shutil.copytree(suite_home / "small", tmp_path / "small")
    (tmp_path / "small/docs/leave.md").rename(tmp_path / "leave.md")
    cases = [{**CASES[0], "gold": [{"uri": "travel.txt", "quote": "A trip is booked two weeks ahead."}]}, CASES[1]]
    (tmp_path / "small/cases.jsonl").write_text("".join(json.dumps(case) + "\n" for case in cases), encoding="utf-8")
    prompt = tmp_path / "own.md"
    prompt.write_text("# user\n{{passages}}\n{{question}}\n", encoding="utf-8")
    shutil.copytree(SHIPPED, tmp_path / "weights")

    def accuracy_and_settings() -> tuple[float, dict[str, str]]:
        done = run_ragkit(
            "eval", "run", "small", "--prompt", "./own.md", "--json",
            cwd=tmp_path, environment={"RAGKIT_GENERATE_EVIDENCE": "reader:weights"},
        )  # fmt: skip
        assert done.code == 0, done.err
        report = json.loads(done.out)
        return report["metrics"]["accuracy"]["value"], report["settings"]

    accuracy, settings = accuracy_and_settings()
    assert accuracy == 0.5
    (tmp_path / "leave.md").rename(tmp_path / "small/docs/leave.md")
    accuracy, with_document = accuracy_and_settings()
    assert accuracy == 1.0
    prompt.write_text("# user\nBe brief.\n{{passages}}\n{{question}}\n", encoding="utf-8")
    (tmp_path / "weights/MODEL_CARD.md").write_text("Trained on.", encoding="utf-8")
    _, after = accuracy_and_settings()
    changed = {key for key in after if after[key] != with_document[key]}
    assert changed == {"prompt", "generate.evidence weights"}
    assert {key for key in settings if settings[key] != with_document[key]} == {"documents"}


def installed(site: Path, points: dict[str, dict[str, str]]) -> dict[str, str]:
    """The environment in which a package with these entry points is installed in ``site``."""
    about = site / "mine-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Name: mine\nVersion: 1.0\n", encoding="utf-8")
    told = "".join(
        f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in own.items())
        for group, own in points.items()
    )
    (about / "entry_points.txt").write_text(told, encoding="utf-8")
    path = os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")])
    return {"PYTHONPATH": path, "RAGKIT_VERIFY_VERIFIER": "lexical"}


def test_the_plug_ins_of_the_readme_run(suite_home: Path, tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    section = text.partition("## Parts of your own")[2].partition("\n## ")[0]
    toml, code = (re.findall(rf"```{kind}\n(.*?)```", section, re.DOTALL) for kind in ("toml", "python"))
    environment = installed(tmp_path / "site", tomllib.loads(toml[0])["project"]["entry-points"])
    (tmp_path / "site/my_package.py").write_text(code[0], encoding="utf-8")
    shutil.copytree(suite_home / "small", tmp_path / "small")
    (tmp_path / "ragkit.toml").write_text("[plugins.first]\nsentences = 100\n", encoding="utf-8")
    arguments = ("eval", "run", "small", "--fail-if", "brevity<1")
    done = run_ragkit(*arguments, "--generator", "first:1", cwd=tmp_path, environment=environment)
    assert done.code == 0, done.err
    rows = {line.split()[0]: line.split() for line in done.out.splitlines() if line.strip()}
    assert rows["brevity"][1:3] == ["↑", "1.000"]
    done = run_ragkit(*arguments, "--generator", "first", cwd=tmp_path, environment=environment)
    assert done.code == 6
    assert "brevity is 0" in done.err
    report = json.loads((tmp_path / "runs/small/report.json").read_text(encoding="utf-8"))
    assert {"metric brevity code", "generate.generator code", "generate.generator settings"} <= report[
        "settings"
    ].keys()


def test_a_plug_in_that_changed_is_asked_again(suite_home: Path, tmp_path: Path) -> None:
    shutil.copytree(suite_home / "small", tmp_path / "small")
    points = {"ragkit.generator": {"mine": "mine:make"}, "ragkit.embedder": {"near": "near:make"}}
    environment = {**installed(tmp_path / "site", points), "RAGKIT_INGEST_EMBEDDER": "near"}

    def accuracy_and_notes(answer: str, dimension: str = "64") -> tuple[float, str]:
        near = f"from ragkit.testing import HashingEmbedder\nmake = lambda *_: HashingEmbedder({dimension})\n"
        (tmp_path / "site/near.py").write_text(near, encoding="utf-8")
        code = "from ragkit.testing import ScriptedGenerator\ndef make(argument, context):\n    return "
        (tmp_path / "site/mine.py").write_text(f"{code}ScriptedGenerator([{answer!r}])\n", encoding="utf-8")
        arguments = ("eval", "run", "small", "--generator", "mine", "--json")
        done = run_ragkit(*arguments, cwd=tmp_path, environment=environment)
        assert done.code == 0, done.err
        return json.loads(done.out)["metrics"]["accuracy"]["value"], done.err

    kept = "2 of 2 answers are kept from an earlier run (--restart asks again)."
    accuracy, notes = accuracy_and_notes("The documents do not tell.")
    assert (accuracy, kept in notes) == (0.5, False)
    accuracy, notes = accuracy_and_notes("The documents do not tell.")
    assert (accuracy, kept in notes) == (0.5, True)
    accuracy, notes = accuracy_and_notes("Employees have 30 days.")
    assert (accuracy, kept in notes) == (0.5, False)
    (tmp_path / "ragkit.toml").write_text("[plugins.mine]\nheat = 2\n[plugins.other]\nheat = 2\n", encoding="utf-8")
    assert [kept in accuracy_and_notes("Employees have 30 days.")[1] for _ in range(2)] == [False, True]
    _, notes = accuracy_and_notes("Employees have 30 days.", dimension="8 * 8")
    assert kept not in notes


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["smal"], "There is no suite smal."),
        (["small/cases.jsonl"], "small/cases.jsonl is no suite: a suite is a folder with a suite.toml."),
        (["small", "--fail-if", "acuracy<1"], "Did you mean 'accuracy'?"),
        (["small", "--fail-if", "accuracy"], "is no gate"),
    ],
)
def test_bad_runs_exit_2_before_anything_is_asked(suite_home: Path, arguments: list[str], says: str) -> None:
    done = run_ragkit("eval", "run", *arguments, "--out", "never", cwd=suite_home)
    assert done.code == 2
    assert says in done.err
    assert not (suite_home / "never").exists()


@pytest.fixture(scope="module")
def asked_home(suite_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of `suite_home` with a run in ``runs/small``."""
    folder = tmp_path_factory.mktemp("asked") / "home"
    shutil.copytree(suite_home / "small", folder / "small")
    assert run_ragkit("eval", "run", "small", cwd=folder).code == 0
    return folder


def test_a_run_is_scored_again_when_its_suite_has_changed(asked_home: Path, tmp_path: Path) -> None:
    shutil.copytree(asked_home, tmp_path / "home")
    cases = [{**CASES[0], "answers": ["31 days"], "reference": ""}, CASES[1]]
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    (tmp_path / "home/small/cases.jsonl").write_text(lines, encoding="utf-8")
    done = run_ragkit("eval", "score", "small", "runs/small", "--json", cwd=tmp_path / "home")
    assert done.code == 0, done.err
    assert json.loads(done.out)["metrics"]["accuracy"]["value"] == 0.5
    kept = json.loads((tmp_path / "home/runs/small/report.json").read_text(encoding="utf-8"))
    before = json.loads((asked_home / "runs/small/report.json").read_text(encoding="utf-8"))
    assert kept["metrics"]["accuracy"]["value"] == 0.5
    assert kept["settings"] == before["settings"]


def test_answers_of_another_system_are_scored_and_compared_with_a_run(asked_home: Path) -> None:
    lines = [
        {"id": "a-1", "answer": "Employees in Germany have 25 days.", "passages": ["Employees in Canada: 22 days."]},
        {"id": "a-2", "answer": "The documents do not tell."},
    ]
    path = asked_home / "theirs.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    done = run_ragkit("eval", "score", "small", path.name, "--fail-if", "hallucination_rate>0.5", cwd=asked_home)
    assert done.code == 6
    assert "hallucination_rate is 1 (n 1)" in done.err
    assert "Saved in runs/theirs: report.md and report.json." in done.err
    rows = {line.split()[0]: line.split() for line in done.out.splitlines() if line.strip()}
    assert rows["accuracy"][1:3] == ["↑", "0.500"]
    assert rows["hallucination_rate_context"][2] == "1.000"

    compared = run_ragkit("eval", "compare", "runs/theirs", "runs/small/report.json", cwd=asked_home)
    assert compared.code == 0, compared.err
    assert compared.out.startswith("small: 2 cases in common\n")
    rows = {line.split()[0]: line.split() for line in compared.out.splitlines() if line.strip()}
    assert rows["accuracy"][2:5] == ["0.500", "1.000", "-0.500"]
    assert "latency_ms_p50" not in rows
    assert "answers: theirs.jsonl, in the baseline None" in compared.err
    assert "verify.verifier" not in compared.err
    gated = run_ragkit(
        *("eval", "compare", "runs/theirs", "runs/small", "--json", "--fail-if", "accuracy<-0.2"), cwd=asked_home
    )
    assert gated.code == 6
    assert "accuracy differs by -0.5 (n 2)" in gated.err
    shown = json.loads(gated.out)
    assert shown["cases"] == 2
    assert shown["metrics"]["accuracy"]["value"] == -0.5
    assert shown["metrics"]["accuracy"]["verdict"] == ""
    assert shown["settings"]["answers"] == ["theirs.jsonl", None]


def test_what_ask_writes_in_a_batch_can_be_scored(asked_home: Path) -> None:
    asked = run_ragkit("ask", "--batch", "small/cases.jsonl", "--store", "runs/small/store", cwd=asked_home)
    (asked_home / "ours.jsonl").write_text(asked.out, encoding="utf-8")
    done = run_ragkit("eval", "score", "small", "ours.jsonl", "--json", cwd=asked_home)
    assert done.code == 0, done.err
    metrics = json.loads(done.out)["metrics"]
    assert metrics["accuracy"]["value"] == 1.0
    assert metrics["hallucination_rate_context"]["n"] == 0


def test_what_is_wrong_with_a_suite_is_named(suite_home: Path, tmp_path: Path) -> None:
    sound = run_ragkit("eval", "check", "small", cwd=suite_home)
    assert (sound.code, sound.err) == (0, "")
    assert sound.out == "small: nothing wrong (2 cases, 1 answerable; 4 documents).\n"
    shutil.copytree(suite_home / "small", tmp_path / "small")
    wrong = {**CASES[0], "id": "a-3", "reference": "", "gold": [{"uri": "leave.md", "quote": "Leave is 30 days."}]}
    with (tmp_path / "small/cases.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(wrong) + "\n")
    done = run_ragkit("eval", "check", "small", cwd=tmp_path)
    assert done.code == 1
    first, second, last = done.out.splitlines()
    assert first.startswith("a-3: 'Leave is 30 days.' does not stand in leave.md. The nearest text there is ")
    assert second == "a-3: a-1 asks the same question"
    assert last == ("small: 2 problems (3 cases, 2 answerable, 1 of them without reference; 4 documents).")
    shown = json.loads(run_ragkit("eval", "check", "small", "--json", cwd=tmp_path).out)
    assert [problem["case"] for problem in shown["problems"]] == ["a-3", "a-3"]
    assert shown["left_out"] == {"answers": 0, "reference": 1, "gold": 0}


def test_every_line_that_is_no_case_is_a_problem(suite_home: Path, tmp_path: Path) -> None:
    shutil.copytree(suite_home / "small", tmp_path / "small")
    empty = {"id": "a-4", "kind": "numeric", "question": "How many?"}
    with (tmp_path / "small/cases.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in ("{", json.dumps(CASES[0]), json.dumps(empty)))
    done = run_ragkit("eval", "check", "small", cwd=tmp_path)
    assert (done.code, done.err) == (1, "")
    *told, last = done.out.splitlines()
    assert [line.split(": ")[0] for line in told] == [f"small/cases.jsonl:{number}" for number in (3, 4, 5)]
    assert last == "small: 3 problems (2 cases, 1 answerable; 4 documents)."
    (tmp_path / "small/suite.toml").write_text("name = ", encoding="utf-8")
    assert run_ragkit("eval", "check", "small", cwd=tmp_path).code == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["check", "smal"], "There is no suite smal."),
        (["compare", "small", "small"], "small/report.json cannot be read: No such file or directory."),
        (["compare", "small/cases.jsonl", "small"], "small/cases.jsonl is no report"),
        (["score", "small", "small"], "There is no small/store."),
        (["score", "small", "small/cases.jsonl"], "small/cases.jsonl:1: Object missing required field `answer`."),
        (["score", "small", "none.jsonl"], "none.jsonl cannot be read: No such file or directory."),
        (["score", "small", "x.jsonl", "--store", "s"], "A file of answers does not go with '--store'."),
        (["score", "small", "x.jsonl", "--fail-if", "acuracy<1"], "Did you mean 'accuracy'?"),
    ],
)
def test_wrong_files_exit_2_with_a_remedy(
    suite_home: Path,
    arguments: list[str],
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    fresh_consoles: None,
) -> None:
    from ragkit.cli.main import main

    monkeypatch.chdir(suite_home)
    assert main(["eval", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert says in told.err


def test_a_corpus_that_is_read_in_part_is_refused(suite_home: Path, tmp_path: Path) -> None:
    shutil.copytree(suite_home / "small", tmp_path / "small")
    (tmp_path / "small/docs/broken.pdf").write_bytes(b"%PDF-1.4 broken")
    done = run_ragkit("eval", "run", "small", cwd=tmp_path)
    assert done.code == 1
    assert "The corpus of small cannot be read whole:" in done.err
    assert "broken.pdf: " in done.err
    assert not (tmp_path / "runs/small/report.md").exists()


def test_a_tuned_pipeline_keeps_what_the_one_before_it_sets(suite_home: Path, tmp_path: Path) -> None:
    shutil.copytree(suite_home / "small/docs", tmp_path / "docs")
    cases = "".join(json.dumps({**CASES[0], "id": f"c-{number}"}) + "\n" for number in range(10))
    (tmp_path / "cases.jsonl").write_text(cases, encoding="utf-8")
    assert run_ragkit("ingest", "docs", cwd=tmp_path).code == 0
    for pipeline, kept in (([], False), (["--pipeline", "careful"], True)):
        done = run_ragkit("tune", "retrieval", "--cases", "cases.jsonl", *pipeline, cwd=tmp_path)
        assert done.code == 0, done.err
        written = (tmp_path / "retrieval.toml").read_text(encoding="utf-8")
        assert ('unsupported = "withhold"' in written) is kept


def test_a_threshold_is_chosen_for_a_stated_risk(suite_home: Path, tmp_path: Path) -> None:
    shutil.copytree(suite_home / "small/docs", tmp_path / "docs")
    cases = "".join(json.dumps({**CASES[0], "id": f"c-{number}"}) + "\n" for number in range(20))
    (tmp_path / "cases.jsonl").write_text(cases, encoding="utf-8")
    assert run_ragkit("ingest", "docs", cwd=tmp_path).code == 0
    tune = ("tune", "abstention", "--cases", "cases.jsonl", "--risk")
    done = run_ragkit(*tune, "0.3", "--pipeline", "careful", "--out", "sure.toml", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "20 of 20 questions answered, 0.000 of the answers wrong" in done.out
    written = (tmp_path / "sure.toml").read_text(encoding="utf-8")
    assert "At most 0.3 of such answers are wrong, with a confidence of 0.95." in written
    assert 'unsupported = "withhold"' in written
    assert run_ragkit("ask", CASES[0]["question"], "--pipeline", "sure.toml", cwd=tmp_path).code == 0
    few = run_ragkit(*tune, "0.1", cwd=tmp_path)
    assert few.code == 2
    assert "There are 20 questions; a risk of 0.1 needs 53 answers" in few.err
    other = run_ragkit(*tune, "0.3", "--pipeline", "ollama", cwd=tmp_path)
    assert other.code == 2
    assert "is not asked how sure it is" in other.err
