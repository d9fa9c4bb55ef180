"""Sentences of technical prose as spans: abbreviations, versions, file names, initials and list items are minded.

Rules only, no model and no dependency. A line that is a list item, a table row, a heading or code is a unit of its
own; other lines that follow one another without a blank line are hard-wrapped prose and are read as one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from ragkit import code

Span = tuple[int, int]

NOTE_MARK = r"\[note \d{1,3}\]"
"""The mark of a note of the document, and what its text begins with, as readers write it: no citation looks so."""
TYPED_MARK = r"(?:[⁰¹²³⁴-⁹]{1,2}|[†‡]{1,2})"
"""The mark of a note as people type it, and what the line of its text begins with; a star is one, too."""
_ITEM = re.compile(r"[ \t]*(?:(?:[-*+•‣◦–]|#\.)[ \t]+|\(?(?:\d{1,3}|[a-z])[.)][ \t]+|\(?[ivx]{1,4}\)[ \t]+)(?=\S)")
_ROW = re.compile(r"\S[ \t]+\|[ \t]+\S|^[ \t]*\|.*\|[ \t]*$|\t\S.*\t")
_GAP = re.compile(r"(?<=[^\s.!?]) {2,}(?=\S)")
_LINE = re.compile(r"[^\n]+")
_RULE = re.compile(r"[ \t]*([=\-~^*_#+])\1{2,}[ \t]*$")
_RECORD = re.compile(r"[^|\n]*[ \t]\|[ \t]+[^|:.!?\n]+:[ \t]")
"""A row whose cells are told with their columns: ``E01 | Meaning: Motor hot``. A command with a pipe is none."""
LABELLED = re.compile(r"[ \t]*[*_]{0,3}[A-Z][\w/&()-]*(?: [\w/&()-]+){0,3}[*_]{0,3}:[*_]{0,3}[ \t]+\S")
"""``From: Ann``; two such lines, one after the other, are no wrapped prose."""
_OPEN = (",", ";", ":", "&", "(", "-", "–")
"""What a line ends with that goes on in the next one."""
_FIELD = re.compile(r"[ \t]*[a-z][\w.\[\]-]*:[ \t]+(?=\S).*[^\s,;&(-]$")
"""``start_date: 2023``, as data has it. What breaks off behind a comma goes on in the next line, whatever that has."""
_ENTRY = re.compile(r".*\S {3,}(?=\S*\d)\S+(?: \S+)?(?: {2,}.*)?$")
"""A row of two columns whose second one has figures: what it costs, how many there are."""
_QUOTED = re.compile(r"(?!>>> )(?:[ \t]*>)*[ \t]*")
"""The marks before a line of a message that is answered."""
_LONGEST_ROW = 400
"""Characters up to which a row is one sentence, whatever stops its cells have: the rest would lose its columns."""
_NUMBER = re.compile(r"[ \t]*(\d{1,2}(?:\.\d{1,3})*)\.?[ \t]+(?=[A-Z])")
"""Before the title of a clause: ``2.``, ``2.1``."""
_PART = re.compile(r"(?:Section|Article|Chapter|Clause|Part|Abschnitt|Artikel|§)\s?(\d{1,2})\b")
"""What a title may have its number behind: the clauses below it are 1.1, 1.2."""
_MAX_HEADING = 60
LONGEST_NAME = 80
"""Characters of a line that names what follows."""
_BULLETS = frozenset({"- ", "* ", "• "})
"""Begin an item, which names what stands further in below it."""
_LEADS = re.compile(r"\w+(?:[^\w\n]+\w+){2}.*:\Z")
"""Prose with a colon: "or you can run:"."""
_LED_TO = re.compile(r"[a-z][a-z0-9./-]* [^\n_(=<]+\Z")
"""Words that go on with the line above, and no term."""
_KEY_COLUMN = 10
"""Characters, up to which what stands before a gap is taken for a key."""

# A stop with what may close a sentence behind it, then white space or the end; ideographic stops need neither.
_STOP = re.compile(
    rf"(?:(?<![.!?…])[.!?…]++[\"'”’»)\]}}*_`]*+(?:\[\d{{1,3}}\]|{NOTE_MARK}|{TYPED_MARK})*+(?=\s|$))|[。！？]+[」』）”’]*"
)
_WORD_BEFORE = re.compile(r"[^\s(\[{\"'“‘«]*$")
_LEADER = re.compile(r"(?<=[^\s.…·])(?:[ \t]+(?:[.…·][ \t]?){4,}+|[.…·]{5,}+[ \t]*)(?=[^\s.…·])")
"""Dots that lead from one column of a line to the next, and end nothing."""
_COUNT = re.compile(r"\d+|\d{1,2}(?:\.\d{1,2})+")
_CAPTION = re.compile(r"\s*(?:(?:Figure|Table|Example|Listing|Exhibit|Abbildung|Tabelle|Beispiel)\s)?\s*")
"""What the number of a step, a section or a caption stands behind."""
_INITIAL = re.compile(r"(?:[A-Z]\.-?)*[A-Z]$")

_NEVER_LAST = frozenset(
    "abbr adj assoc bspw bzw capt cf col d.h dept dr e.g eg einschl evtl ex excl exkl gen ggf gov hon i.e ie incl inkl "
    "lt maj messrs misc mr mrs ms mt namely orig prof rep resp rev sen sgt sog st vgl viz vs v.s w.r.t z.b zzgl".split()
)
_BEFORE_NUMBER = frozenset(
    "app approx apr art aug bd c ca chap ch dec eq eqs est ext feb fig figs jan jul jun l max mar min n no nos "
    "nov nr oct op p para pp pt ref sec sect sep sept tab tel ver vol z".split()
)
_BEFORE_CODE = frozenset("fig figs no nos nr ref tab".split())
"""What a code may follow as well as a number: ``part no. AP-300``."""
_TIME = frozenset(("a.m", "p.m"))
_OF_TIME = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)|UTC|[A-Z]{2,3}T")
"""What a time of the day goes on with: a day, a time zone."""
_STARTERS = frozenset(
    "A All An And Any As At Both But By Do Each Every For From He Her Here His How However If In It Its Many Most "
    "No Not Now Of On Once One Only Or Our Set She Since So Some Such Take That The Their Then There These They "
    "This Those Though Thus To Two Use We What When Where Which While Who Why With You Your".split()
)
_WHOLE = re.compile(r"(?<![.&])\b(?:[^\W\d_A-Z]{4,}|[A-Z]{4,})$")
"""A word that is written out; names are not, for Corp and Univ look like them."""
_SHORT = re.compile(r"(?<![.&])\b[a-z]{2,3}$")
_CALL_AHEAD = re.compile(r"\s+`?[a-z]\w*(?:\.\w+|_\w+)*(?:[._]\w+|\()")
_ADDED = re.compile(rf"\s*(?:{NOTE_MARK}|\(?(?:e\.g|i\.e)\.)")
"""What belongs to the sentence before it."""
_NEXT_WORD = re.compile(r"\s*[\"'“‘«(\[*_`]*(\w*)")
_CODE_AHEAD = re.compile(r"\s+[A-Z]+[-./]?\d|\s+[A-Z]\w*-\d")
_ASIDE = re.compile(r"\s+\([^()\n]*\)(?:[,;:]|\s+[^\W\d_A-Z])")
"""Brackets behind which the sentence goes on: "Holm Ltd. (8 %), Nordtak AB"."""
_YES_OR_NO = re.compile(r"(?:A(?:nswer|ntwort)?:\s+)?(?:yes|no|ja|nein)[.!]", re.IGNORECASE)


def sentence_spans(text: str) -> list[Span]:
    """The sentences of ``text`` as ``[start, end)``: stripped, in order, together all that is not white space."""
    plain = without_leaders(text)
    return [span for start, end in _units(text) for span in _sentences(plain, start, end)]


def without_leaders(text: str) -> str:
    """A text of the same length with blanks in place of the dots that lead from one column to the next."""
    return _LEADER.sub(lambda dots: " " * len(dots[0]), text)


def with_yes_or_no(text: str, spans: Iterable[Span], joins: Callable[[str], bool] = bool) -> Iterator[Span]:
    """The sentences ``spans``, a bare ``No.`` in one with what follows it in its paragraph, if that ``joins``.

    Alone it says nothing, and stands anywhere.
    """
    bare: Span | None = None
    for start, end in spans:
        joined = bare and "\n\n" not in text[bare[1] : start] and joins(text[bare[0] : end])
        if bare and not joined:
            yield bare
        first = bare[0] if bare and joined else start
        bare = (first, end) if _YES_OR_NO.fullmatch(text, first, end) else None
        if not bare:
            yield first, end
    if bare:
        yield bare


def with_code_lines(text: str, spans: Sequence[Span], code: Sequence[Span]) -> Sequence[Span]:
    """The sentences ``spans`` outside of blocks of code, and the lines of those blocks, in order."""
    if not code:
        return spans
    ends = [0, *(place for block in code for place in block), len(text)]
    gaps = list(zip(ends[::2], ends[1::2], strict=True))
    prose = [
        part
        for start, end in spans
        for first, last in gaps
        if first < end and start < last
        for part in stripped(text, max(start, first), min(end, last))
    ]
    lines = [
        line
        for start, end in code
        for found in _LINE.finditer(text, start, end)
        for line in stripped(text, *found.span())
    ]
    return sorted((*prose, *lines))


def _units(text: str) -> Iterator[Span]:
    """Runs of lines that belong to one flow of prose, or one line that stands for itself."""
    start = end = -1
    first = previous = ""
    offset = 0
    for raw in text.split("\n"):
        line = raw.rstrip()
        if start >= 0 and (not line.strip() or _breaks(previous, line) or _is_next_field(first, previous, line)):
            yield start, end
            start = -1
        if line.strip():
            start, first = (offset, line) if start < 0 else (start, first)
            end = offset + len(line)
        previous = line
        offset += len(raw) + 1
    if start >= 0:
        yield start, end


def _breaks(above: str, line: str) -> bool:
    """Whether a single newline between two lines that are not blank ends the sentence."""
    quoted, quotes = _QUOTED.match(above), _QUOTED.match(line)
    if quoted and quotes:
        if quoted[0].count(">") != quotes[0].count(">"):
            return True
        if ">" in quotes[0]:
            above, line = above[quoted.end() :], line[quotes.end() :]
    if not above or not line:
        return True
    return bool(
        _ITEM.match(line)
        or _ROW.search(line)
        or _ROW.search(above)
        or _RULE.match(line)
        or _RULE.match(above)
        or code.is_line(line)
        or code.is_line(above)
        or (LABELLED.match(above) and LABELLED.match(line))
        or (_LEADER.search(above) and _LEADER.search(line))
        or (_ENTRY.match(above) and _ENTRY.match(line))
        or _aligned(above, line)
        or _is_heading(above, line)
    )


def _is_next_field(first: str, above: str, line: str) -> bool:
    """Whether a line is the field behind another one, maybe a wrapped one; in prose none begins what is read as one."""
    is_over = _FIELD.match(above) or (above[-1:] and above[-1] in ".!?")
    is_next = is_over and _FIELD.match(first) and _FIELD.match(line)
    return bool(is_next or (above[-1:] not in _OPEN and LABELLED.match(first) and LABELLED.match(line)))


def _aligned(above: str, line: str) -> bool:
    """Whether two lines have a column that begins at the same place, as the rows of a table in plain text do."""
    # Justified prose has gaps of two that meet by chance, but seldom behind a word or two.
    first, second = ({gap.end(): len(gap[0]) for gap in _GAP.finditer(text.rstrip())} for text in (above, line))
    return any(column < _KEY_COLUMN or max(first[column], second[column]) > 2 for column in first.keys() & second)


def _is_heading(above: str, line: str) -> bool:
    """Whether ``above`` is a short line without a stop that wrapping would not have broken before ``line``."""
    number = _NUMBER.match(above)
    title = above[number.end() if number else 0 :].strip()
    is_item = _ITEM.match(above) and not number
    if len(title) > _MAX_HEADING or title[-1] in ".,;:!?-(" or not title[0].isupper() or is_item:
        return False
    first_word = line.split(None, 1)[0]
    hangs = number is not None and len(line) - len(line.lstrip()) == number.end() and not first_word[0].islower()
    if number:
        has_room = len(above) + 1 + len(first_word) < len(line)
        return first_word.startswith(f"{number[1]}.") or ((first_word[0].isupper() or hangs) and has_room)
    part = _PART.match(title)
    if part and first_word.startswith(f"{part[1]}."):
        return True
    room = len(title) + 1 + len(first_word) < min(_MAX_HEADING, len(line) - 8)
    # What is in capitals stands above a line of figures, too.
    return (first_word[0].isupper() and room) or (title.isupper() and not first_word[0].islower())


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    """The sentences of one unit."""
    if end - start <= _LONGEST_ROW and _RECORD.match(text, start, end):
        yield from stripped(text, start, end)
        return
    quoted = _QUOTED.match(text, start, end)
    search = quoted.end() if quoted else start
    item = _ITEM.match(text, search, end)
    search = item.end() if item else search
    begin = start
    for stop in _STOP.finditer(text, search, end):
        if stop.end() < end and _ends(text, begin if begin > start else search, stop, end):
            yield from stripped(text, begin, stop.end())
            begin = stop.end()
    yield from stripped(text, begin, end)


def stripped(text: str, start: int, end: int) -> Iterator[Span]:
    """The span ``[start, end)`` without its outer white space, or nothing when that is all there is."""
    part = text[start:end]
    body = part.strip()
    if body:
        start += len(part) - len(part.lstrip())
        yield start, start + len(body)


def _ends(text: str, begin: int, stop: re.Match[str], end: int) -> bool:
    """Whether the stop ends the sentence that begins at ``begin``, more text following before ``end``."""
    if stop[0][0] in "。！？":
        return True
    following = _NEXT_WORD.match(text, stop.end(), end)
    assert following is not None
    next_word = following[1]
    if not next_word:
        # What follows is a symbol: a dash or a comma goes on, a dollar sign or a path may begin.
        return text[stop.end() : end].lstrip()[0] not in "-–—,;:|/=<>&+"
    if next_word[0].islower():
        return stop[0] == "." and _ends_for_sure(text, begin, stop)
    if stop[0][0] != "." or stop[0].startswith(".."):
        return True
    if stop[0] == "." and (_ASIDE.match(text, stop.end(), end) or _goes_on(text, begin, stop, following)):
        return False
    return not (_closes_an_aside(text, begin, stop) or _is_abbreviation(text, begin, stop.start(), next_word))


def _ends_for_sure(text: str, begin: int, stop: re.Match[str]) -> bool:
    """Whether a full stop is behind what is never abbreviated, so that a name in lower case begins what follows."""
    word = _word_before(text, begin, stop.start())
    if _ADDED.match(text, stop.end()) or word.lower() in _NEVER_LAST | _BEFORE_NUMBER:
        return False
    is_short = _SHORT.search(word) and _CALL_AHEAD.match(text, stop.end())
    return bool(word.endswith(")") or _WHOLE.search(word) or is_short)


def _closes_an_aside(text: str, begin: int, stop: re.Match[str]) -> bool:
    """Whether a full stop ends what stands in brackets within a sentence: "child (6-15 yrs.) SEK 160"."""
    opened = text.rfind("(", begin, stop.start()) if stop[0] == ".)" else -1
    return opened > begin and not text[opened + 1].isupper() and text[begin:opened].strip() != ""


def _goes_on(text: str, begin: int, stop: re.Match[str], following: re.Match[str]) -> bool:
    """Whether what follows belongs to the word before the full stop: a day to a time, a code to a number."""
    word = _word_before(text, begin, stop.start())
    if word.lower() in _TIME:
        return _OF_TIME.fullmatch(following[1]) is not None or _is_in_a_column(text, stop.start())
    return word.lower() in _BEFORE_CODE and _CODE_AHEAD.match(text, stop.end()) is not None


def _is_in_a_column(text: str, place: int) -> bool:
    """Whether a gap stands before a place in its line, as between the columns of a table in plain text."""
    return _GAP.search(text[text.rfind("\n", 0, place) + 1 : place].strip()) is not None


def _is_abbreviation(text: str, begin: int, dot: int, next_word: str) -> bool:
    """Whether the full stop at ``dot`` belongs to the word before it."""
    word = _word_before(text, begin, dot)
    if word.lower() in _NEVER_LAST:
        return True
    if word.lower() in _BEFORE_NUMBER:
        return next_word[0].isdigit() or (len(next_word) < 3 and word.lower() not in {"no", "c", "l", "n"})
    if _COUNT.fullmatch(word) and _CAPTION.fullmatch(text, begin, dot - len(word)):
        # "2. Open the valve", "5.1.2. Uploads", "Figure 3. The pump": the number of a step or a section, no sentence.
        return True
    return bool(_INITIAL.match(word)) and _is_name(text[begin : dot - len(word)], word, next_word)


def _word_before(text: str, begin: int, dot: int) -> str:
    match = _WORD_BEFORE.search(text, max(begin, dot - 40), dot)
    return match[0] if match else ""


def _is_name(before: str, initials: str, next_word: str) -> bool:
    """Whether initials stand in a name: "M. Solheim", "Marit J. Solheim", but not "vitamin C. It helps"."""
    if next_word in _STARTERS or not next_word[0].isupper():
        return False
    last = "".join(before.rsplit(None, 1)[-1:])
    return "." in initials or not last or last[0].isupper() or last in {"and", "by", "und", "et", "with", "to", "z."}


def names_what_follows(text: str, start: int, end: int) -> bool:
    """Whether a sentence is a paragraph of one short line without a stop, such as a term above its definition."""
    if code.names_nothing(text, start, end) or (text[start : start + 2] in _BULLETS and text[end + 2 : end + 3] != " "):
        return False
    alone = (start == 0 or text.endswith("\n\n", 0, start)) and text.startswith("\n\n", end)
    if alone and _LED_TO.match(text, start, end) and _LEADS.match(text[:start].rstrip().rpartition("\n")[2]):
        return False
    return alone and end - start <= LONGEST_NAME and "\n" not in text[start:end] and text[end - 1] not in ".!?:;,…|"
