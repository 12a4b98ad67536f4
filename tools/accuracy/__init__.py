"""Cases with exact solutions, and a table of how far the simulator is from them.

`python -m tools.accuracy > docs/accuracy.md` writes the table; the tests hold every case to its
bounds. The tolerances are the errors at 10 ms, rounded up. What shows that a motion is right is not
that its error is small there but that it vanishes with the order of the method: the bound at 0.5 ms
is 20^order times smaller, and no wrong model comes that close to the exact solution.
"""

from tools.accuracy import contact, free, jointed
from tools.accuracy.case import TIMESTEPS, Case, convergence

__all__ = ["CASES", "TIMESTEPS", "Case", "convergence"]

CASES: tuple[Case, ...] = (*free.CASES, *jointed.CASES, *contact.CASES)
