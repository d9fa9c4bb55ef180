"""Training questions made from nothing but a seed: tables, prose, lists and procedures about things that do not exist.

What a reader trained on encyclopaedia articles lacks is here made in bulk: near misses (another country, plan, version
or role than the passage speaks of), cells of tables, lists, procedures and technical text. Every value is drawn at
random, so nothing can be learned but how to read.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from ragkit.tune.data import Question
from ragkit.tune.drills import goods, technical, work, world
from ragkit.tune.drills.ask import about
from ragkit.tune.drills.texts import TEXTS

SCHEMAS = {schema.domain: schema for schema in (*work.SCHEMAS, *goods.SCHEMAS, *technical.SCHEMAS, *world.SCHEMAS)}
DOMAINS = (*SCHEMAS, *TEXTS)
_TEXT_SHARE = 0.33
HELD_OUT = ("insurance", "devices", "transport", "params", "maintenance", "grants", "medicine")
"""Domains that are left to test with."""


def make(count: int, seed: int, domains: Sequence[str] = DOMAINS) -> list[Question]:
    """``count`` questions about ``domains``, the same for the same seed; about two in five have no answer.

    The passages of one domain form a ``group``; ``whole`` is set, so that nothing is mined for them or cut from them.
    """
    rng = random.Random(seed)  # noqa: S311 - reproducible data, not a secret
    found = _stream(domains, rng)
    return [next(found) for _ in range(count)]


def _stream(domains: Sequence[str], rng: random.Random) -> Iterator[Question]:
    schemas = [name for name in domains if name in SCHEMAS]
    texts = [name for name in domains if name in TEXTS]
    while schemas or texts:
        if texts and (not schemas or rng.random() < _TEXT_SHARE):
            name = rng.choice(texts)
            yield from TEXTS[name](rng, f"drills/{name}")
        else:
            name = rng.choice(schemas)
            yield from about(SCHEMAS[name], rng, f"drills/{name}")
