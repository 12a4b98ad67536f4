"""Machine code from a module's text, and loading it into the process."""

from __future__ import annotations

import ctypes
import hashlib
from typing import Any

import llvmlite
from llvmlite import binding

from scenert.lanes.target import Target

_loaded: list[Any] = []
"""Code that stays in memory for the life of the process, since XLA keeps its addresses."""


def fingerprint(text: str, target: Target) -> str:
    """The name of the code on a processor of what `text` says, a module or what decides one."""
    versions = f"{llvmlite.__version__} {binding.llvm_version_info}"
    parts = (text, target.triple, target.cpu, target.features, versions)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def object_code(text: str, target: Target) -> bytes:
    """The module's object code.

    It is generated as the text stands: the program is already simplified, and further passes over
    it took longer and made slower code.
    """
    module = binding.parse_assembly(text)
    module.verify()
    code: bytes = target.machine().emit_object(module)
    return code


def load(code: bytes, function: str, target: Target) -> ctypes.c_void_p:
    """The address of a function of the object code, loaded into this process for good."""
    empty = binding.parse_assembly("")
    engine = binding.create_mcjit_compiler(empty, target.machine())
    engine.add_object_file(binding.ObjectFileRef.from_data(code))
    engine.finalize_object()
    _loaded.append(engine)
    return ctypes.c_void_p(engine.get_function_address(function))
