import jax
import jax.numpy as jnp
import numpy as np
import pytest

import scenert
from scenert.state import State

QUARTER_ABOUT_Z = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
QUARTER_ABOUT_Y = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]])
HALF = np.sqrt(0.5)


@pytest.fixture
def state(sim: scenert.Simulator) -> State:
    return sim.init(sim.params())


def test_a_free_body_goes_where_it_is_put(sim: scenert.Simulator, state: State):
    placed = sim.place(
        state,
        "ball",
        position=[1, 2, 3],
        rotation=QUARTER_ABOUT_Z,
        linear=[4, 5, 6],
        angular=[7, 8, 9],
    )
    assert placed.q[:3] == pytest.approx([1, 2, 3])
    assert placed.q[3:12] == pytest.approx(QUARTER_ABOUT_Z.ravel())
    assert placed.v[:6] == pytest.approx([7, 8, 9, 4, 5, 6])
    assert placed.q[12:] == pytest.approx(state.q[12:])


def test_what_is_not_given_stays(sim: scenert.Simulator, state: State):
    moved = sim.place(state, "ball", position=[1, 2, 3])
    assert sim.place(moved, "ball", linear=[0, 0, 1]).q == pytest.approx(moved.q)


def test_a_quaternion_is_w_x_y_z_of_any_length(sim: scenert.Simulator, state: State):
    placed = sim.place(state, "ball", rotation=[3.0, 0, 0, 3.0])
    assert placed.q[3:12] == pytest.approx(QUARTER_ABOUT_Z.ravel(), abs=1e-6)


def test_a_planar_body_takes_its_part(sim: scenert.Simulator, state: State):
    placed = sim.place(
        state,
        "cart",
        position=[1, 9, 3],
        rotation=QUARTER_ABOUT_Y,
        linear=[4, 0, 6],
        angular=[0, 8, 0],
    )
    assert placed.q[12:15] == pytest.approx([1, 3, np.pi / 2])
    assert placed.v[6:9] == pytest.approx([4, 6, 8])


@pytest.mark.parametrize(
    ("body", "motion", "message"),
    [
        ("bal", {"position": [0, 0, 0]}, "no body 'bal'; did you mean 'ball'"),
        ("leg", {"position": [0, 0, 0]}, "'leg' hangs on joint 'hip': use set_joint"),
        ("anvil", {"position": [0, 0, 0]}, "'anvil' is fixed to the world"),
        ("ball", {"position": [0, 0]}, r"position has shape \(2,\), expected \(3,\)"),
        ("ball", {"rotation": np.ones((3, 3))}, "the matrix is no rotation"),
        ("ball", {"rotation": -np.eye(3)}, "the matrix is no rotation"),
        ("ball", {"rotation": np.full((3, 3), np.nan)}, "the matrix is no rotation"),
        ("ball", {"rotation": [0, 0, 0, 0]}, "the quaternion is zero"),
        ("ball", {"rotation": [1, 2]}, r"a rotation is a matrix \(3, 3\)"),
        ("cart", {"rotation": QUARTER_ABOUT_Z}, "'cart' turns about y only"),
        ("cart", {"linear": [0, 1, 0]}, "'cart' cannot move along y"),
        ("cart", {"angular": [1, 0, 0]}, "'cart' turns about y only"),
    ],
)
def test_impossible_places(
    sim: scenert.Simulator, state: State, body: str, motion: dict[str, object], message: str
):
    with pytest.raises(ValueError, match=message):
        sim.place(state, body, **motion)


@pytest.mark.parametrize(
    ("joint", "angle", "speed", "q", "v"),
    [
        ("hip", 0.5, 0.25, (slice(15, 16), [0.5]), (slice(9, 10), [0.25])),
        ("hip", [0.5], [0.25], (slice(15, 16), [0.5]), (slice(9, 10), [0.25])),
        ("wrist", [1, 2], [3, 4], (slice(16, 18), [1, 2]), (slice(10, 12), [3, 4])),
        (
            "socket",
            [0, 0, np.pi / 2],
            [3, 4, 5],
            (slice(18, 27), QUARTER_ABOUT_Z.ravel()),
            (slice(12, 15), [3, 4, 5]),
        ),
        (
            "socket",
            [HALF, 0, HALF, 0],
            [0, 0, 0],
            (slice(18, 27), QUARTER_ABOUT_Y.ravel()),
            (slice(12, 15), [0, 0, 0]),
        ),
    ],
)
def test_joints_take_their_own_coordinates(
    sim: scenert.Simulator,
    state: State,
    joint: str,
    angle: object,
    speed: object,
    q: tuple,
    v: tuple,
):
    placed = sim.set_joint(state, joint, angle, speed)
    assert placed.q[q[0]] == pytest.approx(np.array(q[1]), abs=1e-6)
    assert placed.v[v[0]] == pytest.approx(np.array(v[1]))


@pytest.mark.parametrize(
    ("joint", "angle", "message"),
    [
        ("hipp", 0.0, "no joint 'hipp'; did you mean 'hip'"),
        ("wrist", 0.0, r"angle of 'wrist' has shape \(\), expected \(2,\)"),
        ("seam", 0.0, "kept by constraint rows.*place 'shell' instead"),
        ("glue", 0.0, "'glue' is a weld"),
    ],
)
def test_impossible_joints(
    sim: scenert.Simulator, state: State, joint: str, angle: float, message: str
):
    with pytest.raises(ValueError, match=message):
        sim.set_joint(state, joint, angle)


def test_batches_of_states_are_placed_at_once(sim: scenert.Simulator, state: State):
    batch = jax.tree.map(lambda x: jnp.stack([x] * 5), state)
    placed = sim.place(batch, "ball", position=np.arange(15.0).reshape(5, 3))
    placed = sim.set_joint(placed, "hip", jnp.arange(5.0))
    assert placed.q[4, :3] == pytest.approx([12, 13, 14])
    assert placed.q[:, 15] == pytest.approx(np.arange(5.0))


def test_placing_is_differentiable_even_at_the_zero_rotation(sim: scenert.Simulator, state: State):
    def turned(vector: jax.Array) -> jax.Array:
        return sim.set_joint(state, "socket", vector).q[18:27]

    at_rest = jax.jacobian(turned)(jnp.zeros(3))
    assert at_rest[:, 2].reshape(3, 3) == pytest.approx(
        np.array([[0, -1, 0], [1, 0, 0], [0, 0, 0]]), abs=1e-6
    )
