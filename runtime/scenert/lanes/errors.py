"""What can go wrong on the way from a JAX function to vector code."""

from __future__ import annotations


class LaneError(Exception):
    """A function cannot be compiled to lanes; the portable path can still run it."""


class UnsupportedPrimitive(LaneError):  # noqa: N818  the name says it
    """The function uses an operation that has no scalar form here.

    `primitive` names it and `place` says where in the traced source it was called.
    """

    def __init__(self, primitive: str, reason: str, place: str = "") -> None:
        self.primitive = primitive
        self.reason = reason
        self.place = place
        where = f" ({place})" if place else ""
        super().__init__(f"'{primitive}'{where} cannot run in lanes: {reason}")
