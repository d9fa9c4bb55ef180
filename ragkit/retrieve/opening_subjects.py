"""What a document says first that it is about: "All changes to tmctl", "between Ashby Ltd and Corvin AG".

Its passages do not say so again, and its title may not either. A name counts where the first sentence begins with it or
leads to it ("of", "for") and names no other beside it: rules for two sites do not tell which one a passage is about. Of
two parties the name counts where the question asks for what holds with them. A word for a place or purpose ("at the
clinic") and a name count as well where a document's site is called so, the word where its first line, file or folder
is. English, by rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from urllib.parse import unquote

from ragkit.lexical import WORD, content, stem
from ragkit.sentences import sentence_spans
from ragkit.titles import is_name, is_stop
from ragkit.types import Opening

_CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
_PROPER = rf"{_CAPITAL}[\w&'’-]*(?:[ \t](?:{_CAPITAL}[\w&'’/-]*|\d[\w.]*))*"
_PROPERS = re.compile(rf"\b{_PROPER}")
_THE = r"(?:\(?\w\)\s*)?(?:(?:the|our|this)\s+)?"
_LEADS = re.compile(
    rf"(?:\b(?:of|for|to|with|about|on|covers?|governs?|describes?|concern(?:s|ing))\s+|^){_THE}({_PROPER}|[a-z][\w-]+)"
)
_BESIDE = re.compile(rf"(?:\b(?:and|or)|&)\s+{_THE}{_CAPITAL}")
_PARTIES = re.compile(
    rf"\b(?:between|BETWEEN|Between):?\s+{_THE}({_PROPER})(?:(?!\n\n\d).){{0,300}}?\b(?:and|AND)\s+{_THE}({_PROPER})",
    re.DOTALL,
)
_LABEL = re.compile(r"^\W*[A-Z]\w*(?: \w+){0,2}:\s|[|·]")
"""Behind a label stands who wrote the document, and when."""
_OF_OTHERS = re.compile(
    r"\b(?:replac|supersed|unlike|except|exclud|former|previous|earlier|(?:see|not|from|than)\b)", re.IGNORECASE
)
_WITH = re.compile(r"\b[Ww]ith (?:the )?$")
_ARTICLE = re.compile(r"\b(?:[Tt]he|an?|our) $")
_THING = re.compile(r" ([a-z]\w*)")
_NUMBER = re.compile(r" v?(\d[\w.]*)")
_PLACE = re.compile(
    r"\b(?i:at|in|for|from|during|before|after) (?:the|your|our|my|this) ([a-z]+)(?=\W*$|[,;:?]| (?P<behind>\w+))"
)


def naming_words(question: str, is_common: Callable[[str], bool]) -> list[re.Match[str]]:
    """The words of ``question`` that may name something: names, numbers, and words that are not common."""
    words = [word for word in WORD.finditer(question) if not is_stop(word[0])]
    return [
        word
        for word in words
        if is_name(word) or _is_led_to_place(word) or not (word.start() == 0 or is_common(word[0]))
    ]


def subject(question: str, naming: Sequence[re.Match[str]], opening: Opening) -> str:
    """Those of the ``naming`` words of ``question`` that the document with this ``opening`` is about."""
    parties, known = _told(opening.text)
    own = [word for word in naming if _is_place(word, opening) or _is_of_site(word, opening)]
    own = [word for word in own if not parties and not _names_another(word, known)]
    if not own and known.isdisjoint(stem(word[0]) for word in naming):
        return ""
    said: list[re.Match[str]] = []
    for word in naming:
        is_beside = bool(said) and said[-1].end() + 1 == word.start()
        is_led_to = not (parties or word[0].isdigit()) or _WITH.search(question[: word.start()])
        is_named = stem(word[0]) in known and (is_beside or is_led_to) and not _names_another(word, known)
        if is_named or word in own:
            said.append(word)
    return " ".join(dict.fromkeys(word[0] for word in said))


@lru_cache(maxsize=4096)
def _told(opening: str) -> tuple[bool, frozenset[str]]:
    """Whether a document begins with two parties, and the stems of the names that it says it is about."""
    parties = _PARTIES.search(opening)
    return bool(parties), _stems(parties.groups() if parties else _led_to(first_sentence(opening)))


def _is_place(word: re.Match[str], opening: Opening) -> bool:
    """Whether a word is for a place or purpose by which a document's first line, file, folder or site is called."""
    first_line = opening.text.partition("\n")[0]
    said = " ".join([*unquote(opening.uri).rsplit("/", 2)[-2:], opening.site, first_line])
    return _is_led_to_place(word) and _singulars(word[0]) <= _singulars(said)


def _is_led_to_place(word: re.Match[str]) -> bool:
    """Whether a word of a question says where or for what: "at the clinic", but not "at the clinic shop"."""
    found = [each for each in _PLACE.finditer(word.string) if each.start(1) == word.start()]
    return any(not each["behind"] or is_stop(each["behind"]) for each in found)


def _is_of_site(word: re.Match[str], opening: Opening) -> bool:
    """Whether a word is in a name of the site: the "House" of "Cooper House" is not Averley House."""
    around = (name for name in _PROPERS.finditer(word.string) if name.start() <= word.start() < name.end())
    names = [each for name in around for each in WORD.findall(name[0]) if not is_stop(each)]
    return bool(opening.site and names) and _singulars(" ".join(names)) <= _singulars(opening.site)


def _singulars(text: str) -> frozenset[str]:
    """The words of a text without the ending of a plural; a stem would have a house for housing."""
    return frozenset(word.lower().removesuffix("s") for word in re.findall(r"[^\W\d_]+|\d+", text))


def first_sentence(opening: str) -> str:
    """The sentence that stands first below the title."""
    paragraphs = opening.split("\n\n", 2)
    text = paragraphs[0].partition("\n")[2] or "".join(paragraphs[1:2])
    start, end = next(iter(sentence_spans(text)), (0, 0))
    return text[start:end]


def _names_another(word: re.Match[str], known: frozenset[str]) -> bool:
    """Whether a name tells of which number or owner another thing is: a tool's version 6.0, or the Ashby shop."""
    number, thing = _NUMBER.match(word.string, word.end()), _THING.match(word.string, word.end())
    is_owner = thing and not is_stop(thing[1]) and _ARTICLE.search(word.string[: word.start()])
    return bool(is_owner) or (number is not None and number[1] not in known)


def _led_to(sentence: str) -> list[str]:
    """The names that a sentence gives its subject; none where there are several."""
    is_of_one = not any(pattern.search(sentence) for pattern in (_LABEL, _OF_OTHERS, _BESIDE))
    return _LEADS.findall(sentence) if is_of_one else []


def _stems(names: Sequence[str]) -> frozenset[str]:
    return frozenset(word for name in names for word in content(name))
