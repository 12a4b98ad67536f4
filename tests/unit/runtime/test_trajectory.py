import jax
import jax.numpy as jnp
import numpy as np
import pytest

import scenert


def spring_back(gain: jax.Array, sensors: dict[str, jax.Array], carry: None, t: jax.Array):
    """A policy that adds stiffness."""
    return -gain * sensors["position"], carry


def count(_: None, sensors: dict[str, jax.Array], calls: jax.Array, t: jax.Array):
    """A policy whose control tells the time and how often it was called."""
    return jnp.stack([t, calls, sensors["height"]]), calls + 1


def test_a_rollout_is_the_loop(sim: scenert.Simulator):
    params = sim.params()
    state = sim.init(params)
    final, states = scenert.rollout(
        sim, spring_back, params, state, 20, policy_params=jnp.float32(7.0)
    )
    for step in range(20):
        sensors = sim.sense(params, state, jnp.zeros(3))
        state = sim.step(params, state, -7.0 * sensors["position"])
        assert states.q[step] == pytest.approx(np.asarray(state.q), abs=1e-6)
    assert final.v == pytest.approx(np.asarray(state.v), abs=1e-5)
    assert final.q == pytest.approx(np.asarray(states.q[-1]), abs=0)


def test_policies_have_memory_and_know_the_time(sim: scenert.Simulator):
    params = sim.params()
    _, controls = scenert.rollout(
        sim,
        count,
        params,
        sim.init(params),
        4,
        carry=jnp.float32(10),
        outputs=lambda state, sensors, control: control,
    )
    assert controls[:, 0] == pytest.approx([0, 0.01, 0.02, 0.03])
    assert controls[:, 1] == pytest.approx([10, 11, 12, 13])


def test_without_a_policy_the_control_is_zero(sim: scenert.Simulator):
    params = sim.params()
    _, (controls, heights) = scenert.rollout(
        sim,
        None,
        params,
        sim.init(params),
        5,
        outputs=lambda state, sensors, control: (control, sensors["height"]),
    )
    assert not np.any(controls)
    assert heights.shape == (5,)


def test_rollouts_batch(sim: scenert.Simulator):
    params = sim.params()

    def reach(stiffness: jax.Array) -> jax.Array:
        changed = {**params, "stiffness": stiffness}
        return scenert.rollout(sim, None, changed, sim.init(changed), 10)[0].q[0]

    stiffness = jnp.array([1.0, 50.0, 100.0])
    together = jax.jit(jax.vmap(reach))(stiffness)
    assert together == pytest.approx(np.array([reach(k) for k in stiffness]), abs=1e-6)


def residuals_per_step(sim: scenert.Simulator, checkpoint: bool) -> float:
    """Numbers that backpropagation stores for each step."""

    def stored(steps: int) -> int:
        def final(params: dict[str, jax.Array]) -> jax.Array:
            state = sim.init(params)
            gain = params["mass"]
            end, _ = scenert.rollout(
                sim,
                spring_back,
                params,
                state,
                steps,
                policy_params=gain,
                outputs=lambda *_: None,
                checkpoint=checkpoint,
            )
            return end.q[0]

        _, back = jax.vjp(final, sim.params())
        return sum(leaf.size for leaf in jax.tree.leaves(back))

    return (stored(200) - stored(100)) / 100


def test_checkpointed_backpropagation_stores_no_more_than_the_state(sim: scenert.Simulator):
    state = sim.init(sim.params())
    size = sum(leaf.size for leaf in jax.tree.leaves(state))
    assert residuals_per_step(sim, checkpoint=True) <= size + sim.n_control + 1


def test_checkpointing_changes_no_gradient(sim: scenert.Simulator):
    def final(params: dict[str, jax.Array], checkpoint: bool) -> jax.Array:
        return scenert.rollout(sim, None, params, sim.init(params), 50, checkpoint=checkpoint)[0].q[
            0
        ]

    params = sim.params()
    with_it = jax.grad(final)(params, True)
    without = jax.grad(final)(params, False)
    for name in params:
        assert with_it[name] == pytest.approx(float(without[name]), rel=1e-5)


@pytest.mark.parametrize("discount", [0.0, 0.5, 0.9])
def test_discount_shrinks_the_gradient_once_a_step(sim: scenert.Simulator, discount: float):
    def final(start: jax.Array, factor: float) -> jax.Array:
        params = sim.params()
        state = sim.init({**params, "stretch": start})
        return scenert.rollout(sim, None, params, state, 8, discount=factor)[0].q[0]

    value, gradient = jax.value_and_grad(final)(jnp.float32(0.3), discount)
    plain_value, plain_gradient = jax.value_and_grad(final)(jnp.float32(0.3), 1.0)
    assert value == plain_value
    assert gradient == pytest.approx(discount**8 * float(plain_gradient), rel=1e-5)


def test_discount_leaves_parameters_of_the_last_step_alone(sim: scenert.Simulator):
    def final(params: dict[str, jax.Array]) -> jax.Array:
        start = sim.init(sim.params())
        return scenert.rollout(sim, None, params, start, 8, discount=0.0)[0].v[3]

    params = sim.params()
    before, _ = scenert.rollout(sim, None, params, sim.init(params), 7)
    gradient = jax.grad(final)(params)
    assert gradient["stiffness"] == pytest.approx(-0.01 * float(before.q[0]) / 2.0, rel=1e-5)


def test_discount_and_whole_number_memory_get_along(sim: scenert.Simulator):
    params = sim.params()

    def policy(_: None, sensors: dict[str, jax.Array], calls: jax.Array, t: jax.Array):
        return jnp.full(3, calls, jnp.float32), calls + 1

    _, controls = scenert.rollout(
        sim,
        policy,
        params,
        sim.init(params),
        3,
        carry=jnp.int32(0),
        discount=0.5,
        outputs=lambda state, sensors, control: control[0],
    )
    assert controls == pytest.approx([0, 1, 2])


def test_double_precision_stays_double(sim: scenert.Simulator):
    with jax.enable_x64(True):
        params = sim.params()
        final, _ = scenert.rollout(
            sim,
            spring_back,
            params,
            sim.init(params),
            3,
            policy_params=jnp.float64(1),
            discount=0.9,
        )
        assert final.q.dtype == jnp.float64


def test_gradients_end_at_the_horizon(sim: scenert.Simulator):
    """Eight steps with horizon 3 begin anew at steps 0, 3 and 6, the start itself included."""
    params = sim.params()

    def heights(stiffness: jax.Array, state: scenert.State, steps: int, horizon: int | None):
        changed = {**params, "stiffness": stiffness}
        final, _ = scenert.rollout(sim, None, changed, state, steps, horizon=horizon)
        return final.q[0]

    stiffness, start = params["stiffness"], sim.init(params)
    value, gradient = jax.value_and_grad(heights)(stiffness, start, 8, 3)
    sixth, _ = scenert.rollout(sim, None, params, start, 6)
    assert value == heights(stiffness, start, 8, None)
    assert gradient == pytest.approx(float(jax.grad(heights)(stiffness, sixth, 2, None)), rel=1e-5)
    assert not np.any(jax.grad(heights, argnums=1)(stiffness, start, 8, 3).q)
    with pytest.raises(ValueError, match="at least 1, not 0"):
        heights(stiffness, start, 8, 0)
