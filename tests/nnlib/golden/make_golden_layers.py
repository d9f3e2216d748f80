"""Make golden_layers.npz: layers of PyTorch with their weights, inputs, outputs and gradients.

Made with torch 2.13.0 (CPU) and NumPy 2.4, in an environment of its own:

    python3 -m venv torchenv && torchenv/bin/pip install torch==2.13.0 numpy
    torchenv/bin/python tests/nnlib/golden/make_golden_layers.py

"cases" holds, as JSON, a list of [case, class, positional options, options, options of forward,
names of inputs, mode]. Classes and options are the same in nnlib, so the test builds the layer
from these words, loads "case/state NAME" and compares "case/out K", "case/grad NAME" and
"case/after NAME". All in float64; the test converts to float32 itself.

A file of many small arrays would be mostly headers. So "values" and "numbers" hold all floats and
all whole numbers one after the other, "index" the JSON {key: [which of the two, start, shape]}.
"""

import json
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
store, cases = {}, []
torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(0)


def flat(out):
    """Return the tensors of a nested tuple, in order; None is left out."""
    if out is None:
        return []
    if isinstance(out, torch.Tensor):
        return [out]
    return [t for part in out for t in flat(part)]


def masks(options):
    """Turn masks, given as lists, into tensors."""
    return {k: torch.tensor(v) if isinstance(v, list) else v for k, v in options.items()}


def keep(case, kind, args=(), options=None, forward=None, mode="train", **inputs):
    """Build the layer, give it random parameters, run it, store everything."""
    options, forward = options or {}, forward or {}
    layer = getattr(torch.nn, kind)(*args, **options)
    layer.train(mode == "train")
    with torch.no_grad():
        for name, value in layer.state_dict().items():
            if value.dtype.is_floating_point:
                spread = rng.standard_normal(tuple(value.shape)) * 0.4
                fresh = np.abs(spread) + 0.5 if "var" in name else spread
                value.copy_(torch.tensor(fresh))
            store[f"{case}/state {name}"] = value.numpy().copy()
    tensors = {}
    for name, value in inputs.items():
        value = np.asarray(value)
        store[f"{case}/in {name}"] = value
        tensors[name] = torch.tensor(value)
        if value.dtype.kind == "f":
            tensors[name].requires_grad_()
    if kind in ("RNN", "LSTM", "GRU") and len(tensors) > 1:
        states = list(tensors.values())[1:]
        outs = flat(layer(tensors["input"], tuple(states) if kind == "LSTM" else states[0]))
    else:
        outs = flat(layer(*tensors.values(), **masks(forward)))
    loss = 0
    for k, out in enumerate(outs):
        store[f"{case}/out {k}"] = out.detach().numpy()
        v = rng.standard_normal(tuple(out.shape))
        store[f"{case}/cotangent {k}"] = v
        loss = loss + (out * torch.tensor(v)).sum()
    loss.backward()
    for name, tensor in [*tensors.items(), *layer.named_parameters()]:
        if tensor.grad is not None:
            store[f"{case}/grad {name}"] = tensor.grad.numpy()
    for name, value in layer.named_buffers():
        store[f"{case}/after {name}"] = value.numpy()
    cases.append([case, kind, list(args), options, forward, list(inputs), mode])


def x(*shape):
    """Standard normal numbers."""
    return rng.standard_normal(shape)


keep("embedding", "Embedding", (5, 3), input=np.array([[0, 4, 4], [2, 0, 4]]))
keep("embedding padding", "Embedding", (5, 3, 4), input=np.array([[0, 4, 4], [2, 0, 4]]))
for mode in ("train", "eval"):
    keep(f"batch norm 1d {mode}", "BatchNorm1d", (3,), mode=mode, input=x(5, 3))
    keep(
        f"batch norm 2d {mode}",
        "BatchNorm2d",
        (3,),
        {"momentum": 0.3},
        mode=mode,
        input=x(4, 3, 2, 5),
    )
