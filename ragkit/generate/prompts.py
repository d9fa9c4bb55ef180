"""Prompt files: what a language model is told, changed without Python.

A prompt file is Markdown: an optional front matter in TOML between ``+++`` lines, then ``# system`` and ``# user``
sections, one message each. ``{{question}}`` and ``{{passages}}`` must stand somewhere; ``{{examples}}`` stands where
``examples`` names a JSONL file of ``{"question", "passages", "answer"}``, relative to the prompt file.

Values are substituted in one pass, so that braces in a document or a question are never expanded. Retrieved text is
data: each passage stands in a fence that nothing inside it can close.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ragkit.config import at_home
from ragkit.errors import PromptError
from ragkit.invisible import as_seen
from ragkit.suggest import did_you_mean
from ragkit.types import Hit, Message, Prompt

PLACEHOLDERS = ("question", "passages", "examples")
MESSAGE_TOKENS = 16
"""Room for the marks that a chat template puts around one message (4 to 7 tokens in common ones, and a start)."""

_KEYS = ("answer_marker", "answer_key", "examples")
_SECTIONS = ("system", "user")
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_FRONT_MATTER = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^# +(.+?)[ \t]*$", re.MULTILINE)
# What reads as a fence to a model, though not to a parser: signs and letters that look like those of one.
_TWINS = str.maketrans(
    "\u2039\u2329\u27e8\u276e\u02c2\u1438\u3008\\\u2215\u2044\u29f8\u0440\u03c1\u0430\u03b1\u0455\u0261\u0435",
    "<<<<<<<////ppaasge",
)
_JOINERS = r"\u061c\u200c-\u200f"
"""What `as_seen` leaves between letters that are not Latin, though these may look as if they were."""
_FENCE = re.compile(rf"<(?=[\s/{_JOINERS}]*{f'[{_JOINERS}]*'.join('passage')})", re.IGNORECASE)
_CONTROL_TOKEN = re.compile(
    r"<(?=\|[^<>\n]{1,40}\|>"  # ChatML, Llama 3 and, with bars in full width, DeepSeek
    r"|/?(?:s|bos|eos|pad|unk|think|start_of_turn|end_of_turn)>|</?SYS>>)"  # Llama 2, Gemma, thoughts
    r"|\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\]|\|[^\[\]\n]{1,40}\|\])",  # Mistral
    re.IGNORECASE,
)
"""The marks between the messages of a chat, as the models of many servers read them: which one reads is not known."""


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """A prompt file that was checked: ``name`` is the file's stem, ``examples`` are already rendered."""

    name: str
    system: str
    user: str
    answer_marker: str = ""
    answer_key: str = ""
    examples: str = ""

    def build(self, question: str, hits: Sequence[Hit], *, budget: int | None, count: Callable[[str], int]) -> Prompt:
        """The prompt with as many of the best ``hits`` (best first) as ``budget`` tokens hold, None for all.

        ``count`` gives the tokens of a text. Hits that do not fit stand in `Prompt.dropped`.

        Raises:
            PromptError: not even one passage fits, or, where there are no hits, not even the question.
        """
        kept = len(hits)
        if budget is not None:
            least = min(1, kept)
            sizes = range(least, kept + 1)
            cost = self._cost(question, hits, count)
            kept = least + bisect_right(sizes, budget, key=cost) - 1
            if kept < least:
                raise _too_long(cost(least), budget, least)
        return Prompt(
            question=question,
            passages=tuple(hits[:kept]),
            messages=self._messages(question, hits[:kept]),
            dropped=tuple(hits[kept:]),
            answer_marker=self.answer_marker,
            answer_key=self.answer_key,
        )

    def _cost(self, question: str, hits: Sequence[Hit], count: Callable[[str], int]) -> Callable[[int], int]:
        def cost(size: int) -> int:
            return sum(count(message.content) + MESSAGE_TOKENS for message in self._messages(question, hits[:size]))

        return cost

    def _messages(self, question: str, hits: Sequence[Hit]) -> tuple[Message, ...]:
        values = {"question": question, "passages": fence_hits(hits), "examples": self.examples}
        user = Message("user", _fill(self.user, values))
        return (Message("system", _fill(self.system, values)), user) if self.system else (user,)


