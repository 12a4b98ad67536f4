"""Lanes: JAX functions of one element, run with one element of a batch per vector lane.

A function of one element -> jaxpr -> scalar program -> LLVM vectors -> a call from XLA

- function.py    a function with its derivatives; traced to a jaxpr when it is needed
- scalarize.py   jaxpr -> scalar program, by the rules of rules/; program.py says what that is;
                 fusion/ makes loops over the rows of large arrays, prune.py drops what is unused,
                 ordering.py computes things where they are used
- llvm.py        scalar program -> LLVM functions, by operations.py and math.py
- xla.py         the handler around them that XLA calls, on every core
- jit.py         LLVM text -> machine code, kept on disk
- gpu.py         scalar program -> a Pallas kernel, with one element per thread
- primitive.py   the JAX primitives that make the calls and know their derivatives
- call.py        the decorator `lanes`
"""

from scenert.lanes.call import lanes
from scenert.lanes.errors import LaneError, UnsupportedPrimitive
from scenert.lanes.function import LaneFallbackWarning

__all__ = ["LaneError", "LaneFallbackWarning", "UnsupportedPrimitive", "lanes"]
