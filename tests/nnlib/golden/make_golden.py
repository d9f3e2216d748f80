"""Make golden.npz: what PyTorch computes, frozen, so that the tests need no PyTorch.

Made with torch 2.13.0 (CPU) and NumPy 2.4, in an environment of its own:

    python3 -m venv torchenv && torchenv/bin/pip install torch==2.13.0 numpy
    torchenv/bin/python tests/nnlib/golden/make_golden.py

Keys are "case/dtype/name". Inputs are stored too, so that nothing depends on a random generator.
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

HERE = Path(__file__).parent
DTYPES = {"float32": torch.float32, "float64": torch.float64}
STEPS = 20
OPTIMIZERS = {
    # The names of the options are those of nnlib.optim too.
    "SGD plain": ("SGD", {"lr": 0.05}),
    "SGD momentum": ("SGD", {"lr": 0.02, "momentum": 0.9}),
    "SGD dampening": ("SGD", {"lr": 0.05, "momentum": 0.9, "dampening": 0.5}),
    "SGD nesterov": ("SGD", {"lr": 0.02, "momentum": 0.9, "nesterov": True}),
    "SGD weight decay": ("SGD", {"lr": 0.05, "momentum": 0.5, "weight_decay": 0.1}),
    "Adam defaults": ("Adam", {}),
    "Adam betas": ("Adam", {"lr": 0.05, "betas": (0.5, 0.9)}),
    "Adam eps": ("Adam", {"lr": 0.05, "eps": 0.1}),
    "Adam weight decay": ("Adam", {"lr": 0.05, "weight_decay": 0.1}),
}

store = {}


def keep(case, dtype, function, cotangent_seed=1, **inputs):
    """Run a function of tensors; store its inputs, output, cotangent and all gradients."""
    tensors = {}
    for name, value in inputs.items():
        value = np.asarray(value)
        store[f"{case}/{dtype}/in {name}"] = (
            value.astype(dtype) if value.dtype.kind == "f" else value
        )
        tensor = torch.tensor(value)
        if value.dtype.kind == "f":
            tensor = tensor.to(DTYPES[dtype]).requires_grad_()
        tensors[name] = tensor
    out = function(**tensors)
    v = np.asarray(np.random.default_rng(cotangent_seed).standard_normal(tuple(out.shape)), dtype)
    out.backward(torch.tensor(v))
    store[f"{case}/{dtype}/out"] = out.detach().numpy()
    store[f"{case}/{dtype}/cotangent"] = v
    for name, tensor in tensors.items():
        if tensor.requires_grad and tensor.grad is not None:
            store[f"{case}/{dtype}/grad {name}"] = tensor.grad.numpy()


def functions(dtype):
    """All functions on small inputs, some of them extreme."""
    rng = np.random.default_rng(0)
    x, W, b = rng.standard_normal((5, 4)), rng.standard_normal((3, 4)), rng.standard_normal(3)
    wide = np.concatenate([rng.standard_normal(8) * 3, [0.0, -0.0, 30, -30, 100, -100]])
    logits = np.concatenate([rng.standard_normal((4, 3)) * 3, [[1e4, -1e4, 0]]])
    classes = np.array([0, 2, 1, 1, 1])
    shares = rng.random((5, 3))
    shares /= shares.sum(1, keepdims=True)
    yes_no = rng.random(14)

    keep("linear", dtype, lambda x, W, b: F.linear(x, W, b), x=x, W=W, b=b)
    keep("linear without bias", dtype, lambda x, W: F.linear(x, W), x=x[None], W=W)
    for name in ("sigmoid", "tanh", "relu"):
        keep(name, dtype, getattr(torch, name), input=wide)
    for name in ("softmax", "log_softmax"):
        for axis in (0, 1):
            keep(f"{name} {axis}", dtype, lambda z, f=name, k=axis: getattr(F, f)(z, k), z=logits)
    for how in ("mean", "sum", "none"):
        keep(
            f"mse_loss {how}",
            dtype,
            lambda x, y, how=how: F.mse_loss(x, y, reduction=how),
            x=x,
            y=rng.standard_normal((5, 4)),
        )
        keep(
            f"binary_cross_entropy_with_logits {how}",
            dtype,
            lambda x, y, how=how: F.binary_cross_entropy_with_logits(x, y, reduction=how),
            x=wide,
            y=yes_no,
        )
        keep(
            f"cross_entropy classes {how}",
            dtype,
            lambda x, y, how=how: F.cross_entropy(x, y, reduction=how),
            x=logits,
            y=classes,
        )
        keep(
            f"cross_entropy shares {how}",
            dtype,
            lambda x, y, how=how: F.cross_entropy(x, y, reduction=how),
            x=logits,
            y=shares,
        )

    ties = np.array([[1.0, 3, 3, 2], [2, 2, 2, 2], [0, -1, -1, -1]])
    keep("max", dtype, lambda x: x.max(), x=ties)
    keep("min", dtype, lambda x: x.min(), x=ties)
    keep("amax 1", dtype, lambda x: x.amax(1), x=ties)
    keep("amin 0", dtype, lambda x: x.amin(0), x=ties)
    other = np.array([[1.0, 2, 3, 4], [2, 2, 1, 3], [0, -2, -1, 0]])
    keep("maximum", dtype, torch.maximum, input=ties, other=other)
    keep("minimum", dtype, torch.minimum, input=ties, other=other)
    keep("clip", dtype, lambda x: x.clamp(-1, 2), x=ties)
    keep("abs", dtype, lambda x: x.abs(), x=ties)
    keep("var", dtype, lambda x: x.var(), x=x)
    keep("var 1", dtype, lambda x: x.var(1), x=x)
    keep("var 0 biased", dtype, lambda x: x.var(0, correction=0, keepdim=True), x=x)


def optimizers(dtype):
    """Twenty steps on a linear model with a squared error."""
    rng = np.random.default_rng(2)
    arrays = {
        "x": rng.standard_normal((8, 3)),
        "y": rng.standard_normal((8, 2)),
        "W": rng.standard_normal((2, 3)),
        "b": rng.standard_normal(2),
    }
    for name, array in arrays.items():
        store[f"steps/{dtype}/{name}"] = array.astype(dtype)
    for case, (kind, options) in OPTIMIZERS.items():
        x, y, W, b = (torch.tensor(store[f"steps/{dtype}/{name}"]) for name in arrays)
        W.requires_grad_(), b.requires_grad_()
        opt = getattr(torch.optim, kind)([W, b], **options)
        path = []
        for _ in range(STEPS):
            opt.zero_grad()
            F.mse_loss(torch.tanh(F.linear(x, W, b)), y).backward()
            opt.step()
            path.append(np.concatenate([W.detach().numpy().ravel(), b.detach().numpy()]))
        store[f"{case}/{dtype}/path"] = np.array(path)


if __name__ == "__main__":
    for dtype in DTYPES:
        functions(dtype)
        optimizers(dtype)
    store["torch version"] = np.array(torch.__version__)
    np.savez_compressed(HERE / "golden.npz", **store)
    print(f"{len(store)} arrays, torch {torch.__version__}, {HERE / 'golden.npz'}")
