"""The primitives that only call another jaxpr."""

from __future__ import annotations

from typing import Any

CALLS = (
    "jit",
    "pjit",
    "closed_call",
    "core_call",
    "checkpoint",
    "remat",
    "remat2",
    "custom_jvp_call",
    "custom_vjp_call",
    "custom_vjp_call_jaxpr",
    "custom_lin",
)
_PARAMETERS = ("jaxpr", "call_jaxpr", "fun_jaxpr")


def called(parameters: dict[str, Any]) -> Any:
    """The jaxpr, open or closed, that a call with these parameters runs."""
    return next(parameters[key] for key in _PARAMETERS if key in parameters)
