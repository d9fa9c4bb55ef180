"""The metadata block at the head of a Markdown file: flat YAML between ``---`` or TOML between ``+++``.

Only scalars and lists of scalars are understood; what is nested deeper is left out. No YAML library is needed for it.
"""

from __future__ import annotations

import re
import tomllib

Scalar = str | int | float | bool

_YAML = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_ENTRY = re.compile(r"([A-Za-z_][\w .-]*?)[ \t]*:(?:[ \t]+(.*))?$")
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
    entries: dict[str, Scalar] = {}
    key = ""
    for line in block.split("\n"):
        entry, element = _ENTRY.match(line), _LIST_ENTRY.match(line)
        if entry:
            key = entry[1]
            entries[key] = _scalar(_inline_list(entry[2] or ""))
        elif element and key:
            entries[key] = f"{entries[key]}, {_unquoted(element[1])}".removeprefix(", ")
        elif line.strip() and not line.startswith((" ", "\t", "#")):
            return {}
    return {key: value for key, value in entries.items() if value != ""}


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
    entries: dict[str, Scalar] = {}
    for key, value in table.items():
        if isinstance(value, (str, int, float, bool)):
            entries[key] = value
        elif isinstance(value, list) and all(isinstance(part, str) for part in value):
            entries[key] = ", ".join(value)
    return entries
