"""Encoder states of pairs, computed once and kept in a file: the encoder does not change while the decoder learns.

The file holds float16 rows one after the other; beside it stands an index, one line a pair, from which an interrupted
run goes on. States come from the same graph that the writer uses at run time, so that it learns from what it will see.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ragkit.models import bundled, runtime, writer_graph
from ragkit.models.minilm import batches, bert_inputs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragkit.tune.lessons import Shown

    States = NDArray[np.float16]

_ROW = bundled.WIDTH * 2


class StateCache:
    """States of pairs under the encoder ``weights``, kept in ``folder``."""

    def __init__(self, weights: Mapping[str, NDArray[np.float32]], digest: str, folder: Path) -> None:
        self._model = runtime.compiled("writer-encoder", digest, lambda: writer_graph.encoder(weights))
        folder.mkdir(parents=True, exist_ok=True)
        self._file, self._index = folder / f"states-{digest[:12]}.f16", folder / f"states-{digest[:12]}.txt"
        self._places: dict[str, tuple[int, int]] = {}
        if self._index.exists():
            for line in self._index.read_text(encoding="ascii").splitlines():
                key, start, tokens = line.split()
                self._places[key] = (int(start), int(tokens))

    def get(self, pairs: Sequence[Shown]) -> list[States]:
        """The states of each pair, shape ``(tokens, width)``; those that are not yet known are computed."""
        keys = [_key(pair.ids) for pair in pairs]
        fresh = {key: pair for key, pair in zip(keys, pairs, strict=True) if key not in self._places}
        if fresh:
            self._add(fresh)
        with self._file.open("rb") as file:
            return [self._read(file.fileno(), *self._places[key]) for key in keys]

    def forget(self) -> None:
        """Removes the file and its index."""
        self._file.unlink(missing_ok=True)
        self._index.unlink(missing_ok=True)

    def _read(self, file: int, start: int, tokens: int) -> States:
        return np.frombuffer(os.pread(file, tokens * _ROW, start * _ROW), np.float16).reshape(tokens, -1)

    def _add(self, fresh: Mapping[str, Shown]) -> None:
        keys, rows = list(fresh), [pair.ids for pair in fresh.values()]
        with self._file.open("ab") as file, self._index.open("a", encoding="ascii") as index:
            for places in batches([len(row) for row in rows]):
                group = [fresh[keys[place]] for place in places]
                types = [[0] * pair.first + [1] * (len(pair.ids) - pair.first) for pair in group]
                states = self._model(bert_inputs([pair.ids for pair in group], types))[0]
                for place, pair, state in zip(places, group, states, strict=True):
                    start = file.seek(0, 2) // _ROW
                    file.write(state[: len(pair.ids)].astype(np.float16).tobytes())
                    file.flush()
                    index.write(f"{keys[place]} {start} {len(pair.ids)}\n")
                    self._places[keys[place]] = (start, len(pair.ids))


def _key(ids: Sequence[int]) -> str:
    return hashlib.blake2b(np.asarray(ids, np.int32).tobytes(), digest_size=12).hexdigest()
