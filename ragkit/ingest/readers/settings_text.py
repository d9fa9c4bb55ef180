"""A configuration as text: each value a line with the path of its keys, and in brackets what the comments say of it.

``storage.retention.staging: 36h (deleted after that unless pinned)`` can be found, quoted and understood alone, which
``staging: 36h`` cannot. A key at the margin with others below it is a section, as is a table of TOML or INI, and the
comment at the head of a file is its introduction. What does not stand in such lines is kept as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby

from ragkit.ingest.decode import decode
from ragkit.ingest.readers import ini_settings, toml_settings, yaml_settings
from ragkit.ingest.readers.build import CELL_JOINT, Run, TextBuilder, flow, name_of
from ragkit.ingest.readers.code import CodeReader
from ragkit.ingest.readers.settings import NotInLines, Path, Setting
from ragkit.sentences import sentence_spans
from ragkit.types import Document, Source

_NAMES = ("name", "title", "question", "id")
_MAX_NAME = 80
_MAX_TITLE = 80
_MAX_COMMENT = 300
"""Characters of a comment in brackets; a longer one stands above its line."""
_MAX_LISTED = 60
"""Characters of a value that stands in a line with others."""
_BULLET = "- "
"""Before each line, or one whose key looks like none in prose, such as ``/users``, would be read on from the last."""
_LEGAL = re.compile(r"copyright\b|licen[cs]ed?\b|\(c\)", re.IGNORECASE)


Parse = Callable[[str], Sequence[Sequence[Setting]]]
"""What a text sets, for each document in it; raises `NotInLines`."""


class YamlReader:
    """The `ragkit.protocols.Reader` of YAML."""

    def read(self, source: Source, data: bytes) -> Document:
        """A section for each key at the margin that has others below it, after the plain values there."""
        return _read(source, data, yaml_settings.documents)


class TomlReader:
    """The `ragkit.protocols.Reader` of TOML."""

    def read(self, source: Source, data: bytes) -> Document:
        """A section for each table, after the values that are in none."""
        return _read(source, data, toml_settings.documents)


class IniReader:
    """The `ragkit.protocols.Reader` of INI and all other files that have ``key = value`` on a line."""

    def read(self, source: Source, data: bytes) -> Document:
        """A section for each header, after the values that stand below none."""
        return _read(source, data, ini_settings.documents)


def _read(source: Source, data: bytes, parse: Parse) -> Document:
    try:
        found = parse(decode(data, source.uri))
    except NotInLines:
        return CodeReader().read(source, data)
    builder = TextBuilder()
    level = 1 + (bool(found) and _introduce(builder, found[0][0], parse))
    for number, settings in enumerate(found, start=1):
        if len(found) > 1:
            builder.add("heading", [(_document_name(settings, number), settings[0].line)], level=level)
        _Writer(builder, settings).write(level + (len(found) > 1))
    return builder.document(source, title="" if level > 1 else name_of(source))


def _introduce(builder: TextBuilder, first: Setting, parse: Parse) -> bool:
    """Adds the comment at the head of a file; whether it begins with a title."""
    if first.is_set and not first.holds and len(first.above) < 2:
        return False
    comment, first.above = first.above, []
    has_title = _is_title([text.strip() for text, _ in comment], parse)
    builder.add("heading", comment[: int(has_title)], level=1)
    builder.add("paragraph", comment[int(has_title) :])
    return has_title


def _is_title(lines: Sequence[str], parse: Parse) -> bool:
    """Whether the first line of a comment is a title rather than a setting or the first of a sentence."""
    first, *rest = lines or [""]
    if not first or len(first) > _MAX_TITLE or _LEGAL.match(first) or _is_setting(first, parse):
        return False
    return not first.endswith((".", ",", ":", ";")) and not (rest and rest[0][0].islower())


def _is_setting(line: str, parse: Parse) -> bool:
    try:
        return any(each.is_set for settings in parse(line) for each in settings)
    except NotInLines:
        return False


def _document_name(settings: Sequence[Setting], number: int) -> str:
    """Its kind and name, as manifests have them, or its number."""
    values = {each.path: _on_one_line(each.value) for each in settings}
    told = [values.get(("kind",), ""), values.get(("metadata", "name")) or values.get(("name",), "")]
    return " ".join(filter(None, told)) or f"Document {number}"


class _Writer:
    """Writes the settings of a document."""

    def __init__(self, builder: TextBuilder, settings: Sequence[Setting]) -> None:
        self._builder = builder
        self._settings = settings
        self._names = _names(settings)

    def write(self, level: int) -> None:
        """Plain values first, for what follows a section would seem to be in it."""
        sections: dict[Path, list[Setting]] = {}
        plain: list[Setting] = []
        apart = {each.path[:1] for each in self._settings if _is_within(each.path)}
        for each, at in self._with_places():
            if at in apart:
                sections.setdefault(at, []).append(each)
            else:
                plain.append(each)
        self._lines(plain, 0)
        for at, within in sections.items():
            is_record = isinstance(at[0], int)
            shown = self._names.get(at, f"Record {at[0]}") if is_record else str(at[0])
            self._builder.add("heading", [(shown, within[0].line)], level=level)
            self._lines(within, int(is_record))

    def _with_places(self) -> Iterable[tuple[Setting, Path]]:
        """The settings with the keys at the margin; a comment alone there has that of the next one."""
        at: Path = ()
        placed: list[tuple[Setting, Path]] = []
        for each in reversed(self._settings):
            at = each.path[:1] or at
            placed.append((each, at))
        return reversed(placed)

    def _lines(self, settings: Sequence[Setting], depth: int) -> None:
        """A line for each setting, for short values of a list one for all. Paths lack their first ``depth`` parts."""
        for path, group in groupby(settings, key=_list_of):
            several = [*group]
            if path is not None and len(several) > 1 and all(map(_is_short, several)):
                self._add([(self._shown(path, depth), several[0].line)], _listed(several))
                continue
            for each in several:
                self._line(each, self._shown(each.path if path is None else path, depth))

    def _line(self, setting: Setting, shown: str) -> None:
        """The line of a setting, or its comment alone; a text of several lines stays as it is."""
        comment = [flow(setting.above), flow(setting.behind)]
        if not setting.is_set or sum(map(_length, comment)) > _MAX_COMMENT:
            self._builder.add("paragraph", [*setting.above, *setting.behind])
            comment = []
        if setting.is_text and len(setting.value) > 1:
            head = [(shown, setting.line), *_in_brackets(comment), (":\n", setting.line)]
            self._builder.add("code", [*head, *setting.value])
        elif setting.is_set and (setting.value or any(comment) or not setting.holds):
            self._add([(shown, setting.line)], [*flow(setting.value), *_in_brackets(comment)])

    def _add(self, shown: list[Run], value: list[Run]) -> None:
        joint = [(": ", shown[0][1])] if shown[0][0] and value and not value[0][0].startswith(" (") else []
        self._builder.add("item", [(_BULLET, shown[0][1]), *shown, *joint, *value])

    def _shown(self, path: Path, depth: int) -> str:
        """A path as it is written, its members of lists in brackets by name or number."""
        parts = [
            f".{part}" if isinstance(part, str) else f"[{self._names.get(path[: place + 1], part)}]"
            for place, part in enumerate(path)
            if place >= depth
        ]
        return "".join(parts).removeprefix(".")


def _names(settings: Sequence[Setting]) -> Mapping[Path, str]:
    """By what the members of lists call themselves."""
    names: dict[Path, str] = {}
    for each in settings:
        if each.path[-1:] and each.path[-1] in _NAMES and isinstance(each.path[-2:][0], int):
            name = _on_one_line(each.value)
            if name and len(name) <= _MAX_NAME:
                names.setdefault(each.path[:-1], name)
    return names


def _is_within(path: Path) -> bool:
    """Whether a path leads into what is apart: it is not that of a value of a list at the margin."""
    return len(path) > 2 or (len(path) == 2 and isinstance(path[1], str))


def _list_of(setting: Setting) -> Path | None:
    """The path of the list that a plain value is of."""
    is_value = setting.path and isinstance(setting.path[-1], int) and setting.is_set and not setting.holds
    return setting.path[:-1] if is_value else None


def _is_short(setting: Setting) -> bool:
    value = _on_one_line(setting.value)
    return len(setting.value) == 1 and len(value) <= _MAX_LISTED and ", " not in value and not value.endswith(".")


def _listed(settings: Sequence[Setting]) -> list[Run]:
    """The values of a list in one line."""
    runs: list[Run] = []
    for each in settings:
        runs += [(", ", each.line)] if runs else []
        runs += [*flow(each.value), *_in_brackets([flow(each.above), flow(each.behind)])]
    return runs


def _in_brackets(comments: Sequence[Sequence[Run]]) -> list[Run]:
    """Comments as one remark on what stands before, so that neither is quoted without the other."""
    runs: list[Run] = []
    for comment in filter(None, map(_as_clauses, comments)):
        runs += [("; " if runs else " (", comment[0][1]), *comment]
    return [*runs, (")", runs[-1][1])] if runs else []


def _as_clauses(comment: Sequence[Run]) -> list[Run]:
    """A comment without the stops that would cut its line in two."""
    if not comment:
        return []
    text = _on_one_line(comment).replace(CELL_JOINT, " / ")
    ends = [end for _, end in sentence_spans(text) if text[end - 1] == "."]
    for end in ends:
        text = text[: end - 1] + (";" if end < len(text) else " ") + text[end:]
    at, runs = 0, []
    for part, line in comment:
        runs.append((text[at : at + len(part)], line))
        at += len(part)
    return flow(runs)


def _on_one_line(runs: Sequence[Run]) -> str:
    return "".join(text for text, _ in flow(runs))


def _length(runs: Sequence[Run]) -> int:
    return sum(len(text) for text, _ in runs)
