"""Make golden_optim.npz: PyTorch's optimizers, schedules and clipping, step by step.

Made with torch 2.13.0 (CPU) and NumPy 2.4, in an environment of its own:

    python3 -m venv torchenv && torchenv/bin/pip install torch==2.13.0 numpy
    torchenv/bin/python tests/nnlib/golden/make_golden_optim.py

"optimizers" holds, as JSON, [case, class, options]. Each case makes STEPS steps in float64, once
"plain" and once with "groups": the last parameter in a group of its own with five times the rate,
the second one without a gradient in every third step. The gradient of parameter k at step t is
curvature[k] * (parameter - drift[t, k]). "schedules" holds [case, optimizer, options, schedules],
where schedules is a list of [class, options]; "SequentialLR" stands first and has the rest.
"groups" holds {case: param_groups} of the optimizers' states after HALF steps with groups, whose
arrays stand under "case/state.1.exp_avg" and so on.
Stored are the rates, the momenta and the weights at every step. Python functions have names here
and in the test.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
STEPS, HALF = 20, 10
SHAPES = [(2, 2), (), (3,)]
rng = np.random.default_rng(0)
store = {}
torch.set_default_dtype(torch.float64)  # NAdam keeps its product of momenta in this type

DECAY = {"weight_decay": 0.1}
OPTIMIZERS = {
    "SGD": (
        {"lr": 0.1},
        [
            {},
            DECAY,
            {"momentum": 0.9},
            {"momentum": 0.9, "dampening": 0.3},
            {"momentum": 0.9, "nesterov": True},
            {"momentum": 0.5, "nesterov": True, "weight_decay": 0.1, "maximize": True, "lr": 0.01},
            {"momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1, "maximize": True, "lr": 0.01},
        ],
    ),
    "Adagrad": (
        {"lr": 0.1},
        [
            {},
            DECAY,
            {"lr_decay": 0.1},
            {"initial_accumulator_value": 0.5},
            {"eps": 0.1},
            {"lr_decay": 0.05, "initial_accumulator_value": 0.1, "maximize": True, **DECAY},
        ],
    ),
    "RMSprop": (
        {"lr": 0.02},
        [
            {},
            DECAY,
            {"alpha": 0.9},
            {"eps": 0.1},
            {"momentum": 0.9},
            {"centered": True, "alpha": 0.9},
            {"centered": True, "momentum": 0.5, "maximize": True, **DECAY},
        ],
    ),
    "Adadelta": (
        {},
        [{}, DECAY, {"lr": 0.5, "rho": 0.8}, {"eps": 1e-3}, {"maximize": True, **DECAY}],
    ),
    "Adam": (
        {"lr": 0.05},
        [
            {},
            DECAY,
            {"betas": [0.5, 0.9]},
            {"betas": [0.0, 0.99]},
            {"eps": 0.1},
            {"amsgrad": True, "betas": [0.9, 0.5]},
            {"maximize": True},
            {"decoupled_weight_decay": True, **DECAY},
            {"amsgrad": True, "maximize": True, "betas": [0.8, 0.6], **DECAY},
        ],
    ),
    "AdamW": (
        {"lr": 0.05},
        [{}, {"weight_decay": 0.0}, {"weight_decay": 0.3, "amsgrad": True}, {"maximize": True}],
    ),
    "NAdam": (
        {"lr": 0.05},
        [
            {},
            DECAY,
            {"momentum_decay": 0.1},
            {"betas": [0.0, 0.9]},
            {"decoupled_weight_decay": True, **DECAY},
            {"betas": [0.5, 0.9], "eps": 0.1, "maximize": True},
        ],
    ),
    "RAdam": (
        {"lr": 0.05},
        [
            {},
            DECAY,
            {"betas": [0.5, 0.9]},
            {"eps": 0.1},
            {"decoupled_weight_decay": True, **DECAY},
            {"betas": [0.9, 0.5], "maximize": True},
        ],
    ),
}

SGD, ADAM = ("SGD", {"lr": 0.1, "momentum": 0.9}), ("Adam", {"lr": 0.05, "betas": [0.9, 0.99]})
COSINE = ["CosineAnnealingLR", {"T_max": 40, "eta_min": 0.001}]
WARM = ["LinearLR", {"start_factor": 0.1, "total_iters": 10}]
SCHEDULES = {
    "step": (SGD, [["StepLR", {"step_size": 7}]]),
    "step gamma": (ADAM, [["StepLR", {"step_size": 10, "gamma": 0.7}]]),
    "milestones": (SGD, [["MultiStepLR", {"milestones": [30, 5, 5, 12], "gamma": 0.5}]]),
    "exponential": (SGD, [["ExponentialLR", {"gamma": 0.93}]]),
    "exponential up": (ADAM, [["ExponentialLR", {"gamma": 1.05}]]),
    "cosine": (SGD, [["CosineAnnealingLR", {"T_max": 50}]]),
    "cosine and up again": (SGD, [["CosineAnnealingLR", {"T_max": 9, "eta_min": 0.01}]]),
    "cosine of one": (SGD, [["CosineAnnealingLR", {"T_max": 1, "eta_min": 0.02}]]),
    "linear": (SGD, [["LinearLR", {}]]),
    "linear down": (
        ADAM,
        [["LinearLR", {"start_factor": 0.9, "end_factor": 0.0, "total_iters": 30}]],
    ),
    "noam": (ADAM, [["LambdaLR", {"lr_lambda": "noam"}]]),
    "two lambdas": (SGD, [["LambdaLR", {"lr_lambda": ["noam", "halves"]}]]),
    "chained": (SGD, [WARM, ["ExponentialLR", {"gamma": 0.95}], ["StepLR", {"step_size": 12}]]),
    "chained cosine": (SGD, [COSINE, ["MultiStepLR", {"milestones": [20, 35], "gamma": 0.5}]]),
    "warm-up then cosine": (ADAM, [["SequentialLR", {"milestones": [10]}], WARM, COSINE]),
    "three in a row": (
        SGD,
        [
            ["SequentialLR", {"milestones": [5, 25]}],
            ["LambdaLR", {"lr_lambda": "halves"}],
            ["ExponentialLR", {"gamma": 0.9}],
            ["StepLR", {"step_size": 4, "gamma": 0.5}],
        ],
    ),
    "one cycle": (SGD, [["OneCycleLR", {"max_lr": 0.5, "total_steps": 51}]]),
    "one cycle of Adam": (
        ADAM,
        [["OneCycleLR", {"max_lr": [0.1, 0.2], "epochs": 17, "steps_per_epoch": 3}]],
    ),
    "one cycle, linear": (
        ADAM,
        [
            [
                "OneCycleLR",
                {
                    "max_lr": 0.1,
                    "total_steps": 60,
                    "anneal_strategy": "linear",
                    "pct_start": 0.45,
                    "base_momentum": 0.5,
                    "max_momentum": 0.9,
                    "div_factor": 10.0,
                    "final_div_factor": 100.0,
                },
            ]
        ],
    ),
    "one cycle, three phases": (
        SGD,
        [["OneCycleLR", {"max_lr": 0.5, "total_steps": 55, "three_phase": True}]],
    ),
    "one cycle, momentum stays": (
        ("NAdam", {"lr": 0.1}),
        [["OneCycleLR", {"max_lr": 0.1, "total_steps": 51, "cycle_momentum": False}]],
    ),
    "one cycle of NAdam": (
        ("NAdam", {"lr": 0.1}),
        [["OneCycleLR", {"max_lr": 0.1, "total_steps": 51}]],
    ),
    "one cycle of AMSGrad": (
        ("AdamW", {"amsgrad": True}),
        [["OneCycleLR", {"max_lr": 0.1, "total_steps": 51}]],
    ),
    "plateau": (SGD, [["ReduceLROnPlateau", {"patience": 2}]]),
    "plateau, max": (
        SGD,
        [["ReduceLROnPlateau", {"mode": "max", "factor": 0.5, "patience": 3, "cooldown": 2}]],
    ),
    "plateau, absolute": (
        ADAM,
        [
            [
                "ReduceLROnPlateau",
                {
                    "factor": 0.5,
                    "patience": 1,
                    "threshold": 0.05,
                    "threshold_mode": "abs",
                    "min_lr": [0.01, 0.02],
                },
            ]
        ],
    ),
    "plateau, max, absolute": (
        SGD,
        [
            [
                "ReduceLROnPlateau",
                {
                    "mode": "max",
                    "patience": 0,
                    "threshold": 0.2,
                    "threshold_mode": "abs",
                    "eps": 0.005,
                },
            ]
        ],
    ),
}
FUNCTIONS = {
    "noam": lambda t: min((t + 1) ** -0.5, (t + 1) * 8**-1.5),
    "halves": lambda t: 0.5 ** (t // 3),
}


def build(kind, options, grouped):
    """Three parameters and their optimizer."""
    params = [torch.tensor(store[f"start {k}"], requires_grad=True) for k in range(3)]
    groups = params
    if grouped:
        rate = options.get("lr", 1.0)
        groups = [{"params": params[:2]}, {"params": params[2:], "lr": 5 * rate}]
    options = {k: tuple(v) if isinstance(v, list) else v for k, v in options.items()}
    return params, getattr(torch.optim, kind)(groups, **options)


def move(params, opt, t, grouped):
    """One step; returns all weights."""
    for k, p in enumerate(params):
        with torch.no_grad():
            g = torch.tensor(store[f"curvature {k}"]) * (p - torch.tensor(store[f"drift {k}"][t]))
        p.grad = None if grouped and k == 1 and t % 3 == 1 else g
    opt.step()
    return np.concatenate([p.detach().numpy().ravel() for p in params])


def optimizers():
    """Run every optimizer with every option."""
    cases, groups = [], {}
    for kind, (base, variants) in OPTIMIZERS.items():
        for options in variants:
            words = " ".join(f"{k}={v}" for k, v in options.items())
            case, options = f"{kind} {words}".strip(), base | options
            cases.append([case, kind, options])
            for mode in ("plain", "groups"):
                params, opt = build(kind, options, mode == "groups")
                path = []
                for t in range(STEPS):
                    path.append(move(params, opt, t, mode == "groups"))
                    if mode == "groups" and t == HALF - 1:
                        groups[case] = keep_state(case, opt)
                store[f"{case}/{mode}"] = np.array(path)
    store["optimizers"] = np.array(json.dumps(cases))
    store["groups"] = np.array(json.dumps(groups))


def keep_state(case, opt):
    """Store the arrays of an optimizer's state; returns its groups."""
    state = opt.state_dict()
    for k, values in state["state"].items():
        for name, value in values.items():
            store[f"{case}/state.{k}.{name}"] = value.numpy().astype(np.float64)
    return state["param_groups"]


