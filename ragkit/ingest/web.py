"""Web pages as sources: only those that a user names, one after the other, as the sites' robots.txt lets us.

A page's uri is its address after all redirects, without fragment and password. Entity tags and modification dates are
kept as metadata, so that a page that has not changed is not sent again.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import urljoin

import httpx

from ragkit import __version__
from ragkit.errors import SourceError
from ragkit.ingest.find import Refusal, too_large
from ragkit.ingest.globs import Area
from ragkit.ingest.guard import GuardedTransport, Network
from ragkit.ingest.ledger import IN_MEMORY, Ledger
from ragkit.ingest.named import SITEMAP, Limits
from ragkit.ingest.origins import Candidate, Fetched, Gone, Same, Survey, Taken
from ragkit.ingest.robots import LARGEST, Robots
from ragkit.ingest.sitemap import pages
from ragkit.ingest.webtype import media_type_of_page, with_charset
from ragkit.store.store import Store
from ragkit.types import Metadata, Source

AGENT = "ragkit"
SECONDS = 60.0
"""For one page, redirects and all."""
MOST_REDIRECTS = 5
_GONE = frozenset({404, 410})
_NOT_CHANGED = 304
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_VALIDATORS = (("etag", "If-None-Match"), ("last_modified", "If-Modified-Since"))


Validators = Callable[[httpx.URL], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, its body read. ``url`` is where it came from in the end."""

    url: httpx.URL
    status: int
    headers: httpx.Headers
    body: bytes


class Pages:
    """An origin: the pages that ``names`` stand for, addresses and ``sitemap:`` addresses."""

    def __init__(self, names: Sequence[str], limits: Limits, store: Store | None) -> None:
        self._names = names
        self._limits = limits
        self._store = store
        self._asked: set[str] = set()
        self._maps: dict[str, str] = {}
        self._taken: dict[str, None] = {}

    @property
    def areas(self) -> Sequence[Area]:
        """The pages that were found, and the names that led to them."""
        names = (name if name.startswith(SITEMAP) else _shown(name) for name in self._names)
        return [Area(uri) for uri in dict.fromkeys((*names, *self._taken))]

    def survey(self) -> Survey:
        """The pages, those of sitemaps included; none has been fetched yet."""
        web = Web(self._limits)
        urls: dict[str, None] = {}
        failed = []
        for name in self._names:
            try:
                if name.startswith(SITEMAP):
                    listed = dict.fromkeys(_listed(web, name), name)
                    self._maps.update(listed)
                    urls.update(dict.fromkeys(listed))
                else:
                    urls[name] = None
            except SourceError as error:
                failed.append(Refusal(_shown(name.removeprefix(SITEMAP)), str(error)))
        self._asked = {_shown(url) for url in urls} | {refusal.uri for refusal in failed}
        return Survey(self._candidates(web, list(urls)), len(urls), failed=failed)

    def covers(self, uri: str) -> bool:
        """Whether it is one of the pages asked for."""
        return uri in self._asked

    def has(self, uri: str) -> bool:
        """Whether it is one of the pages asked for: only its site can say that it is no more."""
        return uri in self._asked

    def _candidates(self, web: Web, urls: Sequence[str]) -> Iterator[Candidate]:
        try:
            for url in urls:
                yield Candidate(_shown(url), partial(self._fetch, web, url))
        finally:
            web.close()

    def _fetch(self, web: Web, url: str, ledger: Ledger) -> Fetched:
        names = (_shown(url), *filter(None, (self._maps.get(url),)))

        def validators(address: httpx.URL) -> Mapping[str, str]:
            known = ledger.led.get(uri := _uri(address), ())
            ledger.led[uri] = tuple(dict.fromkeys((*known, *names)))
            return self._validators(ledger, address)

        response = web.get(url, validators)
        uri = _uri(response.url)
        if response.status in _GONE and uri in ledger.states:
            return Gone(uri)
        if response.status == _NOT_CHANGED and uri in ledger.states:
            self._taken[uri] = None
            return Same(uri)
        if response.status != 200:
            raise SourceError(f"{uri} answered {response.status}.", "Check the address, or try again later.")
        self._taken[uri] = None
        kind = media_type_of_page(PurePosixPath(response.url.path).name, response.headers, response.body)
        if not kind:
            said = response.headers.get("Content-Type", "of no stated type")
            raise SourceError(f"{uri} is {said}, for which there is no reader.", "Leave it out.")
        body = with_charset(response.body, response.headers)
        return Taken(Source(uri, None, kind, len(body)), body, IN_MEMORY, _about(response.headers))

    def _validators(self, ledger: Ledger, url: httpx.URL) -> dict[str, str]:
        """The headers that ask for the page only if it has changed."""
        uri = _uri(url)
        if self._store is None or not ledger.is_current(uri):
            return {}
        known = self._store.document(uri).metadata
        return {header: str(known[name]) for name, header in _VALIDATORS if name in known}


