"""Make golden_further.npz: PyTorch's further operations, layers, losses and a schedule.

Made with torch 2.13.0 (CPU) and NumPy 2.4, in an environment of its own:

    python3 -m venv torchenv && torchenv/bin/pip install torch==2.13.0 numpy
    torchenv/bin/python tests/nnlib/golden/make_golden_further.py

"cases" holds, as JSON, a list of [case, kind, name, positional options, options, names of inputs].
Kind is "F" (torch.nn.functional), "torch" or "nn" (a module; its parameters stand under
"case/state NAME"). An option {"array": k} stands for the stored "case/option k". All in float64.
"values", "numbers" and "index" are those of golden_layers.npz.
"""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

HERE = Path(__file__).parent
store, cases = {}, []
torch.set_default_dtype(torch.float64)
torch.manual_seed(20)  # of the vectors of spectral norm
rng = np.random.default_rng(20)


def flat(out):
    """Return the floating-point tensors of a nested tuple, in order."""
    if isinstance(out, torch.Tensor):
        return [out]
    return [t for part in out for t in flat(part)]


def keep(case, kind, name, inputs, args=(), **options):
    """Run a function or a module with random parameters; store what goes in and comes out."""
    arrays = {}

    def stored(value):
        if isinstance(value, np.ndarray):
            arrays[len(arrays)] = value
            store[f"{case}/option {len(arrays) - 1}"] = value
            return {"array": len(arrays) - 1}
        return value

    def given(value):
        return torch.tensor(value) if isinstance(value, np.ndarray) else value

    call = {"F": F, "torch": torch, "nn": torch.nn, "spectral": torch.nn}[kind]
    call = getattr(call, name)
    positional, named = [given(a) for a in args], {k: given(v) for k, v in options.items()}
    tensors = [torch.tensor(v) for v in inputs]
    for k, (tensor, value) in enumerate(zip(tensors, inputs, strict=True)):
        store[f"{case}/in {k}"] = value
        if tensor.dtype.is_floating_point:
            tensor.requires_grad_()
    parameters = []
    if kind in ("nn", "spectral"):
        module = call(*positional, **named)
        if kind == "spectral":
            torch.nn.utils.spectral_norm(module)
        with torch.no_grad():
            for key, value in module.state_dict().items():
                if not key.endswith(("_u", "_v")):
                    value.copy_(torch.tensor(rng.standard_normal(tuple(value.shape)) * 0.6))
                store[f"{case}/state {key}"] = value.numpy().copy()
        parameters = list(module.named_parameters())
        given_tensors = tensors
        if name == "LSTMCell" and len(tensors) > 1:
            given_tensors = [tensors[0], tuple(tensors[1:])]
        out = module(*given_tensors)
    else:
        out = call(*tensors, *positional, **named)
    loss = 0
    for k, part in enumerate(flat(out)):
        store[f"{case}/out {k}"] = part.detach().numpy()
        if part.dtype.is_floating_point:
            v = np.asarray(rng.standard_normal(tuple(part.shape)))
            store[f"{case}/cotangent {k}"] = v
            loss = loss + (part * torch.tensor(v)).sum()
    if isinstance(loss, torch.Tensor):
        loss.backward()
    for key, tensor in [*((str(k), t) for k, t in enumerate(tensors)), *parameters]:
        if tensor.grad is not None:
            store[f"{case}/grad {key}"] = tensor.grad.numpy()
    words = [stored(a) for a in args], {k: stored(v) for k, v in options.items()}
    cases.append([case, kind, name, *words, len(inputs)])


def x(*shape):
    """Standard normal numbers."""
    return rng.standard_normal(shape)


def places(high, *shape):
    """Whole numbers from 0 on."""
    return rng.integers(0, high, shape)


