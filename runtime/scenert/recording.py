"""Trajectories to keep: what robots did, step by step, in memory and as a file.

The file is NumPy's `.npz`: `state.q`, `state.v`, `state.record` and `control`, one array
`params.NAME` for every parameter, and `metadata`, a JSON text that names the scene by the SHA-256
of its source. Poses, sensor readings and contact forces follow from these and are not in it.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenert.abi import SCENE, Manifest
from scenert.arguments import control_size
from scenert.simulator import Simulator
from scenert.state import State

FORMAT = 1
_STATE = ("q", "v", "record")

Numbers = NDArray[np.floating[Any]]


class TrajectoryError(ValueError):
    """A trajectory that does not fit its simulator or cannot be read; the message says why."""


@dataclass(frozen=True)
class Trajectory:
    """What `n_robot` robots of one scene did in `n_frame` consecutive steps.

    states    arrays of shape (n_robot, n_frame, ...)
    control   (n_robot, n_frame, n_control): of the step that ended in each state (of the first one
              nothing is known where the trajectory begins with it); None where it was not recorded
    params    every parameter, (n_robot, ...) in its shape and unit
    names     of the robots
    """

    states: State
    control: Numbers | None
    params: dict[str, Numbers]
    names: tuple[str, ...]

    @property
    def n_robot(self) -> int:
        """How many robots there are."""
        return int(self.states.q.shape[0])

    @property
    def n_frame(self) -> int:
        """How many states each of them has."""
        return int(self.states.q.shape[1])

    @staticmethod
    def of(
        sim: Simulator,
        states: State,
        control: ArrayLike | None = None,
        params: Mapping[str, ArrayLike] | None = None,
        names: Sequence[str] = (),
    ) -> Trajectory:
        """The trajectory of `states`, as `rollout` stacks them: (n_frame, ...) of one robot or, of
        a batch, (n_robot, n_frame, ...).

        control   likewise, (..., n_control): what brought each state about; one fewer where
                  `states` begins with the state before the first step
        params    shared by all robots, or with n_robot in front of a parameter's shape; default:
                  the author's
        names     of the robots; default: robot 1, robot 2, ...

        Raises TrajectoryError where shapes or names do not fit `sim`.
        """
        manifest = sim.manifest
        arrays = {name: np.asarray(getattr(states, name)) for name in _STATE}
        sizes = {field.name: field.shape[0] for field in manifest.state}
        batch = {name: _batched(x, sizes[name], f"states.{name}") for name, x in arrays.items()}
        n_robot, n_frame = batch["q"].shape[:2]
        for name, array in batch.items():
            if array.shape[:2] != (n_robot, n_frame):
                raise TrajectoryError(
                    f"states.{name} has {array.shape[:2]} robots and frames, states.q has "
                    f"{(n_robot, n_frame)}"
                )
        given = sim.params() if params is None else params
        return Trajectory(
            State(**batch),  # type: ignore[arg-type]  # on the host, as NumPy arrays
            _control(manifest, control, n_robot, n_frame),
            _params(manifest, given, n_robot),
            _names(names, n_robot),
        )


def save_trajectory(
    file: str | os.PathLike[str],
    sim: Simulator,
    states: State | Trajectory,
    control: ArrayLike | None = None,
    params: Mapping[str, ArrayLike] | None = None,
    names: Sequence[str] = (),
) -> Path:
    """Write a trajectory to `file` (`.npz` is added where it is missing) and return its path.

    The arguments are those of `Trajectory.of`, or one that is made. The file appears at once: a
    reader finds the old one or the new one. Raises TrajectoryError where shapes or names do not fit
    `sim`, and OSError where the file cannot be written.
    """
    kept = states
    if not isinstance(kept, Trajectory):
        kept = Trajectory.of(sim, kept, control, params, names)
    arrays: dict[str, Any] = {f"state.{name}": getattr(kept.states, name) for name in _STATE}
    arrays |= {f"params.{name}": value for name, value in kept.params.items()}
    if kept.control is not None:
        arrays["control"] = kept.control
    metadata = json.dumps({"format": FORMAT, **_identity(sim.manifest), "names": kept.names})
    path = Path(file)
    path = path if path.suffix == ".npz" else path.with_name(path.name + ".npz")
    _write(path, arrays | {"metadata": np.array(metadata)})
    return path


def load_trajectory(file: str | os.PathLike[str], sim: Simulator) -> Trajectory:
    """The trajectory that `save_trajectory` wrote to `file`.

    Raises TrajectoryError, which names the file and the way out, where the file cannot be read, is
    damaged, or was recorded in another scene.
    """
    try:
        data = Path(file).read_bytes()
    except OSError as fault:
        raise TrajectoryError(f"{os.fspath(file)}: {fault.strerror or fault}") from fault
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        metadata = json.loads(str(arrays.pop("metadata")))
        _check_identity(metadata, sim.manifest)
        states = State(*(arrays.pop(f"state.{name}") for name in _STATE))
        control = arrays.pop("control", None)
        params = {name.removeprefix("params."): value for name, value in arrays.items()}
        return Trajectory.of(sim, states, control, params, metadata["names"])
    except TrajectoryError as fault:
        raise TrajectoryError(f"{os.fspath(file)}: {fault}") from fault
    except (ValueError, KeyError, TypeError, AttributeError, EOFError, zipfile.BadZipFile) as fault:
        raise TrajectoryError(
            f"{os.fspath(file)}: this is no trajectory, or a damaged one; scenert.save_trajectory "
            "writes them"
        ) from fault


def _identity(manifest: Manifest) -> dict[str, Any]:
    """What tells scenes apart."""
    return {"scene": manifest.name, "sha256": manifest.hashes.get(SCENE, "")}


def _check_identity(metadata: dict[str, Any], manifest: Manifest) -> None:
    if metadata["format"] != FORMAT:
        raise TrajectoryError(
            f"it has format {metadata['format']}, this runtime reads {FORMAT}; record it again"
        )
    here = _identity(manifest)
    if metadata["scene"] != here["scene"]:
        raise TrajectoryError(
            f"it was recorded in the scene {metadata['scene']!r}, this is {here['scene']!r}"
        )
    if metadata["sha256"] != here["sha256"]:
        raise TrajectoryError(
            f"it was recorded in another version of the scene {metadata['scene']!r}; use the scene "
            "or .sim file of that time, or record it again"
        )


def _batched(array: Numbers, size: int, name: str) -> Numbers:
    """`array` as (n_robot, n_frame, size)."""
    if array.ndim not in (2, 3) or array.shape[-1] != size:
        raise TrajectoryError(
            f"{name} has shape {array.shape}, expected (n_frame, {size}) or "
            f"(n_robot, n_frame, {size})"
        )
    if array.shape[-2] == 0 or array.shape[0] == 0:
        raise TrajectoryError(f"{name} has shape {array.shape}: there is nothing in it")
    return array if array.ndim == 3 else array[None]


def _control(
    manifest: Manifest, control: ArrayLike | None, n_robot: int, n_frame: int
) -> Numbers | None:
    size = control_size(manifest)
    if control is None:
        return None if size else np.zeros((n_robot, n_frame, 0))
    array: Numbers = np.asarray(control)
    array = array[None] if array.ndim == 2 else array
    if array.shape == (n_robot, n_frame - 1, size):
        array = np.concatenate([np.zeros_like(array, shape=(n_robot, 1, size)), array], axis=1)
    if array.shape != (n_robot, n_frame, size):
        raise TrajectoryError(
            f"control has shape {np.shape(control)}; for these states it is "
            f"{(n_robot, n_frame, size)}, or with {n_frame - 1} frames where the first state is "
            "the start"
        )
    return array


def _params(
    manifest: Manifest, params: Mapping[str, ArrayLike], n_robot: int
) -> dict[str, Numbers]:
    """Every parameter for every robot."""
    declared = {parameter.name: parameter.shape for parameter in manifest.parameters}
    if params.keys() != declared.keys():
        odd = ", ".join(map(repr, sorted(params.keys() ^ declared.keys())))
        raise TrajectoryError(
            f"its parameters differ from the simulator's in {odd}; compile the scene with the same "
            "--free options"
        )
    arrays = {name: np.asarray(params[name]) for name in declared}
    for name, array in arrays.items():
        if array.shape not in (declared[name], (n_robot, *declared[name])):
            raise TrajectoryError(
                f"params[{name!r}] has shape {array.shape}, expected {declared[name]} or "
                f"{(n_robot, *declared[name])}"
            )
    return {
        name: np.broadcast_to(array, (n_robot, *declared[name])) for name, array in arrays.items()
    }


def _names(names: Sequence[str], n_robot: int) -> tuple[str, ...]:
    if not names:
        return tuple(f"robot {i + 1}" for i in range(n_robot))
    if isinstance(names, str) or len(names) != n_robot:
        raise TrajectoryError(f"names is {names!r}, expected one name for each of {n_robot} robots")
    return tuple(names)


def _write(path: Path, arrays: Mapping[str, Any]) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as stream:
            np.savez_compressed(stream, **arrays)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
