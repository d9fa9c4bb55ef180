"""A scope as an SQL condition on documents, every value bound: nothing that a user writes becomes SQL.

    team = "legal" and year >= 2023 and not (status in ["draft", "old"]) and title contains "x" and uri like "docs/*"
    tags = "hr" and owner exists

Names are metadata keys, or ``uri``, ``title``, ``type`` and ``collection``, which belong to every document; metadata
of such a name are ``metadata.type``. A name with blanks stands in quotation marks: ``"due date" = "May"``. ``=``,
``!=``, ``<``, ``<=``, ``>`` and ``>=`` compare with a text, a number, ``true`` or ``false``, ``in [...]`` with several;
``contains`` finds a part of a text, and ``like`` a whole one in which ``*`` and ``?`` stand for anything, both whatever
the case of ASCII letters. Of a key with several values one must meet the comparison. A document that lacks the key, or
has a value of another type, meets no comparison, not even ``!=``; ``not`` turns that round. ``owner exists`` holds for
documents that have the key. Words of the grammar may be in capitals.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ragkit.errors import UsageError
from ragkit.suggest import nearest
from ragkit.types import Scope

EXAMPLE = 'Write it as in: team = "legal" and year >= 2023'
LONGEST = 2_000
"""Characters."""
DEEPEST = 12
"""Brackets and negations within each other. SQLite's parser has room for 100 symbols, of which each may take six."""

