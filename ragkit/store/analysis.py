"""Text to the terms of the full-text index, beyond the words that its tokenizer finds.

FTS5's tokenizer takes runs of letters and digits, folds case and accents, and stems English. What that does not make
findable is written into a column of its own, ``extra``, when a chunk is stored:

- scripts that put no blanks between words (Chinese, Japanese, Korean, Thai, ...) as overlapping pairs of characters
  (Nie, Gao, Zhang & Zhou 2000, "On the use of words and n-grams for Chinese information retrieval"), so that any part
  of a sentence is found; FTS5's own trigrams would miss the many words of two characters;
- compounds in one piece, so that "e-mail" and "email", "max_connections" and "maxConnections" are the same term;
- words with marks that tell: ``--force``, ``C++``, ``.NET``, ``$HOME``;
- compatibility forms as what they stand for (the ligature in "ﬁle", "ß", full-width letters, soft hyphens).

A query is read in the same way, so both sides agree; it asks for other names of the same thing, too. Who changes what
`supplement` writes raises `ragkit.store.schema.SCHEMA` and has a migration write the column anew.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ragkit.lexical import STOP
from ragkit.naming import synonyms

_HAN = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_KANA = "\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3100-\u312f\u31a0-\u31bf\u31f0-\u31ff"
_HANGUL = "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"
_SOUTH_EAST = "\u0e01-\u0e5b\u0e81-\u0eff\u1000-\u109f\u1780-\u17ff"
UNSPACED = re.compile(f"[{_HAN}{_KANA}{_HANGUL}{_SOUTH_EAST}]+")
"""A run of characters whose words no blank tells apart. Korean has blanks, and particles that hang on the words."""

_WORD = re.compile(r"[^\W_]+")
_CHAIN = re.compile(r"[^\W_]+(?:(?:::|->|[-‐_.:/@&+,'’])[^\W_]+)*")
"""Words that single marks hold together; a query's are looked for side by side, and each alone."""
_COMPOUND = re.compile(r"(?<![^\W_])[^\W_]++(?:[-‐_.][^\W_]++)++")
"""From the beginning of a word only, and never going back, as in the two below: `supplement` takes 40 % less."""
_GROUPED = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\d,]|\.\d)")
_CAMEL = re.compile(r"\b(?:[a-z]{2,}+(?:[A-Z][a-z0-9]*+)++|(?:[A-Z][a-z0-9]++){3,})\b")
_HUMP = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")
_MARKED = re.compile(r"(?<!\w)(?:(?<!-)--?[A-Za-z][\w-]*|[.@$#][A-Za-z]\w*|[A-Za-z]\w*+(?:\+\+|#)(?!\w))")
_ACRONYM = re.compile("[A-Z]{3,}S")
_POSSESSIVE = re.compile(r"['’]s?(?!\w)", re.IGNORECASE)
_HIRAGANA = re.compile("[\u3041-\u309f]")
_SHORTEST = 3
"""Letters of a compound in one piece: "U.S." would become the word "us"."""
_PRIVATE = 0xE000
"""Where marks stand among the characters, as letters of private use, which the tokenizer keeps."""
_READ_AS = str.maketrans(
    {
        "ß": "ss",
        "ẞ": "SS",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ø": "o",
        "Ø": "O",
        "þ": "th",
        "Þ": "TH",
        "ı": "i",
    }
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
    | dict.fromkeys("™®©℠", " ")
)
"""Letters that have no accent to take off, and characters that are not seen."""
_SEEN = re.compile(r"[\w\u00ad\u200b-\u200d\u2060]+")


@dataclass(frozen=True, slots=True)
class Term:
    """What a query looks for: rows that have any of ``forms``, each a word or words side by side.

    ``telling`` is whether it is more than a stop word. ``pairs``: the form is of the column ``extra`` alone.
    A form that ends in ``*`` is the beginning of a word. Where any row has ``exact`` letter by letter, no other one
    counts: stemmed, NEWS would be "new".
    """

    shown: str
    forms: tuple[str, ...]
    telling: bool = True
    pairs: bool = False
    exact: str = ""

    @property
    def expression(self) -> str:
        """The term as FTS5 writes it."""
        return " OR ".join(f'"{form[:-1]}" *' if form.endswith("*") else f'"{form}"' for form in self.forms)


def supplement(*texts: str) -> str:
    """What to index beside the words of the texts themselves, as words between blanks."""
    return " ".join(word for text in texts for word in _supplement(text))


