"""Every error that ragkit raises on purpose. Each carries a remedy and the exit code that the command line uses.

RagkitError                1
+-- UsageError             2   an argument, option or name that is invalid
|   +-- ConfigError        2   a configuration or pipeline file that is invalid
|   +-- PromptError        2   a prompt file that is invalid, or a prompt that cannot fit
+-- SourceError            1   a document that cannot be read
+-- StoreError             1   a store that is missing, locked, damaged or of another make
|   +-- StoreMissing       1
|   +-- StoreLocked        1
|   +-- StoreMismatch      1   another embedder, or a schema newer than this version
+-- ModelError             1   a model that is missing, damaged or cannot run here
+-- EndpointError          1   a server that is down, refuses or answers rubbish
+-- GateFailed             6   an evaluation that misses its bar
"""

from __future__ import annotations


class RagkitError(Exception):
    """One sentence that says what is wrong, ``message``, and a ``hint`` that names the remedy; as text it is both."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(RagkitError):
    """An argument, option or name that is invalid."""

    exit_code = 2


class ConfigError(UsageError):
    """A configuration or pipeline file that is invalid."""


class PromptError(UsageError):
    """A prompt file that is invalid, or a prompt that cannot fit."""


class SourceError(RagkitError):
    """A document that cannot be read; ``needs`` is a program that would read it and is not installed."""

    def __init__(self, message: str, hint: str = "", *, needs: str = "") -> None:
        super().__init__(message, hint)
        self.needs = needs


class StoreError(RagkitError):
    """A store that cannot be used."""


class StoreMissing(StoreError):
    """There is no store at that place."""


class StoreLocked(StoreError):
    """Another process, or another kit of this one, is writing to the store."""


class StoreMismatch(StoreError):
    """The store was made by another embedder or by a newer ragkit."""


class ModelError(RagkitError):
    """A model that is missing, damaged or cannot run here."""


class EndpointError(RagkitError):
    """A server that is down, refuses or answers rubbish."""


class GateFailed(RagkitError):
    """An evaluation misses a bar that the user set."""

    exit_code = 6
