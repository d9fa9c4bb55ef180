"""Whether a file of weights has the SHA-256 that it should have.

It is hashed once for each state of the file, which is remembered in the cache folder: the 21 MB of a reader take 18 ms
at each start, the embedder's 90 four times that.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from ragkit.models.runtime import cache_folder


def digest_of(path: Path) -> str:
    """The digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def differs(path: Path, sha256: str) -> str:
    """The digest of a file where it is another than that, else "".

    Raises:
        OSError: It cannot be read.
    """
    state = path.stat()
    place = str(path.absolute())
    stamp = cache_folder() / "models" / f"checked-{hashlib.sha256(os.fsencode(place)).hexdigest()[:12]}.json"
    fact = [place, state.st_size, state.st_mtime_ns, sha256]
    if _read_json(stamp) == fact:
        return ""
    found = digest_of(path)
    if found != sha256:
        return found
    _remember(stamp, fact)
    return ""


def _remember(stamp: Path, fact: object) -> None:
    """A stamp that cannot be written costs a hash at the next start and nothing else."""
    part = stamp.with_suffix(".part")
    try:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(fact), encoding="utf-8")
        part.replace(stamp)
    except OSError:
        return


def _read_json(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
