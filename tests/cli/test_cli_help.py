"""Help, start-up cost, and usage errors of the parser."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from ragkit import __version__
from ragkit.__main__ import run
from ragkit.cli.exits import Exit
from ragkit.cli.main import _needed, app
from ragkit.registry import TABLE
from tests.cli.conftest import Run, process_environment, run_ragkit

HEAVY = {
    "torch", "transformers", "sentence_transformers", "faiss", "onnxruntime", "openvino", "numpy", "fastapi",
    "rich", "msgspec", "httpx", "lxml", "tokenizers", "pydantic", "asyncio",
}  # fmt: skip
PROBE = """
import json, sys
from ragkit.cli.main import main
code = main(json.loads(sys.argv[1]))
sys.stderr.write(json.dumps([code, sorted(sys.modules)]))
"""


def commands() -> Iterator[tuple[str, Any]]:
    """Every command with its path, groups included."""

    def walk(path: str, command: Any) -> Iterator[tuple[str, Any]]:
        yield path, command
        for name, inner in getattr(command, "commands", {}).items():
            yield from walk(f"{path} {name}".strip(), inner)

    return walk("", typer.main.get_command(app))


def loaded_modules(*arguments: str, cwd: Path) -> tuple[int, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(arguments)],
        cwd=cwd,
        env=process_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    code, modules = json.loads(done.stderr.splitlines()[-1])
    return code, {name.partition(".")[0] for name in modules}


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    code, modules = loaded_modules(*arguments, cwd=tmp_path)
    assert code == 0
    assert not modules & HEAVY


def test_a_command_is_read_without_the_others() -> None:
    assert [command.name for command in _needed(["ask", "search"]).registered_commands] == ["ask"]
    assert all(_needed(words) is app for words in ([], ["--version"], ["eval", "run"], ["no-such"]))
    assert len(app.registered_commands) > 1


def test_asking_loads_neither_torch_nor_a_web_client(home: Path) -> None:
    _, modules = loaded_modules("ask", "--json", "How long does the battery of the Heron 2 last?", cwd=home)
    assert not modules & {"torch", "transformers", "sentence_transformers", "httpx", "pydantic", "rich", "fastapi"}


def test_help_names_every_command_and_the_exit_codes(run: Run) -> None:
    done = run("--help")
    assert done.code == 0
    for name in dict(commands()):
        if not name or " " in name:
            continue
        assert f"\n  {name} " in done.out
    for code in Exit:
        assert f"  {int(code)}  " in done.out


def test_every_command_argument_and_option_is_documented() -> None:
    for path, command in commands():
        assert command.help, path
        for parameter in command.params:
            assert parameter.help, f"{path} {parameter.name}"


@pytest.mark.parametrize(("option", "kind"), [("generator", "generator"), ("reranker", "reranker")])
def test_the_help_of_a_part_names_all_that_ship(option: str, kind: str) -> None:
    helps = {parameter.help for _, command in commands() for parameter in command.params if parameter.name == option}
    assert helps
    assert all(re.search(rf"\b{name}\b", text) for text in helps for name in TABLE[kind])


def test_every_command_that_touches_a_store_takes_its_path() -> None:
    names = {
        path: {option for parameter in command.params for option in parameter.opts} for path, command in commands()
    }
    for path in ("ingest", "ask", "search", "list", "show", "remove", "status", "doctor", "eval run"):
        assert "--store" in names[path], path


def test_version(run: Run) -> None:
    assert run("--version").out == f"ragkit {__version__}\n"


def test_no_command_shows_help(run: Run) -> None:
    done = run()
    assert done.code == 0
    assert done.out.startswith("Usage: ragkit")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ingst", "docs"], "Did you mean 'ingest'"),
        (["ask", "--hit", "3", "x"], "No such option: --hit.\n       Did you mean --hits?"),
        (["ask", "--tempurature=1", "x"], "Did you mean --temperature?"),
        (["ask", "-k", "many", "x"], "'-k' / '--hits'"),
        (["ask", "-k", "0", "x"], "'-k' / '--hits'"),
        (["ask", "--top-p", "2", "x"], "'--top-p'"),
        (["status", "one", "two"], "one two"),
        (["ask", "--seed"], "requires an argument"),
        (["eval"], "Run: ragkit eval --help"),
        (["show"], "URI"),
        (["eval", "rum"], "Did you mean 'run'?"),
        (["eval", "run", "handbook", "--half", "third"], "'--half'"),
    ],
)
def test_wrong_usage_exits_2_with_a_remedy(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str], fresh_consoles: None
) -> None:
    from ragkit.cli.main import main

    assert main(arguments) == Exit.USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("Error: ")
    assert says in captured.err
    assert "Traceback" not in captured.err


def test_what_a_command_does_stands_whole_in_the_list(tmp_path: Path) -> None:
    listed = run_ragkit("--help", cwd=tmp_path).out.partition("Commands:")[2]
    assert "  ask " in listed
    assert "..." not in listed


def test_an_interrupt_while_it_loads_shows_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupting:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "ragkit.cli.main":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "ragkit.cli.main")
    monkeypatch.setattr(sys, "meta_path", [Interrupting(), *sys.meta_path])
    with pytest.raises(SystemExit) as caught:
        run()
    assert caught.value.code == Exit.INTERRUPTED