COLUMNS = {"uri": "d.uri", "title": "d.title", "type": "d.media_type", "collection": "d.collection"}
IN_METADATA = "metadata."
"""Goes before the name of metadata that is one of `COLUMNS` too."""
COMPARISONS = {"=": "=", "==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
VISIBLE = """(d.principals = '[]' OR EXISTS (
    SELECT 1 FROM json_each(d.principals) AS p WHERE p.value IN (SELECT value FROM json_each(?))))"""
WORDS = ("and", "or", "not", "in", "contains", "like", "exists", "true", "false")

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<date>\d{4}-\d\d-\d\d[\w.:+-]*)
      | (?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]))
      | (?P<name>[^\W\d][\w.-]*)
      | (?P<mark>==|!=|<=|>=|=|<|>|\(|\)|\[|\]|,)
    )""",
    re.VERBOSE,
)

Value = str | int | float | bool
Sql = tuple[str, tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """``name operator value``; the values of ``in`` are several."""

    name: str
    operator: str
    values: tuple[Value, ...]

    def sql(self) -> Sql:
        """The condition and its values."""
        if self.operator == "in":
            parts = [Comparison(self.name, "=", (value,)).sql() for value in self.values]
            return _joined(parts, " OR ")
        if self.name in COLUMNS:
            return self._of_column(COLUMNS[self.name])
        path = f'$."{self.name.removeprefix(IN_METADATA)}"'
        if self.operator == "exists":
            return "(json_type(d.metadata, ?) <> 'null')", (path,)
        compared, value = self._compared("m.value")
        # Of one value json_each makes one row, as of a list of one. Members of an object are not told apart by type.
        each = f"(SELECT 1 FROM json_each(d.metadata, ?) AS m WHERE m.type IN ({_kinds(value)}) AND {compared})"  # noqa: S608
        return f"(json_type(d.metadata, ?) <> 'object' AND EXISTS {each})", (path, path, value)

    def _of_column(self, column: str) -> Sql:
        if self.operator == "exists":
            return f"({column} <> '')", ()
        compared, value = self._compared(column)
        # SQLite would take a number for its text
        return (f"({compared})", (value,)) if isinstance(value, str) else ("(0)", ())

    def _compared(self, subject: str) -> tuple[str, Value]:
        """The comparison of a subject with one value that is bound, and that value."""
        value = self.values[0]
        if self.operator == "contains":
            return f"instr(lower({subject}), lower(?)) > 0", value
        if self.operator == "like":
            return f"lower({subject}) GLOB lower(?)", _glob(str(value))
        return f"{subject} {COMPARISONS[self.operator]} ?", value


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    inner: Expression

    def sql(self) -> Sql:
        """The condition and its values."""
        condition, values = self.inner.sql()
        return f"({condition} IS NOT TRUE)", values


@dataclass(frozen=True, slots=True)
class Joined:
    """Several conditions, all of which (``and``) or one of which (``or``) must hold."""

    word: str
    parts: tuple[Expression, ...]

    def sql(self) -> Sql:
        """The condition and its values."""
        return _joined([part.sql() for part in self.parts], f" {self.word.upper()} ")


Expression = Comparison | Not | Joined


def names(expression: Expression) -> list[str]:
    """What an expression compares, in order."""
    if isinstance(expression, Comparison):
        return [expression.name]
    parts = (expression.inner,) if isinstance(expression, Not) else expression.parts
    return [name for part in parts for name in names(part)]


def condition(scope: Scope) -> Sql:
    """An SQL condition on the documents ``d`` of a scope, and its values.

    Raises:
        UsageError: The filter is malformed; the message names the column.
    """
    parts: list[Sql] = []
    if scope.identity is not None:
        parts.append((VISIBLE, (json.dumps(list(scope.identity)),)))
    if scope.collection:
        parts.append(("d.collection = ?", (scope.collection,)))
    if scope.where.strip():
        parts.append(parse(scope.where).sql())
    return _joined(parts, " AND ") if parts else ("1", ())


def parse(text: str) -> Expression:
    """The expression that a filter stands for.

    Raises:
        UsageError: It is malformed; the message names the column, counted from 1.
    """
    if len(text) > LONGEST:
        raise UsageError(f"The filter has {len(text):,} characters; the limit is {LONGEST:,}.", "Use a collection.")
    return _Parser(text).whole()


class _Parser:
    """Recursive descent: ``or`` binds loosest, then ``and``, then ``not``."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._place = 0
        self._depth = 0

    def whole(self) -> Expression:
        found = self._either()
        if self._next.kind != "end":
            raise self._wrong("and, or, or the end")
        return found

    def _either(self) -> Expression:
        return self._several("or", self._all)

    def _all(self) -> Expression:
        return self._several("and", self._one)

    def _several(self, word: str, part: object) -> Expression:
        assert callable(part)
        parts = [part()]
        while self._takes("name", word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))

    def _one(self) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST:
            raise UsageError(f"The filter nests more than {DEEPEST} deep.", "Make it simpler.")
        try:
            if self._takes("name", "not"):
                return Not(self._one())
            if self._takes("mark", "("):
                found = self._either()
                self._needs(")")
                return found
            return self._comparison()
        finally:
            self._depth -= 1

    def _comparison(self) -> Comparison:
        name = self._name()
        operator = self._next
        if operator.text not in COMPARISONS and operator.text not in {"in", "contains", "like", "exists"}:
            raise self._wrong("=, !=, <, <=, >, >=, in, contains, like or exists", near=operator)
        self._place += 1
        if operator.text == "exists":
            return Comparison(name, "exists", ())
        if operator.text == "in":
            return Comparison(name, "in", self._list())
        value = self._value()
        if operator.text in {"contains", "like"} and not isinstance(value, str):
            self._place -= 1
            raise self._wrong("a text in quotation marks")
        return Comparison(name, operator.text, (value,))

    def _name(self) -> str:
        token = self._next
        name = _unquoted(token.text) if token.kind == "text" else token.text
        if token.kind not in {"name", "text"} or token.text in WORDS:
            raise self._wrong("a name")
        # which no path of SQLite's can hold, or not in every version
        if not name.removeprefix(IN_METADATA) or any(letter in '"\\\x7f' or letter < " " for letter in name):
            raise UsageError(f"The filter's name at column {token.column} cannot be: {name!r}.", EXAMPLE)
        self._place += 1
        return name

    def _list(self) -> tuple[Value, ...]:
        self._needs("[")
        values = [self._value()]
        while self._takes("mark", ","):
            values.append(self._value())
        self._needs("]")
        return tuple(values)

    def _value(self) -> Value:
        token = self._next
        self._place += 1
        if token.kind == "text":
            return _unquoted(token.text)
        if token.kind == "number":
            return _number(token)
        if token.kind == "name" and token.text in {"true", "false"}:
            return token.text == "true"
        self._place -= 1
        is_bare = token.kind in {"name", "date"} and token.text not in WORDS
        hint = f'Put it in quotation marks: "{token.text}"' if is_bare else ""
        raise self._wrong('a value: "text", a number, true or false', hint=hint)

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place]

    def _takes(self, kind: str, text: str) -> bool:
        if (self._next.kind, self._next.text) != (kind, text):
            return False
        self._place += 1
        return True

    def _needs(self, mark: str) -> None:
        if not self._takes("mark", mark):
            raise self._wrong(mark)

    def _wrong(self, wanted: str, near: _Token | None = None, hint: str = "") -> UsageError:
        token = self._next
        found = "it ends" if token.kind == "end" else f"there is {token.text[:40]}"
        meant = nearest(near.text, ["contains", "like", "in", "exists"]) if near and near.kind == "name" else None
        return UsageError(
            f"The filter needs {wanted} at column {token.column}, but {found}.",
            f"Did you mean {meant!r}?" if meant else hint or EXAMPLE,
        )


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    place = 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            column = place + len(text[place:]) - len(text[place:].lstrip()) + 1
            what = "a quotation mark that nothing closes" if text[column - 1] in "\"'" else repr(text[column - 1])
            raise UsageError(f"The filter has {what} at column {column}.", EXAMPLE)
        kind = str(match.lastgroup)
        word = match[kind].lower() if kind == "name" and match[kind].lower() in WORDS else match[kind]
        found.append(_Token(kind, word, match.start(kind) + 1))
        place = match.end()
    return [*found, _Token("end", "", len(text) + 1)]


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)


def _number(token: _Token) -> int | float:
    value = float(token.text)
    if token.text.lstrip("-").isdigit() and abs(value) < 2**63:
        return int(token.text)
    if abs(value) == float("inf"):
        raise UsageError(f"The number at column {token.column} is too large.", EXAMPLE)
    return value


def _kinds(value: Value) -> str:
    """The types in JSON of what can be compared with a value: true is no number."""
    return "'true', 'false'" if isinstance(value, bool) else "'text'" if isinstance(value, str) else "'integer', 'real'"


def _glob(pattern: str) -> str:
    """A GLOB pattern in which only ``*`` and ``?`` are special."""
    return pattern.replace("[", "[[]")


def _joined(parts: Sequence[Sql], word: str) -> Sql:
    conditions, values = zip(*parts, strict=True)
    return f"({word.join(conditions)})", tuple(value for some in values for value in some)
