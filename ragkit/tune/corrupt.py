"""True sentences made false by one small edit, and true sentences reworded without harm. English; rules, no model.

Every edit says which characters it put there, so the labels of tokens are exact. The harmless ones are as many, or a
model would learn that what is not a copy is false. The kinds of error are those of FactCC (Kryscinski et al., 2020).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ragkit.lexical import NUMBER, NUMBER_WORDS, STOP
from ragkit.tune.data import Span

Edit = tuple[int, int, str]
"""Characters ``[start, end)`` and what stands there instead."""

_NAME = re.compile(r"[A-Z][\w’'-]*[a-z][\w’'-]*(?: (?:of |de |the )?[A-Z][\w’'-]*[a-z][\w’'-]*)*")
_WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?")
_DATE = re.compile(
    r"\b(?:January|February|March|April|June|July|August|September|October|November|December"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
)
_MONTHS = "January February March April June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_AUXILIARY = re.compile(r"\b(?:is|are|was|were|has been|have been|can|could|will|would|should|may|must|did)\b(?! not)")
_DENIED = re.compile(r"\b(is|are|was|were|can|could|will|would|should|may|must|do|does|did|has|have|had) not\b")
_TAIL = re.compile(
    r",? (?:which|who|because|after|before|while|including|and|with|but|so that|in order to) [^,.;()]{15,80}(?=[.,;])"
)
_ASIDE = re.compile(r" \([^()]{2,60}\)|, (?:which|who|where|including|such as) [^,;]{8,}(?=\.$)")
_OPENING = re.compile(r"(?:However|Moreover|Additionally|In|On|At|During|Since|By)\b[^,.;]{0,40}, (?=[A-Za-z])")
_LEADS = ("According to the passage, ", "Based on the given passages, ", "The text says that ", "As the text states, ",
          "The passage mentions that ", "Also, ", "In short, ", "Yes, ", "- ", "1. ")  # fmt: skip


def _both_ways(text: str) -> dict[str, str]:
    pairs = [pair.strip().split("/") for pair in text.split(";")]
    return {one: other for left, right in pairs for one, other in ((left, right), (right, left))}


_OPPOSITE = _both_ways(
    """more/less; higher/lower; before/after; above/below; larger/smaller; increase/decrease; increased/decreased;
    increases/decreases; first/last; north/south; east/west; northern/southern; eastern/western; all/some; always/never;
    many/few; best/worst; most/least; early/late; earlier/later; old/new; oldest/newest; older/younger; long/short;
    longest/shortest; high/low; highest/lowest; large/small; good/bad; strong/weak; hot/cold; win/lose; won/lost;
    rise/fall; rose/fell; open/closed; allowed/forbidden; required/optional; with/without; father/mother; son/daughter;
    brother/sister; husband/wife; he/she; male/female; left/right; up/down; inside/outside; public/private;
    maximum/minimum; accept/reject; accepted/rejected; include/exclude; includes/excludes; safe/dangerous;
    cause/prevent; causes/prevents; started/ended; begins/ends; easy/difficult; same/different; both/neither;
    often/rarely; buy/sell; bought/sold; million/billion; hours/minutes; days/weeks; months/years; only/also"""
)
_SYNONYM = _both_ways(
    """big/large; begin/start; began/started; about/approximately; however/but; also/additionally; such as/including;
    located/situated; many/numerous; help/assist; helps/assists; show/demonstrate; shows/demonstrates; use/utilize;
    used/utilized; buy/purchase; purchased/bought; get/obtain; quick/fast; often/frequently; nearly/almost;
    because/since; although/though; while/whereas; requires/needs; require/need; must/has to; provide/offer;
    provides/offers; provided/offered; did not/didn't; is not/isn't; was not/wasn't; do not/don't; does not/doesn't;
    it is/it's; percent/%; children/kids; movie/film; make/create; made/created; kind/type; kinds/types;
    prior to/before; within/inside; important/significant; for example/for instance; usually/typically; main/primary;
    famous/well-known; became/turned into; received/got; multiple/several; whole/entire; wrote/authored;
    build/construct; built/constructed; called/named; according to/as per; biggest/largest; around/roughly"""
)
_DIGITS = {digit: word for word, digit in NUMBER_WORDS.items()}


@dataclass(frozen=True, slots=True)
class Setting:
    """What an edit may draw on: the sentence's passage, the sentence behind it there, and sentences from elsewhere."""

    passage: str
    following: str
    elsewhere: Sequence[str]


