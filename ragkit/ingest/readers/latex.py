r"""LaTeX to the text that a reader sees: sections, lists, tables, listings, captions, notes; formulas stay as written.

Not TeX: macros are not run, save that those of the file's own are filled in. Of commands that are not known the
arguments in braces stay, for they are mostly text. What is struck out is left out. A file that ``\input`` takes in is
not opened: its name stays, for it is a document of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from ragkit.ingest.decode import decode
from ragkit.ingest.readers.build import (
    CELL_JOINT,
    HARD_BREAK,
    Cell,
    Run,
    TextBuilder,
    cell,
    cell_runs,
    elsewhere,
    flow,
    split_lines,
    texts_of,
)
from ragkit.ingest.readers.column_names import has_header
from ragkit.ingest.readers.latex_arguments import argument, option, past_options
from ragkit.ingest.readers.latex_macros import Macros, defined
from ragkit.ingest.readers.latex_units import QUANTITIES, unit
from ragkit.ingest.readers.latex_words import ACCENTS, DROPPED, ENVIRONMENT_ARGUMENTS, OPTIONS_BEHIND, WORDS, accented
from ragkit.ingest.readers.tables import Stretch, spread_values
from ragkit.types import Document, Source

_TOKEN = re.compile(
    r"(?P<comment>%[^\n]*\n?[ \t]*)|(?P<par>\n[ \t]*\n\s*)|(?P<math>\$\$.{1,20000}?\$\$"
    r"|\$(?:\\.|[^$\\\n]|\n(?![ \t]*\n)){1,5000}\$"
    r"|\\\[.{1,20000}?\\\]|\\\(.{1,5000}?\\\))|\\(?P<name>[A-Za-z@]+)(?P<star>\*?)|\\(?P<sign>[^A-Za-z])|(?P<space>~)"
    r"|(?P<brace>[{}])|(?P<text>[^\\%${}~\n]+|\n|[\\$])",
    re.DOTALL,
)
_CAPTION = re.compile(r"[\[,]\s*(?:caption|title|frametitle)\s*=\s*")
_SECTIONS = ("part", "chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph")
_ELSEWHERE = {
    **dict.fromkeys("input include subfile lstinputlisting verbatiminput bibliography".split(), 1),
    **dict.fromkeys("import subimport includefrom subincludefrom".split(), 2),
}
"""What names a file that is taken in, with the number of arguments that are its name."""
_NOTES = frozenset("footnote footnotetext thanks endnote sidenote marginpar marginnote todo".split())
_SAID = _NOTES | set("title author date caption".split())
_SPECIAL = _SAID | set("maketitle par item bibitem verb lstinline addbibresource printbibliography".split())
_INPUT = re.compile(r"[ \t]*([^\s{}\\%]+)")
_VERBATIM = frozenset("verbatim Verbatim lstlisting minted alltt BVerbatim LVerbatim".split())
_MATHS = frozenset("equation align gather displaymath math eqnarray multline flalign alignat dmath".split())
_LISTS = frozenset("itemize enumerate description thebibliography compactitem compactenum".split())
_TABLES = frozenset("tabular tabularx tabulary longtable array tblr supertabular".split())
_NAMED = frozenset("theorem lemma proof definition corollary proposition remark example abstract".split())
_SHOWN = re.compile(
    r"(?:\[[^\]\n]{0,1000}\])?(?:\{(?P<braced>(?:[^{}\n]|\{[^{}\n]*\}){0,1000})\}"
    r"|(?P<mark>[^\sA-Za-z*{\[])(?P<marked>[^\n]{0,1000}?)(?P=mark))"
)
_EDGE = re.compile(
    r"%[^\n]*|\\begin\{(?P<whole>(?:" + "|".join([*sorted(_VERBATIM), "comment", "filecontents"]) + r")\*?)\}"
    r".*?(?:\\end\{(?P=whole)\}|\Z)|\\(?:verb\*?|lstinline)"
    + _SHOWN.pattern
    + r"|\\(?P<edge>begin|end)\{document\}|\\.",
    re.DOTALL,
)
"""Where the document begins or ends, and before that what only tells of it: comments and what is shown as written."""
_CELL_TOKEN = re.compile(r"\\\\\*?(?:\[[^\]\n]{0,20}\])?|\\.|%[^\n]*|[{}&]", re.DOTALL)
_SPAN = re.compile(
    r"(?:%[^\n]*\n|\\(?!multicolumn\b).|[^%\\])*?(?P<span>\\multicolumn\s*\{(?P<width>\d{1,2})\})", re.DOTALL
)
_TRIM = re.compile(r"\([^()\n]{0,100}\)")
_MAX_DEPTH = 12
_DASHES = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"))


class LatexReader:
    """The `ragkit.protocols.Reader` of LaTeX."""

    def read(self, source: Source, data: bytes) -> Document:
        """Blocks in order with line marks; the title is that of the document, its author and date are metadata."""
        writer = _Writer(decode(data, source.uri))
        writer.write()
        title = writer.about.get("title", "")
        return writer.builder.document(source, title=title, metadata=writer.about)


class _Writer:
    """Goes through the text once; ``_runs`` collects the block that is open."""

    def __init__(self, text: str) -> None:
        self.builder = TextBuilder()
        self.about: dict[str, str] = {}
        self._text = text
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._runs: list[Run] = []
        self._captured = 0
        self._lists: list[list[int | str]] = []
        self._marker: list[Run] = []
        self._macros = Macros(text)
        self._line_of_macro = 0
        self._bibliography: list[str] = []
        self._depth = 0
        self._names = _SECTIONS[0 if "\\part{" in text else 1 if "\\chapter" in text else 2 :]

    def write(self) -> None:
        """Everything; of a preamble only what it says of the document."""
        edges = [(found["edge"], found.start()) for found in _EDGE.finditer(self._text) if found["edge"]]
        body = next((at for edge, at in edges if edge == "begin"), 0)
        end = next((at for edge, at in edges if edge == "end" and at > body), len(self._text))
        self._captured = 1
        self._walk(0, body)
        self._captured = 0
        self._runs.clear()
        self._walk(body, end)
        self._flush()

    def _walk(self, start: int, end: int) -> None:
        at = start
        self._depth += 1
        while at < end and (token := _TOKEN.match(self._text, at, end)):
            at = token.end()
            kind = token.lastgroup
            if kind in {"name", "star"}:
                at = self._command(token["name"], token["star"], at, end)
            elif kind == "sign":
                at = self._sign(token["sign"], at)
            elif kind == "par":
                self._flush()
            elif kind == "math":
                self._add(" ".join(token["math"].split()), token.start())
            elif kind == "space":
                self._add("\u00a0", token.start())
            elif kind == "text":
                self._add(_typeset(token["text"]), token.start())
        self._depth -= 1

    def _command(self, name: str, star: str, at: int, end: int) -> int:
        """Deals with a command whose name ends at ``at``; the position after what belongs to it."""
        if self._depth > _MAX_DEPTH:
            return at
        if name in {"begin", "end"}:
            start, stop, at = argument(self._text, at)
            environment = self._text[start:stop].strip().rstrip("*")
            return self._begin(environment, at, end) if name == "begin" else self._end(environment, at)
        if name in self._names or name in WORDS or name in ACCENTS:
            return self._section(name, at) if name in self._names else self._letter(name, at)
        if name in _SPECIAL:
            return self._special(name, at)
        return self._other(name, star, at)

    def _other(self, name: str, star: str, at: int) -> int:
        if name in _ELSEWHERE:
            return self._elsewhere(name, at)
        if after := defined(self._text, at - len(name) - len(star) - 1):
            return after
        if name in self._macros and not star:
            return self._fill(name, at)
        if name in QUANTITIES:
            return self._quantity(name, at)
        return self._dropped(name, at)

    def _letter(self, name: str, at: int) -> int:
        """A command that stands for a letter or a word, or puts an accent on the letter behind it."""
        if name in ACCENTS:
            start, stop, at = argument(self._text, at, any_letter=True)
            self._add(accented(self._text[start:stop], ACCENTS[name]), start)
            return at
        self._add(WORDS[name], at)
        return at + (self._text[at : at + 1] == " ")

    def _special(self, name: str, at: int) -> int:
        if name in {"verb", "lstinline"}:
            shown = _SHOWN.match(self._text, at)
            self._add((shown["braced"] or shown["marked"] or "") if shown else "", at)
            return shown.end() if shown else at
        if name in {"item", "bibitem"}:
            return self._item(name, at)
        if name == "par":
            self._flush()
        elif name == "printbibliography":
            for file in self._bibliography:
                self._apart([(elsewhere(file), self._line(at))])
        elif name == "maketitle":
            self._title(at)
        else:
            _, _, at = option(self._text, at)
            start, stop, at = argument(self._text, at)
            self._said(name, start, self._capture(start, stop))
        return at

    def _said(self, name: str, start: int, runs: list[Run]) -> None:
        text = cell(runs)
        if name in _NOTES:
            self._runs += [(" (", self._line(start)), *runs, (")", self._line(start))] if text else []
        elif name == "caption":
            self._apart(runs)
        elif name == "addbibresource":
            self._bibliography.append(text)
        elif text:
            self.about["created" if name == "date" else name] = text

    def _apart(self, runs: list[Run]) -> None:
        """Adds a block of its own."""
        self._flush()
        self._runs += runs
        self._flush()

    def _captioned(self, start: int, stop: int) -> None:
        """Adds the caption that the options ``[start, stop)`` hold, if there is one."""
        found = _CAPTION.search(self._text, max(start - 1, 0), stop)
        if found:
            first, last, _ = argument(self._text, found.end())
            comma = self._text.find(",", found.end(), stop)
            own = (first, last) if first < last else (found.end(), comma if comma >= 0 else stop)
            self._apart(self._capture(*own))

    def _elsewhere(self, name: str, at: int) -> int:
        r"""A file that is taken in, its name in braces or, as TeX has it, up to a space."""
        start, stop, at = option(self._text, at)
        self._captioned(start, stop)
        folder = ""
        if _ELSEWHERE[name] > 1:
            start, stop, at = argument(self._text, at)
            folder = self._text[start:stop].strip().rstrip("/") + "/"
        start, stop, after = argument(self._text, at)
        bare = _INPUT.match(self._text, at) if start == stop else None
        if bare:
            (start, stop), after = bare.span(1), bare.end()
        self._apart([(elsewhere(folder + self._text[start:stop]), self._line(start))])
        return after

    def _quantity(self, name: str, at: int) -> int:
        """Figures and their unit."""
        parts: list[list[Run]] = []
        numbers, units = QUANTITIES[name]
        for _ in range(numbers + units):
            at = past_options(self._text, at)
            start, stop, at = argument(self._text, at)
            own = len(parts) == numbers
            parts.append([(unit(self._text[start:stop]), self._line(start))] if own else self._capture(start, stop))
        for place, runs in enumerate(parts):
            self._add("–" if 0 < place < numbers else " " if place and cell(runs) else "", at)
            self._runs += runs
        return at

    def _title(self, at: int) -> None:
        self._flush()
        if self.about.get("title"):
            self.builder.add("heading", [(self.about["title"], self._line(at))], level=1)
        for name in ("author", "created"):
            self.builder.add("paragraph", [(self.about.get(name, ""), self._line(at))])

    def _section(self, name: str, at: int) -> int:
        self._flush()
        _, _, at = option(self._text, at)
        start, stop, at = argument(self._text, at)
        level = self._names.index(name) + 1 + ("title" in self.about)
        self.builder.add("heading", flow(self._capture(start, stop)), level=level)
        return at

    def _item(self, name: str, at: int) -> int:
        self._flush()
        start, stop, at = option(self._text, at)
        label = self._capture(start, stop)
        if name == "bibitem":
            start, stop, at = argument(self._text, at)
            label = [(f"[{self._text[start:stop]}]", self._line(start))]
        shown = ""
        if self._lists and self._lists[-1][0] == "enumerate":
            self._lists[-1][1] = int(self._lists[-1][1]) + 1
            shown = f"{self._lists[-1][1]}."
        line = self._line(at)
        self._marker = [*label, (" ", line)] if cell(label) else [(f"{shown or '-'} ", line)]
        return at

    def _begin(self, name: str, at: int, end: int) -> int:
        """Opens an environment, or deals with all of it when it is none of text; the position to go on at."""
        if name in _VERBATIM or name == "comment" or name in _MATHS or name in _TABLES:
            found = re.compile(r"\\end\{" + re.escape(name) + r"\*?\}").search(self._text, at, end)
            stop, after = (found.start(), found.end()) if found else (end, end)
            self._whole(name, at, stop)
            return after
        self._flush()
        start, stop, at = option(self._text, at)
        self._captioned(start, stop)
        for _ in range(ENVIRONMENT_ARGUMENTS.get(name, 0)):
            _, _, at = argument(self._text, at)
        if name in _LISTS:
            self._lists.append(["enumerate" if "enum" in name else name, 0])
        elif name in _NAMED:
            self._add(f"{name.capitalize()}. ", at)
        return at

    def _end(self, name: str, at: int) -> int:
        self._flush()
        if name in _LISTS and self._lists:
            self._lists.pop()
        self._marker = []
        return at

    def _whole(self, name: str, at: int, stop: int) -> None:
        """Adds a listing, a formula or a table that is all of ``[at, stop)``."""
        if name == "comment":
            return
        if name in _TABLES:
            for _ in range(2 if name in {"tabularx", "tabulary"} or self._text[at - 2] == "*" else 1):
                _, _, at = option(self._text, at)
                _, _, at = argument(self._text, at)
            self._table(at, stop)
            return
        self._flush()
        if name in _VERBATIM:
            start, end, at = option(self._text, at)
            self._captioned(start, end)
            if name == "minted":
                _, _, at = argument(self._text, at)
        body = self._text[at:stop]
        self.builder.add("code", split_lines(body.removeprefix("\n"), self._line(at) + body.startswith("\n")))

    def _table(self, start: int, stop: int) -> None:
        rows: list[list[Cell]] = []
        stretches: list[list[Stretch]] = []
        for first, last in self._parts(start, stop, "\\\\"):
            cells: list[Cell] = []
            reaching: list[Stretch] = []
            for left, right in self._parts(first, last, "&"):
                span = _SPAN.match(self._text, left, right)
                if span and cell(self._capture(left, span.start("span"))):
                    span = None
                begin = argument(self._text, span.end())[2] if span else left
                covered: list[Cell] = [[] for _ in range(int(span["width"]) - 1 if span else 0)]
                reaching += [(len(cells), len(cells) + len(covered))] if covered else []
                cells += [cell_runs(self._capture(begin, right)), *covered]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                rows.append(cells)
                stretches.append(reaching)
        if self._captured:
            for row in rows:
                line = next(number for runs in row for _, number in runs)
                self._runs.append((CELL_JOINT.join(texts_of(row)) + " ", line))
            return
        self._flush()
        header = has_header(rows)
        self.builder.table_of_runs(spread_values(rows, stretches) if header else rows, header=header)

    def _parts(self, start: int, stop: int, mark: str) -> Iterator[tuple[int, int]]:
        """What ``mark`` sets apart, outside of braces and comments."""
        depth, left = 0, start
        for token in _CELL_TOKEN.finditer(self._text, start, stop):
            found = token[0]
            depth += (found == "{") - (found == "}")
            if depth <= 0 and found.startswith(mark):
                yield left, token.start()
                left = token.end()
        yield left, stop

    def _sign(self, sign: str, at: int) -> int:
        if sign == "\\":
            self._add(HARD_BREAK, at)
            _, _, at = option(self._text, at)
        elif sign in ACCENTS:
            return self._letter(sign, at)
        elif sign in " ,;:\n/":
            self._add("" if sign == "/" else " ", at)
        elif sign not in "-!@":
            self._add(sign, at)
        return at

    def _fill(self, name: str, at: int) -> int:
        """Walks what a macro stands for with its arguments filled in, all of it on the line of the macro."""
        filled, after = self._macros.filled(name, self._text, at)
        kept = self._text, self._line_of_macro
        self._text, self._line_of_macro = filled, self._line(at)
        self._walk(0, len(self._text))
        self._text, self._line_of_macro = kept
        return after

    def _dropped(self, name: str, at: int) -> int:
        """Passes by the arguments of a command that are not text; those of an unknown one are text."""
        _, _, at = option(self._text, at)
        if name == "cmidrule" and (trim := _TRIM.match(self._text, at)):
            at = trim.end()
        for _ in range(DROPPED.get(name, 0)):
            at = past_options(self._text, at)
            _, _, at = argument(self._text, at)
        for _ in range(OPTIONS_BEHIND.get(name, 0)):
            _, _, at = option(self._text, at)
        return at

    def _capture(self, start: int, stop: int) -> list[Run]:
        """The text of ``[start, stop)`` as runs of its own; a block in it is text like the rest."""
        kept, self._runs = self._runs, []
        self._captured += 1
        if self._depth <= _MAX_DEPTH:
            self._walk(start, stop)
        self._captured -= 1
        runs, self._runs = self._runs, kept
        return runs

    def _add(self, text: str, at: int) -> None:
        if "\n" in text:
            self._runs.extend(split_lines(text, self._line(at)))
        elif text:
            self._runs.append((text, self._line(at)))

    def _line(self, at: int) -> int:
        return self._line_of_macro or bisect_right(self._starts, at)

    def _flush(self) -> None:
        """Adds what was collected as a block; in an argument there are no blocks."""
        if self._captured:
            self._runs.append((" ", 0))
            return
        runs, self._runs = flow(self._runs), []
        depth = max(0, len(self._lists) - 1)
        if runs and self._marker:
            self.builder.add("item", [*self._marker, *runs], indent=2 * depth)
            self._marker = []
        else:
            self.builder.add("paragraph", runs, indent=2 * len(self._lists))


def _typeset(text: str) -> str:
    for written, shown in _DASHES:
        text = text.replace(written, shown)
    return text
