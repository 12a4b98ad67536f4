"""MuJoCo C through its bindings: one rollout call a step, the controller in numpy between them.

python -m tools.bench.peers.mujoco_c MODEL COUNT CONTROLLER BATCH STEPS BUDGET
"""

from __future__ import annotations

import sys
from typing import Any

import mujoco
import numpy as np
from mujoco import rollout

from tools.bench import controller
from tools.bench.measure import Row, cores, per_step
from tools.bench.peers import models

FULL = mujoco.mjtState.mjSTATE_FULLPHYSICS


def main() -> None:
    name, count, case, batch, steps, budget = sys.argv[1:]
    model = mujoco.MjModel.from_xml_string(_text(name, int(count)))
    walk = name == "quadruped"
    matrices = controller.weights(controller.LAYERS[case]) if walk else None
    run = _Run(model, matrices, int(batch))
    work = int(batch) * int(steps)
    values = per_step(lambda: run.steps(int(steps)), work, float(budget))
    values |= {"mass": float(model.body_mass.sum()), "steps": work}
    print(Row(name, "MuJoCo C", case, "forward", int(batch), values).line())


def _text(name: str, count: int) -> str:
    if name == "quadruped":
        return models.quadruped()
    return {"chain": models.chain, "balls": models.balls}[name](count)


class _Run:
    """A batch of states, and threads to advance it."""

    def __init__(self, model: Any, matrices: Any, batch: int) -> None:
        self.model, self.matrices, self.batch = model, matrices, batch
        self.data = [mujoco.MjData(model) for _ in range(cores())]
        self.pool = rollout.Rollout(nthread=cores())
        data = mujoco.MjData(model)
        if matrices is not None:
            data.qpos[7:] = controller.STANCE
        elif model.nq == model.nv:
            data.qpos[0] = 0.8
        start = np.zeros(mujoco.mj_stateSize(model, FULL))
        mujoco.mj_getState(model, data, start, FULL)
        self.start = np.tile(start, (batch, 1))

    def steps(self, count: int) -> None:
        """Advance all robots from the start."""
        if self.matrices is None:
            self.pool.rollout([self.model] * self.batch, self.data, self.start, None, nstep=count)
            return
        states = self.start
        models = [self.model] * self.batch
        for number in range(count):
            control = self._control(number * controller.STEP, states)
            states = self.pool.rollout(models, self.data, states, control[:, None])[0][:, -1]

    def _control(self, time: float, states: np.ndarray) -> np.ndarray:
        position = states[:, 1 : 1 + self.model.nq].astype(np.float32)
        velocity = states[:, 1 + self.model.nq :][:, : self.model.nv].astype(np.float32)
        read = controller.readings(np, np.float32(time), position, velocity)
        control: np.ndarray = controller.targets(np, self.matrices, read)
        return control.astype(np.float64)


if __name__ == "__main__":
    main()
