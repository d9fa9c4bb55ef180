"""The command ``ragkit``: its commands, and what becomes of errors.

Errors that ragkit raises on purpose are one sentence and a remedy; anything else is an internal error. A traceback is
shown only with ``--debug``, which may stand anywhere on the line.
"""

from __future__ import annotations

import errno
import gc
import logging
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from typing import Annotated, NoReturn

import typer

from ragkit import __version__
from ragkit.cli import (
    ask,
    backup,
    configuration,
    doctor,
    documents,
    evaluate,
    evaluate_check,
    evaluate_compare,
    evaluate_score,
    exits,
    forget,
    ingest,
    models,
    read,
    reindex,
    render,
    search,
    status,
    tune,
    tune_abstention,
    tune_retrieval,
    verify,
)
from ragkit.cli.exits import Exit
from ragkit.cli.help import HelpCommand, HelpGroup
from ragkit.errors import RagkitError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""What a disk says on which nothing more can be written."""
RARELY = 100_000
"""Objects made between two collections of garbage: an answer makes 60,000, and to collect 130 times took it 0.05 s."""
app = typer.Typer(
    name="ragkit",
    cls=HelpGroup,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    invoke_without_command=True,
    epilog=exits.HELP,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
sections = {
    "eval": typer.Typer(cls=HelpGroup, help="Measure answers on a suite of questions.", rich_markup_mode=None),
    "models": typer.Typer(cls=HelpGroup, help="See and export the models that ship.", rich_markup_mode=None),
    "tune": typer.Typer(cls=HelpGroup, help="Train the models on data of your own.", rich_markup_mode=None),
    "config": typer.Typer(cls=HelpGroup, help="See the settings in force.", rich_markup_mode=None),
}
app.command("ingest", cls=HelpCommand, epilog=ingest.EXAMPLES)(ingest.ingest)
app.command("ask", cls=HelpCommand, epilog=ask.EXAMPLES)(ask.ask)
app.command("search", cls=HelpCommand, epilog=search.EXAMPLES)(search.search)
app.command("read", cls=HelpCommand, epilog=read.EXAMPLES)(read.read)
app.command("verify", cls=HelpCommand, epilog=verify.EXAMPLES)(verify.verify)
app.command("list", cls=HelpCommand)(documents.list_documents)
app.command("show", cls=HelpCommand)(documents.show)
app.command("remove", cls=HelpCommand)(documents.remove)
app.command("forget", cls=HelpCommand, epilog=forget.EXAMPLES)(forget.forget)
app.command("reindex", cls=HelpCommand, epilog=reindex.EXAMPLES)(reindex.reindex)
app.command("backup", cls=HelpCommand, epilog=backup.EXAMPLES)(backup.backup)
app.command("status", cls=HelpCommand)(status.status)
app.command("doctor", cls=HelpCommand)(doctor.doctor)
sections["eval"].command("run", cls=HelpCommand, epilog=evaluate.EXAMPLES)(evaluate.run)
sections["eval"].command("score", cls=HelpCommand, epilog=evaluate_score.EXAMPLES)(evaluate_score.score)
sections["eval"].command("compare", cls=HelpCommand, epilog=evaluate_compare.EXAMPLES)(evaluate_compare.compare)
sections["eval"].command("check", cls=HelpCommand, epilog=evaluate_check.EXAMPLES)(evaluate_check.check)
sections["models"].command("list", cls=HelpCommand)(models.list_models)
sections["models"].command("export", cls=HelpCommand, epilog=models.EXAMPLES)(models.export)
sections["tune"].command("reader", cls=HelpCommand, epilog=tune.READER)(tune.reader)
sections["tune"].command("verifier", cls=HelpCommand, epilog=tune.VERIFIER)(tune.verifier)
sections["tune"].command("writer", cls=HelpCommand, epilog=tune.WRITER)(tune.writer)
sections["tune"].command("embedder", cls=HelpCommand, epilog=tune.EMBEDDER)(tune.embedder)
sections["tune"].command("abstention", cls=HelpCommand, epilog=tune_abstention.EXAMPLES)(tune_abstention.abstention)
sections["tune"].command("retrieval", cls=HelpCommand, epilog=tune_retrieval.EXAMPLES)(tune_retrieval.retrieval)
sections["config"].command("show", cls=HelpCommand)(configuration.show)
for name, section in sections.items():
    app.add_typer(section, name=name)


@app.callback()
def ragkit(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks and every log line.")] = False,
) -> None:
    """Answers from your documents: offline, cited, checked sentence by sentence."""
    if version:
        render.text(f"ragkit {__version__}")
    elif context.invoked_subcommand is None:
        render.text(context.get_help())
    else:
        return
    raise typer.Exit


def program() -> NoReturn:
    """The command of a process of its own: `main`, and out.

    Models and runtime are left to the operating system, which takes them back at once; to take them apart piece by
    piece first would take a tenth of the time of an answer. Parser processes end with their standard input.
    """
    gc.set_threshold(RARELY)
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line and returns the exit code, an `Exit`."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    render.speak_utf8()
    words, debug = _without_debug(given)
    with _logging(debug):
        return _run(words, debug)


def _run(words: Sequence[str], debug: bool) -> int:
    try:
        code = int(_needed(words)(words, prog_name="ragkit", standalone_mode=False) or 0)
        sys.stdout.flush()
    except BrokenPipeError:
        render.abandon_stdout()
        return Exit.ERROR
    except Exception as error:
        if debug:
            render.traceback(error)
        return _explain(error)
    if code == Exit.INTERRUPTED:
        render.note("Interrupted.")
    return code


def _needed(words: Sequence[str]) -> typer.Typer:
    """The app, without the other commands where one is named first: to read the options of all takes 0.03 s."""
    called = [command for command in app.registered_commands if command.name in words[:1]]
    if not called:
        return app
    only = copy(app)
    only.registered_commands, only.registered_groups = called, []
    return only


def _explain(error: Exception) -> int:
    """Says what went wrong and returns the exit code."""
    if isinstance(error, RagkitError):
        render.error(error.message, error.hint)
        return error.exit_code
    if isinstance(error, typer.TyperException):
        render.error(*_usage(error))
        return Exit.USAGE
    if isinstance(error, typer.Abort):
        return Exit.INTERRUPTED
    if isinstance(error, OSError) and error.errno in FULL:
        render.error(f"{error.strerror}{f': {error.filename}' * bool(error.filename)}.", "Make room, and run it again.")
        return Exit.ERROR
    render.error(
        f"Internal error: {type(error).__name__}: {error}",
        "This is a fault in ragkit. Run the command again with --debug and report what it shows.",
    )
    return Exit.ERROR


def _usage(error: typer.TyperException) -> tuple[str, str]:
    """The message of a usage error with its nearest remedy."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "ragkit"
    options = getattr(error, "possibilities", None)
    message, _, near = (error.message if options else error.format_message()).partition(" Did you mean ")
    near = f"{options[0]}?" if options else near
    return message.rstrip(".") + ".", f"Did you mean {near}" if near else f"Run: {path} --help"


def _without_debug(arguments: Sequence[str]) -> tuple[list[str], bool]:
    """The arguments without ``--debug``, wherever it stands before ``--``, and whether it was there."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    before = [word for word in arguments[:end] if word != "--debug"]
    return [*before, *arguments[end:]], len(before) < end


@contextmanager
def _logging(debug: bool) -> Iterator[None]:
    """What the library logs becomes notes on stderr; what others log and warn is shown only with ``--debug``."""
    handler = _NoteHandler(logging.DEBUG if debug else logging.INFO)
    logger = logging.getLogger() if debug else logging.getLogger("ragkit")
    before = logger.level
    logger.setLevel(handler.level)
    logger.addHandler(handler)
    with warnings.catch_warnings():
        if not debug:
            warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logger.removeHandler(handler)
            logger.setLevel(before)


class _NoteHandler(logging.Handler):
    """Log records as notes on stderr."""

    def emit(self, record: logging.LogRecord) -> None:
        """Shows one record."""
        prefix = "" if record.levelno < logging.WARNING else f"{record.levelname.capitalize()}: "
        render.note(prefix + self.format(record), style="dim" if not prefix else "yellow")
