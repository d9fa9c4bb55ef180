"""What all tests share. Nothing here reads the user's own configuration or caches but the converted models."""

from __future__ import annotations

import os
from itertools import chain, islice
from pathlib import Path

import pytest

from ragkit.testing import HashingEmbedder
from ragkit.types import Chunk, Hit

ALL_FAULTS = os.environ.get("RAGKIT_FAULTS") == "1"
"""Whether every fault and size is tried, as ``make faults`` does, instead of a sample."""


def pytest_configure() -> None:
    """Processes that share the work share the cores too: where each has threads for all of them, they wait in turn."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each worker of ``--dist worksteal`` starts with its share of the tests that train, lest one ends alone.

    They begin with an equal run of the tests each, in the order of ``items``.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    first = [item for item in items if item.get_closest_marker("trains")]
    rest = iter([item for item in items if not item.get_closest_marker("trains")])
    size = len(items) // workers
    begun = [first[number::workers] for number in range(workers)]
    items[:] = [item for own in begun for item in chain(own, islice(rest, max(0, size - len(own))))] + list(rest)


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A RAGKIT_* variable or a config file of whoever runs the tests must not change them."""
    for name in list(os.environ):
        if name.startswith("RAGKIT_") and name != "RAGKIT_CACHE_DIR":
            monkeypatch.delenv(name)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def embedder() -> HashingEmbedder:
    return HashingEmbedder()


def passage(text: str, uri: str = "doc.md", *headings: str, start: int = 0) -> Hit:
    """A hit on a passage that is made of ``text`` alone."""
    return Hit(Chunk(uri, "Title", start, start + len(text), text, headings), 1.0)
