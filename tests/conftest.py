"""What all tests share. Nothing here reads the user's own configuration or caches but the converted models."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ragkit.testing import HashingEmbedder
from ragkit.types import Chunk, Hit

ALL_FAULTS = os.environ.get("RAGKIT_FAULTS") == "1"
"""Whether every fault and size is tried, as ``make faults`` does, instead of a sample."""


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
