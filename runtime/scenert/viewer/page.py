"""A motion as one HTML page that needs nothing else: script, style and numbers are all in it."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Sequence
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenert.abi import Manifest
from scenert.viewer.look import Part
from scenert.viewer.motion import Motion
from scenert.viewer.stage import DIRECTION, Stage

Numbers = NDArray[np.floating[Any]]

_SCRIPTS = ("data", "theme", "scene", "robots", "forces", "plots", "player", "main")
_NOTHING = 1e-6  # N: forces below are not drawn


def page(
    manifest: Manifest,
    names: Sequence[str],
    motion: Motion,
    parts: Sequence[Sequence[Part]],
    stage: Stage,
) -> str:
    """The page's text."""
    data = {
        "title": manifest.name,
        "time": {"step": _step(motion.time), "frames": len(motion.time)},
        "robots": [
            {"name": name, "parts": [_part(part) for part in own]}
            for name, own in zip(names, parts, strict=True)
        ],
        "poses": {"bodies": len(manifest.bodies), "values": _packed(_poses(motion))},
        "forces": [_forces(motion, i) for i in range(len(names))]
        if motion.point is not None
        else None,
        "plots": _plots(manifest, motion),
        "stage": _stage(stage),
    }
    text = _asset("page.html")
    scripts = "\n".join(_asset(f"{name}.js") for name in _SCRIPTS)
    parts_of_page = {
        "TITLE": html.escape(manifest.name),
        "STYLE": _asset("page.css"),
        "LIBRARY": f"/* three.js\n{_asset('three.LICENSE')}*/\n{_asset('three.min.js')}",
        "SCRIPT": scripts,
        "DATA": json.dumps(data, separators=(",", ":")).replace("</", "<\\/"),
    }
    for name, content in parts_of_page.items():
        text = text.replace(f"@{name}@", content)
    return text


def _asset(name: str) -> str:
    return resources.files("scenert.viewer").joinpath("assets", name).read_text("utf-8")


def _packed(array: Numbers) -> str:
    """Little-endian float32 as base64."""
    return base64.b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode()


def _step(time: Numbers) -> float:
    return float(time[1] - time[0]) if len(time) > 1 else 0.0


def _part(part: Part) -> dict[str, Any]:
    return {
        "body": part.body,
        "kind": part.kind,
        "size": [round(x, 6) for x in part.size],
        "position": np.round(part.position, 6).tolist(),
        "turn": np.round(quaternions(part.rotation), 6).tolist(),
        "role": part.role,
        "tree": part.tree,
        "depth": part.depth,
        "marked": part.marked,
    }


def _poses(motion: Motion) -> Numbers:
    return np.concatenate([motion.position, quaternions(motion.rotation)], axis=-1)


def _forces(motion: Motion, robot: int) -> dict[str, Any]:
    """The forces of every frame that are not zero: rows of point and force, and their starts."""
    assert motion.point is not None
    assert motion.force is not None
    acting = np.linalg.norm(motion.force[robot], axis=-1) > _NOTHING
    rows = np.concatenate([motion.point[robot], motion.force[robot]], axis=-1)[acting]
    starts = np.concatenate([[0], np.cumsum(acting.sum(-1))])
    return {"starts": starts.tolist(), "rows": _packed(rows)}


def _plots(manifest: Manifest, motion: Motion) -> list[dict[str, Any]]:
    units = {sensor.name: sensor.unit for sensor in manifest.sensors}
    units |= {actuator.name: actuator.unit for actuator in manifest.actuators}
    groups = (("sensors", motion.sensors), ("control", motion.control))
    return [
        {
            "group": group,
            "name": name,
            "unit": units[name],
            "size": values.shape[-1],
            "values": _packed(values),
        }
        for group, many in groups
        for name, values in many.items()
        if values.shape[-1]
    ]


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "offset": stage.offset.tolist(),
        "floor": stage.floor,
        "walls": [
            {
                "size": wall.size.tolist(),
                "position": wall.position.tolist(),
                "turn": quaternions(wall.rotation).tolist(),
            }
            for wall in stage.walls
        ],
        "low": stage.low.tolist(),
        "high": stage.high.tolist(),
        "center": _packed(stage.center),
        "radius": _packed(stage.radius),
        "direction": DIRECTION.tolist(),
    }


def quaternions(rotation: Numbers) -> Numbers:
    """Unit quaternions (..., 4) as x, y, z, w of rotation matrices (..., 3, 3).

    The columns of K + I, where K q = (3 - 4 sin^2 ...) is Bar-Itzhack's symmetric matrix, are all
    multiples of the quaternion; the one with the largest diagonal entry is the most exact.
    """
    r = np.moveaxis(np.asarray(rotation, float), (-2, -1), (0, 1))
    (a, b, c), (d, e, f), (g, h, i) = r
    symmetric = np.array(
        [
            [1 + a - e - i, b + d, c + g, h - f],
            [b + d, 1 - a + e - i, f + h, c - g],
            [c + g, f + h, 1 - a - e + i, d - b],
            [h - f, c - g, d - b, 1 + a + e + i],
        ]
    )
    best = np.argmax(np.array([symmetric[k, k] for k in range(4)]), axis=0)
    column = np.take_along_axis(symmetric, best[None, None], axis=1)[:, 0]
    unit: Numbers = np.moveaxis(column / np.linalg.norm(column, axis=0), 0, -1)
    return unit
