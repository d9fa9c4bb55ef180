"""A question and its short answer as one declarative sentence, by rules that give up rather than guess.

"Where did Curie die?" with "Sancellemoz" and the preposition "in" is "Curie died in Sancellemoz." The rules turn
the auxiliary around (do-support, be, have, modals) and put the answer where the question word stood. A sentence
comes out only where the place of the main verb is sure; about three in five questions of SQuAD's kind have one.
After the question-to-statement rules of Demszky, Guu and Liang, 2018, "Transforming Question Answering Datasets Into
Natural Language Inference Datasets", without their parser.
"""

from __future__ import annotations

import re

_IRREGULAR = dict(
    pair.split(":")
    for pair in (
        "be:was become:became begin:began break:broke bring:brought build:built buy:bought catch:caught choose:chose "
        "come:came cost:cost cut:cut deal:dealt do:did draw:drew drink:drank drive:drove eat:ate fall:fell feel:felt "
        "fight:fought find:found fly:flew forget:forgot forbid:forbade get:got give:gave go:went grow:grew have:had "
        "hear:heard hide:hid hit:hit hold:held keep:kept know:knew lay:laid lead:led leave:left lend:lent let:let "
        "lie:lay lose:lost make:made mean:meant meet:met overcome:overcame pay:paid put:put read:read rise:rose "
        "run:ran say:said see:saw seek:sought sell:sold send:sent "
        "set:set shoot:shot show:showed sing:sang sit:sat sleep:slept "
        "speak:spoke spend:spent spread:spread stand:stood steal:stole strike:struck swear:swore swim:swam take:took "
        "teach:taught tell:told think:thought throw:threw understand:understood undergo:underwent wear:wore win:won "
        "withdraw:withdrew write:wrote"
    ).split()
)
_REGULAR = frozenset(
    "abandon accept accuse achieve acquire act adopt advise affect agree aim allow announce appear appoint apply argue "
    "arrive ask assume attack attempt attend attract ban base believe belong blame born borrow call cause cease change "
    "charge claim collect combine compare complain compose concern conclude conquer consider consist contain continue "
    "contribute control cover create criticize deal declare defeat define demand depend describe design desire destroy "
    "determine develop die disclose discover discuss divide earn elect emerge employ enable encourage end enjoy enter "
    "establish estimate exist expand expect experience explain export express extend fail favor feature fear focus "
    "follow force form found gain happen hate help hope host identify imply impact import improve include increase "
    "indicate influence inherit inspire insist intend introduce invade invent involve issue join kill lack land last "
    "launch learn like limit list live locate look love maintain manage mark marry measure mention migrate model move "
    "name need note notice observe occupy occur offer open operate oppose order organize originate own perform permit "
    "place plan play point possess prefer prevent produce promise promote propose protect prove provide publish "
    "purchase pursue question reach realize receive recommend record reduce refer reflect refuse regard reject relate "
    "release rely remain remove repeat replace report represent request require resemble reside resist result retain "
    "retire return reveal rule search seem separate serve settle share sign spend start state stay stop store stress "
    "struggle study suffer suggest supply support suspect switch target tend think total trace track trade travel "
    "treat try turn use value view visit vote wait want warn wash watch wish work worship write".split()
)
_PARTICIPLES = frozenset(
    "begun broken brought built bought caught chosen cut dealt drawn driven eaten fallen felt fought found forbidden "
    "given gone grown had heard held hidden hit kept known laid led left lent lost made meant met paid put read run "
    "said seen sold sent set shot shown sold spent split spoken spread stolen struck sung taken taught thought thrown "
    "told understood won worn written born".split()
)
_MONTHS = (
    "january february march april may june july august september october november december "
    "spring summer autumn winter".split()
)
_DO = frozenset({"do", "does", "did"})
_BE = frozenset({"is", "are", "was", "were"})
_OTHER = frozenset("has have had can could will would should must may might".split())
_DETERMINERS = frozenset("the a an my his her their its your our this that these those".split())
_PREPOSITIONS = frozenset(
    "about above after against among around as at before behind below between by during for from in inside into near "
    "of off on onto out outside over since through to toward towards under until up upon with within without".split()
)
_LEADS = frozenset("about after around at before between by during for from in near on since through to until".split())
_DATE_LEADS = frozenset("after around before by since until".split())
_PRONOUNS = frozenset("i he she it we you they there".split())
_LONGEST_ANSWER = 14
_UNCLEAR = frozenset("and or but if that which who because".split())


