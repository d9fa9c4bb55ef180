"""What a claim has in common with passages, and what it adds to them, as a few numbers. English; no model.

The measures are those that told hallucinated sentences from others in RAGTruth (Niu et al., 2024): words, numbers and
names that stand nowhere, words that the best window lacks, neighbouring words that are neighbours there too, and
whether the claim's numbers stand near its other words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise

from ragkit.lexical import NAME, NUMBER, STOP, WORD, labels, mentions, names, numbers, written
from ragkit.verify.amounts import alike
from ragkit.verify.grounds import Grounds, Window, Wording, stem
from ragkit.verify.keyed import denied_by_empty_cell, of_another_label, under_another
from ragkit.verify.leads import leaves_out
from ragkit.verify.mispaired import Mispaired, mispaired
from ragkit.verify.opposites import opposed
from ragkit.verify.order import turned
from ragkit.verify.overstated import overstated
from ragkit.verify.rivals import of_rival
from ragkit.verify.sides import of_other_party

Span = tuple[int, int]

FEATURES = ("novel words", "novel numbers", "novel names", "words amiss", "shared pairs", "paired numbers")
ABOUT_PASSAGES = frozenset(
    map(stem, "according answer based context following given information passage passages provided question".split())
)
"""Words with which an answer speaks of its passages: nothing that they would have to say."""
_REFERENCE = re.compile(
    r"\A\s*(?:\d{1,3}|[a-z])[.)]\s+|\bpassages? \d+(?:(?:,|,? and|,? or) (?:passages? )?\d+)*", re.IGNORECASE
)
"""The number of a list item, and numbers of passages: no part of what is claimed."""

_EXCEPTIONS = frozenset({"except", "excepting", "unless"})
_SET_APART = frozenset(map(stem, "excepted exempt exempted exception exceptions".split()))
_MAY = re.compile(r"(?<=[\w,] )May\b")
"""The month: no other name is also a word that carries no meaning."""
_FINITE = frozenset(
    """became began bought built came can could did does found gave got had has held is knew led left lost made may met
    must paid ran said sang saw should sold sent stood taught told took was went will won would wrote""".split()
)
"""Verbs that follow who does it; others that do are known by their endings."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """A claim beside passages.

    ``window`` holds most of the claim's words, ``covered`` is the share that it holds; a word alone claims
    nothing unless it answers a question, and none of it is covered. ``novel`` are stems, numbers
    and names that stand in no passage; ``missing`` are numbers and names that the window lacks, and values and words
    that belong to someone or something else; ``denied`` are stems that either the claim or the window negates, and the
    other does not, what stands in a list of what is left out or in a column whose cell denies it, and words by which
    the claim says more than the window. ``opposed`` are places of the claim where sign, unit, direction or order is the
    opposite of the window's, and values in whose place the passages give another one. The words that the window holds
    stand ``apart`` where no sentence of it has all of them.
    """

    features: tuple[float, ...]
    """In the order of `FEATURES`: log(1 + count), count, count, log(1 + count), share, least share."""
    window: Window | None
    covered: float
    novel: frozenset[str]
    missing: frozenset[str]
    denied: frozenset[str]
    opposed: tuple[Span, ...]
    apart: bool

    def spans(self, claim: str) -> tuple[Span, ...]:
        """Where the claim says what the passages do not, or the window denies; neighbours are joined."""
        blamed = self.novel | self.missing | self.denied
        joined: list[Span] = []
        for start, end in sorted([*_places(claim, blamed), *self.opposed], key=_longest_first):
            if joined and not claim[joined[-1][1] : start].strip():
                joined[-1] = (joined[-1][0], end)
            elif not joined or start >= joined[-1][1]:
                joined.append((start, end))
        return tuple(joined)


def compare(claim: str, grounds: Grounds, question: str = "") -> Overlap:
    """The overlap of a claim with passages; what the question says is not the claim's own invention."""
    claim = _REFERENCE.sub(lambda found: " " * len(found[0]), claim)
    said = alike(claim, grounds.forms)
    overlap = _compare(claim, said, grounds, question)
    # another passage than the evidence may have the other form
    plainer = _compare(claim, claim, grounds, question) if said != claim and overlap.missing else overlap
    return overlap if plainer.missing else plainer


