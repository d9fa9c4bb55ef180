"""What a claim has in common with passages, and what it adds to them, as a few numbers. English; no model.

The measures are those that told hallucinated sentences from others in RAGTruth (Niu et al., 2024): words, numbers and
names that stand nowhere, words that the best window lacks, neighbouring words that are neighbours there too, and
whether the claim's numbers stand near its other words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise

from ragkit.lexical import NAME, NUMBER, STOP, WORD, labels, leaves_out, mentions, names, numbers, written
from ragkit.sentences import names_what_follows
from ragkit.verify.amounts import alike
from ragkit.verify.by_default import turned_by_default
from ragkit.verify.compared_sides import Compared, compared
from ragkit.verify.grounds import Grounds, Window, Wording, stem
from ragkit.verify.keyed import denied_by_empty_cell, of_another_label, under_another
from ragkit.verify.mispaired import Mispaired, mispaired
from ragkit.verify.misquoted import misquoted
from ragkit.verify.mixed import mixed
from ragkit.verify.opposites import doubtful, opposed
from ragkit.verify.order import exchanged_names, exchanged_values, exchanged_words
from ragkit.verify.outdated import outdated
from ragkit.verify.overstated import depends, overstated
from ragkit.verify.permissions import allowed_otherwise
from ragkit.verify.rivals import of_rival
from ragkit.verify.sides import of_other_party
from ragkit.verify.turned import began_otherwise, goes_both_ways, turned, turned_way

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
    opposite of the window's, and values in whose place the passages give another one; ``misquoted`` are those of a
    number that stands nowhere, in whose place a sentence, otherwise the same, has another one. The words that the
    window holds stand ``apart`` where no sentence of it has all of them.
    """

    features: tuple[float, ...]
    """In the order of `FEATURES`: log(1 + count), count, count, log(1 + count), share, least share."""
    window: Window | None
    covered: float
    novel: frozenset[str]
    missing: frozenset[str]
    denied: frozenset[str]
    opposed: tuple[Span, ...]
    misquoted: tuple[Span, ...]
    apart: bool

    def spans(self, claim: str) -> tuple[Span, ...]:
        """Where the claim says what the passages do not, or the window denies; neighbours are joined."""
        blamed = self.novel | self.missing | self.denied
        joined: list[Span] = []
        for start, end in sorted([*places(claim, blamed), *self.opposed]):
            if joined and not claim[joined[-1][1] : start].strip():
                joined[-1] = (joined[-1][0], max(joined[-1][1], end))
            else:
                joined.append((start, end))
        return tuple(joined)


@dataclass(frozen=True, slots=True)
class _Claim:
    """A claim as it is compared.

    It is ``said`` with its amounts in the passages' forms, of which the rest is made: its wording, the stems that carry
    meaning, in order, and the words of each name. ``asked`` are the stems of the question.
    """

    text: str
    said: str
    wording: Wording
    content: tuple[str, ...]
    called: dict[str, frozenset[str]]
    asked: frozenset[str]

    @classmethod
    def of(cls, text: str, said: str, question: str) -> _Claim:
        """The claim of that text, in answer to a question."""
        wording = Wording.of(said)
        content = (s for s in wording.stems if s in wording.content and s not in ABOUT_PASSAGES)
        called = {name: frozenset(Wording.of(name).words) for name in names(said) if stem(name) not in ABOUT_PASSAGES}
        asked = frozenset(Wording.of(question).stems)
        return cls(text, said, wording, tuple(dict.fromkeys(content)), called, asked)


@dataclass(frozen=True, slots=True)
class _Novel:
    """What a claim has that stands in no passage."""

    stems: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]

    @classmethod
    def of(cls, claim: _Claim, grounds: Grounds) -> _Novel:
        """What of the claim is new to the passages, and to the question."""
        called = claim.called.items()
        return cls(
            frozenset(claim.content) - grounds.stems - claim.asked,
            frozenset(n for n in claim.wording.numbers if n not in grounds.numbers and n not in grounds.words),
            frozenset(n for n, parts in called if not parts <= grounds.words and stem(n) not in claim.asked),
        )


