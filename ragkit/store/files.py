"""Files that survive a power cut: forced to the disk, and so is the folder that names them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def checksum(file: Path) -> str:
    """SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def device_and_number(file: Path) -> tuple[int, int] | None:
    """Device and number of a file or folder, which no other has while it is there; None where there is none."""
    try:
        about = file.stat()
    except OSError:
        return None
    return about.st_dev, about.st_ino


def flush(file: Path) -> None:
    """Force a file's content to the disk."""
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())


def flush_folder(folder: Path) -> None:
    """Force a rename to the disk, where folders can be opened (not on Windows, which does so by itself)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
