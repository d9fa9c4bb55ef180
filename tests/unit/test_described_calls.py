"""What the section of a function or an option says that it does."""

from __future__ import annotations

import pytest

from ragkit.generate.extractive.candidates import candidates
from ragkit.generate.extractive.described_calls import callers
from tests.conftest import passage

HOME_PATH = "Returns the path of the current user's home directory."
HOME = f"- Returns: {{string}}\n\n{HOME_PATH}\n\nIt may not exist."
JOIN = "The path.join() method joins all parts of a path."
APPEND = "Asynchronously append data to a file."
STOPS = "Stops the worker as soon as possible."
STOP = f"{STOPS}\n\nIf you stop the worker, its files stay open."


def told(question: str, text: str, heading: str) -> dict[str, str]:
    hit = passage(text, "api.md", heading)
    return {each.text: name for each, name in callers({0: question}, list(candidates([hit])), [hit]).items()}


@pytest.mark.parametrize(
    ("question", "text", "heading", "said"),
    [
        ("How do I get the user's home directory?", HOME, "os.home()", HOME_PATH),
        ("how can I find out the home directory of the user", HOME, "os.home()", HOME_PATH),
        ("How do I stop a worker?", STOP, "worker.end(code)", STOPS),
        ("How do I stop a worker?", STOP, "--end-worker", STOPS),
        ("Which function can I use to stop a worker?", STOP, "worker.end(code)", STOPS),
        ("What command stops the worker?", STOP, "worker.end(code)", STOPS),
        ("How do I join parts of a path?", JOIN, "path.join(a, b)", JOIN),
        ("How do I append to a file?", APPEND, "append(name, data)", APPEND),
    ],
)
def test_what_does_the_task_is_called(question: str, text: str, heading: str, said: str) -> None:
    assert told(question, text, heading) == {said: heading}


@pytest.mark.parametrize(
    ("question", "text", "heading"),
    [
        ("How do I get the user's mail directory?", HOME, "os.home()"),
        ("How do I delete the user's home directory?", HOME, "os.home()"),
        ("How do I stop a worker at noon?", STOP, "worker.end(code)"),
        ("When do I stop a worker?", STOP, "worker.end(code)"),
        ("Which manager stops a worker?", STOP, "worker.end(code)"),
        ("Which method do they stop?", STOP, "worker.end(code)"),
        ("How do I stop a worker?", STOP, "Workers in the hall"),
    ],
)
def test_another_task_is_not_done(question: str, text: str, heading: str) -> None:
    assert not told(question, text, heading)


def test_a_manual_page_names_what_does_it_and_options_that_change_that_do_not() -> None:
    line = "pipwell-add — Add packages to a list"
    assert told("How do I add a package?", line, "NAME") == {line: ""}
    assert not told("How do I add a package?", "--dev\n\nAdd as a package of the build.", "Options")


def test_what_says_it_at_once_goes_before_what_says_it_of_something_else() -> None:
    base = passage("Returns the last part of a path.", "a.md", "path.base(name)")
    other = passage(
        "Returns the ending, from the last dot on, of the name in the last part of a path.", "b.md", "end(x)"
    )
    found = callers(
        dict.fromkeys(range(2), "How do I get the last part of a path?"), list(candidates([base, other])), []
    )
    assert list(found.values()) == ["path.base(name)"]