keep("batch norm 1d length", "BatchNorm1d", (3,), {"eps": 0.1, "momentum": None}, input=x(2, 3, 4))
keep("batch norm plain", "BatchNorm1d", (3,), {"affine": False}, input=x(5, 3))
keep(
    "batch norm untracked",
    "BatchNorm1d",
    (3,),
    {"track_running_stats": False},
    mode="eval",
    input=x(5, 3),
)
keep("layer norm", "LayerNorm", (4,), input=x(2, 3, 4))
keep("layer norm two axes", "LayerNorm", ([3, 4],), {"eps": 0.1}, input=x(2, 3, 4))
keep("layer norm without bias", "LayerNorm", (4,), {"bias": False}, input=x(5, 4))
keep("layer norm plain", "LayerNorm", (4,), {"elementwise_affine": False}, input=x(5, 4))
keep("group norm", "GroupNorm", (2, 4), input=x(3, 4, 2, 3))
keep("group norm plain", "GroupNorm", (4, 4), {"affine": False}, input=x(2, 4, 5))
for mode in ("train", "eval"):
    options = {"track_running_stats": True, "affine": True, "momentum": 0.3}
    keep(f"instance norm 1d {mode}", "InstanceNorm1d", (3,), options, mode=mode, input=x(2, 3, 5))
    options = {"track_running_stats": True}
    keep(
        f"instance norm 2d {mode}", "InstanceNorm2d", (3,), options, mode=mode, input=x(4, 3, 2, 5)
    )
    options = {"track_running_stats": True, "momentum": None}
    keep(f"instance norm one {mode}", "InstanceNorm1d", (3, 0.1), options, mode=mode, input=x(3, 4))

keep("conv", "Conv2d", (3, 4, 3), {"padding": 1}, input=x(3, 3, 5, 4))
keep("conv same", "Conv2d", (2, 3, [2, 4]), {"padding": "same", "dilation": 2}, input=x(2, 2, 6, 7))
keep(
    "conv strided",
    "Conv2d",
    (2, 4, [3, 2]),
    {"stride": [2, 3], "padding": [1, 0]},
    input=x(2, 2, 7, 9),
)
keep(
    "conv all options",
    "Conv2d",
    (4, 6, [3, 2]),
    {"stride": 2, "padding": 2, "dilation": [1, 3], "groups": 2, "bias": False},
    input=x(2, 4, 7, 6),
)
keep("conv depthwise", "Conv2d", (3, 3, 3), {"groups": 3, "padding": 1}, input=x(2, 3, 4, 4))
keep("conv 1x1 strided", "Conv2d", (3, 2, 1), {"stride": 2}, input=x(2, 3, 5, 5))
keep("conv one image", "Conv2d", (2, 3, 2), input=x(2, 4, 4))
keep("conv 1d", "Conv1d", (3, 4, 3), {"stride": 2, "padding": 2, "dilation": 2}, input=x(2, 3, 9))
keep(
    "conv transpose", "ConvTranspose2d", (3, 2, 3), {"stride": 2, "padding": 1}, input=x(2, 3, 4, 3)
)
keep(
    "conv transpose all options",
    "ConvTranspose2d",
    (4, 6, [3, 2]),
    {"stride": [2, 1], "padding": 1, "output_padding": [1, 2], "groups": 2, "dilation": 3},
    input=x(2, 4, 3, 5),
)
keep("max pool", "MaxPool2d", (2,), input=x(2, 3, 5, 6))
keep("max pool ties", "MaxPool2d", ([2, 3],), input=np.round(x(2, 3, 6, 6)))
keep(
    "max pool all options",
    "MaxPool2d",
    (3,),
    {"stride": [2, 1], "padding": 1, "dilation": [1, 2]},
    input=np.round(x(2, 2, 7, 8)),
)
keep("average pool", "AvgPool2d", (3, 2), {"padding": 1}, input=x(2, 3, 5, 6))
keep(
    "average pool inside",
    "AvgPool2d",
    (3,),
    {"padding": 1, "count_include_pad": False},
    input=x(2, 5, 5),
)
keep("adaptive pool", "AdaptiveAvgPool2d", ([3, 4],), input=x(2, 2, 7, 6))
keep("global pool", "AdaptiveAvgPool2d", (1,), input=x(2, 2, 4, 3))

