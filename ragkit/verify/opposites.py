"""Where a claim says the opposite of a text in the text's own words: the sign, the unit or the direction is another.

Models and shared words hardly see it: "above 5 bar" and "below 5 bar" differ in one small word. What is compared
stands beside the same number or the same word, so that an opposite which is about something else is none. Plain
negations are for `ragkit.verify.grounds`. English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ragkit.lexical import MONEY_SIZES, SPELLED, STOP, denies, numbers, stem
from ragkit.units import OF_DAYS, SHARE, Unit, unit_of

Span = tuple[int, int]

REACH = 3
"""Words from a direction to what it is about, or to its negation, at most."""
NEAR = 5
"""Words from a number within which both texts have a word in common, where they speak of the same."""

_BOUNDS = (
    "above exceed exceeding exceeds greater higher larger least longer min minimum more older over > >= ≥",
    "below fewer less lower max maximum most shorter smaller under younger up < <= ≤",
)
"""What is said of numbers: words of one side mean much the same there."""
_TIMES = ("after later", "before earlier")
_CHANGES = ("increase rise rises rose risen grow grew grown", "decrease decline drop fall fell fallen")
_PAIRS = (
    _TIMES,
    ("above", "below"),
    ("over", "under"),
    ("more", "less fewer"),
    ("higher upper raise", "lower"),
    ("longer", "shorter"),
    ("least", "most"),
    ("minimum min", "maximum max"),
    _CHANGES,
    ("up", "down"),
    ("first", "last"),
    ("ahead", "behind"),
    ("once", "twice thrice"),
    ("include", "exclude"),
    ("allow permit", "forbid forbidden prohibit"),
    ("open", "close"),
    ("enable", "disable"),
    ("accept approve", "refuse reject"),
    ("lock", "unlock"),
    ("compatible", "incompatible"),
    ("valid", "invalid"),
    ("safe", "unsafe"),
    ("available", "unavailable"),
    ("frequently often", "rarely seldom"),
    ("double", "halve triple"),
    ("must", "may"),
    ("always", "sometimes"),
    ("arrival arrive", "departure depart"),
    ("indoor indoors inside", "outdoor outdoors outside"),
    ("inbound incoming", "outbound outgoing"),
    ("inner", "outer"),
    ("internal", "external"),
    ("legal lawful", "illegal unlawful"),
    ("mandatory compulsory obligatory", "optional voluntary"),
    ("morning", "afternoon evening evenings"),
    ("gross", "net"),
    ("clockwise", "anticlockwise counterclockwise"),
    ("connect", "disconnect"),
    ("front", "rear"),
    ("horizontal", "vertical"),
    ("left", "right"),
    ("paid", "unpaid"),
    ("port", "starboard"),
    ("summer", "winter"),
    ("upload", "download"),
    ("upstream", "downstream"),
    ("weekday", "weekend"),
)
"""No converses such as buy and sell: what one buys another one sells."""
_LIMIT, _TIME = "limit", _TIMES[0]
"""The axes of numbers."""
_CHANGE = _CHANGES[0]
_BANNED = frozenset({_LIMIT, _TIME})
Direction = tuple[str, int]
"""An axis and the side of it, 1 or -1."""
Beside = tuple[str, str]
Domain = tuple[str, Beside | None]
"""Where a text may not have both sides of an axis: a limit beside its number, others anywhere."""


def _key(word: str) -> str:
    """The stem; but an evening is none of "even"."""
    return word if word.startswith("evening") else stem(word)


def _directions(name: str, pair: tuple[str, str]) -> Iterator[tuple[str, Direction]]:
    return ((_key(word), (name, side)) for side, words in zip((1, -1), pair, strict=True) for word in words.split())


_ABOUT_NUMBERS = dict([*_directions(_LIMIT, _BOUNDS), *_directions(_TIME, _TIMES)])
_ABOUT_WORDS = dict(each for pair in _PAIRS for each in _directions(pair[0], pair))
_OF_NEXT = frozenset("above after ahead before behind below downstream left over right under upstream".split())
"""Directions that are about what stands behind them alone."""
_CLOSING = frozenset(",;:–—")
_LATER = frozenset({"earlier", "later"})
_ON = frozenset({"and", "but", "then"})
"""Behind one of these a change is told of what stands before it."""
_NOT, _DENIAL = "not", "n't"
"""The keys of a negation that turns a limit, as in "no more than", and of the others."""
_DENIALS = frozenset({_NOT, _DENIAL})
_AT = frozenset({"least", "most"})
"""Directions only behind "at": most people are no limit."""
_MODALS = frozenset({"may", "must"})
"""Directions only without a negation behind: "may not" forbids as "must not" does."""
_FORBIDDING = frozenset(map(stem, "ban disallow forbid forbidden illegal invalid prohibit refuse reject".split()))
"""With one of these a limit reads the other way: over 5 kg is forbidden, under 5 kg is allowed."""
_FALLING = frozenset(
    map(
        stem,
        """decline decrease deficit down drop fall fell fewer freezing less loss lose lost lower negative reduce
        reduction shrink zero""".split(),
    )
)
"""With one of these a number needs no sign to be negative."""

_TOKEN = re.compile(
    r"""(?:(?P<sign>(?<![\w)\]+/±.\-–−])[-–−]|±|\+/?[-–−]|\bminus\ )?(?P<money>[$€£¥])?)
        (?<![\w.])(?P<number>\d+(?:[.,]\d+)*)
      | (?P<word>[^\W\d_]+(?:['’][^\W\d_]+)?)
      | (?P<mark>>=|<=|[<>≥≤])""",
    re.VERBOSE | re.IGNORECASE,
)
_CLOSED = re.compile(r"\s*(?:[.;]|\Z)")
"""What stands behind a negation that denies nothing else of its sentence: "Pears are, apples are not"."""
_BEHIND = re.compile(
    rf"[ \u00a0\u202f-]?(?:(?:degrees?|{OF_DAYS})[ ])?"
    r"(?:(?P<half>[AaPp])\.?[Mm]\b|(?P<unit>%|per[ ]cent|km/h|m/s|[kMG]bit/s|k?m[²2]|m[³3]|ft[²2]|[℃℉]|°[ ]?[CF]|[$€£¥]"
    r"|[^\W\d_]+)(?![^\W\d_]))"
)


def opposed(claim: str, texts: Sequence[str]) -> tuple[Span, ...]:
    """Where ``claim`` says the opposite of what the sentences ``texts`` say, in order."""
    return _read(claim).opposed([_read(text) for text in texts])


def doubtful(claim: str, texts: Sequence[str]) -> bool:
    """Whether the opposite that `opposed` finds in ``texts`` may be none, as more is turned, or told, than that.

    Two things are turned at once: "above 0 °C it is open", "below 0 °C it is closed". Or they have the claim's own
    direction, too, where what it is about is left out: "before a meal or two hours after it". Or the sentence that has
    the opposite lacks a number of the claim that another one has.
    """
    return _read(claim).doubtful([_read(text) for text in texts])


def quantities(text: str) -> Iterator[tuple[Span, str, tuple[Unit, ...]]]:
    """Where the numbers of ``text`` stand, their value behind a ``#``, and their units."""
    return ((token.span, token.key, token.units) for token in _tokens(text) if token.number)


@dataclass(frozen=True, slots=True)
class _Token:
    """A word, a mark or a number; ``key`` is the stem, or the number's value behind a ``#``."""

    span: Span
    key: str
    sign: str = ""
    units: tuple[Unit, ...] = ()
    stop: bool = False

    @property
    def number(self) -> bool:
        return self.key.startswith("#")


@dataclass(frozen=True, slots=True)
class _Directed:
    """A direction, and the neighbour that it is about: where it stands and its key."""

    axis: str
    side: int
    beside: Beside
    span: Span

    def saying(self, side: int) -> tuple[str, Beside, int]:
        """What a text says that has this or the other side beside the same neighbour."""
        return self.axis, self.beside, side

    @property
    def domain(self) -> Domain:
        """Where its opposite would exclude it."""
        return self.axis, self.beside if self.axis == _LIMIT else None


@dataclass(frozen=True, slots=True)
class _Form:
    """A way in which a text writes a number; ``falling``: with a word that makes a sign needless."""

    sign: str
    units: tuple[Unit, ...]
    falling: bool

    def opposes(self, other: _Form) -> bool:
        """Whether this form and the other one cannot be of the same quantity."""
        units = dict(other.units)
        if any(units.get(kind, unit) != unit for kind, unit in self.units):
            return True
        if units and self.units and (SHARE in units) is not (SHARE in dict(self.units)):
            return True
        return {self.sign, other.sign} == {"", "-"} and not (other if self.sign else self).falling


class _Sides:
    """The signs, units and directions of one sentence."""

    def __init__(self, text: str) -> None:
        tokens = list(_tokens(text))
        keys = {token.key for token in tokens}
        turning = {
            place
            for place, token in enumerate(tokens)
            if token.key in _DENIALS and not _CLOSED.match(text, token.span[1])
        }
        falling = bool(keys & _FALLING)
        self.numbers = [
            (token, _Form(token.sign, token.units, falling), _around(tokens, place))
            for place, token in enumerate(tokens)
            if token.number
        ]
        self.values = frozenset(token.key for token in tokens if token.number)
        self.forbidding = bool(keys & _FORBIDDING)
        self.directed = list[_Directed]()
        self.elliptic = set[Direction]()
        for place, token in enumerate(tokens):
            if found := list(_directed(tokens, place)):
                self.directed += found
                turning -= set(_denials(tokens, place))
            if _is_elliptic(text, tokens, place):
                self.elliptic.add(_ABOUT_WORDS[token.key])
        self.denying = bool(turning)

    def opposed(self, window: Sequence[_Sides]) -> tuple[Span, ...]:
        """Where this sentence says the opposite of what the sentences of ``window`` say, in order."""
        return tuple(sorted({*self._misread(window), *(each.span for each in self._turned(window))}))

    def doubtful(self, window: Sequence[_Sides]) -> bool:
        """Whether an opposite in the ``window`` may be none; never where a sign or a unit is."""
        turned = [] if any(self._misread(window)) else list(self._turned(window))
        several = len({each.span for each in turned}) > 1 and len({each.axis for each in turned}) > 1
        return bool(turned) and (
            several
            or any(self._is_apart(own, window) for own in turned)
            or any((own.axis, own.side) in side.elliptic for own in turned for side in window)
        )

    def _is_apart(self, own: _Directed, window: Sequence[_Sides]) -> bool:
        """Whether the window has a number of the claim only in other sentences than the opposite of a direction."""
        opposite = own.saying(-own.side)
        telling = [each for each in window if opposite in {other.saying(other.side) for other in each.directed}]
        held = self.values.intersection(value for side in window for value in side.values)
        return not any(held <= side.values for side in telling)

    def _misread(self, window: Sequence[_Sides]) -> Iterator[Span]:
        """Numbers that the window has, near one of the same words, with another sign or unit only.

        What it has as the sentence itself does elsewhere is that: "after six years it is six months".
        """
        known: dict[str, dict[_Form, set[str]]] = {}
        for token, form, near in (each for side in window for each in side.numbers):
            known.setdefault(token.key, {}).setdefault(form, set()).update(near)
        said: dict[str, set[_Form]] = {}
        for token, form, _ in self.numbers:
            said.setdefault(token.key, set()).add(form)
        for token, form, near in self.numbers:
            own = said[token.key] - {form}
            forms = [other for other, around in known.get(token.key, {}).items() if near & around and other not in own]
            kinds = {kind for kind, _ in form.units}
            alike = [other for other in forms if kinds & {kind for kind, _ in other.units}] or forms
            if alike and all(form.opposes(other) for other in alike):
                yield token.span

    def _turned(self, window: Sequence[_Sides]) -> Iterator[_Directed]:
        """Directions whose opposite the window has beside the same neighbour, where it does not have them there, too.

        Where the window has the direction beside something else, its opposite must stand beside all neighbours of this
        one, or be told of what rose or fell.
        """
        own_sides = {(each.domain, each.side) for each in self.directed}
        directed = [(side, each) for side in window for each in side.directed]
        sides = {(each.domain, each.side) for _, each in directed}
        said = {each.saying(each.side) for _, each in directed}
        told = {each.saying(each.side) for side, each in directed if self._comparable(side, each.axis)}
        for own in self.directed:
            if own.saying(-own.side) not in told or (own.domain, -own.side) in own_sides:
                continue
            about = [each for each in self.directed if each.span == own.span]
            whole = all(each.saying(-each.side) in told for each in about)
            changed = own.axis == _CHANGE and own.beside[0] == "before"
            elsewhere = whole or changed or (own.domain, own.side) not in sides
            if elsewhere and not any(each.saying(each.side) in said for each in about):
                yield own

    def _comparable(self, side: _Sides, axis: str) -> bool:
        """Whether no negation, and no ban of what passes a limit, makes one side mean the other."""
        return self.denying == side.denying and (axis not in _BANNED or self.forbidding == side.forbidding)


@lru_cache(1 << 12)
def _read(text: str) -> _Sides:
    return _Sides(text)


def _tokens(text: str) -> Iterator[_Token]:
    end = 0
    while match := _TOKEN.search(text, end):
        end = match.end()
        said = match[0].lower().replace("’", "'")
        spelled = SPELLED.match(text, match.start())
        if match["number"] or spelled:
            span = spelled.span() if spelled else match.span("number")
            units, end = _units(text, match, span[1])
            yield _Token(span, _value(text[slice(*span)]), _sign(text, match), units)
        else:
            key = _NOT if said in {"no", "not", "cannot"} else _DENIAL if denies(said) else _key(said)
            yield _Token(match.span(), key, stop=said in STOP)


def _value(number: str) -> str:
    (value,) = numbers(number)
    return f"#{value}"


def _sign(text: str, match: re.Match[str]) -> str:
    sign = (match["sign"] or "").lower()
    if sign in {"-", "–", "−"}:
        # "10 -20" is a range
        return "" if text[max(0, match.start() - 2) : match.start()].rstrip()[-1:].isdigit() else "-"
    return {"": "", "minus ": "-"}.get(sign, "±")


def _units(text: str, match: re.Match[str], end: int) -> tuple[tuple[Unit, ...], int]:
    """What the number that closes at ``end`` is counted in, before and behind it, and where that ends.

    Of each kind it is the first: in "a five-day week" the week is no unit of the number.
    """
    units = dict(filter(None, [unit_of(match["money"] or "")]))
    while (found := _BEHIND.match(text, end)) and (unit := _unit(found, money=bool(match["money"]))):
        if unit[0] in units:
            break
        units.update([unit])
        end = found.end()
    return tuple(units.items()), end


def _unit(found: re.Match[str], *, money: bool) -> Unit | None:
    form = f"{found['half'].lower()}m" if found["half"] else found["unit"].replace(" ", "")
    return unit_of(MONEY_SIZES.get(form, form) if money else form)


def _around(tokens: Sequence[_Token], place: int) -> frozenset[str]:
    """The words that carry meaning near the token there."""
    near = [*tokens[max(0, place - NEAR) : place], *tokens[place + 1 : place + 1 + NEAR]]
    return frozenset(each.key for each in near if not each.stop and not each.number)


def _denials(tokens: Sequence[_Token], place: int) -> list[int]:
    """The places of negations before the token there, with no word that carries meaning between."""
    found = []
    for other in range(place - 1, max(-1, place - 1 - REACH), -1):
        if tokens[other].key in _DENIALS:
            found.append(other)
        elif not tokens[other].stop:
            break
    return found


def _directed(tokens: Sequence[_Token], place: int) -> Iterator[_Directed]:
    """What the token there says of its neighbours, where it is a direction."""
    token = tokens[place]
    before, behind = tokens[max(0, place - REACH) : place], tokens[place + 1 : place + 1 + REACH]
    following = behind[0].key if behind else ""
    if _is_no_direction(token.key, before, following):
        return
    denied = {tokens[other].key for other in _denials(tokens, place)}
    may_limit = token.key != "up" or following == "to"
    sides = (("before", before[::-1]), ("behind", behind))
    for where, near in sides[token.key in _OF_NEXT :]:
        beside = _neighbour(near)
        if beside is None:
            continue
        limits = may_limit and where == "behind" and beside.number and token.key in _ABOUT_NUMBERS
        direction = (_ABOUT_NUMBERS if limits else _ABOUT_WORDS).get(token.key)
        is_turned = limits and denied == {_NOT}
        if direction and (is_turned or not denied):
            axis, side = direction
            yield _Directed(axis, -side if is_turned else side, (where, beside.key), token.span)


def _is_elliptic(text: str, tokens: Sequence[_Token], place: int) -> bool:
    """Whether a direction leaves out what it is about: "after it", "later it is", "and rose"."""
    key, direction = tokens[place].key, _ABOUT_WORDS.get(tokens[place].key)
    before, behind = tokens[place - 1 : place], tokens[place + 1 : place + 1 + REACH]
    if direction is None:
        return False
    if key in _OF_NEXT:
        return _neighbour(behind) is None
    if key in _LATER:
        begins = text[: tokens[place].span[0]].rstrip()[-1:] in _CLOSING or all(each.stop for each in before)
        return begins and "than" not in {each.key for each in behind[:1]}
    return direction[0] == _CHANGE and not _ON.isdisjoint(each.key for each in before)


def _is_no_direction(key: str, before: Sequence[_Token], following: str) -> bool:
    """Whether the words around a word make something else of it: "most people", "the right to", "may not"."""
    if key in _AT:
        return "at" not in {each.key for each in before[-2:]}
    return (key == "right" and following == "to") or (key in _MODALS and following in _DENIALS)


def _neighbour(near: Sequence[_Token]) -> _Token | None:
    """The first token that carries meaning."""
    return next((each for each in near if not each.stop and each.key not in _DENIALS), None)