def _compare(claim: str, said: str, grounds: Grounds, question: str) -> Overlap:
    """The overlap of the claim, which has its amounts in the passages' forms as ``said``."""
    wording, asked = Wording.of(said), frozenset(Wording.of(question).stems)
    content = list(dict.fromkeys(s for s in wording.stems if s in wording.content and s not in ABOUT_PASSAGES))
    matches = grounds.matches(content)
    window = matches.best(lambda window: not opposed(said, window.texts))
    held = window.content if window else frozenset()
    novel = frozenset(content) - grounds.stems - asked
    new_numbers = frozenset(n for n in wording.numbers if n not in grounds.numbers and n not in grounds.words)
    called = {name: frozenset(Wording.of(name).words) for name in names(said) if stem(name) not in ABOUT_PASSAGES}
    new_names = frozenset(n for n, parts in called.items() if not parts <= grounds.words and stem(n) not in asked)
    elsewhere = list(mispaired(said, grounds.told))
    pairs = list(zip(wording.stems, wording.stems[1:], strict=False))
    amiss = sum(stemmed not in held for stemmed in content)
    features = (
        math.log1p(len(novel)),
        float(len(new_numbers)),
        float(len(new_names)),
        math.log1p(amiss),
        sum(pair in grounds.pairs for pair in pairs) / max(1, len(pairs)),
        min((matches.around(number) for number in wording.numbers), default=1.0),
    )
    claimed = len(wording.words) > 1 or asked
    covered = 1 - amiss / len(content) if content and claimed else 0.0
    missing = (
        _missing(said, wording, called, window)
        | _misplaced(claim, wording, called, window, grounds)
        | _renamed(claim, wording, window, grounds, asked)
        | under_another(said, grounds.groups)
        | frozenset(value.text for value in elsewhere if not value.contradicted)
    )
    return Overlap(
        features,
        window,
        covered,
        novel | new_numbers | new_names,
        missing or (_of_others(said, wording, window) if window else missing),
        _contradicted(wording, window)
        | _overstated(said, wording, window)
        | denied_by_empty_cell(said, grounds.groups),
        _opposed(claim, said, window) or tuple(sorted({*_contradicting(claim, elsewhere)})),
        _stand_apart(content, window),
    )


def _stand_apart(content: Iterable[str], window: Window | None) -> bool:
    """Whether the claim's words that the window has are spread over sentences none of which has all of them."""
    told = [sentence.content for sentence in window.sentences] if window else []
    held = frozenset(content).intersection(frozenset().union(*told))
    return bool(held) and not any(held <= each for each in told)


def _opposed(claim: str, said: str, window: Window | None) -> tuple[Span, ...]:
    """Where the claim says the opposite of the window.

    That is all of the claim where only its order shows it, or only ``said``, the claim with its amounts in the
    passages' forms.
    """
    another = window is not None and (turned(said, window.texts) or of_another_label(said, window.texts))
    if window is None or not (opposed(said, window.texts) or another):
        return ()
    return opposed(claim, window.texts) or ((0, len(claim)),)


def _contradicting(claim: str, elsewhere: Iterable[Mispaired]) -> Iterator[Span]:
    """Values of the claim in whose place the passages give another one; all of it, where it writes them otherwise."""
    for value in elsewhere:
        if value.contradicted:
            found = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(value.text)}(?!\w)", claim)]
            yield from found or [(0, len(claim))]


def _missing(claim: str, wording: Wording, called: dict[str, frozenset[str]], window: Window | None) -> frozenset[str]:
    if window is None:
        return wording.numbers | frozenset(called)
    said = [text.lower() for text in window.texts]
    month = _MAY.search(claim) and not any(map(_MAY.search, window.texts))
    lost = (n for n in wording.numbers if n not in window.numbers and not any(mentions(text, n) for text in said))
    named = frozenset(name for name, parts in called.items() if not parts <= window.words)
    return named.union(lost, ["may"] if month else [])


def _misplaced(
    claim: str, wording: Wording, called: dict[str, frozenset[str]], window: Window | None, grounds: Grounds
) -> frozenset[str]:
    """Numbers that the window gives only in sentences about another name, the claim's own standing elsewhere in it.

    A name may be a code or a letter behind a word: Model B beside Model A.
    """
    if window is None:
        return frozenset()
    own = frozenset(part for parts in called.values() for part in parts)
    own &= frozenset(word for sentence in window.sentences for word in sentence.words)
    others = grounds.names - frozenset(wording.words)
    told = [labels(text) for text in window.texts]
    labelled = [(kind, label) for kind, label in _labelled(claim) if label in grounds.labels.get(kind, ())]
    elsewhere = set()
    for number in wording.numbers.difference(label for _, label in labelled):
        holding = [n for n, s in enumerate(window.sentences) if number in s.numbers or number in s.words]
        said = [frozenset(window.sentences[n].words) for n in holding]
        another = bool(own) and all(own.isdisjoint(words) and words & others for words in said)
        rival = any(all(label not in told[n].get(kind, {label}) for n in holding) for kind, label in labelled)
        if holding and (another or rival):
            elsewhere.add(number)
    return frozenset(elsewhere)


