"""Random scenes: a random articulated tree with all that a scene may have besides."""

from __future__ import annotations

from typing import Any

import numpy as np
import yaml

from tools.crosscheck.random_tree import random_tree
from tools.crosscheck.tree import FREEDOM, scene

MOST_LINKS = 3
MOST_BALLS = 2
KINDS = tuple(FREEDOM)


def random_scene(seed: int) -> str:
    """The scene file of a seed."""
    rng = np.random.default_rng(seed)
    links = int(rng.integers(0, MOST_LINKS + 1))
    parents = [int(rng.integers(-1, place)) for place in range(links)]
    kinds = [str(rng.choice(KINDS)) for _ in range(links)]
    root = str(rng.choice(("free", "world"))) if links else "free"
    damping = float(rng.choice((0.0, 0.1)))
    tree = random_tree(parents, kinds, root, int(rng.integers(2**32)), damping)
    text: dict[str, Any] = yaml.safe_load(scene(tree))
    text = {key: value or {} for key, value in text.items()}
    text["options"] |= _options(rng)
    text["materials"] = {"stuff": _material(rng)}
    _add_balls(rng, text)
    text["world"] = {"planes": dict(_planes(rng))}
    for name, joint in text["joints"].items():
        _limit(rng, joint)
        _drive(rng, name, joint, text)
    _add_thruster(rng, text)
    _add_sensors(rng, text)
    return yaml.safe_dump(text, sort_keys=False)


def _options(rng: np.random.Generator) -> dict[str, Any]:
    return {
        "coordinates": str(rng.choice(("reduced", "reduced", "reduced", "maximal"))),
        "solver": {
            "iterations": int(rng.integers(3, 15)),
            "cone": str(rng.choice(("round", "round", "pyramid"))),
        },
    }


def _material(rng: np.random.Generator) -> dict[str, float]:
    return {
        "friction": float(rng.choice((0.0, 0.5, 1.0))),
        "restitution": float(rng.choice((0.0, 0.0, 0.5, 1.0))),
        "softness": float(rng.choice((0.0, 1e-4))),
    }


def _add_balls(rng: np.random.Generator, text: dict[str, Any]) -> None:
    """Spheres on the bodies, and free balls among them."""
    for number in range(int(rng.integers(1, MOST_BALLS + 1))):
        text["bodies"][f"ball{number}"] = {
            "mass": float(rng.uniform(0.2, 2.0)),
            "inertia": {"sphere": 0.1},
            "position": rng.uniform(-0.3, 0.3, 3).tolist(),
            "root": str(rng.choice(("free", "free", "planar"))),
        }
    for name, body in text["bodies"].items():
        count = 1 if name.startswith("ball") else int(rng.integers(0, 3))
        spheres = [
            {
                "center": rng.uniform(-0.1, 0.1, 3).tolist(),
                "radius": float(rng.uniform(0.03, 0.12)),
                "material": "stuff",
            }
            for _ in range(count)
        ]
        if spheres:
            body["spheres"] = spheres


def _planes(rng: np.random.Generator) -> list[tuple[str, dict[str, Any]]]:
    ground = {"normal": [0, 0, 1], "offset": float(rng.uniform(-0.6, -0.1)), "material": "stuff"}
    slope = {"normal": [*rng.normal(size=2).tolist(), 2.0], "offset": -0.5, "material": "stuff"}
    return [("ground", ground), ("slope", slope)][: int(rng.integers(1, 3))]


def _limit(rng: np.random.Generator, joint: dict[str, Any]) -> None:
    if rng.random() < 0.5 and joint["type"] != "ball":
        pairs = [[-float(rng.uniform(0.1, 1.5)), float(rng.uniform(0.1, 1.5))] for _ in range(2)]
        joint["limits"] = pairs if joint["type"] == "universal" else pairs[0]


def _drive(
    rng: np.random.Generator, name: str, joint: dict[str, Any], text: dict[str, Any]
) -> None:
    """Another drive in place of the motor that every joint has."""
    motor = next(key for key, servo in text["servos"].items() if servo["joint"] == name)
    if joint["type"] == "ball" or rng.random() < 0.3:
        return
    bound = float(rng.uniform(0.5, 5.0))
    servo = {"joint": name, "gain": float(rng.uniform(1.0, 30.0)), "max_torque": bound}
    velocity = {"type": "velocity", "joint": name, "max_torque": bound}
    if rng.random() < 0.5:
        servo["max_speed"] = float(rng.uniform(0.5, 5.0))
    text["servos"][motor] = servo if rng.random() < 0.6 else velocity


def _add_thruster(rng: np.random.Generator, text: dict[str, Any]) -> None:
    kind = str(rng.choice(("force", "torque")))
    text["servos"]["thruster"] = {"type": kind, "body": "ball0"}


def _add_sensors(rng: np.random.Generator, text: dict[str, Any]) -> None:
    for name in text["bodies"]:
        for kind in ("contact", "imu", "position", "velocity"):
            if rng.random() < 0.5:
                text["sensors"][f"{kind}_{name}"] = {"type": kind, "body": name}