Kind = Callable[[str, Setting, random.Random], Sequence[Edit]]
"""The edits to a sentence, or none where this kind has nothing to work on."""


def corrupted(sentence: str, setting: Setting, rng: random.Random) -> tuple[str, tuple[Span, ...]] | None:
    """The sentence made false by an edit of a random kind, with the characters that are; None where none applies."""
    return _edited(sentence, _FALSE, setting, rng)


def reworded(sentence: str, setting: Setting, rng: random.Random) -> str | None:
    """The sentence with its meaning kept: introduced, shortened, joined with the next or in other words; or None."""
    made = _edited(sentence, _HARMLESS, setting, rng)
    return made and made[0]


def _edited(
    sentence: str, kinds: Sequence[Kind], setting: Setting, rng: random.Random
) -> tuple[str, tuple[Span, ...]] | None:
    for kind in rng.sample(kinds, len(kinds)):
        edits = kind(sentence, setting, rng)
        if edits:
            return apply(sentence, edits)
    return None


def apply(text: str, edits: Sequence[Edit]) -> tuple[str, tuple[Span, ...]]:
    """The edited text, and where in it the new characters stand. Edits must not overlap."""
    parts, spans, place = "", [], 0
    for start, end, new in sorted(edits):
        parts += text[place:start]
        if new.strip():
            spans.append((len(parts) + len(new) - len(new.lstrip()), len(parts) + len(new.rstrip())))
        parts, place = parts + new, end
    return parts + text[place:], tuple(spans)


def _number(sentence: str, setting: Setting, rng: random.Random) -> Sequence[Edit]:
    """Another number of the passage that looks alike, or another digit; number words too."""
    figures = (m for m in NUMBER.finditer(sentence) if any(map(str.isdecimal, m[0])))  # ½ and ³ have no digit to change
    found = [*figures, *(m for m in _WORD.finditer(sentence) if m[0] in NUMBER_WORDS)]
    if not found:
        return ()
    place = rng.choice(found)
    if place[0] in NUMBER_WORDS:
        return [(*place.span(), rng.choice([word for word in NUMBER_WORDS if word != place[0]]))]
    alike = [m[0] for m in NUMBER.finditer(setting.passage) if len(m[0]) == len(place[0]) and m[0] not in sentence]
    if alike and rng.random() < 0.6:
        return [(*place.span(), rng.choice(alike))]
    digits = [n for n in range(*place.span()) if sentence[n].isdecimal()]
    digit = rng.choice(digits[-2:])
    fresh = rng.choice([d for d in "123456789" if d != sentence[digit]])
    return [(*place.span(), sentence[place.start() : digit] + fresh + sentence[digit + 1 : place.end()])]


def _date(sentence: str, setting: Setting, rng: random.Random) -> Sequence[Edit]:
    found = list(_DATE.finditer(sentence))
    if not found:
        return ()
    place = rng.choice(found)
    others = _DAYS if place[0] in _DAYS else _MONTHS
    return [(*place.span(), rng.choice([name for name in others if name != place[0]]))]


def _name(sentence: str, setting: Setting, rng: random.Random) -> Sequence[Edit]:
    """A name for another: of the same passage, or else from elsewhere."""
    own = called(sentence)
    wider = [setting.passage] if rng.random() < 0.6 else setting.elsewhere
    known = {m[0] for m in own}
    others = [m[0] for text in wider for m in called(text) if not any(m[0] in name or name in m[0] for name in known)]
    if not own or not others:
        return ()
    return [(*rng.choice(own).span(), rng.choice(others))]


def _swap(sentence: str, setting: Setting, rng: random.Random) -> Sequence[Edit]:
    """Two names change places: who did it, and to whom."""
    own = called(sentence)
    if len(own) < 2:
        return ()
    left, right = sorted(rng.sample(own, 2), key=lambda match: match.start())
    between = sentence[left.end() : right.start()]
    # "A and B" says the same the other way round.
    if left[0] == right[0] or re.fullmatch(r"\W*(?:and|or|,|&)?\W*", between) or len(between.split()) < 2:
        return ()
    return [(*left.span(), right[0]), (*right.span(), left[0])]