def _renamed(
    claim: str, wording: Wording, window: Window | None, grounds: Grounds, asked: frozenset[str]
) -> frozenset[str]:
    """The first word of the claim, if the window lacks it and has another name before the same verb.

    Every first word has a capital letter: what stands in its place tells whether it is a name, too.
    """
    first = NAME.match(claim.lstrip())
    if window is None or first is None or len(wording.words) < 3:
        return frozenset()
    own, verb, behind = wording.words[:3]
    named = first[0].lower() == own and _may_be_name(own, grounds) and own[-1] != "s" and stem(own) not in asked
    finite = verb in _FINITE or verb.endswith("ed") or (verb.endswith("s") and behind in STOP)
    if not named or not finite or get_close_matches(own, window.words, cutoff=0.9):
        return frozenset()
    neighbours = (pair for text in window.texts for pair in pairwise(WORD.findall(text)))
    others = (before for before, word in neighbours if word == verb and NAME.fullmatch(before))
    return frozenset({own} if any(_may_be_name(other.lower(), grounds) for other in others) else ())


def _may_be_name(word: str, grounds: Grounds) -> bool:
    """Whether a word that is written with a capital letter may be a name: not where it stands without one, too."""
    return word not in STOP and word not in grounds.uncapitalised and not word.endswith(("ed", "ing", "ly"))


def _labelled(claim: str) -> list[tuple[str, str]]:
    """The labels of the claim behind their kinds: Model, B. A number behind a word in lower case counts or measures."""
    every = ((kind, label) for kind, found in labels(claim).items() for label in found)
    return [(k, label) for k, label in every if k.title() in claim or k.upper() in claim or not label[0].isdigit()]


def _contradicted(wording: Wording, window: Window | None) -> frozenset[str]:
    if window is None:
        return frozenset()
    apart = [_sets_apart(sentence, wording) for sentence in window.sentences]
    told = [_denied(each, wording, excepted=any(apart)) for each in window.sentences]
    denied = frozenset[str]().union(*told)
    plain = all(here == each.denied for here, each in zip(told, window.sentences, strict=True))
    own = [word for word in wording.words if word not in window.barred]
    barred = frozenset() if leaves_out(own) else window.barred
    alike = _denied_alike(wording, window.sentences) if plain else frozenset[str]()
    differing = (wording.denied ^ denied) - alike
    return (differing & window.content | barred) & wording.content


def _denied_alike(wording: Wording, sentences: Sequence[Wording]) -> frozenset[str]:
    """What window and claim deny by another word of the same: "works no nights" and "does not work nights"."""
    told = {denial[0] for sentence in sentences for denial in sentence.denials}
    own = [denial for denial in wording.denials if denial[0] not in told]
    others = told - wording.denied
    pairs = ((denial[0], other) for denial in own for other in others.intersection(denial))
    return frozenset(stemmed for pair in pairs for stemmed in pair)


def _of_others(said: str, wording: Wording, window: Window) -> frozenset[str]:
    return of_rival(said, window.texts) or of_other_party(wording, window.sentences)


def _overstated(said: str, wording: Wording, window: Window | None) -> frozenset[str]:
    return overstated(said, wording, window.sentences, window.texts) if window else frozenset()


def _denied(sentence: Wording, wording: Wording, *, excepted: bool) -> frozenset[str]:
    """The stems that a sentence denies of what the claim is about.

    Where the claim is about what is excepted the opposite holds: what the sentence says of the others is denied, and
    what it denies of them is said.
    """
    place = next((n for n, word in enumerate(sentence.words) if word in _EXCEPTIONS), len(sentence.words))
    before, behind = frozenset(sentence.stems[:place]), sentence.content.intersection(sentence.stems[place + 1 :])
    within = behind and behind <= wording.content and _EXCEPTIONS.isdisjoint(wording.words)
    turned = sentence.content if excepted else before - behind if within else frozenset[str]()
    return sentence.denied - turned | (wording.denied - sentence.denied) & turned


def _sets_apart(sentence: Wording, wording: Wording) -> bool:
    """Whether it says of what the claim is about that the sentences beside do not apply: "Guide dogs are exempt"."""
    named = sentence.content - _SET_APART
    return named < sentence.content and bool(named) and named <= wording.content and not sentence.denied


def _places(claim: str, blamed: frozenset[str]) -> Iterator[Span]:
    """The words and numbers of the claim that are blamed."""
    parts = {part for item in blamed for part in Wording.of(item).words} | blamed
    yield from (m.span() for m in WORD.finditer(claim) if m[0].lower() in parts or stem(m[0].lower()) in blamed)
    yield from (m.span() for m in NUMBER.finditer(claim) if numbers(m[0]) & blamed)
    yield from ((start, end) for start, end in written(claim) if numbers(claim[start:end]) & blamed)


def _longest_first(span: Span) -> Span:
    return span[0], -span[1]
