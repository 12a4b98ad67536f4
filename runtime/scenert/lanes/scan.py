"""What an equation `scan` says of its loop, whichever version of JAX wrote it."""

from __future__ import annotations

from typing import Any, NamedTuple

from jax.extend.core import ClosedJaxpr


class Scan(NamedTuple):
    """`passes` passes of a body, whose arguments are constants, carried arrays and slices.

    body returns the carried arrays and what the pass leaves behind. reverse: the last slice first.
    """

    body: ClosedJaxpr
    passes: int
    constants: int
    carried: int
    reverse: bool = False

    @staticmethod
    def of(parameters: dict[str, Any]) -> Scan:
        """The loop of an equation with these parameters."""
        if "ft_in" in parameters:  # since JAX 0.11: three trees of arguments
            constants, carried, _ = (len(tree) for tree in parameters["ft_in"].unpack())
        else:
            constants, carried = parameters["num_consts"], parameters["num_carry"]
        body, passes = parameters["jaxpr"], parameters["length"]
        return Scan(body, passes, constants, carried, parameters["reverse"])

    def parameters(self) -> dict[str, Any]:
        """Parameters of an equation that `of` understands."""
        return {
            "jaxpr": self.body,
            "length": self.passes,
            "num_consts": self.constants,
            "num_carry": self.carried,
            "reverse": self.reverse,
        }