@lru_cache(maxsize=1_024)
def terms(query: str) -> tuple[Term, ...]:
    """The terms of a query, in order, as often as it has them; stop words only when there is nothing else."""
    plain = canonical(query)
    found = [term for word in plain.split() for term in _terms(word)]
    if not plain.isupper():
        found = [replace(term, exact=exact) if (exact := _acronym(plain, term)) else term for term in found]
    found = [term for term in found if term.telling] or found
    return *found, *(Term(names[0], names) for names in synonyms(query))


def canonical(text: str) -> str:
    """The text in composed compatibility form (Unicode's NFKC), with letters that have another spelling spelt so."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text.translate(_READ_AS))


def _supplement(text: str) -> Iterator[str]:
    plain = canonical(text)
    if not text.isascii():
        yield from _compatible(text)
        for run in UNSPACED.findall(plain):
            yield from _pairs(run)
        plain = UNSPACED.sub(" ", plain)
    for compound in _COMPOUND.findall(plain):
        if joined := _joined(compound):
            yield joined
    for number in _GROUPED.findall(plain):
        yield number.replace(",", "")
    for name in _CAMEL.findall(plain):
        yield from _humps(name)
    for marked in _MARKED.findall(plain):
        yield _with_marks(marked)


def _compatible(text: str) -> Iterator[str]:
    """Words that the tokenizer would not take for what they are: by their characters, or by their neighbours'."""
    for word in _SEEN.findall(text):
        if word.isascii():
            continue
        plain = canonical(word)
        pieces = UNSPACED.sub(" ", plain)
        if pieces != plain or plain != unicodedata.normalize("NFC", word):
            yield from _WORD.findall(pieces)


def _terms(word: str) -> Iterator[Term]:
    for run in UNSPACED.findall(word):
        yield from _unspaced(run)
    spaced = UNSPACED.sub(" ", word)
    for marked in _MARKED.findall(spaced):
        yield Term(marked.lower(), (_with_marks(marked),))
    for chain in _CHAIN.findall(_POSSESSIVE.sub(" ", spaced)):
        yield from _chained(chain)


def _chained(chain: str) -> Iterator[Term]:
    parts = _WORD.findall(chain.lower())
    if _GROUPED.fullmatch(chain):
        yield Term(chain, (chain.replace(",", ""), " ".join(parts)))
        return
    if len(parts) > 1:
        yield Term(chain.lower(), tuple(form for form in (_joined(chain), " ".join(parts)) if form))
        parts = [part for part in parts if len(part) > 1]
    elif _CAMEL.fullmatch(chain):
        humps = _humps(chain)
        yield Term(chain.lower(), (chain.lower(), " ".join(humps)))
        parts = [hump for hump in humps if len(hump) > 1]
    for part in parts:
        yield Term(part, (part,), part not in STOP)


def _acronym(query: str, term: Term) -> str:
    """The term as a query has it, if that is in capitals and ends like a plural."""
    capitals = term.shown.upper()
    is_one = _ACRONYM.fullmatch(capitals) and re.search(rf"(?<!\w){capitals}(?!\w)", query)
    return capitals if is_one else ""


def _unspaced(run: str) -> Iterator[Term]:
    pairs = _pairs(run)
    for pair in pairs[:-1]:
        yield Term(pair, (pair,), pairs=True)
    if len(pairs) == 1:
        yield Term(run, (f"{pairs[0]}*",), not _HIRAGANA.match(run), pairs=True)


def _pairs(run: str) -> list[str]:
    """Each character with the next; the last alone, so that every character begins a word."""
    letters = "".join(letter for letter in run if letter.isalnum())
    return [letters[place : place + 2] for place in range(len(letters))]


def _joined(compound: str) -> str:
    """A compound in one piece; empty where that would be another word or number."""
    joined = "".join(_WORD.findall(compound)).lower()
    if not _COMPOUND.fullmatch(compound) or re.search(r"\d[-‐_.]\d", compound) or joined.isdigit():
        return ""
    return joined if len(joined) >= _SHORTEST and joined not in STOP else ""


def _humps(name: str) -> Sequence[str]:
    return [hump.lower() for hump in _HUMP.findall(name)]


def _with_marks(marked: str) -> str:
    """The marks before and behind as letters of private use; those within are dropped."""
    core = _WORD.findall(marked)
    first, last = marked.index(core[0]), marked.rindex(core[-1]) + len(core[-1])
    before, behind = (
        part.translate({ord(m): _PRIVATE + ord(m) for m in part}) for part in (marked[:first], marked[last:])
    )
    return f"{before}{''.join(core).lower()}{behind}"
