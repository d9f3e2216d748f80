"""Make golden_activations_losses.npz: PyTorch's activations and losses with all their options.

Made with torch 2.13.0 (CPU) and NumPy 2.4, in an environment of its own:

    python3 -m venv torchenv && torchenv/bin/pip install torch==2.13.0 numpy
    torchenv/bin/python tests/nnlib/golden/make_golden_activations_losses.py

"cases" holds, as JSON, a list of [case, function, options, names of inputs]. Options that are
strings beginning with "@" name stored arrays. Everything is computed in float64; inputs, the
cotangent, the output and all gradients are stored under "case/...". A transformer's encoder layer
with GELU stands beside them with its weights.
"""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

HERE = Path(__file__).parent
rng = np.random.default_rng(4)
store, cases = {}, []


def nt_xent(z1, z2, temperature=0.5):
    """Guide Eq. (85) in PyTorch: cross-entropy over cosine similarities without the diagonal."""
    z = torch.cat([z1, z2])
    similarity = F.cosine_similarity(z[:, None], z[None], dim=2) / temperature
    n = len(z1)
    similarity = similarity.masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)
    return F.cross_entropy(similarity, torch.arange(2 * n).roll(n))


def keep(case, function, options=None, arrays=None, **inputs):
    """Run a function; store inputs, arrays among the options, output, cotangent, gradients."""
    options, arrays = options or {}, arrays or {}
    tensors = {}
    for name, value in inputs.items():
        store[f"{case}/in {name}"] = value
        tensors[name] = torch.tensor(value, requires_grad=value.dtype.kind == "f")
    given = dict(options)
    for name, value in arrays.items():
        store[f"{case}/option {name}"] = value
        given[name] = torch.tensor(value)
        options = options | {name: "@"}
    call = nt_xent if function == "nt_xent" else getattr(F, function)
    out = call(*tensors.values(), **given)
    v = np.asarray(rng.standard_normal(tuple(out.shape)))
    out.backward(torch.tensor(v))
    store[f"{case}/out"], store[f"{case}/cotangent"] = out.detach().numpy(), v
    for name, tensor in tensors.items():
        if tensor.grad is not None:
            store[f"{case}/grad {name}"] = tensor.grad.numpy()
    cases.append([case, function, options, list(inputs)])


def x(*shape):
    """Standard normal numbers."""
    return rng.standard_normal(shape)


def shares(*shape):
    """Positive numbers that add up to 1 along the second axis."""
    p = rng.random(shape)
    return p / p.sum(1, keepdims=True)


def activations():
    """Every activation, on small numbers and large ones, 0 among them."""
    z = np.concatenate([x(12) * 3, [0.0, -0.0, 20, -20, 100, -100, 1e4, -1e4]]).reshape(4, 5)
    for function, options in [
        ("leaky_relu", {}),
        ("leaky_relu", {"negative_slope": 0.3}),
        ("elu", {}),
        ("elu", {"alpha": 0.4}),
        ("selu", {}),
        ("silu", {}),
        ("gelu", {}),
        ("gelu", {"approximate": "tanh"}),
        ("softplus", {}),
        ("softplus", {"beta": 2.5, "threshold": 4.0}),
        ("logsigmoid", {}),
    ]:
        keep(" ".join([function, *map(str, options.values())]), function, options, input=z)


def regression():
    """Losses of numbers; one error is exactly 0, one exactly at the bend."""
    a, b = x(3, 4) * 2, x(3, 4)
    a[0, 0], a[1, 1] = b[0, 0], b[1, 1] + 1
    for how in ("mean", "sum", "none"):
        keep(f"l1_loss {how}", "l1_loss", {"reduction": how}, input=a, target=b)
        for function, option in (("huber_loss", "delta"), ("smooth_l1_loss", "beta")):
            options = {"reduction": how, option: {"mean": 1.0, "sum": 0.3, "none": 2.5}[how]}
            keep(f"{function} {how}", function, options, input=a, target=b)


def yes_or_no():
    """Binary cross-entropy from probabilities and from logits, weighted or not."""
    p, y = rng.random((3, 4)), rng.random((3, 4))
    certain = np.array([0.0, 1.0, 0.0, 1.0, 0.5])
    truth = np.array([0.0, 1.0, 1.0, 0.0, 0.0])
    z = x(3, 4) * 3
    z[0, :2] = 1e4, -1e4
    weight, pos = rng.random(4) + 0.5, rng.random(4) * 3
    name = "binary_cross_entropy"
    for how in ("mean", "sum", "none"):
        options = {"reduction": how}
        keep(f"{name} {how}", name, options, input=p, target=y)
        keep(f"{name} weight {how}", name, options, {"weight": weight}, input=p, target=y)
        logits = f"{name}_with_logits"
        keep(f"{logits} weight {how}", logits, options, {"weight": weight}, input=z, target=y)
        keep(f"{logits} pos {how}", logits, options, {"pos_weight": pos}, input=z, target=y)
        both = {"weight": rng.random((3, 1)), "pos_weight": pos}
        keep(f"{logits} both {how}", logits, options, both, input=z, target=y)
    keep(f"{name} certain", name, {"reduction": "none"}, input=certain, target=truth * 1)


