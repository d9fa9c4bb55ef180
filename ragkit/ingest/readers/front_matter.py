"""The metadata block at the head of a Markdown file: flat YAML between ``---`` or TOML between ``+++``.

Only scalars and lists of scalars are understood; of what is nested deeper the words are kept, so that nothing is lost.
No YAML library is needed for it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
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
    entries: dict[str, _Entry] = {}
    entry: _Entry | None = None
    for line in block.split("\n"):
        begun, element = _ENTRY.match(line), _LIST_ENTRY.match(line)
        if begun:
            entry = entries[begun[1]] = _begun(entries.get(begun[1]), (begun[2] or "").strip())
        elif element and entry and not entry.is_text:
            entry.is_list = True
            entry.values.append(element[1].strip())
        elif not line.strip() or _is_comment(line, entry):
            continue
        elif not entry or not line[0].isspace():
            return {}
        else:
            *before, last = entry.values or [""]
            entry.values = [*before, f"{last} {line.strip()}".strip()]
    said = {key: _said(entry) for key, entry in entries.items()}
    return {key: values for key, values in said.items() if values is not None}


@dataclass(slots=True)
class _Entry:
    """The values of a key as they stand; ``is_text``: the lines that follow are the value."""

    values: list[str]
    is_list: bool
    is_text: bool


def _begun(known: _Entry | None, value: str) -> _Entry:
    """The entry of a key that has a value behind it; one that was there before has several."""
    is_text = _TEXT_BELOW.fullmatch(value) is not None
    before = known.values if known else []
    return _Entry([*before, "" if is_text else value], known is not None, is_text)


def _is_comment(line: str, entry: _Entry | None) -> bool:
    """Whether a line says nothing; indented in a text it is a part of that."""
    in_text = entry is not None and entry.is_text and line[0].isspace()
    return line.lstrip().startswith("#") and not in_text


def _said(entry: _Entry) -> Scalar | list[Scalar] | None:
    """The value of an entry, a list where it is one or is written as one in brackets; None without any."""
    values, is_list = entry.values, entry.is_list
    if len(values) == 1 and values[0].startswith("[") and values[0].endswith("]"):
        values, is_list = _ELEMENT.findall(values[0][1:-1]), True
    said = [_scalar(value) for value in values if value]
    if not said:
        return None
    return said if is_list else said[0]


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
