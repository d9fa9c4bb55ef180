"""Which reader reads which file: name -> media type -> ``"module:Class"``, imported on first use.

The formats that ragkit reads are in `ragkit.ingest.readers.formats`. A plug-in declares another by
``[project.entry-points."ragkit.reader"] foo = "my_package:FooReader"``, a class that is made without arguments and
has what `ragkit.protocols.Reader` has: files named ``*.foo`` are then read by it, in the worker process, with the
media type ``application/x-foo``, and again when its package has changed. A suffix of the table stays with its format.
"""

from __future__ import annotations

import shutil
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import PurePath

from ragkit.errors import SourceError
from ragkit.ingest.readers.formats import FORMATS, Format
from ragkit.plugins import make_of
from ragkit.protocols import Reader

BY_MEDIA_TYPE = {each.media_type: each for each in FORMATS}
"""What of the formats is looked up by `format_of`."""
READABLE = tuple(each.media_type for each in FORMATS if each.reader)
"""Media types of documents."""
CONTAINERS = frozenset(each.media_type for each in FORMATS if not each.reader)
"""What holds documents and is none itself; see `ragkit.ingest.containers`."""
IMAGES = frozenset(each.media_type for each in FORMATS if each.program == "tesseract")
"""Read by optical character recognition."""
_BY_SUFFIX = {suffix: each.media_type for each in FORMATS for suffix in each.suffixes}
_BY_NAME = {name: each.media_type for each in FORMATS for name in each.names}


def media_type_of(name: str) -> str | None:
    """The media type that a file's name tells, or None when there is no reader for it."""
    name = name.lower()
    suffixes = PurePath(name).suffixes
    # The longest suffix wins: page.rst.txt is reStructuredText.
    for ending in ("".join(suffixes[-2:]), *suffixes[-1:]):
        if name not in _BY_NAME and ending in _BY_SUFFIX:
            return _BY_SUFFIX[ending]
    plugin = _plugins().get(suffixes[-1][1:]) if suffixes else None
    return plugin.media_type if plugin else _BY_NAME.get(name)


def format_of(media_type: str) -> Format:
    """The format with that media type; of one that a plug-in reads, or nothing, the rest is as by default."""
    plugin = _plugins().get(media_type.removeprefix("application/x-"))
    return BY_MEDIA_TYPE.get(media_type) or plugin or Format(media_type, ())


def target_of(media_type: str) -> str:
    """The ``"module:Class"`` that reads ``media_type``. Raises `SourceError` when there is none."""
    target = format_of(media_type).reader
    if not target:
        raise SourceError(f"There is no reader for {media_type}.", f"Readable are {', '.join(READABLE)}.")
    return target


def is_risky(media_type: str) -> bool:
    """Whether the parser is not trusted with a file from anywhere: those that are not ours never are."""
    known = format_of(media_type)
    return known.risky or (bool(known.risky_with) and _has_module(known.risky_with))


def lack_of(media_type: str) -> str:
    """What keeps files of ``media_type`` from being read on this machine, or an empty string."""
    program = format_of(media_type).program
    if not program or is_here(program):
        return ""
    what = "pictures" if media_type in IMAGES else "such files"
    return f"reading {what} needs the program {program}, which is not installed"


def is_here(needs: str) -> bool:
    """Whether the program is installed that a part of a document needed to be read; never where it needed none."""
    return bool(needs) and shutil.which(needs) is not None


@cache
def _plugins() -> dict[str, Format]:
    """The formats that plug-ins read, by suffix without its dot."""
    found = {point.name.lower(): point for point in entry_points(group="ragkit.reader")}
    return {
        name: Format(f"application/x-{name}", (f".{name}",), point.value, revision=make_of(point))
        for name, point in found.items()
    }


@cache
def _has_module(name: str) -> bool:
    return find_spec(name) is not None


@cache
def reader_for(media_type: str) -> Reader:
    """The reader for ``media_type``. Raises `SourceError` when there is none."""
    module, _, attribute = target_of(media_type).partition(":")
    reader: Reader = getattr(import_module(module), attribute)()
    return reader