class Web:
    """Fetches pages, one at a time: no private addresses, nothing that robots.txt forbids, nothing endless."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._network = Network(allow_private=limits.allow_private)
        self._client = httpx.Client(
            transport=GuardedTransport(self._network),
            headers={"User-Agent": f"{AGENT}/{__version__}", "Accept-Encoding": "gzip"},
            trust_env=False,
        )
        self._robots = Robots(AGENT, self._rules)
        self._last: dict[str, float] = {}

    def get(self, address: str, validators: Validators | None = None) -> Response:
        """What is at an address, redirects followed, each of which is judged like the address itself.

        ``validators`` gives the headers that ask a page to answer only if it has changed.

        Raises:
            SourceError: It cannot or must not be had, is too large or takes too long.
        """
        self._network.deadline = time.monotonic() + SECONDS
        try:
            url = _http(address)
            for _ in range(MOST_REDIRECTS + 1):
                self._may_read(url)
                response = self._once(url, validators(url) if validators else {}, self._limits.max_bytes)
                target = response.headers.get("Location")
                if response.status not in _REDIRECTS or not target:
                    return response
                url = _joined(url, target)
        except httpx.TimeoutException as error:
            raise SourceError(f"{_shown(address)} did not answer in time.", "Try again later.") from error
        except httpx.DecodingError as error:
            raise SourceError(f"{_shown(address)} sent what cannot be unpacked.", "Try again later.") from error
        except httpx.HTTPError as error:
            raise SourceError(f"{_shown(address)} cannot be reached: {error}.", "Check the address.") from error
        raise SourceError(f"{_shown(address)} redirects more than {MOST_REDIRECTS} times.", "Check the address.")

    def close(self) -> None:
        """Closes all connections."""
        self._client.close()

    def _once(self, url: httpx.URL, headers: Mapping[str, str], limit: int) -> Response:
        with self._client.stream("GET", url, headers=headers) as response:
            parts: list[bytes] = []
            size = 0
            for part in response.iter_bytes():
                parts.append(part)
                size += len(part)
                if size > limit:
                    raise SourceError(f"{_uri(url)} cannot be read: {too_large(size, limit)} or more.", "Leave it out.")
            return Response(url, response.status_code, response.headers, b"".join(parts))

    def _may_read(self, url: httpx.URL) -> None:
        """Waits as the site asks. Raises `SourceError` when it forbids to read ``url``."""
        if why := self._robots.unknown(url):
            raise SourceError(
                f"{_uri(url)} may not be read: its site's robots.txt cannot be had ({why}).", "Try later."
            )
        if not self._robots.allow(url):
            raise SourceError(f"{_uri(url)} may not be read: its site's robots.txt says so.", "Leave it out.")
        pause = self._last.get(url.host, -math.inf) + self._robots.pause(url) - time.monotonic()
        if pause > 0:
            time.sleep(pause)
            self._network.deadline += pause
        self._last[url.host] = time.monotonic()

    def _rules(self, url: httpx.URL) -> tuple[int, bytes]:
        """Status and body of a robots.txt, for which redirects are followed too."""
        for _ in range(MOST_REDIRECTS):
            response = self._once(url, {}, LARGEST)
            target = response.headers.get("Location")
            if response.status not in _REDIRECTS or not target:
                break
            url = _joined(url, target)
        return response.status, response.body


def _listed(web: Web, name: str) -> list[str]:
    def body(url: str) -> bytes:
        response = web.get(url)
        if response.status != 200:
            raise SourceError(f"{_shown(url)} answered {response.status}.", "Check the address.")
        return response.body

    return pages(name.removeprefix(SITEMAP), body)


def _http(address: str) -> httpx.URL:
    """An address of the web without its fragment. Raises `SourceError` for any other."""
    try:
        url = httpx.URL(address).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        raise SourceError(f"{address!r} is not an address: {error}.", "Write https://HOST/PATH.") from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise SourceError(f"{_uri(url)} is not an address of the web.", "Write https://HOST/PATH.")
    return url


def _joined(url: httpx.URL, target: str) -> httpx.URL:
    """Where a redirect leads. Raises `SourceError` when that is no address of the web."""
    try:
        return _http(urljoin(str(url), target))
    except ValueError as error:
        raise SourceError(f"{_uri(url)} redirects to {target!r}, which is no address.", "Check the address.") from error


def _shown(address: str) -> str:
    """The uri of an address as it was asked for; one that cannot be is left as it is."""
    try:
        return _uri(httpx.URL(address))
    except (httpx.InvalidURL, ValueError):
        return address


def _uri(url: httpx.URL) -> str:
    """A page's identity: its address without fragment, name and password."""
    return str(url.copy_with(fragment=None, userinfo=b""))


def _about(headers: httpx.Headers) -> Metadata:
    found = {"etag": headers.get("ETag", ""), "last_modified": headers.get("Last-Modified", "")}
    return {name: value for name, value in found.items() if value}
