"""Where a claim says more than its passage in the passage's own words: it drops a restriction, a doubt, or a proposal.

"Dogs are allowed" is not what "Only guide dogs are allowed" says, although every word stands there. What is looked for
is the one word that narrows the passage, in the sentences that share most with the claim; a claim with such a word of
its own is left alone, as it may say the same in another way. English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ragkit.lexical import NEGATIONS, denies, stem, stems, words
from ragkit.verify.grounds import Wording

_EVERY = frozenset("all any anybody anyone anywhere every everybody everyone everywhere whatever whoever".split())
_NARROWED = frozenset("excepting except excluded exclusively exempt only solely unless".split())
_EXCLUSIVE = frozenset("exclusively only solely".split())
_NARROWING = _NARROWED | frozenset("alone apart but excluding exception free just other sole".split())
"""With one of these a claim may say itself what is left out."""
_IDIOM = re.compile(
    r"\b(?:(?:above|after|at|before|than) (?:all|any)(?! times?\b)|all the while|all but)\b", re.IGNORECASE
)
"""Where the word for every one says nothing of that kind."""
_UNLIMITED = re.compile(
    r"\b(?:always|anybody|anyone|at any (?:hour|time)|everybody|everyone|in (?:all|any|every) cases?|regardless"
    r"|unconditionally|whatever|whenever)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:apart from|as long as|except|excepting|if|in case|on condition|provided|unless|with the exception of)\b",
    re.IGNORECASE,
)
_NEVER = re.compile(r"\b(?:never|in no case|under no circumstances|whatsoever)\b", re.IGNORECASE)
_DENIED_BUT = re.compile(r"(?:\A|[.:;]\s)(?P<what>[^.:;]*?),?\s(?:except|unless)\b(?P<when>[^.;]*)", re.IGNORECASE)
_RESTRICTION = frozenset("if provided that when where who whose".split())
"""With one of these a claim may set a condition of its own."""


_DUTY = stems("compulsory duty mandatory must obligatory obliged prescribed required shall")
_BINDING = _DUTY | stems("bound cannot condition has have imperative minimum necessary need only requirement")
_ADVICE = stems("advice advisable advise optional recommend recommendation suggest voluntary")
_CHOICE = _ADVICE | stems("choose could encourage may might preferable should usually wish")
_LAW = _DUTY | stems("law requires")
_DOUBT = frozenset({"could", "may", "might"})
_HEDGES = _CHOICE | stems("allowed can if likely permitted possible potential probable risk sometimes when would")
_PROPOSED = re.compile(
    r"\b(?:propos(?:e[sd]?|als?|ing) (?:[\w-]+ ){0,2}?(?:to|that)|moved (?:that|to(?= [a-z]+ (?:all|an?|its|the)\b)))\b"
    r"(?P<what>(?:[^.;:]|[.:](?=\d))*)",
    re.IGNORECASE,
)
_ADOPTED = re.compile(
    r"\b(?:accept|adopt|agree|approve|carried|decide|pass|vote)(?:d|ed|s)?\b(?<!not decided)", re.IGNORECASE
)
_WISHES = _HEDGES | stems("ask called idea intend meant motion plan propose proposal request suppose want wish")
_BE = frozenset("are be been being is was were".split())

_AUXILIARY = r"(?:are|can|could|did|do|does|get|gets|had|has|have|is|may|must|should|was|were|will)"
_ONLY = re.compile(
    rf"(?:\A|[.:;,>]\s*|\band |\bbut )only (?P<who>(?:[\w'’]+[ -]){{1,6}}?){_AUXILIARY}\b(?P<what>[^.:;]*)",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"\b(?:apart from|except(?:ing)?(?: for)?|excluding|with the exception of)\b(?P<what>[^.,:;()]*)", re.IGNORECASE
)
_NOT_AT_ALL = re.compile(
    r"[,;]\s(?:but |and |while |whereas )?(?P<what>[^,;:.()]{1,60}?)"
    r" (?:not at all|never|not|(?:are|can|did|do|does|had|has|have|is|may|must|was|were|will) not|cannot"
    r"|(?:ca|do|does|did|is|are|was|were|wo)n['’]t)(?=[.;]|\Z)",
    re.IGNORECASE,
)
"""Whom a sentence leaves out at its end: "The office may work from home, caretakers not at all"."""
_AS_WELL = re.compile(
    r"(?P<one>[^.:;]*?)(?:,? as well as|,? along with|,? together with|,? in addition to) (?P<other>[^.:;,]*)",
    re.IGNORECASE,
)
_HOWEVER = re.compile(
    r"\b(?:however (?:few|large|long|many|much|old|small)|(?:irrespective of|no matter|regardless of|whatever)"
    r" (?:how (?:few|large|long|many|much|old)|the (?:amount|number|size)(?: of)?)) (?P<what>[\w'’-]+)",
    re.IGNORECASE,
)
_MORE = r"(?:bigger|fewer|greater|higher|larger|less|longer|lower|more|older|shorter|smaller|younger)"
_THE_MORE = re.compile(rf"\b{_MORE} (?P<what>[\w'’-]+)\b(?!.*\bthan\b).*\b{_MORE}\b", re.IGNORECASE)
LEAST_SHARE = 0.5
"""The share of what only some may do that a claim about others has to name, and of a claim that is a proposal."""


def overstated(claim: str, wording: Wording, told: Sequence[Wording], texts: Sequence[str]) -> frozenset[str]:
    """The words of the ``claim`` by which it says more than the sentences ``texts``. The wordings are ``told``."""
    most = max((len(wording.content & each.content) for each in told), default=0)
    nearest = [each for each in told if most and len(wording.content & each.content) == most]
    found = {*_every(claim, wording, told, nearest), *_duty(wording, nearest), *_certain(wording, told)}
    found |= _proposed(wording, texts) | _unlimited(claim, wording, texts)
    found |= {*_never(claim, wording, nearest), *_denied_but(wording, texts)}
    found |= _one_only(wording, texts)
    if _NARROWING.isdisjoint(wording.words) and not _denies(wording):
        found |= {each for text in texts for each in _of_others(wording, text)}
    return frozenset(found)


def _every(claim: str, wording: Wording, told: Iterable[Wording], nearest: Sequence[Wording]) -> Iterable[str]:
    """Words such as "all" in the claim, where the nearest sentences leave something out and none has such a word."""
    every = _EVERY.intersection(Wording.of(_IDIOM.sub(" ", claim)).words)
    own = (_NARROWING | NEGATIONS).isdisjoint(wording.words) and all(_EVERY.isdisjoint(each.words) for each in told)
    return every if every and own and nearest and all(map(_narrows, nearest)) else ()


def _unlimited(claim: str, wording: Wording, texts: Sequence[str]) -> frozenset[str]:
    """Words such as "always" in the claim, where the texts set a condition and none has such a word."""
    unlimited = _UNLIMITED.search(claim)
    own = _denies(wording) or not (_NARROWED | _RESTRICTION).isdisjoint(wording.words)
    conditional = any(map(_CONDITION.search, texts)) and not any(map(_UNLIMITED.search, texts))
    return frozenset(unlimited[0].lower().split()) if unlimited and conditional and not own else frozenset()


def _never(claim: str, wording: Wording, nearest: Sequence[Wording]) -> Iterable[str]:
    """Words such as "never" in the claim, where the nearest sentences deny with an exception, without such a word."""
    never = _NEVER.search(claim)
    own = _NARROWING.isdisjoint(wording.words) and all("never" not in each.words for each in nearest)
    excepted = nearest and all(_denies(each) and _narrows(each) for each in nearest)
    return never[0].lower().split() if never and own and excepted else ()


def _denied_but(wording: Wording, texts: Sequence[str]) -> frozenset[str]:
    """What the claim denies as a text does that goes on with an exception of which the claim says nothing."""
    if not _denies(wording) or not (_NARROWING | _RESTRICTION).isdisjoint(wording.words):
        return frozenset()
    found = [
        (Wording.of(each["what"]), Wording.of(each["when"])) for text in texts for each in _DENIED_BUT.finditer(text)
    ]
    excepted = any(
        _denies(what) and wording.content <= what.content and wording.content.isdisjoint(when.content - what.content)
        for what, when in found
    )
    return wording.denied if excepted else frozenset()


def _one_only(wording: Wording, texts: Sequence[str]) -> frozenset[str]:
    """The word by which a claim says of one thing only what a text says of that as well as of another one."""
    only = _EXCLUSIVE.intersection(wording.words)
    if not only or _denies(wording) or any(not _NARROWED.isdisjoint(Wording.of(text).words) for text in texts):
        return frozenset()
    for found in (each for text in texts for each in _AS_WELL.finditer(text)):
        one, other = Wording.of(found["one"]).content, Wording.of(found["other"]).content
        apart = other - one
        if apart and apart <= wording.content and wording.content - only <= one | other and one - wording.content:
            return only
    return frozenset()


def depends(claim: str, texts: Iterable[str]) -> frozenset[str]:
    """What a claim says to be more with more of it, where one of the texts says that this makes no difference."""
    found = _THE_MORE.search(claim)
    if found is None or any(map(denies, words(claim))):
        return frozenset()
    same = {stem(each["what"].lower()) for text in texts for each in _HOWEVER.finditer(text)}
    return frozenset({stem(found["what"].lower())}) & same


def _narrows(told: Wording) -> bool:
    """Whether it leaves something out; "only then" and "not only" do not."""
    places = (place for place, word in enumerate(told.words) if word in _NARROWED)
    return any("not" not in told.words[:n][-1:] and "then" not in told.words[n + 1 : n + 2] for n in places)


def _duty(wording: Wording, nearest: Sequence[Wording]) -> Iterable[str]:
    """A duty where the text advises or allows, and advice where it is a duty there."""
    own = frozenset(wording.stems)
    if _denies(wording) or any(map(_denies, nearest)):
        return ()
    told = [frozenset(each.stems) for each in nearest]
    if own & _DUTY and not own & _CHOICE and told and all(each & _CHOICE and not each & _BINDING for each in told):
        return own & _DUTY
    advises = own & _ADVICE and not own & _LAW
    return own & _ADVICE if advises and told and all(each & _LAW and not each & _ADVICE for each in told) else ()


def _certain(wording: Wording, told: Sequence[Wording]) -> Iterator[str]:
    """What is so in the claim where the text says no more than that it may be."""
    if not _HEDGES.isdisjoint(wording.stems):
        return
    doubted = {stemmed for each in told for stemmed in _doubted(each)}
    said = [stemmed for each in told for stemmed in each.stems]
    for place, stemmed in enumerate(wording.stems):
        certain = stemmed in doubted and not _BE.isdisjoint(wording.words[max(0, place - 2) : place])
        if certain and said.count(stemmed) == sum(list(_doubted(each)).count(stemmed) for each in told):
            yield stemmed


def _proposed(wording: Wording, texts: Sequence[str]) -> frozenset[str]:
    """What is so in the claim where the text says that somebody proposed it, and not that it was agreed upon."""
    if _denies(wording) or not _WISHES.isdisjoint(wording.stems) or any(map(_ADOPTED.search, texts)):
        return frozenset()
    proposed = (Wording.of(found["what"]).content for text in texts for found in _PROPOSED.finditer(text))
    said = (what & wording.content for what in proposed)
    return next((each for each in said if len(each) >= LEAST_SHARE * len(wording.content)), frozenset())


def _doubted(told: Wording) -> Iterator[str]:
    """The stems behind "may be" and the like."""
    for place, word in enumerate(told.words[:-2]):
        if word in _DOUBT and told.words[place + 1] == "be" and told.stems[place + 2] in told.content:
            yield told.stems[place + 2]


def _of_others(wording: Wording, text: str) -> Iterator[str]:
    """What the text says of others only, or of all but those of whom the claim says it."""
    for only in _ONLY.finditer(text):
        who, what = Wording.of(only["who"]).content, Wording.of(only["what"]).content
        if what and len(what & wording.content) >= max(1, LEAST_SHARE * len(what)) and not who <= wording.content:
            yield from what & wording.content
    for exception in (*_EXCEPT.finditer(text), *_NOT_AT_ALL.finditer(text)):
        before, behind = Wording.of(text[: exception.start()]), Wording.of(exception["what"]).content
        apart = behind - before.content
        said = apart <= wording.content <= before.content | behind and before.content & wording.content
        if apart and said and not _denies(before):
            yield from apart


def _denies(wording: Wording) -> bool:
    return any(map(denies, wording.words))
