"""Finds the declarative content that ships: ``pipelines``, ``indexes`` and ``evals``, installed or in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The shipped folder ``name``: inside the package when installed, beside it in a checkout."""
    installed = _PACKAGE / "_shipped" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def names(name: str, suffix: str) -> list[str]:
    """The stems of the files with ``suffix`` in a shipped folder, such as ``names("pipelines", ".toml")``."""
    return sorted(path.stem for path in folder(name).glob(f"*{suffix}"))
