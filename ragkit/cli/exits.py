"""What the exit status of ``ragkit`` says."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes. Those of errors are also `ragkit.errors.RagkitError.exit_code`."""

    ANSWERED = 0
    ERROR = 1
    USAGE = 2
    ABSTAINED = 3
    UNVERIFIED = 4
    PARTIAL = 5
    GATE_FAILED = 6
    INTERRUPTED = 130


HELP = """\b
Exit codes:
  0  done, or answered       4  an answer that failed verification
  1  error                   5  ingested in part: something failed
  2  wrong usage             6  an evaluation gate failed
  3  no answer was found     130  interrupted
"""
"""For the end of ``ragkit --help``."""