def operations():
    """Order, indices, masks, sums over named axes."""
    ties = np.round(x(3, 5))
    keep("sort", "torch", "sort", [x(3, 5)], (0,))
    keep("sort falling", "torch", "sort", [ties], dim=-1, descending=True, stable=True)
    keep("argsort", "torch", "argsort", [x(3, 5)], (1,), descending=True)
    keep("topk", "torch", "topk", [x(3, 5)], (2,))
    keep("topk smallest", "torch", "topk", [x(3, 5)], (3, 0), largest=False)
    keep("argmin", "torch", "argmin", [x(3, 5)], (1,))
    keep("gather", "torch", "gather", [x(3, 5)], (1, places(5, 2, 4)))
    keep("take_along_dim", "torch", "take_along_dim", [x(3, 5)], (places(3, 2, 1),), dim=0)
    keep("index_select", "torch", "index_select", [x(3, 5, 2)], (1, places(5, 7)))
    keep("masked_select", "torch", "masked_select", [x(3, 5)], (x(1, 5) > 0,))
    index = places(3, 4, 5)
    store["scatter_add/index"] = index
    keep("repeat_interleave", "torch", "repeat_interleave", [x(3, 2)], (places(4, 3),), dim=0)
    keep("unbind", "torch", "unbind", [x(3, 2)], (1,))
    for p in (1, 2, 3.5, float("inf")):
        keep(f"norm {p}", "torch", "norm", [x(3, 4)], (p, 1))
    keep("prod", "torch", "prod", [np.round(x(3, 4))], (1,), keepdim=True)
    keep("logsumexp", "torch", "logsumexp", [x(3, 4, 2)], ([0, 2],))
    keep("pow", "torch", "pow", [np.abs(x(3, 4)), x(4)])


def functions():
    """Functions of images, sequences and vectors."""
    keep("glu", "F", "glu", [x(2, 6)], ())
    keep("glu 1", "F", "glu", [x(2, 4, 3)], (1,))
    for size in (7, 3):
        keep(f"nearest {size}", "F", "interpolate", [x(2, 2, 5)], (size,))
        keep(f"linear {size}", "F", "interpolate", [x(2, 2, 5)], (size,), mode="linear")
    keep("nearest by", "F", "interpolate", [x(1, 2, 4, 3)], (), scale_factor=[2.5, 2.0])
    for corners in (False, True):
        options = {"mode": "bilinear", "align_corners": corners}
        keep(f"bilinear {corners}", "F", "interpolate", [x(1, 2, 4, 3)], ([6, 2],), **options)
        keep(f"bilinear by {corners}", "F", "interpolate", [x(1, 1, 4, 3)], (None, 1.7), **options)
    for corners in (False, True):
        options = {"mode": "bicubic", "align_corners": corners}
        for size in ([9, 7], [2, 1], [4, 3]):
            keep(
                f"bicubic {size} {corners}", "F", "interpolate", [x(2, 2, 4, 3)], (size,), **options
            )
        keep(f"bicubic by {corners}", "F", "interpolate", [x(1, 1, 4, 5)], (None, 1.7), **options)
        options["scale_factor"] = (0.6, 2.5)
        keep(f"bicubic layer {corners}", "nn", "Upsample", [x(1, 2, 5, 2)], (), **options)
    keep("pixel_shuffle", "F", "pixel_shuffle", [x(2, 8, 3, 2)], (2,))
    keep("unfold", "F", "unfold", [x(2, 3, 6, 5)], ([2, 3], 2, 1, [1, 2]))
    keep("max_pool1d", "F", "max_pool1d", [x(2, 3, 9)], (3, 2, 1))
    keep("avg_pool1d", "F", "avg_pool1d", [x(2, 3, 9)], (3, 2, 1))
    keep("adaptive_avg_pool1d", "F", "adaptive_avg_pool1d", [x(2, 3, 7)], (3,))
    keep("local_response_norm", "F", "local_response_norm", [x(2, 5, 3)], (3, 0.5, 0.75, 2.0))
    keep("local_response_norm 4", "F", "local_response_norm", [x(2, 5, 3, 2)], (4, 0.5))
    keep("instance_norm", "F", "instance_norm", [x(2, 3, 5)], ())
    running = x(3), np.abs(x(3))
    keep(
        "instance_norm running", "F", "instance_norm", [x(2, 3, 5)], running, use_input_stats=False
    )
    options = {"weight": x(3), "bias": x(3), "use_input_stats": False, "eps": 0.1}
    keep("instance_norm affine", "F", "instance_norm", [x(1, 3, 1)], running, **options)
    keep("instance_norm order", "F", "instance_norm", [x(2, 3, 2, 2)], (*running, x(3), x(3), True))
    keep("rms_norm", "F", "rms_norm", [x(2, 3, 4)], ([3, 4],))
    keep("pairwise_distance", "F", "pairwise_distance", [x(5, 3), x(5, 3)], ())
    keep("pairwise_distance 1", "F", "pairwise_distance", [x(5, 3), x(3)], (1.0, 1e-3, True))
    for p in (1, 3):
        keep(f"normalize {p}", "F", "normalize", [x(3, 4)], (p, 0))
    for how in ("mean", "sum", "none"):
        options = {"reduction": how}
        triple = [x(6, 3), x(6, 3), x(6, 3)]
        keep(f"triplet {how}", "F", "triplet_margin_loss", triple, (), **options)
        options["swap"] = True
        keep(f"triplet swap {how}", "F", "triplet_margin_loss", triple, (0.5, 1.0), **options)
        given = [x(4, 3), x(4, 3), np.abs(x(4, 3))]
        keep(f"gaussian {how}", "F", "gaussian_nll_loss", given, (), reduction=how)
        given[2] = np.array([[0.0], [0.3], [1.0], [2.0]])
        keep(f"gaussian full {how}", "F", "gaussian_nll_loss", given, (True, 0.1), reduction=how)


