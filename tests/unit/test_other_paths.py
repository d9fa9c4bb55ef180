"""A setting of another path than the question names is no answer."""

from __future__ import annotations

import pytest

from ragkit.generate.extractive.candidates import candidates
from ragkit.generate.extractive.other_paths import of_other_path
from tests.conftest import passage


@pytest.mark.parametrize(
    ("question", "text", "left_out"),
    [
        ("What is pump.port?", "- telemetry.port: 1502\n- pump.port: 3", ["- telemetry.port: 1502"]),
        ("What is pump.port?", "- a.telemetry[Upper].port (of old)", ["- a.telemetry[Upper].port (of old)"]),
        ("What is pump.port?", "- site.pump.port: 3\n- pump.start: 4\n- port: 5", []),
        ("What is site.pump[1].port?", "- pump[Upper].port: 3", []),
        ("Are pump.port and telemetry.port one?", "- telemetry.port: 1502", []),
        ("On which port is the pump?", "- telemetry.port: 1502", []),
        ("What does https://a.b/pump.port say?", "- telemetry.port: 1502", []),
        ("What is pump.port?", "See telemetry.port for the other one.", []),
    ],
)
def test_settings_of_another_path_are_left_out(question: str, text: str, left_out: list[str]) -> None:
    found = sorted(of_other_path(question, candidates([passage(text)])), key=lambda each: each.start)
    assert [f"- {each.text.removeprefix('- ')}" for each in found] == left_out