def compare(claim: str, grounds: Grounds, question: str = "") -> Overlap:
    """The overlap of a claim with passages; what the question says is not the claim's own invention."""
    claim = _REFERENCE.sub(lambda found: " " * len(found[0]), claim)
    said = alike(claim, grounds.forms)
    overlap = _compare(_Claim.of(claim, said, question), grounds)
    if said == claim or not overlap.missing:
        return overlap
    # another passage than the evidence may have the other form
    plainer = _compare(_Claim.of(claim, claim, question), grounds)
    return overlap if plainer.missing else plainer


def _compare(claim: _Claim, grounds: Grounds) -> Overlap:
    matches = grounds.matches(claim.content)
    comparison = compared(claim.text, grounds.told.texts)
    window = matches.best(lambda window: not _opposed_words(claim.said, window.texts, comparison))
    held = window.content if window else frozenset()
    amiss = sum(stemmed not in held for stemmed in claim.content)
    novel = _Novel.of(claim, grounds)
    elsewhere = [*mispaired(claim.said, grounds.told), *exchanged_values(claim.said, grounds.told)]
    return Overlap(
        features=(
            math.log1p(len(novel.stems)),
            float(len(novel.numbers)),
            float(len(novel.names)),
            math.log1p(amiss),
            _shared_pairs(claim, grounds),
            min((matches.around(number) for number in claim.wording.numbers), default=1.0),
        ),
        window=window,
        covered=_covered(claim, amiss),
        novel=novel.stems | novel.numbers | novel.names,
        missing=_missing(claim, window, grounds, elsewhere),
        denied=_denied(claim, window, grounds, comparison),
        opposed=_opposed(claim, window, elsewhere, comparison, grounds.told.texts),
        misquoted=tuple(_places_of(claim.text, misquoted(claim.text, grounds.told))),
        apart=_stand_apart(claim.content, window),
    )


def _shared_pairs(claim: _Claim, grounds: Grounds) -> float:
    """The share of the claim's neighbouring words that are neighbours in the passages, too."""
    pairs = list(pairwise(claim.wording.stems))
    return sum(pair in grounds.pairs for pair in pairs) / max(1, len(pairs))


def _covered(claim: _Claim, amiss: int) -> float:
    """The share of the claim's words that the window holds, ``amiss`` being the number of the others."""
    claims = len(claim.wording.words) > 1 or claim.asked
    return 1 - amiss / len(claim.content) if claim.content and claims else 0.0


def _missing(claim: _Claim, window: Window | None, grounds: Grounds, elsewhere: Iterable[Mispaired]) -> frozenset[str]:
    """What the window lacks or has of someone or something else.

    Whether it speaks of a rival or of another party, or two names changed places, is looked at only where nothing else
    is missing.
    """
    missing = (
        _lacking(claim, window)
        | _beyond_heading(claim, window, grounds)
        | _misplaced(claim, window, grounds)
        | _renamed(claim, window, grounds)
        | under_another(claim.said, grounds.groups)
        | mixed(claim.said, grounds.groups)
        | frozenset(value.text for value in elsewhere if not value.contradicted)
    )
    if missing or window is None:
        return missing
    return (
        of_rival(claim.said, window.texts)
        or of_other_party(claim.wording, window.sentences)
        or exchanged_names(claim.said, grounds.told.texts)
        or exchanged_words(claim.said, window.texts)
    )


