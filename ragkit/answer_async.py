"""An answer as it arises, for async code: `ragkit.answer.AnswerStream` read in worker threads, a piece at a time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator
from contextlib import aclosing

from ragkit.answer import AnswerStream, closed_early
from ragkit.errors import UsageError
from ragkit.types import Answer, Piece


class AsyncAnswerStream:
    """Iterate over the pieces with ``async for``, then await `answer`, the checked whole.

    A piece is made when it is waited for, and no sooner. Leaving the loop or an ``async with`` block, `aclose`, or
    being cancelled while waiting stops generation; the piece that is being made then is waited for by its thread alone.
    """

    def __init__(self, stream: AnswerStream) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._reading = False
        self._left = False

    async def __aiter__(self) -> AsyncGenerator[Piece, None]:
        try:
            while (piece := await asyncio.to_thread(self._next)) is not None:
                yield piece
        except asyncio.CancelledError:
            # whoever cancels does not wait for what is being made, nor for its end
            asyncio.get_running_loop().run_in_executor(None, self._close)
            raise
        except GeneratorExit:
            await self.aclose()
            raise

    async def answer(self) -> Answer:
        """The checked answer; what has not been read of the stream is read first.

        Raises:
            UsageError: The stream was closed before.
            RagkitError: What reading it failed with, as `ragkit.kit.Kit.ask` tells; also when it is asked for again.
        """
        async with aclosing(aiter(self)) as pieces:
            async for _ in pieces:
                pass
        if self._reading:
            raise closed_early()
        return self._stream.answer

    async def aclose(self) -> None:
        """Stop generating."""
        await asyncio.to_thread(self._close)

    async def __aenter__(self) -> AsyncAnswerStream:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.aclose()

    def _next(self) -> Piece | None:
        """The next piece, made in this thread, which closes the stream itself when it has been left meanwhile."""
        with self._lock:
            if self._left:
                return None
            if self._reading:
                raise UsageError("The stream is read by two tasks at once.", "Let one read it.")
            self._reading = True
        try:
            return next(self._stream, None)
        finally:
            with self._lock:
                self._reading = False
                if self._left:
                    self._stream.close()

    def _close(self) -> None:
        with self._lock:
            self._left = True
            if not self._reading:
                self._stream.close()
