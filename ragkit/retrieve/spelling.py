"""Misspelt words of a question, read as the documents write them.

A right word that the documents happen not to use must stay as it is: "hovers" is not "covers". So a word is taken for
misspelt only when no document in scope has it in any form; when neither it nor what it is made of (endings, beginnings,
two words in one) is a whole word of the bundled encoder's vocabulary; and when it is not written as names and codes
are. It is read as the nearest of the documents' own words that begins with the same letter, where slips are rare
(Yannakoudakis & Fawthrop 1983, "The rules of spelling errors"), if one is near enough and any letter in the place of
another lies beside it on the keyboard or sounds like it: "snipped" is not "skipped". Nor is a word one of another form,
as "welder" is of "welded", or with other consonants before its first vowel: "trowel" is no "towel". One of four letters
has others beside it, as "lien" has "line", and is left where the documents' words are made like it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from ragkit.store.analysis import UNSPACED

NEAR, FAR = 1, 2
"""Edits allowed."""
SHORT, LONG = 5, 10
"""Letters up to which only neighbours that changed places are mended, and from which on `FAR` edits are."""
PART = 4
"""Letters of a word in a word, at least: shorter ones are in everything."""
BEGINNINGS = tuple(
    """anti auto bi co counter cross de dis down hyper il im in inter intra ir macro mega micro mid mini mis mono multi
    nano non out over para poly post pre pro pseudo re semi sub super tele trans tri un under up""".split()
)
ENDINGS = tuple(
    """s es d ed r er ers est ing ings ly y ies ied ier iest ness less ful fully able ably ible ibly ability ion ions
    ee ees ation ations ment ments al ally ic ical ically ity ive ives or ors ous ist ists ism ise ize ised ized ises
    izes ising izing isation ization ance ence ant ent ary ory ship en ens""".split()
)
COMMONEST = frozenset("s es ed ing er".split())
"""Endings that words of three letters may have been given."""
_VOWELS = "aeiouy"
_KEYS = {
    letter: (row, place)
    for row, letters in enumerate(("qwertyuiop", "asdfghjkl", "zxcvbnm"))
    for place, letter in enumerate(letters)
}
"""Where each letter lies."""
_SOUNDS = (_VOWELS, "cksqxz", "bp", "dt", "mn", "fvw", "gj")
_WORD = re.compile(r"[^\W\d_]{4,}")
_ONSET = re.compile(rf"([^{_VOWELS}]*).*")
_DOUBLED = re.compile(r"(.)\1")
_SOUNDS_AS_ER = re.compile(r"[ao]r$")
_ENDS = 2
"""Last letters that are the same in a word and a slip of it, if the slip looks like another form of it."""


def corrected(
    query: str,
    words: Callable[[], Mapping[str, int]],
    has: Callable[[str], bool],
    known: Callable[[str], bool],
    *,
    names: bool = True,
) -> str:
    """The query with its misspelt words replaced.

    Args:
        query: As it was asked.
        words: The documents' words and how often each is there; gathered only when it comes to that.
        has: Whether a document has the word in any form.
        known: Whether it is a whole word of the language's commonest.
        names: Whether a capitalised word within the query may be misspelt. What is found for Hansen may speak of
            Hanson, but is not said of him.
    """

    def right(match: re.Match[str]) -> str:
        word = match[0].lower()
        if UNSPACED.search(word) or not (match[0].islower() or match[0].istitle() or query.isupper()):
            return match[0]
        if not names and match[0].istitle() and query[: match.start()].strip():
            return match[0]
        if is_word(word, known) or has(word):
            return match[0]
        return nearest(word, words()) or match[0]

    return _WORD.sub(right, query)


def is_word(word: str, known: Callable[[str], bool]) -> bool:
    """Whether a word in lower case is known, or is made of known words."""
    return known(word) or any(known(stem) for stem in _stems(word)) or _is_two(word, known)


def _stems(word: str) -> Iterator[str]:
    """What a word may have been before it was given endings and beginnings."""
    bare = [word, *(word.removeprefix(each) for each in BEGINNINGS if word.startswith(each))]
    for begun in bare:
        if begun != word and len(begun) >= PART:
            yield begun
        for ending in ENDINGS:
            stem = begun.removesuffix(ending)
            if stem == begun or len(stem) < PART - 1:
                continue
            if len(stem) >= PART or ending in COMMONEST:
                yield stem
            yield stem + "e"
            yield stem.removesuffix("i") + "y"
            if stem[-1] == stem[-2] and (len(stem) > PART or (len(stem) == PART and ending in COMMONEST)):
                yield stem[:-1]


def _is_two(word: str, known: Callable[[str], bool]) -> bool:
    return any(known(word[:cut]) and known(word[cut:]) for cut in range(PART, len(word) - PART + 1))


def nearest(word: str, words: Mapping[str, int]) -> str:
    """The nearest of the words, the most frequent of those equally near; empty when none is near enough."""
    if len(word) == PART and _is_made_like(word, words):
        return ""
    limit = FAR if len(word) >= LONG else NEAR
    letters = set(word)
    found = [
        (edits, -count, other)
        for other, count in words.items()
        if other[0] == word[0]
        and abs(len(other) - len(word)) <= (limit if len(word) > SHORT else 0)
        and len(letters.symmetric_difference(other)) <= (2 * limit if len(word) > SHORT else 0)
        and (edits := distance(word, other)) <= limit
        and _slipped(word, other)
        and not _is_another(word, other)
    ]
    return min(found)[2] if found else ""


def _is_made_like(word: str, words: Iterable[str]) -> bool:
    """Whether all that stands in a word side by side stands so in words of the documents, as in no "flie"."""
    lacking = _threes(word)
    for other in words:
        lacking -= _threes(other)
    return not lacking


def _threes(word: str) -> set[str]:
    """Three letters side by side each, blanks before and behind the word among them."""
    around = f" {word} "
    return {around[place : place + 3] for place in range(len(word))}


def _is_another(word: str, other: str) -> bool:
    """Whether two words differ as right ones do: by their endings, or by a consonant more before the first vowel.

    Not those of which one is written as the other sounds, or has a letter of it twice: "radiater", "sschool".
    """
    if _end(word) != _end(other) and not {word, *_stems(word)}.isdisjoint({other, *_stems(other)}):
        return True
    onset, plain = (_ONSET.sub(r"\1", each) for each in (word, other))
    if len(onset) <= len(plain) or _DOUBLED.sub(r"\1", onset) == plain:
        return False
    return word.removeprefix(onset) == other.removeprefix(plain)


def _end(word: str) -> str:
    """The last letters of a word, the same for those that sound alike."""
    return _SOUNDS_AS_ER.sub("er", word)[-_ENDS:]


def _slipped(word: str, other: str) -> bool:
    """Whether letters that stand for others, in a word as long as the other, are such as are taken for each other."""
    pairs = {pair for pair in zip(word, other, strict=False) if pair[0] != pair[1]}
    return len(word) != len(other) or all(_alike(one, facing) or (facing, one) in pairs for one, facing in pairs)


def _alike(one: str, other: str) -> bool:
    if not (one + other).isascii() or any(one in sound and other in sound for sound in _SOUNDS):
        return True
    if one not in _KEYS or other not in _KEYS:
        return False
    (row, place), (other_row, other_place) = _KEYS[one], _KEYS[other]
    return abs(row - other_row) <= 1 and abs(place - other_place) <= 1


def distance(one: str, other: str) -> int:
    """Letters to add, drop, change or swap with their neighbour: optimal string alignment (Damerau 1964)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, facing in enumerate(other, 1):
            edits = min(last[j] + 1, row[-1] + 1, last[j - 1] + (letter != facing))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == facing:
                edits = min(edits, before[j - 2] + 1)
            row.append(edits)
        before, last = last, row
    return last[-1]