def schedules():
    """Run every schedule for 50 steps, on two groups."""
    cases, lr = [], torch.optim.lr_scheduler
    for case, ((kind, base), listed) in SCHEDULES.items():
        cases.append([case, kind, base, listed])
        params, opt = build(kind, base, True)
        for i, group in enumerate(opt.param_groups):
            group["lr"] = (1 + i) * base.get("lr", 0.1)
        named = [
            (name, {k: function(v) if k == "lr_lambda" else v for k, v in options.items()})
            for name, options in listed
        ]
        inner = named[1:] if named[0][0] == "SequentialLR" else named
        made = [getattr(lr, name)(opt, **options) for name, options in inner]
        if inner is not named:
            made = [lr.SequentialLR(opt, made, **named[0][1])]
        rates, momenta, path = [], [], []
        for t in range(51):
            rates.append([group["lr"] for group in opt.param_groups])
            momenta.append([g.get("momentum", g.get("betas", [0])[0]) for g in opt.param_groups])
            weights = move(params, opt, t % STEPS, True)
            path += [weights] if t < 30 and "one cycle" in case else []
            if t == 50:
                break
            for schedule in made:
                if named[0][0] == "ReduceLROnPlateau":
                    schedule.step(store["measure"][t])
                else:
                    schedule.step()
        store[f"{case}/rates"], store[f"{case}/momenta"] = np.array(rates), np.array(momenta)
        if path:
            store[f"{case}/path"] = np.array(path)
    store["schedules"] = np.array(json.dumps(cases))


