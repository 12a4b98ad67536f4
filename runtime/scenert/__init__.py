"""Run and differentiate compiled scenes: `load` a `.sim` file, then `rollout`.

Names are imported when they are first used, so that reading a manifest (`scenert.abi`) starts
without JAX.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenert.abi import ArtifactError as ArtifactError
    from scenert.artifact import load as load
    from scenert.artifact import load_artifact as load_artifact
    from scenert.checking import gradcheck as gradcheck
    from scenert.finite import assert_finite as assert_finite
    from scenert.recording import Trajectory as Trajectory
    from scenert.recording import TrajectoryError as TrajectoryError
    from scenert.recording import load_trajectory as load_trajectory
    from scenert.recording import save_trajectory as save_trajectory
    from scenert.simulator import Simulator as Simulator
    from scenert.state import Clearances as Clearances
    from scenert.state import ContactForces as ContactForces
    from scenert.state import Energy as Energy
    from scenert.state import Geometry as Geometry
    from scenert.state import Poses as Poses
    from scenert.state import State as State
    from scenert.state import Twists as Twists
    from scenert.trajectory import rollout as rollout
    from scenert.viewer import View as View
    from scenert.viewer import view as view

_MODULE_OF = {
    "ArtifactError": "abi",
    "Clearances": "state",
    "ContactForces": "state",
    "Energy": "state",
    "Geometry": "state",
    "Poses": "state",
    "Simulator": "simulator",
    "State": "state",
    "Trajectory": "recording",
    "TrajectoryError": "recording",
    "Twists": "state",
    "View": "viewer",
    "assert_finite": "finite",
    "gradcheck": "checking",
    "load": "artifact",
    "load_artifact": "artifact",
    "load_trajectory": "recording",
    "rollout": "trajectory",
    "save_trajectory": "recording",
    "view": "viewer",
}

__all__ = list(_MODULE_OF)


def __getattr__(name: str) -> Any:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{module}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
