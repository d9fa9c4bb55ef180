"""What a store remembers of runs: which folders were ingested, and what was said of them and of single documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ragkit.ingest.globs import Area, Areas, area
from ragkit.ingest.labels import Labels, from_options
from ragkit.store.store import Root
from ragkit.store.writing import Transaction

if TYPE_CHECKING:
    from ragkit.ingest.ledger import Ledger

_GIVEN = "given"


def remember(
    tx: Transaction, areas: Sequence[Area], ledger: Ledger, exclude: Sequence[str], known: Iterable[Root]
) -> None:
    """Notes that these were ingested. What is said now goes before what was said of them, and of what is in them.

    With a page goes what holds for it, which may have been said of the sitemap or the address that led to it.
    """
    before = {root.uri: root for root in known}
    said = ledger.given
    words = said.options()
    outer = Areas(each for each in areas if not is_page(each.uri))
    for inner in before.values():
        above = outer.covering(_folder(inner)) if words.keys() & inner.options.keys() else ()
        if any(each.uri != inner.uri for each in above):
            tx.remember_root(Root(inner.uri, {name: inner.options[name] for name in inner.options.keys() - words}))
    for each in areas:
        earlier = from_options(before[each.uri].options) if each.uri in before else Labels()
        holds = ledger.labels(each.uri) if is_page(each.uri) else said.over(earlier)
        tx.remember_root(Root(each.uri, {**_place(each), **_left_out(exclude), **holds.options()}))


def remember_given(tx: Transaction, uris: Iterable[str], said: Labels, known: Mapping[str, Root]) -> None:
    """Notes what is said of documents given in memory. One that is a file as well stays a file."""
    said = said.of_documents
    for uri in uris:
        before = known[uri].options if uri in known else {_GIVEN: True}
        tx.remember_root(Root(uri, {**before, **said.over(from_options(before)).options()}))


def remember_kept(tx: Transaction, kept: Mapping[str, Sequence[str]]) -> None:
    """Notes who alone may see files that have moved: the place where that was said is no more above them."""
    for uri, principals in kept.items():
        said = Labels(principals=tuple(principals)).options()
        tx.say_of_root(Root(uri, {_GIVEN: True, **said}), said)


def is_given(root: Root) -> bool:
    """Whether a root is one document of which something was said, in memory or moved, and no place to look through."""
    return _GIVEN in root.options


def is_address(uri: str) -> bool:
    """Whether a uri is an address such as https://host/page, rather than a path."""
    return "://" in uri


def is_page(uri: str) -> bool:
    """Whether a uri is a page of the web, or a sitemap, which have nothing below them."""
    return uri.startswith(("http://", "https://", "sitemap:"))


def place_of(root: Root) -> Area:
    """What a remembered root covers."""
    return area(_folder(root), root.options.get("glob", ""), root.options.get("base", ""))


def _folder(root: Root) -> str:
    return str(root.options.get("folder", root.uri))


def _place(each: Area) -> dict[str, str]:
    parts = {"folder": each.folder if each.glob else "", "glob": each.glob, "base": each.base}
    return {name: value for name, value in parts.items() if value}


def _left_out(exclude: Sequence[str]) -> dict[str, list[str]]:
    return {"exclude": list(exclude)} if exclude else {}
