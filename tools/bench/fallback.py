"""Whether what runs meanwhile runs in lanes or on the portable path."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from scenert.lanes import LaneFallbackWarning


@dataclass
class Path:
    """`portable` is 1.0 when something fell back to the portable path, else 0.0."""

    portable: float = 0.0


@contextmanager
def on_which_path() -> Iterator[Path]:
    """A Path that is true once the context is left."""
    path = Path()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", LaneFallbackWarning)
        yield path
    path.portable = float(any(issubclass(w.category, LaneFallbackWarning) for w in caught))