for kind, states in (("RNN", 1), ("LSTM", 2), ("GRU", 1)):
    name = kind.lower()
    keep(name, kind, (3, 2), input=x(4, 2, 3))
    h = {f"h{k}": x(4, 2, 2) for k in range(states)}  # two layers, two directions
    options = {"num_layers": 2, "bidirectional": True}
    keep(f"{name} two layers both ways", kind, (3, 2), options, input=x(3, 2, 3), **h)
    options = {"batch_first": True, "bias": False, "num_layers": 2, "dropout": 0.5}
    h = {f"h{k}": x(2, 4, 2) for k in range(states)}
    keep(f"{name} batch first", kind, (3, 2), options, mode="eval", input=x(4, 5, 3), **h)
    h = {f"h{k}": x(2, 2) for k in range(states)}
    keep(f"{name} one sequence", kind, (3, 2), {"bidirectional": True}, input=x(4, 3), **h)
keep("rnn relu", "RNN", (3, 4), {"nonlinearity": "relu"}, input=x(4, 2, 3))

keep("attention", "MultiheadAttention", (6, 2), query=x(3, 2, 6), key=x(4, 2, 6), value=x(4, 2, 6))
keep(
    "attention batch first",
    "MultiheadAttention",
    (6, 3),
    {"batch_first": True, "bias": False, "dropout": 0.5},
    {
        "key_padding_mask": [[False, True, False], [False, False, False]],
        "attn_mask": [[False, True, False]] * 4,
        "average_attn_weights": False,
    },
    mode="eval",
    query=x(2, 4, 6),
    key=x(2, 3, 6),
    value=x(2, 3, 6),
)
keep(
    "attention with numbers as mask",
    "MultiheadAttention",
    (4, 2),
    {},
    {"need_weights": False, "attn_mask": np.round(x(4, 3, 5), 2).tolist()},
    query=x(3, 2, 4),
    key=x(5, 2, 4),
    value=x(5, 2, 4),
)
keep("attention of one", "MultiheadAttention", (4, 2), query=x(3, 4), key=x(5, 4), value=x(5, 4))
later = (~np.tri(4, dtype=bool)).tolist()
for first in (False, True):
    options = {"dropout": 0.0, "norm_first": first}
    when = "before" if first else "after"
    keep(
        f"encoder layer, normalised {when}",
        "TransformerEncoderLayer",
        (6, 2, 5),
        options,
        {"src_mask": later, "is_causal": True},
        src=x(4, 2, 6),
    )
    keep(
        f"decoder layer, normalised {when}",
        "TransformerDecoderLayer",
        (6, 2, 5),
        options | {"batch_first": True, "layer_norm_eps": 0.1},
        {"tgt_mask": later, "memory_key_padding_mask": [[False] * 3, [False, False, True]]},
        tgt=x(2, 4, 6),
        memory=x(2, 3, 6),
    )

plain = {"bias": False}
keep("batch norm 3d", "BatchNorm3d", (2,), input=x(2, 2, 3, 2, 2))
keep("batch norm 3d without bias", "BatchNorm3d", (2,), plain, mode="eval", input=x(2, 2, 3, 2, 2))
keep("group norm without bias", "GroupNorm", (2, 4), plain, input=x(3, 4, 2, 3))
options = {"affine": True, "track_running_stats": True}
keep("instance norm 3d", "InstanceNorm3d", (2,), options, input=x(3, 2, 2, 3, 2))
keep("instance norm 3d without bias", "InstanceNorm3d", (2,), options | plain, input=x(2, 3, 2, 2))

if __name__ == "__main__":
    index, parts = {}, {"values": [], "numbers": []}
    for key, array in store.items():
        name = "values" if array.dtype.kind == "f" else "numbers"
        index[key] = [name, sum(a.size for a in parts[name]), array.shape]
        parts[name].append(array)
    np.savez_compressed(
        HERE / "golden_layers.npz",
        **{name: np.concatenate([a.ravel() for a in which]) for name, which in parts.items()},
        index=np.array(json.dumps(index)),
        cases=np.array(json.dumps(cases)),
        version=np.array(torch.__version__),
    )
    print(f"{len(cases)} cases, torch {torch.__version__}, {HERE / 'golden_layers.npz'}")