def layers():
    """Layers with their parameters."""
    keep("RMSNorm", "nn", "RMSNorm", [x(2, 3, 4)], (4,), eps=0.1)
    keep("RMSNorm plain", "nn", "RMSNorm", [x(5, 4)], ([5, 4],), elementwise_affine=False)
    keep("InstanceNorm1d", "nn", "InstanceNorm1d", [x(2, 3, 5)], (3,), affine=True)
    keep("InstanceNorm1d single", "nn", "InstanceNorm1d", [x(3, 5)], (3,))
    keep("InstanceNorm2d", "nn", "InstanceNorm2d", [x(2, 3, 4, 2)], (3, 0.1), affine=True)
    keep("PReLU", "nn", "PReLU", [x(3, 4, 2)], (4,))
    keep("PReLU one", "nn", "PReLU", [x(5)], ())
    options = {"stride": 2, "padding": 1, "output_padding": 1, "groups": 2, "dilation": 2}
    keep("ConvTranspose1d", "nn", "ConvTranspose1d", [x(2, 4, 5)], (4, 6, 3), **options)
    keep("ConvTranspose1d single", "nn", "ConvTranspose1d", [x(4, 5)], (4, 2, 3), bias=False)
    for cell, states in (("RNNCell", 1), ("LSTMCell", 2), ("GRUCell", 1)):
        keep(cell, "nn", cell, [x(2, 3)], (3, 4))
        given = [x(3), *(x(4) for _ in range(states))]
        keep(f"{cell} single", "nn", cell, given, (3, 4), bias=False)
    keep("RNNCell relu", "nn", "RNNCell", [x(2, 3), x(2, 4)], (3, 4), nonlinearity="relu")
    keep("Flatten", "nn", "Flatten", [x(2, 3, 4)], ())
    keep("Identity", "nn", "Identity", [x(2, 3)], (7,), word=1)
    keep("Upsample", "nn", "Upsample", [x(1, 2, 3, 2)], (), scale_factor=2)
    keep("Unfold", "nn", "Unfold", [x(2, 3, 3)], (2,))
    keep("PixelShuffle", "nn", "PixelShuffle", [x(9, 2, 2)], (3,))
    keep("GLU", "nn", "GLU", [x(2, 4)], (0,))
    keep("LocalResponseNorm", "nn", "LocalResponseNorm", [x(1, 3, 2)], (2,))
    keep("MaxPool1d", "nn", "MaxPool1d", [x(2, 7)], (2,))
    keep("AvgPool1d", "nn", "AvgPool1d", [x(2, 7)], (3,), count_include_pad=False, padding=1)
    keep("AdaptiveAvgPool1d", "nn", "AdaptiveAvgPool1d", [x(2, 7)], (2,))
    keep("spectral linear", "spectral", "Linear", [x(5, 4)], (4, 3))
    keep("spectral conv", "spectral", "Conv2d", [x(2, 2, 4, 4)], (2, 3, 3))
    keep("spectral transpose", "spectral", "ConvTranspose2d", [x(2, 2, 3, 3)], (2, 3, 2))


