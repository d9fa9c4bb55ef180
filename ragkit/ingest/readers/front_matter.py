"""The metadata block at the head of a Markdown file: flat YAML between ``---`` or TOML between ``+++``.

Only scalars and lists of scalars are understood; of what is nested deeper the words are kept, so that nothing is lost.
No YAML library is needed for it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from typing import Any

from ragkit.ingest.typed import typed
from ragkit.types import Scalar

Entries = dict[str, Scalar | Sequence[Scalar]]

_YAML = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_ENTRY = re.compile(r"([A-Za-z_][\w .-]*?)[ \t]*:(?:[ \t]+(.*))?$")
_TEXT_BELOW = re.compile(r"[|>][+-]?[1-9]?[+-]?")
"""What stands for a value in the lines that follow."""
_LIST_ENTRY = re.compile(r"[ \t]*-[ \t]+(.*)$")
_ELEMENT = re.compile(r"\s*(\"[^\"]*\"|'[^']*'|[^,]*[^,\s])\s*(?:,|$)")


def split_front_matter(text: str) -> tuple[Entries, str]:
    """The metadata, and the text with the block blanked so that its line numbers stay.

    What only looks like front matter, a rule or text without a single entry, stays text.
    """
    for pattern, parse in ((_YAML, _yaml), (_TOML, _toml)):
        block = pattern.match(text)
        metadata = parse(block[1]) if block else {}
        if block and metadata:
            return metadata, "\n" * block[0].count("\n") + text[block.end() :]
    return {}, text


def _yaml(block: str) -> Entries:
    entries: dict[str, list[str]] = {}
    lists: set[str] = set()
    key, is_text = "", False
    for line in block.split("\n"):
        entry, element = _ENTRY.match(line), _LIST_ENTRY.match(line)
        if entry:
            key, value = entry[1], (entry[2] or "").strip()
            is_text = _TEXT_BELOW.fullmatch(value) is not None
            if key in entries:
                lists.add(key)
            entries.setdefault(key, []).append("" if is_text else value)
        elif element and key and not is_text:
            lists.add(key)
            entries[key].append(element[1].strip())
        elif not line.strip() or (line.lstrip().startswith("#") and not (is_text and line[0].isspace())):
            continue
        elif not key or not line[0].isspace():
            return {}
        else:
            *before, last = entries[key] or [""]
            entries[key] = [*before, f"{last} {line.strip()}".strip()]
    for key, values in entries.items():
        if len(values) == 1 and values[0].startswith("[") and values[0].endswith("]"):
            lists.add(key)
            entries[key] = _ELEMENT.findall(values[0][1:-1])
    said = {key: [_scalar(value) for value in values if value] for key, values in entries.items()}
    return {key: values if key in lists else values[0] for key, values in said.items() if values}


def _unquoted(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _scalar(value: str) -> Scalar:
    unquoted = _unquoted(value)
    return unquoted if value != unquoted else typed(value)


def _toml(block: str) -> Entries:
    try:
        table = tomllib.loads(block)
    except tomllib.TOMLDecodeError:
        return {}
    return {key: _values(value) for key, value in table.items()}


def _values(value: Any) -> Scalar | list[Scalar]:
    if isinstance(value, (str, int, float)):
        return value
    if isinstance(value, list):
        return [each if isinstance(each, (str, int, float)) else _words(each) for each in value]
    return _words(value)


def _words(value: Any) -> str:
    """What is nested deeper, and dates, in one line."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_words(each)}" for key, each in value.items())
    return ", ".join(map(_words, value)) if isinstance(value, list) else str(value)
