"""Keeps a store in line with folders while they change.

Every burst of changes leads to a whole run over the folders: looking at a file that has not changed costs a system
call, and no event that was lost, coalesced or misread can leave the store behind.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event

from watchfiles import Change, watch

from ragkit.arguments import check
from ragkit.errors import StoreLocked, UsageError
from ragkit.ingest.globs import split
from ragkit.ingest.ignore import FILE, passed_by
from ragkit.ingest.report import IngestReport
from ragkit.store.files import device_and_number

log = logging.getLogger(__name__)

DEBOUNCE_MS = 1_600
"""A burst ends when nothing has changed for `STEP_MS`, and is taken to have ended after this."""
STEP_MS = 200
LOOK_MS = 500
"""Between two looks whether the folders are still there, and still the same."""
RETRY_S = 2.0
"""Between two looks for a store that is locked, or a folder that is gone."""


def folders_of(paths: Sequence[str | Path]) -> list[Path]:
    """The folders to watch. Raises `UsageError` for what is none, nor a glob in one."""
    for path in paths:
        check("What is to be watched", path, str, Path)
    folders = [split(path)[0] for path in paths]
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"{folder} cannot be watched: it is not a folder.", "Name the folder that it is in.")
    return folders


def keep_in_line(
    folders: Sequence[Path], store: Path, run: Callable[[], IngestReport], stop: Event
) -> Iterator[IngestReport]:
    """The report of a first run, then one for each burst of changes that changed the store, until ``stop`` is set.

    A store that is locked and a folder that is gone are waited for. What fails in ``run`` otherwise is raised.
    """
    first = True
    while not stop.is_set():
        if not _all_there(folders, stop):
            continue
        for _ in _bursts(folders, store, stop):
            report = _patiently(run, stop)
            if report is None:
                break
            if first or not report.idle:
                yield report
            first = False


def _bursts(folders: Sequence[Path], store: Path, stop: Event) -> Iterator[None]:
    """Once at the beginning, then after each burst of changes of interest; ends when a folder is gone or another one.

    Watching begins before the first time, and goes on while the caller is busy, so that nothing is missed.
    """
    begun = False
    watched = [device_and_number(folder) for folder in folders]
    changes = watch(
        *folders,
        watch_filter=_Filter(folders, store),
        debounce=DEBOUNCE_MS,
        step=STEP_MS,
        stop_event=stop,
        rust_timeout=LOOK_MS,
        yield_on_timeout=True,
    )
    for changed in changes:
        # events come from the folder that was at the path when watching began, wherever it is now
        if [device_and_number(folder) for folder in folders] != watched:
            return
        if changed or not begun:
            begun = True
            yield


class _Filter:
    """Passes over what a walk passes over, but for ignore files."""

    def __init__(self, folders: Sequence[Path], store: Path) -> None:
        self._folders = [folder.resolve() for folder in folders] + [folder.absolute() for folder in folders]
        self._store = store.resolve()

    def __call__(self, change: Change, name: str) -> bool:
        """Whether a change is of interest."""
        path = Path(name)
        if path.is_relative_to(self._store):
            return False
        inside = next((path.relative_to(folder) for folder in self._folders if path.is_relative_to(folder)), path)
        return inside.name == FILE or not any(map(passed_by, inside.parts))


def _all_there(folders: Sequence[Path], stop: Event) -> bool:
    """Whether all folders exist; waits a little when not. One that is gone may be a disk that comes back."""
    gone = [folder for folder in folders if not folder.is_dir()]
    if gone:
        log.warning("%s is gone. Its documents stay in the store, and it is waited for.", gone[0])
    while gone and not stop.wait(RETRY_S):
        gone = [folder for folder in folders if not folder.is_dir()]
    return not gone


def _patiently(run: Callable[[], IngestReport], stop: Event) -> IngestReport | None:
    """The report of a run; None when there was none, because the store is locked or a folder has just gone."""
    try:
        return run()
    except StoreLocked as error:
        log.warning("%s Trying again.", error.message)
    except UsageError as error:
        log.warning("%s", error.message)
    stop.wait(RETRY_S)
    return None
