"""The pages that a sitemap lists, as https://www.sitemaps.org/protocol.html has it."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator

from lxml import etree

from ragkit.errors import SourceError

MOST_PAGES = 50_000
"""What the protocol allows in one sitemap; here in all together."""
MOST_MAPS = 200
LARGEST = 50 * 2**20
_GZIP = b"\x1f\x8b"


def pages(url: str, fetch: Callable[[str], bytes]) -> list[str]:
    """The addresses in a sitemap and in those that it names, each once.

    Args:
        url: The sitemap.
        fetch: The bytes at a URL; may raise `SourceError`.

    Raises:
        SourceError: It is no sitemap, or it lists too much.
    """
    found: dict[str, None] = {}
    seen: set[str] = set()
    waiting = [url]
    while waiting:
        place = waiting.pop(0)
        if place in seen:
            continue
        seen.add(place)
        for kind, address in _entries(place, _unpacked(fetch(place), place)):
            if kind == "sitemap":
                waiting.append(address)
            else:
                found[address] = None
        if len(found) > MOST_PAGES or len(seen) > MOST_MAPS:
            raise SourceError(f"{url} lists more than {MOST_PAGES:,} pages.", "Name the sitemaps of its parts.")
    return list(found)


def _unpacked(data: bytes, url: str) -> bytes:
    if not data.startswith(_GZIP):
        return data
    try:
        unpacked = zlib.decompressobj(wbits=31).decompress(data, LARGEST + 1)
    except (zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{url} is damaged: {error}.", "Check the address.") from error
    if len(unpacked) > LARGEST:
        raise SourceError(f"{url} is larger than {LARGEST / 2**20:.0f} MiB.", "Name the sitemaps of its parts.")
    return unpacked


def _entries(url: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Pairs of ``url`` or ``sitemap`` and an address. A sitemap may also be plain text, an address a line."""
    if not data.lstrip().startswith((b"<", b"\xef\xbb\xbf<")):
        yield from (("url", line.strip()) for line in data.decode("utf-8", "replace").splitlines() if line.strip())
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise SourceError(f"{url} is not a sitemap: {error}.", "Check the address.") from error
    if etree.QName(root).localname not in {"urlset", "sitemapindex"}:
        raise SourceError(f"{url} is not a sitemap.", "Give its pages with --url-list, or name it alone.")
    for entry in root:
        if not isinstance(entry.tag, str):
            continue
        kind = etree.QName(entry).localname
        place = next(
            (each for each in entry if isinstance(each.tag, str) and etree.QName(each).localname == "loc"), None
        )
        if kind in {"url", "sitemap"} and place is not None and place.text:
            yield kind, place.text.strip()
