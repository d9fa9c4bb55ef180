"""Sentences that say what a thing is, for who asks that."""

from __future__ import annotations

import pytest

from ragkit.generate.extractive.candidates import candidates
from ragkit.generate.extractive.term_definitions import is_definition
from tests.conftest import passage


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("What is a workspace?", "A workspace is a set of packages.", True),
        ("what are workspaces", "Workspaces are sets of packages.", True),
        ("What does the caret requirement mean?", "Caret requirements are the usual ones.", True),
        ("What's a workspace for?", "- “Workspace” refers to packages that are built together.", True),
        ("What is the deposit for a hall?", "The deposit is 50 euros.", False),
        ("What is a workspace?", "A workspace member is built with the others.", False),
        ("What is a workspace?", "A workspace is not built on its own.", False),
        ("What is it?", "It is a set of packages.", False),
        ("Who owns a workspace?", "A workspace is a set of packages.", False),
    ],
)
def test_what_says_what_a_thing_is(question: str, text: str, expected: bool) -> None:
    (only,) = candidates([passage(text)])
    assert is_definition(question, only) is expected
