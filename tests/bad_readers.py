"""Readers that misbehave as hostile files make parsers misbehave."""

from __future__ import annotations

import logging
import os
import time

from ragkit.ingest.patience import still_working
from ragkit.types import Document, Source


class Reader:
    """Does what the data says."""

    def read(self, source: Source, data: bytes) -> Document | None:  # noqa: C901, PLR0912 - one case for each deed
        deed, _, argument = data.decode().partition(" ")
        match deed:
            case "sleep":
                time.sleep(float(argument))
            case "beat":
                for _ in range(int(argument)):
                    time.sleep(0.2)
                    still_working()
            case "hoard":
                source = Source(source.uri + str(len(bytearray(int(argument) << 20))), None, "", 0)
            case "crash":
                os.abort()
            case "leave":
                os._exit(3)
            case "print":
                os.write(1, argument.encode() * 1000)
            case "log":
                logging.getLogger("ragkit.somewhere").warning("%s", argument)
            case "raise":
                raise ZeroDivisionError(argument)
            case "half":
                argument = "\ud800"
            case "nothing":
                return None
            case "untitled":
                return Document(source.uri, argument, None)  # type: ignore[arg-type]
            case "object":
                return Document(source.uri, argument, metadata={"of": object()})  # type: ignore[dict-item]
            case "number":
                return Document(source.uri, argument, metadata={"of": 2**70})
        return Document(source.uri, f"{os.getpid()} {argument}", metadata={"n": 1, "x": 0.5, "b": True})


class Unmade:
    """Cannot be made."""

    def __init__(self) -> None:
        raise KeyError("licence")