def budget_for(context_tokens: int | None, max_tokens: int) -> int | None:
    """Tokens that a prompt may take of a window of ``context_tokens``: what the completion leaves, at least half."""
    return None if context_tokens is None else max(context_tokens - max_tokens, context_tokens // 2)


def load_prompt(name_or_path: str | Path, search: Sequence[Path]) -> PromptTemplate:
    """The prompt called so in the first folder of ``search`` that has it, or the file at that path.

    Raises:
        PromptError: there is no such prompt, or its file is not a prompt.
    """
    path = _locate(str(name_or_path), search)
    try:
        text = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"The prompt file {path} cannot be read: {error}.", "Give a text file in UTF-8.") from error
    return _parse(path, text)


def fence_hits(hits: Sequence[Hit]) -> str:
    """The passages as numbered, fenced data."""
    return "\n".join(
        _fence(n, hit.chunk.uri, " > ".join(hit.chunk.headings), hit.chunk.text) for n, hit in enumerate(hits, 1)
    )


def _fence(n: int, source: str, section: str, text: str) -> str:
    where = f' section="{_attribute(section)}"' if section else ""
    body = _defused(text).strip("\n")
    return f'<passage n="{n}" source="{_attribute(source)}"{where}>\n{body}\n</passage>'


def _attribute(text: str) -> str:
    escaped = " ".join(text.split()).replace("&", "&amp;").replace('"', "&quot;")
    return _defused(escaped).replace("<", "&lt;")


def _defused(text: str) -> str:
    """``text`` as data: as it is seen, with nothing in it that ends a passage or a message."""
    text = as_seen(text)
    folded = text.translate(_TWINS) if text.isascii() else "".join(map(_plain, text)).translate(_TWINS)
    fences, marks = ({match.start() for match in pattern.finditer(folded)} for pattern in (_FENCE, _CONTROL_TOKEN))
    if not fences and not marks:
        return text
    return "".join(
        "&lt;" if place in fences else f"{letter} " if place in marks else letter for place, letter in enumerate(text)
    )


def _plain(letter: str) -> str:
    """A letter in full width, bold or a circle as itself; places stay as they are."""
    plain = unicodedata.normalize("NFKC", letter)
    return plain if len(plain) == 1 else letter


def _fill(template: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: values[match[1]], template).strip()


def _too_long(needed: int, budget: int, passages: int) -> PromptError:
    what = "with a single passage" if passages else "without any passage"
    return PromptError(
        f"The prompt {what} takes {needed} tokens, and the limit is {budget}.",
        "Shorten the question, lower --max-tokens, or use a generator with a larger window.",
    )


def _locate(name: str, search: Sequence[Path]) -> Path:
    if name.endswith(".md") or "/" in name or "\\" in name:
        path = Path(at_home(name))
        if path.is_file():
            return path
        raise PromptError(f"There is no prompt file {path}.", "Give the path of a Markdown prompt file.")
    for folder in search:
        if (folder / f"{name}.md").is_file():
            return folder / f"{name}.md"
    names = {path.stem for folder in search for path in folder.glob("*.md")}
    raise PromptError(f"There is no prompt called {name!r}.", did_you_mean(name, names))


