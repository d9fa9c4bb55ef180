"""What the store knows of sources, and so what need not be read again.

The fingerprint of a source that was read is one string, ``CONTENT:MEDIA_TYPE@REVISION:LABELS``: the SHA-256 of its
bytes, the reader that made its text (of JSON with a digest of the fields that were chosen), and a digest of what the
user says of it. When any of them differs it is read again; texts that are then the same as before are not embedded
again.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from ragkit.ingest.globs import Areas
from ragkit.ingest.labels import Labels, from_options
from ragkit.ingest.readers import format_of, is_here
from ragkit.ingest.roots import is_address, is_given, is_page, place_of
from ragkit.store.store import FileState, Root, Store, UnreadPart
from ragkit.types import Document, Fields

IN_MEMORY = 0
"""Stands for the modification time of a document that is no file, and so cannot vanish."""
UNTOLD = 1
"""Stands for a modification time that tells nothing: the content is compared."""


class Fingerprint(NamedTuple):
    """The parts of the string."""

    content: str
    reader: str = ""
    labels: str = ""

    @classmethod
    def of(cls, text: str) -> Fingerprint:
        """The parts of ``text``, of which earlier versions of ragkit wrote the first alone."""
        return cls(*text.split(":", 2))

    def __str__(self) -> str:
        return ":".join(self)


def reader_of(media_type: str, fields: Fields | None) -> str:
    """The reader of a media type as it stands in a fingerprint."""
    known = format_of(media_type)
    chosen = fields if known.has_fields and fields != Fields() else None
    digest = f"+{hashlib.sha256(repr(chosen).encode()).hexdigest()[:12]}" if chosen else ""
    return f"{media_type}@{known.revision}{digest}"


class Ledger:
    """The store's account of sources as a run begins, and the labels that hold in that run.

    ``superseded`` are uris of which the run has taken in something else since. ``led`` has for a page the names that
    led to it, of a sitemap or before redirects: what is said of them is said of the page. ``unread`` has what could not
    be read of each document of which not all could.
    """

    def __init__(self, store: Store | None, given: Labels) -> None:
        self.states: dict[str, FileState] = store.content_hashes() if store else {}
        self.unread: dict[str, list[UnreadPart]] = defaultdict(list)
        for part in store.unread() if store else ():
            self.unread[part.uri].append(part)
        self.given = given
        self.superseded: set[str] = set()
        self.led: dict[str, tuple[str, ...]] = {}
        self.roots: Mapping[str, Root] = {root.uri: root for root in (store.roots() if store else ())}
        single = {uri for uri, root in self.roots.items() if is_page(uri) or is_given(root)}
        self._single = {uri: from_options(self.roots[uri].options) for uri in single}
        folders = [root for uri, root in self.roots.items() if uri not in single]
        self._said = {place_of(root): from_options(root.options) for root in folders}
        self._areas = Areas(self._said)
        forgotten = store.forgotten() if store else []
        contents = {Fingerprint.of(each.content_hash).content for each in forgotten}
        # what another document of the store says too is that one's
        kept = {Fingerprint.of(state.content_hash).content for state in self.states.values()} if contents else set()
        self._forgotten = {each.uri for each in forgotten}, contents - kept

    def labels(self, uri: str) -> Labels:
        """What is said of a source: in this run, or else in earlier ones of itself or the nearest folder above it."""
        labels = self.given
        for name in (uri, *self.led.get(uri, ())):
            labels = labels.over(self._single.get(name, Labels()))
        for area in self._areas.covering(uri):
            labels = labels.over(self._said[area])
        return labels

    def keep(self, uri: str, before: str) -> tuple[str, ...]:
        """Who alone may see a document now at ``uri`` because it was at ``before``; none where nothing is to be kept.

        What is said in this run goes before that, and what is said of the new place and not of the old one as well.
        """
        kept = self.labels(before).principals
        if self.given.principals is not None or not kept or kept == self.labels(uri).principals:
            return ()
        alone = self._single.get(uri, Labels())
        own = (self._said[area] for area in self._areas.covering(uri) if not area.covers(before))
        if any(labels.principals is not None for labels in (alone, *own)):
            return ()
        self._single[uri] = Labels(principals=kept).over(alone)
        return kept

    def labelled(self, document: Document) -> Document:
        """A document given in memory, with what is said of it."""
        return self.given.on(self.labels(document.uri).under(document))

    def is_current(self, uri: str) -> bool:
        """Whether the store has the source as today's reader reads it, with the labels that hold now."""
        if uri not in self.states or uri in self.superseded or self.can_read_more(uri):
            return False
        known = Fingerprint.of(self.states[uri].content_hash)
        media_type = known.reader.rpartition("@")[0]
        labels = self.labels(uri)
        return bool(media_type) and known[1:] == (reader_of(media_type, labels.fields), labels.digest)

    def can_read_more(self, uri: str) -> bool:
        """Whether what a part of the source needed to be read has been installed since."""
        return any(is_here(part.needs) for part in self.unread.get(uri, ()))

    def is_unchanged(self, uri: str, size: int, stamp: int) -> bool:
        """Whether the source need not even be loaded: its size and stamp (modification time) are as they were."""
        return self.is_current(uri) and stamp != UNTOLD and self.states[uri][1:] == (size, stamp)

    def has(self, uri: str, content: str) -> bool:
        """Whether the store is up to date with a source of that content."""
        return self.is_current(uri) and Fingerprint.of(self.states[uri].content_hash).content == content

    def twins(self, content: str) -> list[str]:
        """The files of that content that the store knows."""
        return self._by_content.get(content, [])

    def is_forgotten(self, uri: str, content: str = "") -> bool:
        """Whether the source is never to be taken in again, by its name or by its content."""
        return uri in self._forgotten[0] or content in self._forgotten[1]

    @cached_property
    def _by_content(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for uri, state in self.states.items():
            if state.mtime_ns != IN_MEMORY and not is_address(uri):
                found[Fingerprint.of(state.content_hash).content].append(uri)
        return found