def _negation(sentence: str, setting: Setting, rng: random.Random) -> Sequence[Edit]:
    denied = _DENIED.search(sentence)
    if denied:
        return [(*denied.span(), denied[1])]
    found = list(_AUXILIARY.finditer(sentence))
    if not found:
        return ()
    place = rng.choice(found[:2])
    first, _, rest = place[0].partition(" ")
    return [(*place.span(), " ".join(filter(None, (first, rng.choice(("not", "not", "never")), rest))))]


def _opposite(sentence: str, setting: Setting, rng: random.Random) -> Sequence[Edit]:
    return _replaced(sentence, _OPPOSITE, rng)


def _insertion(sentence: str, setting: Setting, rng: random.Random) -> Sequence[Edit]:
    """A clause of a sentence from elsewhere before the stop."""
    tails = [m[0] for text in setting.elsewhere for m in _TAIL.finditer(text)]
    if not tails or not sentence.endswith("."):
        return ()
    return [(len(sentence) - 1, len(sentence) - 1, rng.choice(tails))]


def _introduced(sentence: str, setting: Setting, rng: random.Random) -> Sequence[Edit]:
    lead, first = rng.choice(_LEADS), _WORD.match(sentence)
    if first is None:
        return ()
    lower = first[0].lower() in STOP and first[0] != "I" and lead[0].isalpha()
    return [(*first.span(), lead + (first[0].lower() if lower else first[0]))]


def _shortened(sentence: str, setting: Setting, rng: random.Random) -> Sequence[Edit]:
    aside = _ASIDE.search(sentence)
    if aside:
        return [(*aside.span(), "")]
    opening = _OPENING.match(sentence)
    if opening is None:
        return ()
    return [(0, opening.end() + 1, sentence[opening.end()].upper())]


def _joined(sentence: str, setting: Setting, rng: random.Random) -> Sequence[Edit]:
    first = _WORD.match(setting.following)
    if first is None or not sentence.endswith(".") or len(sentence) + len(setting.following) > 350:
        return ()
    lower = first[0].lower() in STOP and first[0] != "I"
    rest = (first[0].lower() if lower else first[0]) + setting.following[first.end() :]
    return [(len(sentence) - 1, len(sentence), rng.choice(("; ", ", and ", ", while ")) + rest)]


def _synonyms(sentence: str, setting: Setting, rng: random.Random) -> Sequence[Edit]:
    found = [m for m in _WORD.finditer(sentence) if m[0] in NUMBER_WORDS]
    if found and rng.random() < 0.5:
        place = rng.choice(found)
        return [(*place.span(), NUMBER_WORDS[place[0]])]
    return _replaced(sentence, _SYNONYM, rng)


def _digits(sentence: str, setting: Setting, rng: random.Random) -> Sequence[Edit]:
    found = [m for m in NUMBER.finditer(sentence) if m[0] in _DIGITS]
    return [(*place.span(), _DIGITS[place[0]]) for place in found[:1]]


def _replaced(sentence: str, table: dict[str, str], rng: random.Random) -> Sequence[Edit]:
    found = [m for word in table for m in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", sentence, re.IGNORECASE)]
    if not found:
        return ()
    place = rng.choice(found)
    new = table[place[0].lower()]
    return [(*place.span(), new[0].upper() + new[1:] if place[0][0].isupper() else new)]


def called(text: str) -> list[re.Match[str]]:
    """The names in a text; a single capitalised word that opens it is none unless it stands there again."""
    found = []
    for match in _NAME.finditer(text):
        opens = not match.start() or text[: match.start()].rstrip()[-1:] in set(".!?:")
        alone = " " not in match[0]
        if match[0].lower() not in STOP and not (opens and alone and text.count(match[0]) < 2):
            found.append(match)
    return found


_FALSE: tuple[Kind, ...] = (_number, _number, _date, _name, _name, _swap, _negation, _opposite, _insertion)
_HARMLESS: tuple[Kind, ...] = (_introduced, _shortened, _joined, _synonyms, _synonyms, _digits)
