"""Training through simulators: a loss of one robot, a method that lowers it, and `run`.

    loss = train.bptt(sim, policy, cost, steps)         # what one robot's episode costs
    method = train.descent(loss, optax.adam(1e-3), batch=128)
    result = train.run(method, model, updates=500, folder="runs/arm")

Models are pytrees, such as Equinox modules; optimizers come from Optax; losses and methods are pure
functions. `run` keeps metrics and checkpoints in a folder and continues from it after any end.
"""

try:
    from scenert.train.bounds import Bounded
    from scenert.train.bptt import Start, authored, bptt
    from scenert.train.descent import descent
    from scenert.train.identification import Identification, Recording, identify, record
    from scenert.train.judged import judged
    from scenert.train.loop import Result, run
    from scenert.train.method import Learner, Loss, Method, Metrics
    from scenert.train.networks import zero_output
    from scenert.train.randomize import normal, randomize, scaled, uniform
    from scenert.train.retreat import retreat
    from scenert.train.shac import ActorCritic, shac
    from scenert.train.tricks import clip_to_norm, scale_by_value
    from scenert.train.windows import windows
except ModuleNotFoundError as fault:
    if str(fault.name).partition(".")[0] not in (
        "equinox",
        "optax",
        "orbax",
        "scipy",
        "tensorboardX",
    ):
        raise
    raise ModuleNotFoundError(
        f"scenert.train needs {fault.name}: pip install 'scenec[train]' "
        "(in a checkout: pip install -e '.[train]')",
        name=fault.name,
    ) from fault

__all__ = [
    "ActorCritic",
    "Bounded",
    "Identification",
    "Learner",
    "Loss",
    "Method",
    "Metrics",
    "Recording",
    "Result",
    "Start",
    "authored",
    "bptt",
    "clip_to_norm",
    "descent",
    "identify",
    "judged",
    "normal",
    "randomize",
    "record",
    "retreat",
    "run",
    "scale_by_value",
    "scaled",
    "shac",
    "uniform",
    "windows",
    "zero_output",
]
