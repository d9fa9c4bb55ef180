"""What the READMEs and the help say of settings and of what ships."""

from __future__ import annotations

import json
import re

import pytest
from typer.testing import CliRunner

from ragkit import config, shipped
from ragkit.cli.main import app


def test_every_setting_is_told_with_its_default() -> None:
    text = (shipped.folder("pipelines") / "README.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([a-z_.]+)` \| `([^`]*)` \|", text, re.MULTILINE))
    values = config.load(environment={}, files=False).values()
    assert {key: json.loads(value) for key, value in told.items()} == {
        key: list(value) if isinstance(value, tuple) else value for key, value in values.items()
    }


@pytest.mark.parametrize(
    ("command", "folder", "suffix"),
    [("ask", "pipelines", ".toml"), ("ask", "pipelines/prompts", ".md"), ("reindex", "indexes", ".toml")],
)
def test_the_help_names_what_ships(command: str, folder: str, suffix: str) -> None:
    told = re.sub(r"-\s+", "-", CliRunner().invoke(app, [command, "--help"]).output)
    assert [name for name in shipped.names(folder, suffix) if not re.search(rf"\b{name}\b", told)] == []