def scatter_add():
    """Sums at places, by the gradient of both inputs."""
    a, b = x(3, 5), x(4, 5)
    tensors = [torch.tensor(v, requires_grad=True) for v in (a, b)]
    index = store["scatter_add/index"]
    out = torch.scatter_add(tensors[0], 0, torch.tensor(index), tensors[1])
    v = x(3, 5)
    out.backward(torch.tensor(v))
    names = ("a", "b", "out", "cotangent", "grad a", "grad b")
    for name, value in zip(names, (a, b, out.detach().numpy(), v), strict=False):
        store[f"scatter_add/{name}"] = value
    for name, tensor in zip(names[4:], tensors, strict=True):
        store[f"scatter_add/{name}"] = tensor.grad.numpy()


def einsum():
    """Formulas with dots and diagonals."""
    for k, (formula, shapes) in enumerate(
        {
            "...ij,...jk->...ik": [(2, 1, 3, 4), (5, 4, 2)],
            "ii->i": [(3, 3)],
            "...ii->...": [(2, 3, 3)],
            "ij,jk->ik": [(2, 1), (3, 4)],
        }.items()
    ):
        tensors = [torch.tensor(x(*shape), requires_grad=True) for shape in shapes]
        out = torch.einsum(formula, *tensors)
        v = x(*out.shape)
        out.backward(torch.tensor(v))
        store[f"einsum {k}/out"], store[f"einsum {k}/cotangent"] = out.detach().numpy(), v
        for i, t in enumerate(tensors):
            store[f"einsum {k}/in {i}"] = t.detach().numpy()
            store[f"einsum {k}/grad {i}"] = t.grad.numpy()
        FORMULAS.append(formula)


def schedules():
    """Learning rates of cosines with restarts."""
    for k, options in enumerate(SCHEDULES):
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3)
        schedule = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, **options)
        rates = [optimizer.param_groups[0]["lr"]]
        for _ in range(25):
            optimizer.step()
            schedule.step()
            rates.append(optimizer.param_groups[0]["lr"])
        store[f"restarts {k}"] = np.array(rates)


FORMULAS = []
SCHEDULES = [{"T_0": 4}, {"T_0": 3, "T_mult": 2, "eta_min": 0.01}, {"T_0": 1, "T_mult": 3}]

if __name__ == "__main__":
    for part in (operations, functions, layers, scatter_add, einsum, schedules):
        part()
    index, parts = {}, {"values": [], "numbers": []}
    for key, array in store.items():
        name = "values" if array.dtype.kind == "f" else "numbers"
        index[key] = [name, sum(a.size for a in parts[name]), array.shape, array.dtype.kind]
        parts[name].append(array)
    np.savez_compressed(
        HERE / "golden_further.npz",
        **{name: np.concatenate([a.ravel() for a in which]) for name, which in parts.items()},
        index=np.array(json.dumps(index)),
        cases=np.array(json.dumps(cases)),
        formulas=np.array(json.dumps(FORMULAS)),
        schedules=np.array(json.dumps(SCHEDULES)),
        version=np.array(torch.__version__),
    )
    print(f"{len(cases)} cases, torch {torch.__version__}, {HERE / 'golden_further.npz'}")