def _denied(claim: _Claim, window: Window | None, grounds: Grounds, comparison: Compared | None) -> frozenset[str]:
    """What the window negates, excludes or says less of than the claim, or an empty cell denies.

    What is the same however much there is of something is denied wherever the passages say so, and so is what they
    compare the other way round.
    """
    elsewhere = denied_by_empty_cell(claim.said, grounds.groups) | depends(claim.said, grounds.told.texts)
    elsewhere |= outdated(claim.said, grounds.told.texts)
    if comparison and not comparison.agrees and not comparison.whole:
        elsewhere |= {comparison.root}
    if window is None:
        return elsewhere
    more = overstated(claim.said, claim.wording, window.sentences, window.texts)
    doubted = _turned_in_doubt(claim, window, grounds, comparison) | began_otherwise(claim.said, window.texts)
    return _negated(claim.wording, window) | more | doubted | elsewhere | allowed_otherwise(claim.said, window.texts)


def _turned_in_doubt(claim: _Claim, window: Window, grounds: Grounds, comparison: Compared | None) -> frozenset[str]:
    """The words by which the claim seems to say the opposite of the window, where the texts tell more than that."""
    said, everywhere = claim.said, grounds.told.texts
    spans = _opposed_words(said, window.texts, comparison)
    words = frozenset(said[slice(*span)].lower() for span in spans if doubtful(said, window.texts))
    way = turned_way(said, window.texts, everywhere)
    beside = (text for owner, text in zip(grounds.told.owners, everywhere, strict=True) if owner == window.passage)
    return words | way if way and goes_both_ways(said, beside) else words


def _opposed(
    claim: _Claim,
    window: Window | None,
    elsewhere: Iterable[Mispaired],
    comparison: Compared | None,
    everywhere: Sequence[str],
) -> tuple[Span, ...]:
    """Where the claim says the opposite of the window, or else what the passages contradict by another value.

    The passages may compare what it compares the other way round, too.
    """
    turned_round = (comparison.span,) if comparison and comparison.whole and not comparison.agrees else ()
    return (
        turned_round
        or _opposite(claim, window, comparison, everywhere)
        or tuple(sorted({*_contradicting(claim.text, elsewhere)}))
    )


def _stand_apart(content: Iterable[str], window: Window | None) -> bool:
    """Whether the claim's words that the window has are spread over sentences none of which has all of them."""
    told = [sentence.content for sentence in window.sentences] if window else []
    held = frozenset(content).intersection(frozenset().union(*told))
    return bool(held) and not any(held <= each for each in told)


def _opposite(
    claim: _Claim, window: Window | None, comparison: Compared | None, everywhere: Sequence[str]
) -> tuple[Span, ...]:
    """Where the claim says the opposite of the window.

    That is all of the claim where only its order or its labels show it, or only ``said``, with the amounts in the
    passages' forms.
    """
    if window is None:
        return ()
    said, texts = claim.said, window.texts
    if not (
        _opposed_words(said, texts, comparison)
        or turned(said, texts)
        or turned_way(said, texts, everywhere)
        or of_another_label(said, texts)
        or turned_by_default(said, texts)
    ):
        return ()
    return _opposed_words(claim.text, texts, comparison) or ((0, len(claim.text)),)


def _opposed_words(said: str, texts: Sequence[str], comparison: Compared | None) -> tuple[Span, ...]:
    """Where sign, unit or direction is the opposite; not the word by which it compares as the passages do."""
    agreed = comparison.root if comparison and comparison.agrees else None
    return tuple(span for span in opposed(said, texts) if stem(said[slice(*span)].lower()) != agreed)


def _contradicting(claim: str, elsewhere: Iterable[Mispaired]) -> Iterator[Span]:
    """Values of the claim in whose place the passages give another one; all of it, where it writes them otherwise."""
    return _places_of(claim, (value.text for value in elsewhere if value.contradicted))


def _places_of(claim: str, values: Iterable[str]) -> Iterator[Span]:
    """Where values stand in a claim; all of it for one that it writes otherwise."""
    for value in values:
        found = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", claim)]
        yield from found or [(0, len(claim))]


def _lacking(claim: _Claim, window: Window | None) -> frozenset[str]:
    """Numbers and names of the claim that the window lacks, and the month of May."""
    if window is None:
        return claim.wording.numbers | frozenset(claim.called)
    said = [text.lower() for text in window.texts]
    month = _MAY.search(claim.said) and not any(map(_MAY.search, window.texts))
    lost = (n for n in claim.wording.numbers if n not in window.numbers and not any(mentions(text, n) for text in said))
    named = frozenset(name for name, parts in claim.called.items() if not parts <= window.words)
    return named.union(lost, ["may"] if month else [])


