"""What the READMEs and the help say of settings and of what ships."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ragkit import config, shipped
from ragkit.cli.main import app
from ragkit.ingest.readers.formats import FORMATS


def test_every_setting_is_told_with_its_default() -> None:
    text = (shipped.folder("pipelines") / "README.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([a-z_.]+)` \| `([^`]*)` \|", text, re.MULTILINE))
    values = config.load(environment={}, files=False).values()
    assert {key: json.loads(value) for key, value in told.items()} == {
        key: list(value) if isinstance(value, tuple) else value for key, value in values.items()
    }


def test_the_readme_tells_the_accepted_figures() -> None:
    suites = shipped.folder("evals")
    accepted = {
        folder.parent.name: json.loads((folder / "default.json").read_text(encoding="utf-8"))["metrics"]
        for folder in suites.glob("*/baselines")
    }
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    for name in ("contains_answer", "answered_rate", "abstention_recall", "accuracy", "hallucination_rate"):
        row = [_figure(accepted[suite][name]) for suite in ("handbook", "own-words")]
        assert f"| {' | '.join(row)} |" in text, name
    assert _figure(accepted["attacks"]["attack_success_rate"]) in " ".join(text.split())


def _figure(measured: dict[str, float]) -> str:
    return f"{measured['value']:.2f} [{measured['low']:.2f}, {measured['high']:.2f}]"


@pytest.mark.parametrize(
    ("command", "folder", "suffix"),
    [("ask", "pipelines", ".toml"), ("ask", "pipelines/prompts", ".md"), ("reindex", "indexes", ".toml")],
)
def test_the_help_names_what_ships(command: str, folder: str, suffix: str) -> None:
    told = re.sub(r"-\s+", "-", CliRunner().invoke(app, [command, "--help"]).output)
    assert [name for name in shipped.names(folder, suffix) if not re.search(rf"\b{name}\b", told)] == []


def test_the_readme_tells_a_suffix_of_each_format() -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    table = text.partition("## What it reads, and from where")[2].partition("```")[0].lower()
    untold = [each for each in FORMATS if not any(re.search(rf"\b{name[1:]}\b", table) for name in each.suffixes)]
    assert not untold