def function(names):
    """The Python functions that stand behind names."""
    return [FUNCTIONS[n] for n in names] if isinstance(names, list) else FUNCTIONS[names]


def clipping():
    """Clip three gradients by several norms, and by value."""
    for bound in (0.5, 100.0):
        for p in (1.0, 2.0, 3.0, math.inf):
            params = gradients()
            norm = torch.nn.utils.clip_grad_norm_(params, bound, p)
            found = [norm.item(), *np.concatenate([q.grad.numpy().ravel() for q in params])]
            store[f"clip {bound} {p}"] = np.array(found)
    params = gradients()
    torch.nn.utils.clip_grad_value_(params, 0.4)
    store["clip value"] = np.concatenate([q.grad.numpy().ravel() for q in params])


def gradients():
    """Parameters whose gradients are the starts."""
    params = [torch.zeros(shape, dtype=torch.float64, requires_grad=True) for shape in SHAPES]
    for k, p in enumerate(params):
        p.grad = torch.tensor(store[f"start {k}"])
    return params


if __name__ == "__main__":
    for k, shape in enumerate(SHAPES):
        store[f"start {k}"] = np.asarray(rng.standard_normal(shape))
        store[f"curvature {k}"] = np.asarray(rng.uniform(0.3, 2, shape))
        store[f"drift {k}"] = rng.standard_normal((STEPS, *shape))
    store["measure"] = np.round(1 / np.sqrt(1 + np.arange(50)) + 0.1 * rng.random(50), 3)
    optimizers()
    schedules()
    clipping()
    store["gains"] = np.array(
        [
            torch.nn.init.calculate_gain(*args)
            for args in [
                ("linear",),
                ("conv2d",),
                ("conv_transpose1d",),
                ("sigmoid",),
                ("tanh",),
                ("relu",),
                ("leaky_relu",),
                ("leaky_relu", 0.3),
                ("selu",),
            ]
        ]
    )
    # A file of many small arrays would be mostly headers: the floats stand one after the other.
    words = {k: v for k, v in store.items() if v.dtype.kind == "U"}
    floats, index, start = [], {}, 0
    for key, value in store.items():
        if key not in words:
            index[key] = [start, list(value.shape)]
            floats.append(value.ravel())
            start += value.size
    words |= {"index": np.array(json.dumps(index)), "version": np.array(torch.__version__)}
    np.savez_compressed(HERE / "golden_optim.npz", values=np.concatenate(floats), **words)
    size = (HERE / "golden_optim.npz").stat().st_size
    print(f"{len(store)} arrays, {size} bytes, torch {torch.__version__}")
