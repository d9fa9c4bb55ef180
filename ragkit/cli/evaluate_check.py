"""``ragkit eval check``: is a suite sound, before anything is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ragkit.cli import evaluate, options, render
from ragkit.cli.exits import Exit

if TYPE_CHECKING:
    from ragkit.evaluate.suite import Suite

EXAMPLES = """\b
Examples:
  ragkit eval check ./mine
  ragkit eval check handbook --json
"""


def check(suite: evaluate.SuiteName, json: options.Json = False) -> int:
    """Find what is wrong with a suite.

    That is lines that are no case, quotes that are not in their document, questions asked twice, cases that contradict
    their kind. The corpus is read from its files; no store and no model is needed. The exit code is 1 when something is
    wrong. Answers, references and gold that are left out are counted, and are not wrong.
    """
    from ragkit.errors import ConfigError
    from ragkit.evaluate.check import Problem, check_suite, left_out
    from ragkit.evaluate.corpus import corpus_documents, read_corpus

    problems: list[Problem] = []
    try:
        loaded = evaluate.find_suite(suite, lambda *found: problems.append(Problem.of_line(*found)))
    except ConfigError as error:
        render.error(error.message, error.hint)
        return Exit.ERROR
    documents = read_corpus(loaded)
    problems += check_suite(loaded, corpus_documents(documents.__getitem__, documents))
    if json:
        import msgspec

        shown = {"suite": loaded.name, "cases": len(loaded.cases), "documents": len(documents)}
        render.data({**shown, "left_out": left_out(loaded), "problems": msgspec.to_builtins(problems)})
    else:
        for problem in problems:
            render.text(render.flat(str(problem)))
        render.text(_summary(loaded, left_out(loaded), len(documents), len(problems)))
    return Exit.ERROR if problems else Exit.ANSWERED


def _summary(suite: Suite, lacking: dict[str, int], documents: int, problems: int) -> str:
    from ragkit.cli.screens.place import many

    wrong = many(problems, "problem") if problems else "nothing wrong"
    answerable = sum(case.answerable for case in suite.cases)
    without = "".join(f", {count:,} of them without {name}" for name, count in lacking.items() if count)
    counts = f"{many(len(suite.cases), 'case')}, {answerable:,} answerable{without}; {many(documents, 'document')}"
    return f"{render.flat(suite.name)}: {wrong} ({counts})."