def _beyond_heading(claim: _Claim, window: Window | None, grounds: Grounds) -> frozenset[str]:
    """What the claim says of the things that a heading names, where the window is that heading alone."""
    alone = window and names_what_follows(grounds.passages[window.passage], window.start, window.end)
    return frozenset(claim.content) - window.content if window and alone else frozenset()


def _misplaced(claim: _Claim, window: Window | None, grounds: Grounds) -> frozenset[str]:
    """Numbers that the window gives only in sentences about another name, the claim's own standing elsewhere in it.

    A name may be a code or a letter behind a word: Model B beside Model A.
    """
    if window is None:
        return frozenset()
    own = frozenset(part for parts in claim.called.values() for part in parts)
    own &= frozenset(word for sentence in window.sentences for word in sentence.words)
    others = grounds.names - frozenset(claim.wording.words)
    labelled = [(kind, label) for kind, label in _labelled(claim.text) if label in grounds.labels.get(kind, ())]
    told = [(sentence, labels(text)) for sentence, text in zip(window.sentences, window.texts, strict=True)]
    elsewhere = set()
    for number in claim.wording.numbers.difference(label for _, label in labelled):
        holding = [(s, found) for s, found in told if number in s.numbers or number in s.words]
        of_others = _are_of_others([frozenset(sentence.words) for sentence, _ in holding], own, others)
        if holding and (of_others or _have_other_labels([found for _, found in holding], labelled)):
            elsewhere.add(number)
    return frozenset(elsewhere)


def _are_of_others(sentences: Iterable[frozenset[str]], own: frozenset[str], others: frozenset[str]) -> bool:
    """Whether all sentences, given as their words, have names of ``others`` and none of a claim's ``own``."""
    return bool(own) and all(own.isdisjoint(words) and words & others for words in sentences)


def _have_other_labels(told: Sequence[Mapping[str, Collection[str]]], labelled: Iterable[tuple[str, str]]) -> bool:
    """Whether all sentences, given as their labels by kind, have another one of some kind than the claim has."""
    return any(all(label not in found.get(kind, {label}) for found in told) for kind, label in labelled)


def _renamed(claim: _Claim, window: Window | None, grounds: Grounds) -> frozenset[str]:
    """The first word of the claim, if the window lacks it and has another name before the same verb.

    Every first word has a capital letter: what stands in its place tells whether it is a name, too.
    """
    first = NAME.match(claim.text.lstrip())
    if window is None or first is None or len(claim.wording.words) < 3:
        return frozenset()
    own, verb, behind = claim.wording.words[:3]
    named = first[0].lower() == own and _may_be_name(own, grounds) and own[-1] != "s" and stem(own) not in claim.asked
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


def _negated(wording: Wording, window: Window) -> frozenset[str]:
    """The stems that either the claim or the window negates and the other does not, and those of what is left out."""
    apart = [_sets_apart(sentence, wording) for sentence in window.sentences]
    told = [_denied_of_it(each, wording, excepted=any(apart)) for each in window.sentences]
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


def _denied_of_it(sentence: Wording, wording: Wording, *, excepted: bool) -> frozenset[str]:
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


def places(claim: str, blamed: frozenset[str]) -> Iterator[Span]:
    """Where the words and numbers of a claim stand that are blamed."""
    parts = {part for item in blamed for part in Wording.of(item).words} | blamed
    yield from (m.span() for m in WORD.finditer(claim) if m[0].lower() in parts or stem(m[0].lower()) in blamed)
    yield from (m.span() for m in NUMBER.finditer(claim) if numbers(m[0]) & blamed)
    yield from ((start, end) for start, end in written(claim) if numbers(claim[start:end]) & blamed)
