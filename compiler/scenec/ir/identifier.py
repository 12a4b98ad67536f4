"""Python names for what the author named, in emitted programs.

A program names its own things too. What the author's name would shadow there gets another one.
"""

from __future__ import annotations

import builtins
import itertools
import keyword
import re
from collections.abc import Container

_MODULE = (
    "Array", "AuthoredLinks", "AuthoredModel", "Clearances", "Closures", "ContactForces",
    "Contacts", "Energy", "Factors", "Geometry", "Level", "LinkTwists", "Links", "Mapping", "Model",
    "NamedTuple", "Params", "Poses", "Response", "State", "Twists", "actuation", "advance", "alike",
    "annotations", "approach", "articulated", "authored_frames", "authored_kinematics",
    "authored_model", "chain", "clearances", "closed", "closure", "cones", "constrain", "contact",
    "contact_forces", "drifting", "dynamics", "energy", "flow", "frames", "geometry", "impact",
    "implicit", "init", "integrate", "jnp", "joints", "kinematics", "laws", "meet", "model",
    "moving", "pairs", "pgs", "poses", "record", "recorded", "renormalize", "residual", "respond",
    "rows", "sense", "sensing", "solver", "spatial", "step", "stop", "strike", "table", "tables",
    "tree", "turning", "twists", "velocities",
)  # fmt: skip
_LOCAL = (
    "acceleration", "after", "ahead", "aim", "answers", "at", "before", "bias", "blow", "bodies",
    "by_rows", "carriers", "change", "child", "closures", "contacts", "control", "drift", "dt",
    "dtype", "factors", "flowed", "free", "gain", "gap", "groups", "half", "halfway", "hit",
    "jacobian", "kinetic", "later", "lead", "leaving", "links", "links_in_order", "m", "moved",
    "nothing", "params", "parent", "potential", "q", "rate", "rates", "reached", "response",
    "shift", "slots", "slow", "slowed", "solution", "speed", "state", "struck", "turned", "v",
    "way", "when", "whitened",
)  # fmt: skip
_PROGRAM = frozenset([*_MODULE, *_LOCAL, *dir(builtins), *keyword.kwlist])

# First words of what a program appends to a link's name, as in `torso_mass`.
_APPENDED = (
    "acceleration", "after", "armature", "before", "borne", "coordinate", "damping", "drive",
    "factor", "felt", "force", "free", "inertia", "joint", "left", "limit", "mass", "motion", "on",
    "passive", "pose", "q", "rate", "response", "rows", "servo", "speed", "v", "value", "wrench",
)  # fmt: skip
_LIKE_A_PART = re.compile(rf".*_({'|'.join(_APPENDED)})(_\d+)?|.*_on_.*")
_LIKE_A_TERM = re.compile(r"s\d+|.*_[qv]")


def link_identifier(name: str, taken: Container[str]) -> str:
    """A name for links: a variable of most functions, by itself and with words appended."""
    base = _ascii(name).lower()
    base = base if base[0].isalpha() else f"link_{base}"
    if base in _PROGRAM or _LIKE_A_PART.fullmatch(base):
        base += "_link"
    return _free(base, taken)


def parameter_identifier(name: str, taken: Container[str]) -> str:
    """A name for a parameter: a variable beside s0, s1, ... for terms that several tables share."""
    base = _ascii(name)
    if base in _PROGRAM or _LIKE_A_TERM.fullmatch(base):
        base += "_parameter"
    return _free(base, taken)


def _ascii(name: str) -> str:
    return re.sub(r"\W", "_", name, flags=re.ASCII)


def _free(base: str, taken: Container[str]) -> str:
    """`base`, or `base` with the first number that makes it new."""
    numbered = (f"{base}_{i}" for i in itertools.count(2))
    return next(name for name in itertools.chain([base], numbered) if name not in taken)
