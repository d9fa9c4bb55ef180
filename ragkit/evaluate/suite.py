"""Suites: a folder with ``suite.toml``, cases in JSON lines, and the corpus that they ask about.

Unknown keys are refused with the line that holds them. Every case belongs for ever to one half, ``fit`` or
``report``: what is tuned on a suite is tuned on the first and reported on the second.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from ragkit.errors import ConfigError, UsageError
from ragkit.suggest import did_you_mean

UNANSWERABLE = "unanswerable"
"""The kind of case whose right answer is an abstention."""

Half = Literal["fit", "report"]
Wrong = Callable[[str, str, str], None]
"""Takes a line that is no case: its place, what is wrong, and a hint."""
SUITE_FORM = 'name = "...", description = "...", corpus = "FOLDER", cases = ["FILE.jsonl"]'
CASE_FORM = '{"id": ..., "kind": ..., "question": ..., "answers": [...]}'


@dataclass(frozen=True, slots=True)
class Gold:
    """Text that proves the answer: ``quote`` as a reader sees it, in the document at ``uri`` within the corpus."""

    uri: str
    quote: str


@dataclass(frozen=True, slots=True)
class Attack:
    """An instruction that a document gives to whoever answers from it; ``kind`` is how it is put.

    An answer that obeys says a text of ``payload``; no right answer does.
    """

    kind: str
    payload: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One question. Any of ``answers`` is accepted as the core of an answer; ``reference`` is a whole one.

    ``attack`` stands beside the text that answers, or would answer if it were told.
    """

    id: str
    kind: str
    question: str
    answers: tuple[str, ...]
    reference: str
    gold: tuple[Gold, ...]
    attack: Attack | None = None

    @property
    def answerable(self) -> bool:
        """Whether the corpus tells; if not, abstaining is right."""
        return self.kind != UNANSWERABLE

    @property
    def half(self) -> Half:
        """Decided by the first byte of the SHA-256 of the id, so that adding a case moves no other."""
        return "report" if hashlib.sha256(self.id.encode()).digest()[0] % 2 else "fit"

    @property
    def digest(self) -> str:
        """Changes when anything about the case does.

        Baselines hold it, so a case without an attack has the digest that it had before there were attacks.
        """
        told: dict[str, object] = msgspec.to_builtins(self)
        if self.attack is None:
            del told["attack"]
        return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Suite:
    """A loaded suite; ``corpus`` is a folder of documents."""

    name: str
    description: str
    folder: Path
    corpus: Path
    cases: tuple[Case, ...]

    def select(self, half: Half | None) -> tuple[Case, ...]:
        """The cases of one half, or all."""
        return tuple(case for case in self.cases if half is None or case.half == half)


class _Manifest(msgspec.Struct, forbid_unknown_fields=True):
    """``suite.toml``; the one split rule that exists is named there so that a reader knows of it."""

    name: str
    description: str
    corpus: str
    cases: list[str]
    split: Literal["sha256-of-id"] = "sha256-of-id"


class _GoldLine(msgspec.Struct, forbid_unknown_fields=True):
    uri: str
    quote: str


class _AttackLine(msgspec.Struct, forbid_unknown_fields=True):
    kind: str
    payload: Annotated[list[str], msgspec.Meta(min_length=1)]


class _CaseLine(msgspec.Struct, forbid_unknown_fields=True):
    """A line of cases. What is measured by something that is left out is not applicable."""

    id: str
    kind: str
    question: str
    answers: list[str] = []
    reference: str = ""
    gold: list[_GoldLine] = []
    attack: _AttackLine | None = None

    def case(self) -> Case:
        gold = tuple(Gold(item.uri, item.quote) for item in self.gold)
        attack = Attack(self.attack.kind, tuple(self.attack.payload)) if self.attack else None
        return Case(self.id, self.kind, self.question, tuple(self.answers), self.reference, gold, attack)


def refuse(place: str, message: str, hint: str) -> None:
    """Raises `ConfigError`: without every case there is no suite."""
    raise ConfigError(f"{place}: {message}", hint)


def load_suite(name_or_path: str | Path, search: Sequence[Path] = (), wrong: Wrong = refuse) -> Suite:
    """The suite in that folder, or of that name in one of the ``search`` folders.

    Raises `UsageError` when there is none, and `ConfigError`, with file and line, for what cannot be read; of cases
    only when ``wrong``, which is called for each line that is none, does.
    """
    folder = _find(name_or_path, search)
    path = folder / "suite.toml"
    manifest = _manifest(path)
    corpus = folder / manifest.corpus
    if not corpus.is_dir():
        raise ConfigError(f"{path}: there is no folder {corpus}.", "Correct corpus = ... in that file.")
    return Suite(manifest.name, manifest.description, folder, corpus, _cases(folder, manifest, wrong))


def suite_names(search: Sequence[Path]) -> list[str]:
    """The names of the suites in these folders, sorted."""
    return sorted({path.parent.name for place in search for path in place.glob("*/suite.toml")})


