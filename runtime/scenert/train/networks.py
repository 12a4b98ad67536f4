"""Networks that begin as the policy that does nothing."""

from __future__ import annotations

from typing import Any, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp

Network = TypeVar("Network")


def zero_output(network: Network) -> Network:
    """`network` with its last linear layer set to zero: at first its output is zero everywhere.

    Training then starts from the controller that holds still, within the domain where the model
    of the robot is accurate (Degrave et al., section 3.2). Raises ValueError where there is no
    `equinox.nn.Linear`.
    """

    def linear(node: object) -> bool:
        return isinstance(node, eqx.nn.Linear)

    def last(network: Network) -> eqx.nn.Linear:
        layers: list[Any] = [
            node for node in jax.tree.leaves(network, is_leaf=linear) if linear(node)
        ]
        if not layers:
            raise ValueError(f"{type(network).__name__} has no equinox.nn.Linear to set to zero")
        output: eqx.nn.Linear = layers[-1]
        return output

    zeros = jax.tree.map(lambda x: jnp.zeros_like(x) if eqx.is_array(x) else x, last(network))
    changed: Network = eqx.tree_at(last, network, zeros)
    return changed
