"""Settings of another path than is asked for: ``telemetry.port: 1502`` is no answer to "What is pump.port?"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ragkit.generate.extractive.candidates import Candidate

_NAME = r"[^\W\d][\w-]*(?:\[[^\]\n]*\])?"
_PATH = re.compile(rf"(?<![\w./@-]){_NAME}(?:\.{_NAME})+(?![\w/@-]|\.\w)")
_MEMBER = re.compile(r"\[[^\]]*\]")


def of_other_path(question: str, found: Iterable[Candidate]) -> set[Candidate]:
    """The settings whose last key is that of a path in the question, and whose own path is none of those asked for."""
    asked = [_MEMBER.sub("", path) for path in _PATH.findall(question)]
    return {each for each in found if asked and (path := _path_of(each.text)) and _is_other(path, asked)}


def _path_of(text: str) -> str:
    """The path that a line begins with."""
    text = text.removeprefix("- ")
    path = _PATH.match(text)
    return _MEMBER.sub("", path[0]) if path and text.startswith((":", " ("), path.end()) else ""


def _is_other(path: str, asked: Sequence[str]) -> bool:
    if not any(each.rpartition(".")[2] == path.rpartition(".")[2] for each in asked):
        return False
    return not any(f".{path}".endswith(f".{each}") or f".{each}".endswith(f".{path}") for each in asked)
