"""Writes a pipeline file (TOML) with settings that were chosen on a user's own questions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, time

from ragkit.config import Settings

_BARE = re.compile(r"[A-Za-z0-9_-]+")
"""A key of TOML that needs no quotes."""
_OF = "pipeline "
"""How the origin of a setting begins that stands in a pipeline file."""


def of_pipeline(settings: Settings) -> dict[str, object]:
    """What the pipeline that was named sets, by dotted key: a new one is used in its place, and sets it too."""
    if "pipeline" not in settings.origins:
        return {}
    return {key: value for key, value in settings.values().items() if settings.origins.get(key, "").startswith(_OF)}


def settings_file(settings: Mapping[str, object], *remarks: str) -> str:
    """A pipeline file that sets these, by dotted key, below a comment of a line for each remark."""
    sections: dict[str, list[str]] = {}
    for key, value in settings.items():
        section, _, name = key.rpartition(".")
        sections.setdefault(section, []).append(f"{_toml_key(name)} = {_toml(value)}\n")
    tables = "\n".join("".join([f"[{_toml_key(name)}]\n" * bool(name), *sections[name]]) for name in sorted(sections))
    return "".join(f"# {remark}\n" for remark in remarks) + tables


def _toml_key(dotted: str) -> str:
    return ".".join(part if _BARE.fullmatch(part) else json.dumps(part) for part in dotted.split("."))


def _toml(value: object) -> str:
    """A value of a settings file as it stands there; a plug-in's may be of any kind that TOML has."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{json.dumps(key)} = {_toml(each)}' for key, each in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, date | time):
        return value.isoformat()
    return repr(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)
