"""JSON and JSON lines as text: ``key: value`` lines, each top-level object a section under its name.

What is a title with its text, such as a question with its answer, is a heading and a paragraph. A null is told as
``none``, for that a record has none is what it says; a record of nothing else says nothing.

Where a user has chosen fields, only those are text, and those are metadata. A field within others has their names
before its own, ``author.name``; lists on the way to it are passed through. Of one that has several values, as those of
records have, the metadata are all of them.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from math import isfinite
from typing import Any

from ragkit.errors import SourceError
from ragkit.ingest.decode import decode
from ragkit.ingest.readers.build import Run, TextBuilder, name_of, split_lines
from ragkit.ingest.typed import typed
from ragkit.types import Document, Metadata, Scalar, Source

log = logging.getLogger(__name__)

_NAMES = ("title", "name", "label", "subject", "headline", "question", "id", "key")
_TITLED = (
    (("question", "q"), ("answer", "a")),
    (("term",), ("definition", "description", "meaning")),
    (("title", "headline", "subject", "name"), ("text", "body", "content", "description")),
)
"""Keys of what is read as a heading, and those of the text that stands below it."""
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
_MAX_TITLE = 200
_NONE = "none"
_MAX_VALUES = 100
"""Of a field that is metadata."""
_HINT = "Check it with a JSON validator."


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


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
                _write(builder, _chosen(value, source.fields.text), level=1, line=0)
        except RecursionError as error:
            raise SourceError(f"{source.uri} is nested too deeply to be read.", "Split it.") from error
        metadata = {**_about(value), **_metadata(source, [value])}
        return builder.document(source, title=name_of(source), metadata=metadata)


class JsonLinesReader:
    """The `ragkit.protocols.Reader` of JSON lines."""

    def read(self, source: Source, data: bytes) -> Document:
        """A section for each line, with line marks."""
        builder = TextBuilder()
        records = []
        for number, line in enumerate(decode(data, source.uri).split("\n"), start=1):
            if line.strip():
                try:
                    value = parse_json(line, f"Line {number} of {source.uri}", _object)
                    _record(builder, _chosen(value, source.fields.text), f"Record {number}", 1, number)
                except RecursionError as error:
                    reason = f"Line {number} of {source.uri} is nested too deeply to be read."
                    raise SourceError(reason, "Split it.") from error
                records += [value] if source.fields.metadata else []
        return builder.document(source, title=name_of(source), metadata=_metadata(source, records))


def parse_json(text: str, name: str, pairs: Callable[[list[tuple[str, Any]]], Any] | None = None) -> Any:
    """The value of ``text``; its numbers and constants are strings as written. Raises `SourceError` for no JSON.

    ``pairs`` makes an object of its fields; of several with one name the last stays by default.
    """
    try:
        return json.loads(text, parse_int=_Number, parse_float=_Number, parse_constant=str, object_pairs_hook=pairs)
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


def _chosen(value: Any, names: Collection[str]) -> Any:
    """What of a value is in the fields of these names; all of it where there are none."""
    if not names:
        return value
    if isinstance(value, list):
        return [_chosen(each, names) for each in value]
    found: dict[str, Any] = {}
    for key, each in value.items() if isinstance(value, dict) else ():
        below = _below(key, names)
        if key in names:
            found[key] = each
        elif below:
            found[key] = _chosen(each, below)
    return found


def _below(key: str, names: Iterable[str]) -> list[str]:
    """The names of fields within the field ``key``, as they are named there."""
    return [name.removeprefix(f"{key}.") for name in names if name.startswith(f"{key}.")]


def _metadata(source: Source, values: list[Any]) -> Metadata:
    """The fields that the user wants as metadata."""
    found: dict[str, Scalar | list[Scalar]] = {}
    for name in source.fields.metadata:
        said = list(dict.fromkeys(_values(_chosen(values, [name]))))
        if len(said) > _MAX_VALUES:
            log.warning("%s: %s has %d values, too many to be metadata", source.uri, name, len(said))
        elif said:
            found[name] = _typed(said[0]) if len(said) == 1 else [*map(_typed, said)]
    return found


def _values(value: Any) -> Iterator[str | bool]:
    """The plain values in a value, outermost first."""
    if isinstance(value, (dict, list)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _values(each)
    elif isinstance(value, bool) or _plain(value):
        yield value


def _typed(value: str | bool) -> Scalar:
    """A number as one, also with an exponent, unless it is too long or too large to be kept."""
    if not isinstance(value, _Number):
        return value if isinstance(value, bool) else _plain(value)
    if "e" in value.lower() and isfinite(number := float(value)):
        return number
    return typed(str(value))


def _about(value: Any) -> Metadata:
    """What an object says of itself in the fields that other formats have as properties."""
    stated = (
        {_PROPERTIES[key]: each for key, each in value.items() if key in _PROPERTIES} if isinstance(value, dict) else {}
    )
    lists = {name: each if isinstance(each, list) else [each] for name, each in stated.items() if each is not None}
    found = {name: [*filter(None, map(_folded, each))] for name, each in lists.items() if all(map(_is_text, each))}
    return {name: said if len(said) > 1 else said[0] for name, said in found.items() if said}


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _write(builder: TextBuilder, value: Any, *, level: int, line: int) -> None:
    if isinstance(value, list) and any(isinstance(each, (dict, list)) for each in value):
        for number, each in enumerate(value, start=1):
            _record(builder, each, f"Record {number}", level, line)
    elif isinstance(value, dict):
        plain = {key: each for key, each in value.items() if not _is_section(each)}
        titled = _titled(plain)
        if titled:
            _write_titled(builder, plain, titled, level, line)
        elif _says(plain):
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
    """A section for one object under its own name, if it says anything; its inner objects are but longer keys."""
    if not _says(value):
        return
    name = default
    if isinstance(value, dict):
        titled = _titled(value)
        if titled:
            _write_titled(builder, value, titled, level, line)
            return
        stated = (value[key] for key in _NAMES if isinstance(value.get(key), str))
        name = next((text[:_MAX_NAME] for text in map(_folded, stated) if text), default)
    builder.add("heading", [(name, line)], level=level)
    _lines(builder, value, line)


def _titled(value: dict[str, Any]) -> tuple[str, str] | None:
    """The keys of a title and of its text, if an object has just one text with a title."""
    own = {key.casefold(): key for key, each in value.items() if isinstance(each, str) and each.strip()}
    for titles, texts in _TITLED:
        title, text = (next((own[key] for key in keys if key in own), "") for keys in (titles, texts))
        if title and text and len(value[title]) <= _MAX_TITLE:
            return title, text
    return None


def _write_titled(builder: TextBuilder, value: dict[str, Any], titled: tuple[str, str], level: int, line: int) -> None:
    """A title as a heading over its text; what else the object says follows in lines."""
    title, text = titled
    builder.add("heading", [(_folded(value[title]), line)], level=level)
    for paragraph in re.split(r"\n\s*\n", _plain(value[text])):
        builder.add("paragraph", [(part, line) for part, _ in split_lines(paragraph, 1)])
    _lines(builder, {key: each for key, each in value.items() if key not in titled}, line)


def _says(value: Any) -> bool:
    """Whether there is anything but nulls in a value."""
    return next(_values(value), None) is not None


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
    elif text := _NONE if value is None and key else _plain(value):
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
