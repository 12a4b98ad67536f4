"""Emit the program of a scene: SceneIR and LayoutIR -> the text of step.py."""

from __future__ import annotations

import ast

from scenec.emit.answers import bends, write_response, write_velocities
from scenec.emit.brackets import Brackets, lines
from scenec.emit.closures import write_closures
from scenec.emit.constraints import Group, has_rows, write_constraints, write_twists
from scenec.emit.dynamics import write_dynamics
from scenec.emit.geometry import write_geometry
from scenec.emit.impacts import write_drifts
from scenec.emit.initial import write_initial
from scenec.emit.kinematics import write_kinematics
from scenec.emit.meeting import write_clearances, write_meeting
from scenec.emit.readout import write_readout
from scenec.emit.residual import write_residual
from scenec.emit.stepping import write_contact_forces, write_step
from scenec.emit.striking import write_strike
from scenec.emit.tables import Tables
from scenec.emit.writer import Writer
from scenec.ir.layout import LayoutIR
from scenec.ir.scene import SceneIR

_HEADER = '''"""{name}: the simulation of one robot, compiled from its scene file.

{summary}

Read `step` first: it is one time step, and everything else is called from it or reads a state.
Units are SI, vectors are in world axes unless a frame is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

{imports}
from scenert.ops.tables import {tables}
from scenert.ops.tree import Level
{solvers}from scenert.state import Clearances, ContactForces, Energy, Geometry, Poses, State, Twists

Params = Mapping[str, Array]'''

_OPS = (
    "actuation", "approach", "articulated", "chain", "closure", "contact", "integrate", "joints",
    "rows", "sensing", "spatial", "tables", "tree",
)  # fmt: skip
_SOLVE = ("cones", "impact", "implicit", "laws", "pairs", "pgs", "stop", "turning")


def emit_program(scene: SceneIR, layout: LayoutIR) -> str:
    """The text of step.py."""
    tables = Tables()
    _add_options(tables, layout)
    body = Writer()
    write_kinematics(body, layout, tables)
    write_closures(body, layout, tables)
    write_dynamics(body, layout, tables)
    groups: list[Group] = []
    if has_rows(layout):
        write_twists(body, layout)
        write_drifts(body, layout)
        write_response(body, layout)
        write_velocities(body, layout)
        if bends(layout):
            write_residual(body, layout, tables)
        write_meeting(body, layout, tables)
        groups = write_constraints(body, layout, tables)
        write_strike(body, layout, groups)
    write_step(body, layout, tables, groups)
    write_readout(body, layout, tables)
    write_clearances(body, layout)
    write_contact_forces(body, layout, groups)
    model, initial = Writer(), Writer()
    tables.write(model, layout.parameters)
    write_initial(initial, layout)
    write_geometry(initial, scene)
    code = model.text() + body.text() + initial.text()
    return _header(layout, code) + code


def _header(layout: LayoutIR, code: str) -> str:
    """The docstring and the imports that `code` needs."""
    used = {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
    modules = tuple(name for name in _OPS if name in used)
    imports = lines(Brackets("from scenert.ops import (", modules, ")"), 0)
    solving = ["solver", *(name for name in _SOLVE if name in used)]
    solvers = f"from scenert.solve import {', '.join(sorted(solving))}\n"
    return (
        _HEADER.format(
            name=layout.name,
            summary=_summary(layout),
            imports="\n".join(imports),
            tables="alike, table" if "alike" in used else "table",
            solvers=solvers if has_rows(layout) else "",
        )
        + "\n"
    )


def _add_options(tables: Tables, layout: LayoutIR) -> None:
    options = layout.options
    tables.array("dt", options.timestep, "time step [s]")
    tables.array("gravity", options.gravity, "gravity [m/s^2]")
    if options.gradient == "smoothed" and layout.contacts:
        tables.array("smoothing", options.smoothing, "scatter of gaps that derivatives see [m]")
    tables.array("stabilization", options.stabilization, "share of an error removed per step")


def _summary(layout: LayoutIR) -> str:
    links = sum(segment.count for segment in layout.segments)
    rows = ", ".join(f"{count} {kind}" for kind, count in layout.rows().items()) or "none"
    return (
        f"Bodies: {len(layout.bodies)}, on links: {links}. Velocities: {layout.size_v}, in trees: "
        f"{layout.trees}.\nRows: {rows}."
    )
