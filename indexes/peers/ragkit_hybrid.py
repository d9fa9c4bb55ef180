"""ragkit through its Python interface, ranking by vectors and words together: its default."""

from __future__ import annotations

import measure
from ragkit_dense import Dense


class Hybrid(Dense):
    """The same store, the default fusion."""

    fusion = "rrf"


if __name__ == "__main__":
    measure.main(Hybrid)
