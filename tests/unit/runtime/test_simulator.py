import jax
import jax.numpy as jnp
import numpy as np
import pytest

import scenert

REST = [0.0, 0.0, 0.0]


def test_names_and_sizes(sim: scenert.Simulator):
    assert sim.bodies[:2] == ("ball", "cart")
    assert sim.joints[0] == "hip"
    assert sim.servos == ("push",)
    assert sim.sensors == ("position", "force", "height")
    assert (sim.n_control, sim.n_sensor, sim.dt) == (3, 7, 0.01)


def test_the_ball_swings_back_after_half_a_period(sim: scenert.Simulator):
    params = sim.params()
    state = sim.init(params)
    half_period = np.pi * np.sqrt(2.0 / 50.0)
    for _ in range(round(half_period / sim.dt)):
        state = sim.step(params, state, REST)
    assert state.q[0] == pytest.approx(-0.3, abs=1e-3)


def test_energy_poses_and_twists_are_the_programs(sim: scenert.Simulator):
    params = sim.params()
    state = sim.init(params)
    assert sim.energy(params, state).potential == pytest.approx(0.5 * 50 * 0.3**2)
    assert sim.poses(params, state).position == pytest.approx(np.array([[0.3, 0, 0]]))
    assert sim.twists(params, state).linear == pytest.approx(np.zeros((1, 3)))


def test_clearances_belong_to_the_contacts_of_the_manifest(sim: scenert.Simulator):
    state = sim.init(sim.params())
    clearances = sim.clearances(sim.params(), state)
    assert clearances.gap.shape == clearances.rate.shape == (len(sim.manifest.contacts),)
    assert clearances.gap == pytest.approx([1.0])


def test_flat_sensors_keep_the_order_of_sensors(sim: scenert.Simulator):
    params = sim.params()
    state = sim.step(params, sim.init(params), REST)
    flat = sim.flat_sensors(params, state, REST)
    assert flat[:3] == pytest.approx(state.q[:3])
    assert flat[3:6] == pytest.approx([-15, 0, 0])
    assert flat.shape == (7,)


def test_bounds_clip_parameters(sim: scenert.Simulator):
    wild = {"mass": jnp.float32(-1), "stiffness": jnp.float32(1e3), "stretch": jnp.float32(1e9)}
    tame = jax.tree.map(jnp.clip, wild, *sim.bounds())
    assert tame == {"mass": 0.5, "stiffness": 100.0, "stretch": 1e9}


def test_transformations_compose(sim: scenert.Simulator):
    def final(params: dict[str, jax.Array]) -> jax.Array:
        return sim.step(params, sim.init(params), jnp.zeros(3)).v[3]

    params = sim.params()
    gradient = jax.jit(jax.grad(final))(params)
    assert gradient["stiffness"] == pytest.approx(-0.01 * 0.3 / 2)
    assert gradient["mass"] == pytest.approx(0.01 * 50 * 0.3 / 4)
    _, tangent = jax.jvp(final, (params,), (params,))
    assert tangent == pytest.approx(sum(params[k] * gradient[k] for k in params))
    batch = jax.tree.map(lambda x: jnp.stack([x, 2 * x]), params)
    assert jax.vmap(final)(batch).shape == (2,)


def test_double_precision_throughout(sim: scenert.Simulator):
    with jax.enable_x64(True):
        params = sim.params()
        state = sim.step(params, sim.init(params), jnp.zeros(3, jnp.float32))
        assert {leaf.dtype for leaf in jax.tree.leaves((params, state))} == {jnp.dtype("float64")}
        single = sim.params(jnp.float32)
        assert sim.init(single).q.dtype == jnp.float32
        with pytest.raises(TypeError, match=r"state.q is float64 but params are float32"):
            sim.step(single, state, REST)


def test_python_numbers_take_the_type_of_the_arrays(sim: scenert.Simulator):
    params = sim.params(jnp.float16) | {"mass": 3.0}
    assert sim.init(params).q.dtype == jnp.float16


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"stifness": 1.0}, ValueError, "no parameter 'stifness'; did you mean 'stiffness'"),
        ({"xyz": 1.0}, ValueError, "no parameter 'xyz'; it has 'mass', 'stiffness', 'stretch'"),
        (
            {"mass": np.ones(3)},
            ValueError,
            r"params\['mass'\] has shape \(3,\), expected \(\).*vmap",
        ),
        ({"mass": 3}, TypeError, r"params\['mass'\] must hold floating-point numbers, not int32"),
        (
            {"mass": np.float16(1)},
            TypeError,
            r"'mass'\] is float16 but params\['stiffness'\] is fl",
        ),
    ],
)
def test_wrong_parameters(
    sim: scenert.Simulator, change: dict[str, object], error: type[Exception], message: str
):
    with pytest.raises(error, match=message):
        sim.init(sim.params() | change)


def test_incomplete_parameters(sim: scenert.Simulator):
    with pytest.raises(ValueError, match=r"params lack 'mass', 'stretch'.*\{\*\*sim.params\(\)"):
        sim.init({"stiffness": 50.0})


def test_arguments_in_the_wrong_order(sim: scenert.Simulator):
    state = sim.init(sim.params())
    with pytest.raises(TypeError, match=r"params must be a dict like sim\.params"):
        sim.step(state, sim.params(), REST)
    with pytest.raises(TypeError, match=r"state must be a State as sim\.init gives it"):
        sim.step(sim.params(), REST, state)


def test_wrong_control_and_state(sim: scenert.Simulator):
    params = sim.params()
    state = sim.init(params)
    with pytest.raises(ValueError, match=r"control has shape \(2,\), expected \(3,\)"):
        sim.step(params, state, jnp.zeros(2))
    with pytest.raises(TypeError, match="control must hold floating-point numbers, not bool"):
        sim.step(params, state, jnp.zeros(3, bool))
    batch = jax.tree.map(lambda x: jnp.stack([x, x]), state)
    with pytest.raises(ValueError, match=r"state.q has shape \(2, 27\), expected \(27,\).*vmap"):
        sim.step(params, batch, REST)


def test_there_is_no_camera(sim: scenert.Simulator):
    with pytest.raises(ValueError, match="no camera named 'front': it has no cameras"):
        sim.render(sim.params(), sim.init(sim.params()), "front")


def test_description_shows_layout_units_and_bounds(sim: scenert.Simulator):
    text = sim.describe()
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert lines[0] == "spring: time step 0.01 s, solver none"
    assert "3:12 ball rotation matrix, row by row" in lines
    assert "12:15 cart x, z [m], pitch [rad]" in lines
    assert "15 hip angle [rad]" in lines
    assert "stiffness 50 N/m from 1 to 100" in lines
    assert "mass 2 kg from 0.5" in lines
    assert "0:3 push force [N]" in lines
    assert "position (3,) [m]" in lines
    assert "contact 12" in lines
