"""Index recipes: ``indexes/<name>.toml`` says how the FAISS index of a store is made, searched and merged."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import sqrt

from ragkit import shipped
from ragkit.errors import ConfigError, UsageError
from ragkit.suggest import did_you_mean

DEFAULT = "ivf-pq"
"""The recipe of a new store: with those below it, it is none, exact or approximate by the number of chunks."""
LEAST_TRAINING, TRAINING = 39, 64
"""Rows for each centroid: what FAISS wants, and what is enough."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an index is made.

    ``factory`` and ``parameters`` (of search) are FAISS strings; ``{lists}``, ``{probes}`` and ``{subvectors}`` in
    them depend on the number of rows and the dimension. A store of fewer rows than ``minimum`` is indexed by the
    recipe named ``below``, or not at all when that is empty. ``training`` is the most rows that training looks at, 0
    for an index that needs none. When ``rescore`` is not 0 the index finds ``rescore`` candidates for each result,
    whose exact scores decide. Deleted rows are masked until the index is merged, which is when the rows added and
    deleted since exceed both ``merge_share`` of it and ``merge_floor``.
    """

    name: str
    factory: str
    parameters: str = ""
    minimum: int = 0
    below: str = ""
    training: int = 0
    rescore: int = 0
    merge_share: float = 0.1
    merge_floor: int = 2_000

    def strings(self, rows: int, dimension: int) -> tuple[str, str]:
        """Factory and search parameters for so many rows."""
        lists = self._lists(rows)
        values = {
            "lists": lists,
            "probes": max(8, lists // 4),
            "subvectors": next(count for count in range(max(1, dimension // 4), 0, -1) if dimension % count == 0),
        }
        return self.factory.format(**values), self.parameters.format(**values)

    def sample(self, rows: int) -> int:
        """How many of so many rows training looks at."""
        return min(rows, self.training, TRAINING * self._lists(rows))

    def suits(self, lists: int, rows: int) -> bool:
        """Whether an index of so many lists may take more rows, and so have as many; one without lists always may.

        It may until a new one would have more than twice as many: the rows are four times those it was trained for.
        """
        return not self.training or 2 * lists >= self._lists(rows)

    def _lists(self, rows: int) -> int:
        # More and shorter lists find little more for the same share of rows scanned, and take far longer to train.
        return max(1, min(round(sqrt(rows)), min(rows, self.training) // LEAST_TRAINING))

    def due(self, indexed: int, pending: int) -> bool:
        """Whether so many rows added and deleted since call for a merge."""
        return pending > max(self.merge_floor, self.merge_share * indexed)


def load_recipe(name: str) -> Recipe:
    """The shipped recipe of that name.

    Raises:
        UsageError: There is none; the nearest name is suggested.
    """
    known = shipped.names("indexes", ".toml")
    if name not in known:
        raise UsageError(f"There is no index recipe {name!r}.", did_you_mean(name, known))
    text = (shipped.folder("indexes") / f"{name}.toml").read_text(encoding="utf-8")
    return parse_recipe(name, text)


def parse_recipe(name: str, text: str) -> Recipe:
    """The recipe that ``text`` (TOML) describes.

    Raises:
        ConfigError: It is no TOML, lacks ``factory``, or has a key or a value that cannot be.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"The index recipe {name!r} is not valid TOML: {error}.", "Mend the file.") from error
    _check(name, values)
    return Recipe(name, **values)


def recipe_for(name: str, rows: int) -> Recipe | None:
    """The recipe to use for so many rows: ``name``'s or that below it; None when no index is worth having."""
    recipe = load_recipe(name)
    while rows < recipe.minimum:
        if not recipe.below:
            return None
        recipe = load_recipe(recipe.below)
    return recipe


def _check(name: str, values: Mapping[str, object]) -> None:
    kinds = {field.name: field.type for field in fields(Recipe) if field.name != "name"}
    if "factory" not in values:
        raise ConfigError(f"The index recipe {name!r} has no factory.", 'Add a line such as: factory = "SQfp16"')
    for key, value in values.items():
        if key not in kinds:
            raise ConfigError(f"The index recipe {name!r} has an unknown key {key!r}.", did_you_mean(key, kinds))
        if type(value).__name__ != kinds[key]:
            raise ConfigError(f"In the index recipe {name!r}, {key} must be of type {kinds[key]}.", "Mend the file.")
