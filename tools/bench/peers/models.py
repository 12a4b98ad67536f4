"""The models in MuJoCo's format, with the masses, inertias and shapes of our scenes."""

from __future__ import annotations

from math import cos

LEGS = {"fl": (0.25, 0.14), "fr": (0.25, -0.14), "hl": (-0.25, 0.14), "hr": (-0.25, -0.14)}
SPINE = ((0.2, 0.07), (0.2, -0.07), (-0.2, 0.07), (-0.2, -0.07))
THIGH = SHIN = 0.1  # m
FOOT = 0.03  # m, radius
HEIGHT = (THIGH + SHIN) * cos(0.2) + FOOT + 0.001  # m, of the torso at the start
TORQUE = 4.0  # N m, largest

_GEOM = 'contype="1" conaffinity="0" condim="3" friction="1 0.005 0.0001"'


def quadruped(option: str = "", custom: str = "") -> str:
    """17 bodies, 8 hinges, 4 foot and 4 spine spheres on a plane."""
    spine = "".join(f'<geom type="sphere" size="0.05" pos="{x} {y} 0" {_GEOM}/>' for x, y in SPINE)
    servos = "".join(
        f'<position joint="{leg}_{joint}" kp="40" kv="0.6" forcelimited="true" '
        f'forcerange="{-TORQUE} {TORQUE}"/>'
        for leg in LEGS
        for joint in ("shoulder", "elbow")
    )
    ground = _GEOM.replace('contype="1" conaffinity="0"', 'contype="0" conaffinity="1"')
    legs = "".join(_leg(name, x, y) for name, (x, y) in LEGS.items())
    return f"""<mujoco>
  <compiler angle="radian" fusestatic="true"/>
  <option timestep="0.01" integrator="Euler" {option}/>{custom}
  <worldbody>
    <geom type="plane" size="0 0 1" {ground}/>
    <body pos="0 0 {HEIGHT}"><freejoint/>{_inertial(21.5, (0.13, 0.67, 0.75))}{spine}{legs}</body>
  </worldbody>
  <actuator>{servos}</actuator>
</mujoco>"""


def chain(links: int, option: str = "") -> str:
    """Hinged rods of 20 cm and 0.2 kg that hang from the world."""
    length, mass, width = 0.2, 0.2, 0.02
    across, along = mass * (length**2 + width**2) / 12, mass * 2 * width**2 / 12
    inertial = _inertial(mass, (across, across, along), -length / 2)
    body = ""
    for link in reversed(range(links)):
        place = -length if link else 0
        hinge = f'<joint name="j{link}" type="hinge" axis="0 1 0" damping="0.01"/>'
        body = f'<body pos="0 0 {place}">{hinge}{inertial}{body}</body>'
    return f"""<mujoco>
  <compiler angle="radian"/>
  <option timestep="0.01" integrator="Euler" {option}/>
  <worldbody>{body}</worldbody>
</mujoco>"""


def balls(count: int, option: str = "") -> str:
    """Balls of 10 cm and 1 kg that fall into a box of 1.2 m."""
    geom = 'condim="3" friction="0.5 0.005 0.0001"'
    ball = f'<freejoint/><geom type="sphere" size="0.1" mass="1" {geom}/>'
    walls = "".join(
        f'<geom type="plane" size="5 5 1" pos="{0.6 * x} {0.6 * y} 0" zaxis="{-x} {-y} 0" {geom}/>'
        for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1))
    )
    bodies = "".join(f'<body pos="{x} {y} {z}">{ball}</body>' for x, y, z in places(count))
    return f"""<mujoco>
  <option timestep="0.01" {option}/>
  <worldbody><geom type="plane" size="5 5 1" {geom}/>{walls}{bodies}</worldbody>
</mujoco>"""


def places(count: int) -> list[tuple[float, float, float]]:
    """Where balls start [m]: layers of five by five, each a little askew to the one below."""
    return [
        (
            0.22 * (number % 5 - 2) + 0.004 * (number // 25 % 3 - 1),
            0.22 * (number // 5 % 5 - 2) + 0.003 * (number % 3 - 1),
            0.2 + 0.25 * (number // 25),
        )
        for number in range(count)
    ]


def _leg(name: str, x: float, y: float) -> str:
    foot = f'<geom type="sphere" size="{FOOT}" pos="0 0 {-SHIN}" {_GEOM}/>'
    servo = (0.0006, 0.0006, 0.0006)
    lower = (
        f'<body><joint name="{name}_elbow" type="hinge" axis="0 1 0"/>'
        f"{_inertial(0.45, (0.007, 0.007, 0.003), -0.7 * SHIN)}{foot}</body>"
    )
    elbow = f'<body pos="0 0 {-THIGH}">{_inertial(0.45, servo)}{lower}</body>'
    upper = (
        f'<body><joint name="{name}_shoulder" type="hinge" axis="0 1 0"/>'
        f"{_inertial(0.45, (0.002, 0.002, 0.001), -THIGH / 2)}{elbow}</body>"
    )
    return f'<body pos="{x} {y} 0">{_inertial(0.45, servo)}{upper}</body>'


def _inertial(mass: float, moments: tuple[float, float, float], z: float = 0) -> str:
    diagonal = " ".join(map(str, moments))
    return f'<inertial pos="0 0 {z}" mass="{mass}" diaginertia="{diagonal}"/>'