def one_of_many():
    """Cross-entropy and negative log-likelihood with every option, two and four axes."""
    for shape in ((6, 4), (2, 3, 2, 4)):
        classes, places = shape[1], (shape[0], *shape[2:])
        z = x(*shape) * 2
        log_p = z - np.log(np.exp(z).sum(1, keepdims=True))
        y = rng.integers(0, classes, places)
        some = y.copy()
        some.flat[[0, 3]] = -100
        T = shares(*shape)
        weight = {"weight": rng.random(classes) + 0.5}
        axes = len(shape)
        for how in ("mean", "sum", "none"):
            tag, options = f"{axes} axes {how}", {"reduction": how}
            smooth = options | {"label_smoothing": 0.2}
            skip = options | {"ignore_index": 1}
            keep(f"nll {tag}", "nll_loss", options, input=log_p, target=y)
            keep(f"nll weight {tag}", "nll_loss", options, weight, input=log_p, target=some)
            keep(f"nll skip {tag}", "nll_loss", skip, input=log_p, target=y)
            ce = "cross_entropy"
            keep(f"ce {tag}", ce, options, input=z, target=y)
            keep(f"ce ignored {tag}", ce, options, input=z, target=some)
            keep(f"ce skip {tag}", ce, skip, weight, input=z, target=y)
            keep(f"ce weight {tag}", ce, options, weight, input=z, target=some)
            keep(f"ce smooth {tag}", ce, smooth, input=z, target=some)
            keep(f"ce all {tag}", ce, smooth, weight, input=z, target=some)
            keep(f"ce shares {tag}", ce, options, input=z, target=T)
            keep(f"ce shares weight {tag}", ce, options, weight, input=z, target=T)
            keep(f"ce shares all {tag}", ce, smooth, weight, input=z, target=T)


def divergence():
    """Kullback-Leibler, with zeros in the target and with logarithms."""
    log_q, p = np.log(shares(3, 4)), shares(3, 4)
    p[0] = [0, 1, 0, 0]
    for how in ("mean", "batchmean", "sum", "none"):
        keep(f"kl_div {how}", "kl_div", {"reduction": how}, input=log_q, target=p)
        options = {"reduction": how, "log_target": True}
        keep(f"kl_div log {how}", "kl_div", options, input=log_q, target=np.log(shares(3, 4)))


def contrastive():
    """Cosines, with a vector of zeros and with broadcasting; NT-Xent."""
    a, b = x(3, 4), x(3, 4)
    a[1] = 0
    keep("cosine", "cosine_similarity", {}, x1=a, x2=b)
    keep("cosine dim", "cosine_similarity", {"dim": 0}, x1=x(3, 4), x2=x(3, 4))
    keep("cosine broadcast", "cosine_similarity", {"dim": 2}, x1=x(3, 1, 4), x2=x(1, 2, 4))
    keep("normalize", "normalize", {}, input=a)
    keep("normalize dim", "normalize", {"dim": 0, "eps": 1.5}, input=x(3, 4))
    keep("nt_xent", "nt_xent", {}, z1=x(4, 3), z2=x(4, 3))
    keep("nt_xent cold", "nt_xent", {"temperature": 0.1}, z1=x(3, 5), z2=x(3, 5))


def encoder_layer():
    """A layer with activation="gelu" and its weights, outside training."""
    torch.manual_seed(0)
    layer = torch.nn.TransformerEncoderLayer(
        6, 2, 5, activation="gelu", norm_first=True, dtype=torch.float64
    ).eval()
    for name, value in layer.state_dict().items():
        store[f"encoder layer/state {name}"] = value.numpy().copy()
    src, v = x(4, 2, 6), x(4, 2, 6)
    tensor = torch.tensor(src, requires_grad=True)
    out = layer(tensor)
    out.backward(torch.tensor(v))
    store["encoder layer/in src"], store["encoder layer/cotangent"] = src, v
    store["encoder layer/out"] = out.detach().numpy()
    store["encoder layer/grad src"] = tensor.grad.numpy()
    for name, parameter in layer.named_parameters():
        store[f"encoder layer/grad {name}"] = parameter.grad.numpy()


if __name__ == "__main__":
    for make in (activations, regression, yes_or_no, one_of_many, divergence, contrastive):
        make()
    encoder_layer()
    index, parts = {}, {"values": [], "numbers": []}
    for key, array in store.items():
        array = np.asarray(array)
        name = "values" if array.dtype.kind == "f" else "numbers"
        index[key] = [name, sum(a.size for a in parts[name]), array.shape]
        parts[name].append(array)
    path = HERE / "golden_activations_losses.npz"
    np.savez_compressed(
        path,
        **{name: np.concatenate([a.ravel() for a in which]) for name, which in parts.items()},
        index=np.array(json.dumps(index)),
        cases=np.array(json.dumps(cases)),
        version=np.array(torch.__version__),
    )
    print(f"{len(cases)} cases, torch {torch.__version__}, {path}")