def statement(question: str, answer: str, before: str = "") -> str | None:
    """The sentence that answers, or None where no rule is sure; ``before`` is the text that leads to the answer.

    >>> statement("Where did Marie Curie die?", "Sancellemoz", "She died in ")
    'Marie Curie died in Sancellemoz.'
    """
    words = question.strip().rstrip("?. ").split()
    answer = answer.strip(" .,;:")
    if not 3 <= len(words) <= 22 or not _names_something(answer) or any("n't" in word for word in words):
        return None
    ahead = before.split()
    if ahead and ahead[-1].lower() in ("the", "a", "an") and not answer[0].isdigit():
        answer, ahead = f"{ahead[-1].lower()} {answer}", ahead[:-1]
    said = _said([words[0].lower(), *words[1:]], answer, _lead(ahead, answer))
    return None if said is None else _sentence(said)


def _names_something(answer: str) -> bool:
    """Whether the answer is a phrase rather than a clause or the rest of one."""
    words = answer.lower().split()
    if not 1 <= len(words) <= _LONGEST_ANSWER or "?" in answer:
        return False
    clause = words[0] in _PRONOUNS | {"to"} or any(word in _PRONOUNS or word in _BE for word in words[1:])
    return not clause and (len(words) == 1 or not _base(words[0]))


def _lead(before: list[str], answer: str) -> str:
    """The preposition in front of the answer, or within it."""
    first = answer.split(maxsplit=1)[0].lower()
    if first in _LEADS:
        return answer
    if _dated(answer):
        word = before[-1].lower() if before else ""
        day = re.match(r"[A-Za-z]+ \d{1,2}\b|\d{1,2} [A-Za-z]", answer)
        return f"{word if word in _DATE_LEADS else 'on' if day else 'in'} {answer}"
    return f"{before[-1].lower()} {answer}" if before and before[-1].lower() in _LEADS else ""


def _said(words: list[str], answer: str, led: str) -> str | None:
    asked, rest = words[0], words[1:]
    if asked in _LEADS and rest[0].lower() in ("what", "which", "whom"):
        return _turned(rest, answer if answer.split(maxsplit=1)[0].lower() in _LEADS else f"{asked} {answer}")
    if asked in ("where", "when"):
        return _clause(rest[0].lower(), rest[1:], led) if led else None
    if asked == "how" and rest[0] in ("many", "much"):
        return _counted(rest[1:], answer)
    if asked not in ("who", "what", "which", "whom"):
        return None
    return _asked_for(asked, rest, answer)


def _asked_for(asked: str, rest: list[str], answer: str) -> str | None:
    first = rest[0].lower()
    if first in _BE:
        return _identity(first, rest[1:], answer)
    if first in _DO or first in _OTHER:
        return _clause(first, rest[1:], answer) or (_subject(rest, answer) if first in _OTHER else None)
    place = next((n for n, word in enumerate(rest[:5]) if word.lower() in _DO | _BE | _OTHER), None)
    if place and asked != "who" and not any(_finite(word) for word in rest[1:place]):
        if rest[place].lower() in _DO:
            return _clause(rest[place].lower(), rest[place + 1 :], answer)
        return _either(rest, place, answer)
    if first.endswith("s") and len(rest) > 1 and rest[1].lower() in _DETERMINERS:
        return None if _unclear(rest) else f"{answer} {' '.join(rest)}"
    return _subject(rest, answer) if asked == "who" or _finite(first) else _chosen(rest, answer)


def _either(rest: list[str], place: int, answer: str) -> str | None:
    """``what country was invaded`` has its subject before the verb; ``what year was it built`` after it."""
    aux, after = rest[place].lower(), rest[place + 1 :]
    if after and (_participle(after[0]) or after[0].lower() in _PREPOSITIONS):
        return f"{answer} {aux} {' '.join(after)}"
    return _clause(aux, after, answer)


def _chosen(rest: list[str], answer: str) -> str | None:
    """``which country won the cup``."""
    place = next((n for n, word in enumerate(rest[1:4], 1) if _finite(word)), None)
    return None if place is None or _DO & set(rest) else f"{answer} {' '.join(rest[place:])}"


def _subject(rest: list[str], answer: str) -> str | None:
    if rest[0].lower() in _DO or _unclear(rest):
        return None
    return f"{answer} {' '.join(rest)}" if _finite(rest[0]) or rest[0].lower() in _OTHER else None


