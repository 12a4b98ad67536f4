"""From a jaxpr to a target that XLA can call by name."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import jax
from jax.extend.core import ClosedJaxpr

from scenert.lanes.jit import fingerprint, load, object_code
from scenert.lanes.llvm import lanes_for, lay_out
from scenert.lanes.scalarize import scalarize
from scenert.lanes.target import Target, host
from scenert.lanes.xla import HANDLER, module

_registered: dict[str, object] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class Kernel:
    """Compiled code for one function: the name XLA knows it by, and how wide it is."""

    name: str
    lanes: int


def compile_kernel(
    closed: ClosedJaxpr, uniform: Sequence[bool], target: Target | None = None
) -> Kernel:
    """Compile a jaxpr for a processor, by default this one, and register it with XLA.

    Code that the cache has is not compiled again.

    `uniform` marks the arguments that all lanes share. Raises UnsupportedPrimitive.
    """
    target = target or host()
    text, lanes = module_text(closed, uniform, target)
    name = f"scenert_lanes_{fingerprint(text, target)}"
    with _lock:
        if name not in _registered:
            _registered[name] = _register(name, text, target)
    return Kernel(name, lanes)


def module_text(closed: ClosedJaxpr, uniform: Sequence[bool], target: Target) -> tuple[str, int]:
    """The LLVM module of a jaxpr, and its number of lanes."""
    program = scalarize(closed, uniform)
    layout = lay_out(program, lanes_for(program, target))
    return module(program, layout, target), layout.lanes


def _register(name: str, text: str, target: Target) -> object:
    address = load(object_code(text, target), HANDLER, target)
    function = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(address.value or 0)
    capsule = jax.ffi.pycapsule(function)  # type: ignore[no-untyped-call]
    jax.ffi.register_ffi_target(name, capsule, platform="cpu")
    return function
