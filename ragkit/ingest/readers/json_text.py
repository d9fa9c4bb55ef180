"""JSON and JSON lines as text: ``key: value`` lines, each top-level object a section under its name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from ragkit.errors import SourceError
from ragkit.ingest.decode import decode
from ragkit.ingest.readers.build import Run, TextBuilder, name_of, split_lines
from ragkit.types import Document, Metadata, Source

_NAMES = ("title", "name", "label", "subject", "headline", "question", "id", "key")
_PROPERTIES = {
    "title": "title",
    "author": "author",
    "authors": "author",
    "date": "created",
    "created": "created",
    "modified": "modified",
    "updated": "modified",
    "language": "language",
    "lang": "language",
    "keywords": "keywords",
    "tags": "keywords",
    "category": "category",
    "url": "url",
}
_MAX_NAME = 80
_HINT = "Check it with a JSON validator."


class JsonReader:
    """The `ragkit.protocols.Reader` of JSON."""

    def read(self, source: Source, data: bytes) -> Document:
        """Plain values first, then a section for each object or list of objects. Numbers stay as they are written."""
        text = decode(data, source.uri)
        builder = TextBuilder()
        value: Any = None
        try:
            if text.strip():
                value = parse_json(text, source.uri, _object)
                _write(builder, value, level=1, line=0)
        except RecursionError as error:
            raise SourceError(f"{source.uri} is nested too deeply to be read.", "Split it.") from error
        return builder.document(source, title=name_of(source), metadata=_about(value))


class JsonLinesReader:
    """The `ragkit.protocols.Reader` of JSON lines."""

    def read(self, source: Source, data: bytes) -> Document:
        """A section for each line, with line marks."""
        builder = TextBuilder()
        for number, line in enumerate(decode(data, source.uri).split("\n"), start=1):
            if line.strip():
                try:
                    value = parse_json(line, f"Line {number} of {source.uri}", _object)
                    _record(builder, value, f"Record {number}", 1, number)
                except RecursionError as error:
                    reason = f"Line {number} of {source.uri} is nested too deeply to be read."
                    raise SourceError(reason, "Split it.") from error
        return builder.document(source, title=name_of(source))


def parse_json(text: str, name: str, pairs: Callable[[list[tuple[str, Any]]], Any] | None = None) -> Any:
    """The value of ``text``; its numbers and constants are strings as written. Raises `SourceError` for no JSON.

    ``pairs`` makes an object of its fields; of several with one name the last stays by default.
    """
    try:
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        raise SourceError(f"{name} is not JSON: {error}.", _HINT) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of all its fields: those of one name are a list."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    values: dict[str, list[Any]] = {}
    for key, each in pairs:
        values.setdefault(key, []).append(each)
    return {key: several if len(several) > 1 else several[0] for key, several in values.items()}


def write_value(builder: TextBuilder, value: Any) -> None:
    """Adds a value that stands in another document, a line for each plain one in it."""
    _lines(builder, value, 0)


def _about(value: Any) -> Metadata:
    """What an object says of itself in the fields that other formats have as properties."""
    stated = (
        {_PROPERTIES[key]: each for key, each in value.items() if key in _PROPERTIES} if isinstance(value, dict) else {}
    )
    lists = {name: each if isinstance(each, list) else [each] for name, each in stated.items() if each is not None}
    found = {
        name: ", ".join(map(_folded, each)) for name, each in lists.items() if all(isinstance(x, str) for x in each)
    }
    return {name: text for name, text in found.items() if text}


def _write(builder: TextBuilder, value: Any, *, level: int, line: int) -> None:
    if isinstance(value, list) and any(isinstance(each, (dict, list)) for each in value):
        for number, each in enumerate(value, start=1):
            _record(builder, each, f"Record {number}", level, line)
    elif isinstance(value, dict):
        plain = {key: each for key, each in value.items() if not _is_section(each)}
        _lines(builder, plain, line)
        for key, each in value.items():
            if _is_section(each):
                builder.add("heading", [(_folded(key) or "-", line)], level=level)
                _write(builder, each, level=level + 1, line=line)
    else:
        _lines(builder, value, line)


def _is_section(value: Any) -> bool:
    """Whether a value of a top-level object is one to be set apart: an object, or a list that holds some."""
    return bool(value) and (isinstance(value, dict) or (isinstance(value, list) and isinstance(value[0], dict)))


def _record(builder: TextBuilder, value: Any, default: str, level: int, line: int) -> None:
    """A section for one object under its own name; its inner objects are no sections but longer keys."""
    name = default
    if isinstance(value, dict):
        stated = (value[key] for key in _NAMES if isinstance(value.get(key), str))
        name = next((text[:_MAX_NAME] for text in map(_folded, stated) if text), default)
    builder.add("heading", [(name, line)], level=level)
    _lines(builder, value, line)


def _lines(builder: TextBuilder, value: Any, line: int) -> None:
    for key, text in _flat("", value):
        shown = f"{key}: {text}" if key else text
        runs: list[Run] = [(part, line) for part, _ in split_lines(shown, 1)]
        builder.add("item", runs)


def _flat(key: str, value: Any) -> Iterator[tuple[str, str]]:
    """The plain values of ``value`` with the path of keys that leads to each, dots between; lists count from 1."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _flat(f"{key}.{_folded(name)}" if key else _folded(name), each)
    elif isinstance(value, list) and any(isinstance(each, (dict, list)) for each in value):
        for number, each in enumerate(value, start=1):
            yield from _flat(f"{key}[{number}]", each)
    elif isinstance(value, list):
        text = ", ".join(filter(None, map(_plain, value)))
        if text:
            yield key, text
    elif text := _plain(value):
        yield key, text


def _plain(value: Any) -> str:
    """A plain value as text; nothing for null."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else _whole(str(value)).strip()


def _folded(text: str) -> str:
    return " ".join(_whole(text).split())


def _whole(text: str) -> str:
    """``text`` with U+FFFD for half a surrogate pair, which JSON can spell and no text may hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
