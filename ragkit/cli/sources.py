"""What stands on the command line of ``ragkit ingest``, and where its account goes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ragkit.cli import options, render
from ragkit.cli.exits import Exit
from ragkit.errors import UsageError

if TYPE_CHECKING:
    from ragkit.config import Settings
    from ragkit.ingest.report import IngestReport
    from ragkit.kit import Kit
    from ragkit.types import Document

STDIN = "-"


def addresses(files: Sequence[Path]) -> Iterator[str]:
    """The addresses in lists, one a line; blank lines and lines that begin with # are passed over."""
    for file in files:
        try:
            lines = file.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"The list {file} cannot be read: {error}.", "Give a text file, a URL a line.") from error
        for number, line in enumerate(lines, start=1):
            address = line.strip()
            if not address or address.startswith("#"):
                continue
            if not address.startswith(("http://", "https://")):
                raise UsageError(f"Line {number} of {file} is no address: {address[:80]}", "Write https://HOST/PATH.")
            yield address


def items(
    names: Sequence[str], uri: str | None, media_type: str | None, settings: Settings
) -> Sequence[str] | Sequence[Document]:
    """The names as they are, or the document on standard input.

    Raises:
        UsageError: Nothing is named, or options do not go together.
        SourceError: What is on standard input cannot be read.
    """
    if STDIN not in names:
        if uri or media_type:
            raise UsageError(
                "--uri and --media-type are for standard input.", "Name it too: ragkit ingest - --uri NAME"
            )
        if not names:
            raise UsageError("Nothing is named to ingest.", "Run: ragkit ingest PATH")
        return names
    options.alone(STDIN, *(name for name in names if name != STDIN))
    if not uri:
        raise UsageError("What standard input brings has no name.", "Give it one with --uri NAME.")
    return [_from_stdin(uri, media_type, settings)]


def watched(names: Sequence[str], *, dry_run: bool) -> None:
    """Raises `UsageError` unless folders alone are named, and for keeps."""
    if dry_run:
        raise UsageError("--watch does not go with --dry-run.", "Give one of the two.")
    if not names:
        raise UsageError("Nothing is named to watch.", "Run: ragkit ingest FOLDER --watch")
    for name in names:
        if name == STDIN or "://" in name:
            raise UsageError(f"{name} cannot be watched.", "Name folders on this machine.")


class Account:
    """Shows reports, writes them to ``file`` if there is one, and tells the exit code.

    Raises `UsageError` for a file that cannot be written: before anything is ingested, or after the report was shown.
    """

    def __init__(self, file: Path | None, *, as_json: bool, verbose: bool) -> None:
        self._file = options.to_write(file) if file else None
        self._json = as_json
        self._verbose = verbose

    def show(self, report: IngestReport, kit: Kit) -> int:
        """One report in full."""
        if self._json:
            from ragkit.ingest.report import to_dict

            render.data(to_dict(report))
        else:
            from ragkit.cli.screens.ingest import account

            render.show(*account(report, kit.path, verbose=self._verbose, file=self._file))
        self._write(report)
        return Exit.PARTIAL if report.failed else Exit.ANSWERED

    def follow(self, reports: Iterator[IngestReport], kit: Kit) -> int:
        """A line for each report as it comes, or a JSON object; when the user ends it, the account of all."""
        total: IngestReport | None = None
        try:
            for report in reports:
                total = report if total is None else total.then(report)
                self._line(report)
        except KeyboardInterrupt:
            render.note("Stopped.")
        if total is None:
            return Exit.INTERRUPTED
        if self._json:
            self._write(total)
            return Exit.PARTIAL if total.failed else Exit.ANSWERED
        return self.show(total, kit)

    def _line(self, report: IngestReport) -> None:
        if self._json:
            from ragkit.ingest.report import to_dict

            render.data(to_dict(report))
        else:
            from ragkit.cli.screens.ingest import in_one_line

            render.note(in_one_line(report))

    def _write(self, report: IngestReport) -> None:
        if self._file is None:
            return
        import json

        from ragkit.ingest.report import to_dict

        text = json.dumps(to_dict(report), ensure_ascii=False, indent=1)
        try:
            self._file.write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise UsageError(
                f"The report cannot be written to {self._file}: {error.strerror}.", "Name another."
            ) from error


def _from_stdin(uri: str, media_type: str | None, settings: Settings) -> Document:
    from ragkit.errors import SourceError
    from ragkit.ingest import read
    from ragkit.ingest.find import too_large
    from ragkit.ingest.given import read_document
    from ragkit.ingest.labels import fields_of

    limit = settings.ingest.max_file_mb * 2**20
    data = sys.stdin.buffer.read(limit + 1)
    if len(data) > limit:
        raise SourceError(f"{uri} cannot be read: {too_large(len(data), limit)} or more.", "Split it.")
    try:
        return read_document(uri, data, media_type, fields_of(settings))
    finally:
        read.close()
