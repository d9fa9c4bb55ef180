"""The metadata block at the head of a Markdown file: flat YAML between ``---`` or TOML between ``+++``.

Only scalars and lists of scalars are understood; of what is nested deeper the words are kept, so that nothing is lost.
No YAML library is needed for it.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

Scalar = str | int | float | bool

_YAML = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_ENTRY = re.compile(r"([A-Za-z_][\w .-]*?)[ \t]*:(?:[ \t]+(.*))?$")
_TEXT_BELOW = re.compile(r"[|>][+-]?[1-9]?[+-]?")
"""What stands for a value in the lines that follow."""
_LIST_ENTRY = re.compile(r"[ \t]*-[ \t]+(.*)$")


def split_front_matter(text: str) -> tuple[dict[str, Scalar], str]:
    """The metadata, and the text with the block blanked so that its line numbers stay.

    What only looks like front matter, a rule or text without a single entry, stays text.
    """
    for pattern, parse in ((_YAML, _yaml), (_TOML, _toml)):
        block = pattern.match(text)
        metadata = parse(block[1]) if block else {}
        if block and metadata:
            return metadata, "\n" * block[0].count("\n") + text[block.end() :]
    return {}, text


def _yaml(block: str) -> dict[str, Scalar]:
    entries: dict[str, str] = {}
    key, is_text = "", False
    for line in block.split("\n"):
        entry, element = _ENTRY.match(line), _LIST_ENTRY.match(line)
        if entry:
            key, value = entry[1], _inline_list(entry[2] or "")
            is_text = _TEXT_BELOW.fullmatch(value) is not None
            entries[key] = _joined(", ", entries.get(key, ""), "" if is_text else value)
        elif element and key and not is_text:
            entries[key] = _joined(", ", entries[key], _unquoted(element[1]))
        elif not line.strip() or (line.lstrip().startswith("#") and not (is_text and line[0].isspace())):
            continue
        elif not key or not line[0].isspace():
            return {}
        else:
            entries[key] = _joined(" ", entries[key], line.strip())
    return {key: _scalar(value) for key, value in entries.items() if value}


def _joined(joint: str, *parts: str) -> str:
    return joint.join(part for part in parts if part)


def _inline_list(value: str) -> str:
    value = value.strip()
    if value.startswith("[") and value.endswith("]"):
        return ", ".join(_unquoted(part) for part in value[1:-1].split(","))
    return value


def _unquoted(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _scalar(value: str) -> Scalar:
    if value != _unquoted(value):
        return _unquoted(value)
    if value.lower() in {"true", "false"}:
        return value.lower() == "true"
    # Only plain decimal notation is a number: "1_000", "nan" and "1e5" stay what they are.
    if re.fullmatch(r"-?[0-9]{1,18}", value):
        return int(value)
    return float(value) if re.fullmatch(r"-?[0-9]{1,18}\.[0-9]{1,18}", value) else value


def _toml(block: str) -> dict[str, Scalar]:
    try:
        table = tomllib.loads(block)
    except tomllib.TOMLDecodeError:
        return {}
    scalars = (str, int, float)
    return {key: value if isinstance(value, scalars) else _words(value) for key, value in table.items()}


def _words(value: Any) -> str:
    """Lists, tables and dates in one line."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_words(each)}" for key, each in value.items())
    return ", ".join(map(_words, value)) if isinstance(value, list) else str(value)
