"""What commands of LaTeX stand for, and how many of their arguments are no text."""

from __future__ import annotations

from unicodedata import normalize

WORDS = {
    "LaTeX": "LaTeX",
    "and": "and",
    "TeX": "TeX",
    "BibTeX": "BibTeX",
    "ldots": "…",
    "dots": "…",
    "textellipsis": "…",
    "S": "§",
    "P": "¶",
    "copyright": "©",
    "textcopyright": "©",
    "textregistered": "®",
    "texttrademark": "™",
    "textdegree": "°",
    "degree": "°",
    "euro": "€",
    "texteuro": "€",
    "pounds": "£",
    "textsterling": "£",
    "textbackslash": "\\",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textbar": "|",
    "textless": "<",
    "textgreater": ">",
    "textunderscore": "_",
    "textquotedblleft": "“",
    "textquotedblright": "”",
    "textendash": "–",
    "textemdash": "—",
    "textbullet": "•",
    "quad": " ",
    "qquad": " ",
    "newline": "\u2028",
    "linebreak": "\u2028",
    "ss": "ß",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "o": "ø",
    "O": "Ø",
    "aa": "å",
    "AA": "Å",
    "l": "ł",
    "L": "Ł",
    "i": "ı",
    "j": "ȷ",
}
"""Commands without arguments that stand for text."""

ACCENTS = {
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    '"': "\u0308",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
    "c": "\u0327",
    "H": "\u030b",
    "v": "\u030c",
    "u": "\u0306",
    "k": "\u0328",
    "r": "\u030a",
    "d": "\u0323",
    "b": "\u0331",
}
"""Commands that put a combining character over or under their argument."""

DROPPED = {
    **dict.fromkeys(
        "documentclass usepackage RequirePackage PassOptionsToPackage pagestyle thispagestyle pagenumbering vspace "
        "hspace label index glossary bibliographystyle "
        "includeonly includegraphics "
        "graphicspath hypersetup geometry color textcolor colorbox selectlanguage theoremstyle lstset usetikzlibrary "
        "captionsetup setcounter stepcounter refstepcounter phantom hphantom vphantom vskip hskip href foreignlanguage "
        "newpage definecolor setmainfont setsansfont setmonofont usemintedstyle bibitem nocite rotatebox scalebox "
        "raisebox resizebox parbox multirow cline tag titleformat titlespacing enlargethispage hyphenation newcounter "
        "DeclareMathOperator ProvidesPackage NeedsTeXFormat "
        "arrayrulecolor cellcolor cmidrule columncolor hhline noalign pagecolor rowcolor "
        "sout st xout deleted".split(),
        1,
    ),
    **dict.fromkeys(
        "newcommand renewcommand providecommand setlength addtolength addtocounter newtheorem definecolor resizebox "
        "DeclareMathOperator titlespacing newtcolorbox settowidth multirow addcontentsline "
        "DeclareRobustCommand colorlet fcolorbox multicolumn".split(),
        2,
    ),
    **dict.fromkeys("newenvironment renewenvironment titleformat definecolor rowcolors specialrule".split(), 3),
    "href": 1,
}
"""How many arguments of a command, from the first, are no text."""

OPTIONS_BEHIND = {"multirow": 1, "rowcolor": 2}
"""How many options may stand behind those arguments."""

ENVIRONMENT_ARGUMENTS = {
    "minipage": 1,
    "multicols": 1,
    "wrapfigure": 2,
    "thebibliography": 1,
    "adjustbox": 1,
    "subfigure": 1,
    "spacing": 1,
    "list": 2,
}
"""How many arguments of an environment are no text."""


def accented(letters: str, mark: str) -> str:
    """``letters`` with an accent on the first of them; that of a dotless i or j goes on one with a dot."""
    letters = {"\\i": "i", "\\j": "j", "\\i ": "i"}.get(letters, letters)
    return normalize("NFC", letters[:1] + mark + letters[1:]) if letters.strip() else letters