def _identity(be: str, rest: list[str], answer: str) -> str | None:
    """``what is the name of X`` is answered by ``the name of X is A``, ``who was elected`` by ``A was elected``."""
    if not rest or _unclear(rest):
        return None
    if _participle(rest[0]) or rest[0].lower() in ("responsible", "subject", "able", "similar", "in", "on", "at"):
        return f"{answer} {be} {' '.join(rest)}"
    clause = _clause(be, rest, answer)
    if clause is not None:
        return clause
    plain = rest[0].lower() in _DETERMINERS or rest[0].endswith(("'s", "\u2019s"))
    inside = any(_finite(word) or _participle(word) or word.endswith("ing") for word in rest[1:])
    return f"{' '.join(rest)} {be} {answer}" if plain and not inside else None


def _turned(rest: list[str], answer: str) -> str | None:
    """What follows ``in what year``."""
    place = next((n for n, word in enumerate(rest[:5]) if n and word.lower() in _DO | _BE | _OTHER), None)
    return None if place is None else _clause(rest[place].lower(), rest[place + 1 :], answer)


def _clause(aux: str, rest: list[str], answer: str) -> str | None:
    """Subject, verb and answer from an inverted clause; None where its verb cannot be told."""
    if len(rest) < 2 or _unclear(rest):
        return None
    known = _base if aux in _DO or aux in _OTHER - {"has", "have", "had"} else _participle
    places = [n for n, word in enumerate(rest) if n and known(word)]
    if not places or (len(places) > 1 and known is _base and places[1] != places[0] + 1):
        return None
    place = places[0] if known is _base else places[-1]
    subject, verb, tail = rest[:place], rest[place], rest[place + 1 :]
    spoken = _inflected(verb, aux) if aux in _DO else f"{aux} {verb}"
    if spoken is None:
        return None
    led = answer.split(maxsplit=1)[0].lower() in _LEADS
    if not tail or led or tail[-1].lower() in _PREPOSITIONS or tail[-1].endswith("ing") or _to_do(tail):
        return " ".join([*subject, spoken, *tail, answer])
    return " ".join([*subject, spoken, answer, *tail]) if tail[0].lower() in _PREPOSITIONS else None


def _to_do(tail: list[str]) -> bool:
    """``wants to mount``, after which the answer is the object."""
    return tail[0] == "to" and len(tail) == 2 and _base(tail[1])


def _counted(rest: list[str], answer: str) -> str | None:
    """``how many people live there``; the thing that is counted joins a bare number."""
    place = next((n for n, word in enumerate(rest[:4]) if n and (_finite(word) or word.lower() in _DO | _BE)), None)
    if place is None or _unclear(rest) or rest[place].lower() in _OTHER:
        return None
    things = " ".join(rest[:place])
    counted = answer if things.lower().split()[-1].rstrip("s") in answer.lower() else f"{answer} {things}"
    if rest[place].lower() in _DO:
        return _clause(rest[place].lower(), rest[place + 1 :], counted)
    after = rest[place + 1 :]
    if rest[place].lower() in _BE and not (after and _participle(after[0])):
        return None
    return f"{counted} {' '.join(rest[place:])}"


def _base(word: str) -> bool:
    return word in _REGULAR or (word in _IRREGULAR and word != "be")


def _participle(word: str) -> bool:
    word = word.lower()
    return word in _PARTICIPLES or (word.endswith("ed") and len(word) > 4 and word not in ("united", "indeed"))


def _finite(word: str) -> bool:
    """Whether a word can be the verb of a question for the subject."""
    word = word.lower()
    stem = next((word[: -len(end)] for end in ("es", "s") if word.endswith(end) and _base(word[: -len(end)])), "")
    return bool(stem) or word in _IRREGULAR.values() or (_participle(word) and word.endswith("ed")) or _base(word)


def _inflected(verb: str, aux: str) -> str | None:
    if aux == "do":
        return verb
    if aux == "did":
        return _IRREGULAR.get(verb) or _regular_past(verb)
    if verb == "have":
        return "has"
    if verb[-1] == "y" and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("s", "sh", "ch", "x", "z", "o")) else f"{verb}s"


def _regular_past(verb: str) -> str:
    if verb.endswith("e"):
        return f"{verb}d"
    if verb[-1] == "y" and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ied"
    doubled = {"refer", "permit", "ban", "occur", "prefer", "control", "stop", "plan"}
    return f"{verb}{verb[-1]}ed" if verb in doubled else f"{verb}ed"


def _unclear(words: list[str]) -> bool:
    return any(word.lower() in _UNCLEAR for word in words)


def _dated(answer: str) -> bool:
    words = re.findall(r"\w+", answer.lower())
    return bool(re.fullmatch(r"(?:the )?(?:early |late |mid-?)?\d{3,4}s?", answer.lower())) or (
        bool(words) and words[0] in _MONTHS
    )


def _sentence(text: str) -> str:
    text = " ".join(text.split()).rstrip(" ,;:")
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!")) else ".")
