"""Make golden_func.npz: Jacobians, Hessians and products of torch.func for a small network.

Made with torch 2.13.0 (CPU) and NumPy 2.4, in an environment of its own:

    python3 -m venv torchenv && torchenv/bin/pip install torch==2.13.0 numpy
    torchenv/bin/python tests/nnlib/golden/make_golden_func.py

The network is Linear(3, 4), Tanh, Linear(4, 3) with cross-entropy, in float64. "state NAME" and
"along NAME" are its parameters and a direction, "x" and "y" its data.
"""

from pathlib import Path

import numpy as np
import torch
from torch.func import functional_call, grad, hessian, jacfwd, jacrev, jvp, vjp, vmap

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(0)
model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 3))
state = {
    name: torch.tensor(rng.standard_normal(tuple(p.shape)) * 0.5)
    for name, p in model.named_parameters()
}
along = {name: torch.tensor(rng.standard_normal(tuple(p.shape))) for name, p in state.items()}
x, y = torch.tensor(rng.standard_normal((5, 3))), torch.tensor(rng.integers(0, 3, 5))
v, u = torch.tensor(rng.standard_normal((5, 3))), torch.tensor(rng.standard_normal((5, 3)))


def output(x):
    return functional_call(model, state, (x,))


def loss(state, x=x, y=y):
    return torch.nn.functional.cross_entropy(functional_call(model, state, (x,)), y)


def one(state, x, y):
    return loss(state, x[None], y[None])


store = {"x": x, "y": y, "v": v, "u": u}
store |= {f"state {k}": p for k, p in state.items()} | {f"along {k}": p for k, p in along.items()}
store["jvp"] = jvp(output, (x,), (v,))[1]
store["vjp"] = vjp(output, x)[1](u)[0]
store["jacfwd"], store["jacrev"] = jacfwd(output)(x), jacrev(output)(x)
store["hessian x"] = hessian(lambda x: loss(state, x))(x)
for name, p in grad(loss)(state).items():
    store[f"grad {name}"] = p
for name, p in jvp(grad(loss), (state,), (along,))[1].items():
    store[f"hvp {name}"] = p
for name, row in hessian(loss)(state).items():
    for other, block in row.items():
        store[f"hessian {name} {other}"] = block
for name, p in vmap(grad(one), (None, 0, 0))(state, x, y).items():
    store[f"each {name}"] = p
np.savez_compressed(
    Path(__file__).parent / "golden_func.npz",
    **{name: t.detach().numpy() for name, t in store.items()},
    version=np.array(torch.__version__),
)
