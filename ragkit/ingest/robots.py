"""What a site lets robots read: robots.txt as RFC 9309 has it, one for each origin, fetched once a run.

The standard library's parser knows an older custom: there the first rule that fits decides, ``*`` is a letter like any
other, and a blank line ends a group.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

import httpx

LARGEST = 500 * 1024
"""Bytes of a robots.txt that are read."""
LONGEST_PAUSE_S = 10.0
_ANY = "*"
_TOKEN = re.compile(r"[A-Za-z_-]*")


@dataclass(frozen=True, slots=True)
class _Rule:
    """Allows or disallows the paths that have ``parts`` in this order, the first at their beginning.

    ``whole`` ones end with the last part.
    """

    allows: bool
    parts: tuple[bytes, ...]
    whole: bool

    @property
    def weight(self) -> tuple[int, bool]:
        """The longest rule that fits decides, and of two that are as long the one that allows."""
        return sum(map(len, self.parts)) + len(self.parts) - 1 + self.whole, self.allows

    def fits(self, path: bytes) -> bool:
        """Whether it is about a path."""
        first, *rest = self.parts
        if not path.startswith(first):
            return False
        place = len(first)
        if not rest:
            return not self.whole or place == len(path)
        for part in rest[:-1]:
            found = path.find(part, place)
            if found < 0:
                return False
            place = found + len(part)
        return path.endswith(rest[-1], place) if self.whole else path.find(rest[-1], place) >= 0


@dataclass(slots=True)
class _Rules:
    """What all groups of one robot say together; ``unknown`` is why that could not be had."""

    rules: list[_Rule] = field(default_factory=list)
    pause: float = 0.0
    unknown: str = ""

    def allow(self, path: bytes) -> bool:
        """Whether a path may be read; what no rule is about may."""
        fitting = [rule for rule in self.rules if rule.fits(path)]
        return max(fitting, key=lambda rule: rule.weight).allows if fitting else True


class Robots:
    """The rules of the sites of a run. ``fetch`` gives status and body of a URL, or raises `httpx.HTTPError`."""

    def __init__(self, agent: str, fetch: Callable[[httpx.URL], tuple[int, bytes]]) -> None:
        self._agent = agent
        self._fetch = fetch
        self._sites: dict[str, _Rules] = {}

    def allow(self, url: httpx.URL) -> bool:
        """Whether the site lets us read ``url``. A site whose rules cannot be had allows nothing."""
        return self._rules(url).allow(unquote_to_bytes(url.raw_path))

    def unknown(self, url: httpx.URL) -> str:
        """Why the site's rules could not be had; nothing if they could, or if it has none."""
        return self._rules(url).unknown

    def pause(self, url: httpx.URL) -> float:
        """Seconds that the site asks for between two requests."""
        return min(LONGEST_PAUSE_S, self._rules(url).pause)

    def _rules(self, url: httpx.URL) -> _Rules:
        site = f"{url.scheme}://{url.netloc.decode()}"
        if site not in self._sites:
            self._sites[site] = self._read(url.copy_with(raw_path=b"/robots.txt", fragment=None))
        return self._sites[site]

    def _read(self, url: httpx.URL) -> _Rules:
        try:
            status, body = self._fetch(url)
        except httpx.HTTPError as error:
            return _Rules([_rule("/", allows=False)], unknown=f"{error}")
        if 400 <= status < 500:
            # no rules are no prohibition (RFC 9309, 2.3.1.3)
            return _Rules()
        if status != 200:
            return _Rules([_rule("/", allows=False)], unknown=f"answered {status}")
        return _rules_of(body[:LARGEST].decode("utf-8-sig", "replace"), self._agent)


def _rules_of(text: str, agent: str) -> _Rules:
    """What a robots.txt says to ``agent``: all groups that name it, or else all that are for any robot."""
    groups: dict[str, _Rules] = {}
    named: list[_Rules] = []
    is_begun = False
    for key, value in _lines(text):
        if key == "user-agent":
            if is_begun:
                named, is_begun = [], False
            named.append(groups.setdefault(_robot(value), _Rules()))
            continue
        if key not in {"allow", "disallow", "crawl-delay"}:
            # sitemaps and the like neither begin nor end a group
            continue
        is_begun = True
        for each in named:
            if key == "crawl-delay":
                each.pause = max(each.pause, _seconds(value))
            elif value:
                each.rules.append(_rule(value, allows=key == "allow"))
    return groups.get(agent.lower()) or groups.get(_ANY) or _Rules()


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in re.split(r"\r\n?|\n", text):
        key, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield key.strip().lower(), value.strip()


def _robot(value: str) -> str:
    """The robot that a group names, without the version that some add."""
    found = _TOKEN.match(value)
    return _ANY if value.startswith(_ANY) else found[0].lower() if found else ""


def _rule(pattern: str, *, allows: bool) -> _Rule:
    """A rule. Escapes are undone as they are in paths: what is compared is the same, however it was written."""
    whole = pattern.endswith("$")
    parts = tuple(unquote_to_bytes(part) for part in pattern.removesuffix("$").split("*"))
    return _Rule(allows, parts, whole)


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0
