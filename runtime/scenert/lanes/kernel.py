"""From a jaxpr to a target that XLA can call by name."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Sequence

import jax
from jax.extend.core import ClosedJaxpr

from scenert.lanes import store
from scenert.lanes.jit import fingerprint, load, object_code
from scenert.lanes.llvm import lanes_for, lay_out
from scenert.lanes.scalarize import scalarize
from scenert.lanes.target import Target, host
from scenert.lanes.xla import HANDLER, module

_registered: dict[str, object] = {}
_lock = threading.Lock()


def compile_kernel(
    trace: Callable[[], ClosedJaxpr],
    uniform: Sequence[bool],
    identity: str | None = None,
    target: Target | None = None,
) -> str:
    """Compile a jaxpr for a processor, by default this one; the name XLA knows the code by.

    Code that is kept is not compiled again. It is found by `identity`, a name for what the jaxpr
    computes; then `trace` is not even called. Without one it is found by the module's text.

    `uniform` marks the arguments that all lanes share. Raises UnsupportedPrimitive.
    """
    target = target or host()
    if identity is None:
        text, _ = module_text(trace(), uniform, target)
        return _kernel(fingerprint(text, target), lambda: text, target)
    shared = "".join("01"[same] for same in uniform)
    known = fingerprint(f"{identity} {shared}", target)
    return _kernel(known, lambda: module_text(trace(), uniform, target)[0], target)


def module_text(closed: ClosedJaxpr, uniform: Sequence[bool], target: Target) -> tuple[str, int]:
    """The LLVM module of a jaxpr, and its number of lanes."""
    program = scalarize(closed, uniform)
    layout = lay_out(program, lanes_for(program, target))
    return module(program, layout, target), layout.lanes


def _kernel(fingerprint: str, text: Callable[[], str], target: Target) -> str:
    name = f"scenert_lanes_{fingerprint}"
    code = store.get(f"{fingerprint}.o")
    if name in _registered:
        return name
    if code is None:
        code = object_code(text(), target)
        store.put(f"{fingerprint}.o", code)
    with _lock:
        if name not in _registered:
            _registered[name] = _register(name, code, target)
    return name


def _register(name: str, code: bytes, target: Target) -> object:
    address = load(code, HANDLER, target)
    function = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(address.value or 0)
    capsule = jax.ffi.pycapsule(function)  # type: ignore[no-untyped-call]
    jax.ffi.register_ffi_target(name, capsule, platform="cpu")
    return function
