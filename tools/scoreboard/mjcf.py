"""The problems as models of MuJoCo, for engines that read those.

MuJoCo has no restitution. Its contacts are springs with dampers, and a damping ratio d bounces with
e = exp(-pi d / sqrt(1 - d^2)). The stiffness is the largest that keeps a contact a few steps long.
"""

from __future__ import annotations

from math import log, pi, sqrt

from tools.scoreboard.problem import STEPS_PER_SECOND, Plane, Problem, Solid

STIFFNESS = 2e4  # 1/s^2: half a period is 22 ms, or eleven steps


def model(problem: Problem, custom: str = "") -> str:
    """The model: every body on a free joint, in the problem's order."""
    bodies = "".join(map(_body, problem.bodies))
    planes = "".join(map(_plane, problem.planes))
    return f"""<mujoco>
  <option timestep="{1 / STEPS_PER_SECOND!r}" gravity="{_text(problem.gravity)}"/>{custom}
  <default>
    <geom solref="{_reference(problem.restitution)}" solimp="0.95 0.99 0.001"
          condim="{3 if problem.friction else 1}" friction="{problem.friction} 0 0"/>
  </default>
  <worldbody>{planes}{bodies}</worldbody>
</mujoco>"""


def _reference(restitution: float) -> str:
    """Stiffness and damping, both negative: MuJoCo's sign for values given as such."""
    ratio = 1.0
    if restitution > 0.0:
        fall = -log(restitution)
        ratio = fall / sqrt(pi**2 + fall**2)
    return f"{-STIFFNESS} {-2.0 * ratio * sqrt(STIFFNESS)!r}"


def _body(body: Solid) -> str:
    spheres = "".join(
        f'<geom type="sphere" size="{body.radius}" pos="{_text(point)}"/>' for point in body.points
    )
    moments = _text((body.moment,) * 3)
    inertial = f'<inertial pos="0 0 0" mass="{body.mass}" diaginertia="{moments}"/>'
    turned = _text(body.turned)
    return f'<body name="{body.name}" quat="{turned}"><freejoint/>{inertial}{spheres}</body>'


def _plane(plane: Plane) -> str:
    place = _text(plane.offset * x for x in plane.normal)
    return f'<geom type="plane" size="50 50 1" pos="{place}" zaxis="{_text(plane.normal)}"/>'


def _text(values: object) -> str:
    return " ".join(repr(float(value)) for value in values)  # type: ignore[attr-defined]