def _find(name_or_path: str | Path, search: Sequence[Path]) -> Path:
    given = Path(name_or_path)
    for folder in (given, *(place / given for place in search)):
        if (folder / "suite.toml").is_file():
            return folder
    if given.exists():
        raise UsageError(
            f"{name_or_path} is no suite: "
            + ("it has no suite.toml." if given.is_dir() else "a suite is a folder with a suite.toml."),
            f"Write one: {SUITE_FORM}; a case is {CASE_FORM}, as evals/README.md shows.",
        )
    raise UsageError(f"There is no suite {name_or_path}.", did_you_mean(str(name_or_path), suite_names(search)))


def _manifest(path: Path) -> _Manifest:
    text = _text(path)
    try:
        return msgspec.toml.decode(text, type=_Manifest)
    except msgspec.MsgspecError as error:
        keys = _Manifest.__struct_fields__
        raise ConfigError(f"{path}:{_line_of(error, text)}: {error}.", _remedy(error, keys, SUITE_FORM)) from error


def _cases(folder: Path, manifest: _Manifest, wrong: Wrong) -> tuple[Case, ...]:
    told = folder / "suite.toml"
    try:
        paths = sorted({path for pattern in manifest.cases for path in folder.glob(pattern)})
    except (ValueError, IndexError, NotImplementedError) as error:
        # pathlib refuses an empty pattern, ".", an absolute one and "**" within a name, each in its own way
        raise ConfigError(
            f"{told}: {manifest.cases} cannot all be looked for below that folder.",
            'Name files from there on, such as cases = ["cases-*.jsonl"].',
        ) from error
    if not paths:
        raise ConfigError(f"{told}: no file matches {manifest.cases}.", "Correct cases = ... there.")
    return load_cases(paths, wrong)


def load_cases(paths: Sequence[Path], wrong: Wrong = refuse) -> tuple[Case, ...]:
    """The cases of files of JSON lines, in order; ``wrong`` is called for a line that is none, or whose id is taken.

    Raises:
        ConfigError: A file cannot be read, or there is no line at all; or what ``wrong`` raises.
    """
    lines = [(f"{path}:{number}", line) for path in paths for number, line in json_lines(path)]
    seen: dict[str, str] = {}
    cases = []
    for place, line in lines:
        try:
            case = _case(line)
        except ConfigError as error:
            wrong(place, error.message, error.hint)
            continue
        if case.id in seen:
            wrong(place, f"the id {case.id} is taken by {seen[case.id]}.", "Give it another id.")
            continue
        seen[case.id] = place
        cases.append(case)
    if not lines:
        raise ConfigError(f"There is no case in {', '.join(map(str, paths))}.", "Write one a line, as JSON.")
    return tuple(cases)


def json_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file that are not blank, with their numbers; raises `ConfigError` when it cannot be read."""
    # not splitlines(), which also splits at the line separators that JSON allows inside strings
    lines = enumerate(_text(path).split("\n"), start=1)
    return ((number, line) for number, line in lines if line.strip())


def _case(line: str) -> Case:
    """The case that a line holds; raises `ConfigError`, without the place, where it holds none."""
    try:
        case = msgspec.json.decode(line, type=_CaseLine)
    except msgspec.MsgspecError as error:
        keys = [key for shape in (_CaseLine, _GoldLine, _AttackLine) for key in shape.__struct_fields__]
        raise ConfigError(f"{error}.", _remedy(error, keys, CASE_FORM)) from error
    if case.kind != UNANSWERABLE and not (case.answers or case.reference or case.gold):
        raise ConfigError(
            f"the case {case.id} has nothing to measure an answer by.",
            f'Give answers, a reference or gold, or "kind": "{UNANSWERABLE}".',
        )
    return case.case()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.", "Name a file that can be read.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} cannot be read: {error}.", "Save it as UTF-8.") from error


def _remedy(error: Exception, keys: Sequence[str], form: str) -> str:
    """The nearest key when one is unknown, and else the whole form."""
    unknown = _unknown_key(error)
    return did_you_mean(unknown, set(keys)) if unknown else f"Write it as {form}."


def _unknown_key(error: Exception) -> str:
    found = re.search(r"unknown field `([^`]*)`", str(error))
    return found[1] if found else ""


def _line_of(error: Exception, text: str) -> int:
    """Where the key that ``error`` speaks of stands in TOML ``text``; the decoder gives no place itself."""
    told = re.search(r"line (\d+)", str(error))
    if told:
        return int(told[1])
    if "end of document" in str(error):
        return text.rstrip().count("\n") + 1
    path = re.search(r"\$\.(\w+)", str(error))
    key = _unknown_key(error) or (path[1] if path else "")
    place = re.search(rf"^\s*{re.escape(key)}\s*=", text, re.MULTILINE) if key else None
    return text.count("\n", 0, place.end()) + 1 if place else 1
