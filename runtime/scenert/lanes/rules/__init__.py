"""How each JAX primitive becomes scalar instructions, by family; importing fills the registry."""

from scenert.lanes.rules import control, elementwise, index, reduce, shape

__all__ = ["control", "elementwise", "index", "reduce", "shape"]
