"""Machine code that travels with a compiled scene, for computers like the one that built it.

Members of the `.sim` file's folder `native` are named PROCESSOR/ENTRY: a hash of the processor, and
the name of an entry of `scenert.lanes.store`. Such a name is a hash of the program, the runtime and
the versions of JAX and LLVM, too. So code that does not fit is never found, and what is not found
is compiled when it is first used, as without native code.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

import jax
import jax.numpy as jnp
from jax import Array

from scenert.arguments import Params
from scenert.lanes import store
from scenert.lanes.target import host
from scenert.simulator import Simulator
from scenert.state import State
from scenert.trajectory import Sensors, rollout


def processor() -> str:
    """A short hash of this computer's processor and what it can do."""
    target = host()
    text = f"{target.triple} {target.cpu} {target.features}"
    return sha256(text.encode()).hexdigest()[:16]


def supply(members: Mapping[str, bytes]) -> None:
    """Use the code that was made for this processor; the rest is for others."""
    prefix = f"{processor()}/" if members else ""
    store.supply(
        {name.removeprefix(prefix): members[name] for name in members if name.startswith(prefix)}
    )


def generate(sim: Simulator) -> dict[str, bytes]:
    """Members for this processor: the code of step and sense and of their gradients.

    It serves robots that share their parameters, one or a batch, and gradients to a policy that
    reads all sensors and to the parameters, in JAX's default float type.
    """
    sim = Simulator(sim.manifest, sim._program, sim.source)  # one that has nothing compiled yet
    params = sim.params()
    weights = jnp.zeros((sim.n_control, sim.n_sensor))
    states = jax.tree.map(lambda x: jnp.stack([x, x]), sim.init(params))

    def loss(weights: Array, params: Params, states: State) -> Array:
        final = jax.vmap(lambda state: _run(sim, weights, params, state))(states)
        return sum((jnp.sum(x) for x in jax.tree.leaves(final)), jnp.zeros(()))

    with store.recording() as entries:
        for function in (loss, jax.grad(loss), jax.grad(loss, (0, 1))):
            traced = jax.jit(function).trace(weights, params, states)
            traced.lower(lowering_platforms=("cpu",))
    return {f"{processor()}/{name}": entry for name, entry in entries.items()}


def _run(sim: Simulator, weights: Array, params: Params, state: State) -> tuple[State, Sensors]:
    """A rollout under a policy that reads all sensors."""

    def policy(weights: Array, sensors: Sensors, carry: None, _: Array) -> tuple[Array, None]:
        readings = [jnp.ravel(sensors[name]) for name in sim.sensors]
        return weights @ jnp.concatenate([*readings, jnp.zeros(0)]), carry

    def sensed(_: State, sensors: Sensors, __: Array) -> Sensors:
        return sensors

    return rollout(sim, policy, params, state, 2, policy_params=weights, outputs=sensed)
