"""What a site lets robots read: robots.txt as RFC 9309 has it, one for each origin, fetched once a run."""

from __future__ import annotations

from collections.abc import Callable
from urllib.robotparser import RobotFileParser

import httpx

LARGEST = 500 * 1024
"""Bytes of a robots.txt that are read."""
LONGEST_PAUSE_S = 10.0


class Robots:
    """The rules of the sites of a run. ``fetch`` gives status and body of a URL, or raises `httpx.HTTPError`."""

    def __init__(self, agent: str, fetch: Callable[[httpx.URL], tuple[int, bytes]]) -> None:
        self._agent = agent
        self._fetch = fetch
        self._sites: dict[str, RobotFileParser] = {}

    def allow(self, url: httpx.URL) -> bool:
        """Whether the site lets us read ``url``. A site whose rules cannot be had allows nothing."""
        return self._rules(url).can_fetch(self._agent, str(url))

    def pause(self, url: httpx.URL) -> float:
        """Seconds that the site asks for between two requests."""
        return min(LONGEST_PAUSE_S, float(self._rules(url).crawl_delay(self._agent) or 0))

    def _rules(self, url: httpx.URL) -> RobotFileParser:
        site = f"{url.scheme}://{url.netloc.decode()}"
        if site not in self._sites:
            self._sites[site] = self._read(url.copy_with(raw_path=b"/robots.txt", fragment=None))
        return self._sites[site]

    def _read(self, url: httpx.URL) -> RobotFileParser:
        rules = RobotFileParser()
        try:
            status, body = self._fetch(url)
        except httpx.HTTPError:
            status, body = 503, b""
        if 400 <= status < 500:
            # no rules are no prohibition (RFC 9309, 2.3.1.3)
            rules.parse([])
        elif status == 200:
            rules.parse(body[:LARGEST].decode("utf-8", "replace").splitlines())
        else:
            rules.parse(["User-agent: *", "Disallow: /"])
        return rules
