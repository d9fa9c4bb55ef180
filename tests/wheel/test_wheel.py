"""The wheel as a user gets it: built, installed in an environment of its own, used from another folder."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of a new environment that has the wheel, and sees the dependencies of this one."""
    home = tmp_path_factory.mktemp("env")
    venv.create(home, with_pip=False)
    paths = sysconfig.get_paths(vars={"base": str(home), "platbase": str(home)}, scheme="venv")
    packages = Path(paths["purelib"])
    # A path file adds the folder alone: the editable install in it is not followed.
    (packages / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    scripts = Path(paths["scripts"])
    command = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(scripts / "python"),
        "install",
        "--no-deps",
        "--quiet",
        str(wheel),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return scripts


def test_its_only_top_level_name_is_ragkit_and_it_is_small(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"ragkit"}
    assert wheel.stat().st_size < 80 * 2**20


def test_it_carries_what_ships_and_nothing_that_was_built(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "ragkit/py.typed",
        "ragkit/_shipped/pipelines/default.toml",
        "ragkit/_shipped/pipelines/prompts/cited.md",
        "ragkit/_shipped/indexes/flat.toml",
        "ragkit/_shipped/evals/handbook/suite.toml",
        "ragkit/_shipped/evals/handbook/corpus/people/leave.md",
    ):
        assert wanted in names
    assert not [name for name in names if "__pycache__" in name or "bench" in name or ".ragkit/" in name]


def test_the_main_job_from_another_folder(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "leave.md").write_text("# Leave\n\nEmployees in Germany get 30 days of annual leave.\n")
    ragkit = installed / "ragkit"

    def run(*arguments: str) -> str:
        done = subprocess.run([ragkit, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout

    run("ingest", "docs")
    assert "30 days" in run("ask", "How many days of annual leave do employees in Germany get?")
    assert "docs/leave.md" in run("list")


def test_the_code_is_the_installed_one(installed: Path, tmp_path: Path) -> None:
    script = "import ragkit; print(ragkit.__file__)"
    done = subprocess.run(
        [installed / "python", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert not Path(done.stdout.strip()).is_relative_to(ROOT / "ragkit")