def _parse(path: Path, text: str) -> PromptTemplate:
    front = _FRONT_MATTER.match(text)
    options = _options(path, front[1]) if front else {}
    sections = _sections(path, text[front.end() :] if front else text)
    used = {name for section in sections.values() for name in _placeholders(path, section)}
    for name in ("question", "passages"):
        if name not in used:
            raise PromptError(
                f"The prompt file {path} has no {{{{{name}}}}}.", f"Put {{{{{name}}}}} in its # user part."
            )
    if ("examples" in used) != ("examples" in options):
        raise PromptError(
            f"The prompt file {path} has only one of {{{{examples}}}} and examples = FILE.",
            "Name the file in the front matter and put {{examples}} where they belong, or neither.",
        )
    return PromptTemplate(
        name=path.stem,
        system=sections.get("system", ""),
        user=sections["user"],
        answer_marker=options.get("answer_marker", ""),
        answer_key=options.get("answer_key", ""),
        examples=_examples(path.parent / options["examples"]) if "examples" in options else "",
    )


def _options(path: Path, front: str) -> dict[str, str]:
    try:
        options = tomllib.loads(front)
    except tomllib.TOMLDecodeError as error:
        raise PromptError(f"The front matter of {path} is not TOML: {error}.", "Mend it, or remove it.") from error
    for key, value in options.items():
        if key not in _KEYS:
            raise PromptError(f"The front matter of {path} has an unknown key {key!r}.", did_you_mean(key, _KEYS))
        if not isinstance(value, str) or not value:
            raise PromptError(f"The key {key!r} of {path} must be a text.", f'Write {key} = "...".')
    if "answer_marker" in options and "answer_key" in options:
        raise PromptError(
            f"The prompt file {path} has both answer_marker and answer_key.",
            "Keep answer_marker for text with reasoning first, answer_key for JSON.",
        )
    return options


def _sections(path: Path, text: str) -> dict[str, str]:
    marks = list(_HEADING.finditer(text))
    if text[: marks[0].start() if marks else len(text)].strip():
        raise PromptError(
            f"The prompt file {path} has text before its first section.", "Begin it with # system or # user."
        )
    sections: dict[str, str] = {}
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, end in zip(marks, ends, strict=False):
        name = mark[1].lower()
        if name not in _SECTIONS:
            hint = did_you_mean(name, _SECTIONS) + " Headings within a message begin with ##."
            raise PromptError(f"The prompt file {path} has an unknown section {mark[1]!r}.", hint)
        if name in sections:
            raise PromptError(f"The prompt file {path} has two sections # {name}.", "Join them.")
        sections[name] = text[mark.end() : end].strip()
    if not sections.get("user"):
        raise PromptError(
            f"The prompt file {path} has no # user section.", "Add one with {{question}} and {{passages}}."
        )
    return sections


def _placeholders(path: Path, section: str) -> list[str]:
    names: list[str] = _PLACEHOLDER.findall(section)
    for name in names:
        if name not in PLACEHOLDERS:
            raise PromptError(
                f"The prompt file {path} has an unknown placeholder {{{{{name}}}}}.", did_you_mean(name, PLACEHOLDERS)
            )
    if "{{" in _PLACEHOLDER.sub("", section):
        raise PromptError(
            f"The prompt file {path} has a {{{{ that begins no placeholder.", "Write {{question}}, closed."
        )
    return names


def _examples(path: Path) -> str:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"The examples file {path} cannot be read: {error}.", "Correct examples = FILE.") from error
    rendered = [_example(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not rendered:
        raise PromptError(f"The examples file {path} is empty.", "Add a line, or remove examples from the prompt.")
    return "\n\n".join(rendered)


def _example(path: Path, number: int, line: str) -> str:
    try:
        example = json.loads(line)
        question, passages, answer = example.pop("question"), example.pop("passages"), example.pop("answer")
        sound = not example and isinstance(passages, list)
        sound = sound and all(isinstance(part, str) for part in (question, answer, *passages))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        sound = False
    if not sound:
        raise PromptError(
            f"Line {number} of {path} is no example.",
            'Write {"question": "...", "passages": ["...", ...], "answer": "..."} on one line.',
        )
    fenced = "\n".join(_fence(n, "example", "", text) for n, text in enumerate(passages, 1))
    return f"<example>\n{fenced}\n\nQuestion: {question}\n{answer}\n</example>"
