r"""Which encoding a text in Latin letters has: that in which its other letters are those of one language.

A few words are too little for statistics, which take ``K\xfchlger\xe4t`` for Chinese; but no language has all of the
letters that a text shows in a wrong encoding, nor signs in the middle of its words.
"""

from __future__ import annotations

_WESTERN = (
    "äöüß",  # German
    "àâæçèéêëîïôœùûüÿ",  # French
    "áéíñóúüªº",  # Spanish
    "àáâãçéêíóôõúüªº",  # Portuguese
    "àèéìîòóù",  # Italian
    "àçèéíïòóúü",  # Catalan
    "áéèëêïóöüú",  # Dutch
    "åäöé",  # Swedish, Finnish
    "åæøéòô",  # Danish, Norwegian
    "áæðéíóöúýþ",  # Icelandic
    "äõöüšž",  # Estonian
    "áéíóú",  # Irish
)
_CENTRAL = (
    "ąćęłńóśźż",  # Polish
    "áčďéěíňóřšťúůýž",  # Czech
    "áäčďéíĺľňóôŕšťúýž",  # Slovak
    "áéíóöőúüű",  # Hungarian
    "âăîşţ",  # Romanian
    "čćđšž",  # Croatian, Slovene
)
_BALTIC = ("ąčęėįšųūž", "āčēģīķļņšūž")
_ALPHABETS = {
    "cp1252": _WESTERN,
    "cp1250": _CENTRAL,
    "iso8859_2": _CENTRAL,
    "cp1254": ("âçğıîöşüûİ",),
    "cp1257": _BALTIC,
}
"""The letters beyond a to z of the languages that are written in each encoding, the commonest first."""
_APART = frozenset("\u00a0°€£¥§©®™–—„“”‘‚«»…±×÷²³µ½¼¾¿¡·•‰†´\u00ad")
_JOINING = frozenset("’–—·…\u00ad")
_MAX_OTHER_SHARE = 0.5
_LEAST_FIT = 0.75


def latin_encoding(data: bytes) -> str:
    """The encoding of text in Latin letters, or an empty string where it is none for sure."""
    high = sum(byte > 127 for byte in data)
    letters = sum(byte < 128 and chr(byte).isalpha() for byte in data)
    if high > _MAX_OTHER_SHARE * (high + letters):
        return ""
    fits = {name: _fit(_decoded(data, name), alphabets) for name, alphabets in _ALPHABETS.items()}
    best = max(fits, key=lambda name: fits[name])
    return best if fits[best] >= _LEAST_FIT else ""


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _fit(text: str, alphabets: tuple[str, ...]) -> float:
    """How many of the characters beyond ASCII belong where they stand, in the language that fits best."""
    others = [at for at, letter in enumerate(text) if letter > "\x7f"]
    signs = sum(text[at] in _APART and _stands_apart(text, at) for at in others)
    fitting = [text[at] for at in others if text[at].isalpha() and not _is_odd_capital(text, at)]
    known = max(sum(letter in alphabet or letter.lower() in alphabet for letter in fitting) for alphabet in alphabets)
    return (signs + known) / max(len(others), 1)


def _stands_apart(text: str, at: int) -> bool:
    """Whether a sign is not in the middle of a word, or is one that joins words."""
    return text[at] in _JOINING or not (text[at - 1 : at].isalpha() and text[at + 1 : at + 2].isalpha())


def _is_odd_capital(text: str, at: int) -> bool:
    return text[at].isupper() and text[at - 1 : at].islower()
