"""Call everything public with good and bad arguments: a result, or one sentence of nnlib's own.

    python tests/nnlib/fuzz.py 100000        # how many, then where answers came from elsewhere
    python tests/nnlib/fuzz.py 20000 7       # another seed

An answer counts as nnlib's own if it is a result, or an exception that a ``raise`` statement in
nnlib has raised: a ValueError or TypeError, or another kind that the documentation of the function
names. What Python says of a call that does not fit a signature counts too, and what a function
says that was handed over. Arguments are drawn by the names of parameters, mostly of the kind that
is meant, sometimes anything at all. Sizes stay small: that memory may run out is nobody's sentence.
"""

import ast
import collections
import functools
import inspect
import re
import sys
import warnings
from pathlib import Path

import numpy as np

import nnlib as nn
import nnlib.functional as F
from nnlib import data, explain, func, meta, models, optim, pioneers, privacy, search, theory
from nnlib.optim import lr_scheduler

PACKAGE = Path(nn.__file__).parent
# What reads files, trains for long or takes code: `fit` calls what it is given.
LEFT_OUT = {"mnist", "shakespeare", "fit", "evaluate", "save", "load", "record", "Optimizer"}
LEFT_OUT |= {"run", "gradcheck", "numerical_gradient", "LRScheduler", "Module", "Handle", "Dual"}


# What Python says of a call that does not fit a signature: it is right, and it names the function.
BINDING = re.compile("required positional argument|takes .* argument|unexpected keyword argument")


class Net(nn.Module):
    """A small model for what takes one."""

    def __init__(self):
        self.linear = nn.Linear(3, 2, rng=0)

    def forward(self, *input):
        """Apply the layer."""
        return self.linear(*input[:1])


def targets():
    """Return {name: callable or class} of everything public."""
    found = {}
    for prefix, space in {
        "F": F,
        "nn": nn,
        "nn.init": nn.init,
        "optim": optim,
        "lr_scheduler": lr_scheduler,
        "data": data,
        "models": models,
        "func": func,
        "pioneers": pioneers,
        "theory": theory,
        "search": search,
        "explain": explain,
        "meta": meta,
        "privacy": privacy,
    }.items():
        for name in space.__all__:
            thing = getattr(space, name)
            if name not in LEFT_OUT and (inspect.isfunction(thing) or inspect.isclass(thing)):
                found[f"{prefix}.{name}"] = thing
    for name, method in vars(nn.Tensor).items():
        public = inspect.isfunction(method) and (not name.startswith("_") or name in OPERATORS)
        if public and name not in ("graph", "retain_grad"):
            found[f"Tensor.{name}"] = method
    return found


OPERATORS = set(
    "__add__ __sub__ __mul__ __truediv__ __matmul__ __pow__ __rsub__ __rpow__ __lt__ __eq__ "
    "__and__ __invert__ __getitem__ __neg__ __len__ __bool__ __float__".split()
)


# -- arguments ---------------------------------------------------------------------------------


def array(rng, axes=None, kind=None):
    """Draw an array of few axes, short, sometimes empty, sometimes with broken numbers."""
    axes = rng.integers(0, 5) if axes is None else axes
    shape = tuple(rng.integers(0 if rng.random() < 0.1 else 1, 5, axes))
    kind = rng.choice(["f4", "f8", "i8", "?", "u1", ">f8", "f2"]) if kind is None else kind
    values = np.asarray(rng.standard_normal(shape) * 2)
    if rng.random() < 0.1 and values.size:
        values = np.where(rng.random(shape) < 0.3, rng.choice([np.nan, np.inf, -np.inf]), values)
    with np.errstate(all="ignore"):
        return values.astype(kind)


def tensor(rng):
    """Draw a tensor, half of the time one that requires a gradient."""
    x = nn.Tensor(array(rng, kind=rng.choice(["f4", "f8"])))
    x.requires_grad = bool(rng.random() < 0.5)
    return x


def shapely(rng):
    """Draw an array whose shape common layers take: 3 features, 3 channels, images, sequences."""
    shapes = [(3,), (2, 3), (4, 3), (5, 2, 3), (2, 3, 6), (2, 3, 6, 6), (3, 6, 6), (3, 3), (1, 3)]
    shape = shapes[rng.integers(len(shapes))]
    x = nn.Tensor(rng.standard_normal(shape).astype(rng.choice(["f4", "f8"])))
    x.requires_grad = bool(rng.random() < 0.5)
    return x


def parameters(rng):
    """Draw what an optimizer takes."""
    return [nn.Parameter(np.ones(3)), nn.Parameter(np.ones((2, 2)))][: rng.integers(1, 3)]


def optimizer(rng):
    """Draw an optimizer."""
    return [optim.SGD, optim.Adam][rng.integers(2)](parameters(rng), 0.1)


def echo(*given):
    """Stand for any function."""
    return len(given)


def anything(rng):
    """Draw what may be of the wrong type, shape or range."""
    choices = [
        lambda: int(rng.integers(-3, 7)),
        lambda: float(rng.normal()),
        lambda: np.int64(rng.integers(-2, 5)),
        lambda: rng.choice([np.nan, np.inf, -np.inf]),
        lambda: None,
        lambda: "word",
        lambda: "",
        lambda: bool(rng.integers(2)),
        lambda: array(rng),
        lambda: array(rng),
        lambda: tensor(rng),
        lambda: [],
        lambda: (),
        lambda: {},
        lambda: {"a": 1},
        lambda: [[1.0], [1.0, 2.0]],
        lambda: [None, "a"],
        lambda: (2, 3),
        lambda: [1, 2.5],
        lambda: 1j,
        lambda: np.array(["a", "b"]),
        lambda: np.array([None, 1], object),
        lambda: np.zeros((0, 3)),
        lambda: b"bytes",
        lambda: slice(1, 2),
        lambda: ...,
        lambda: object(),
        lambda: echo,
        lambda: np.float32,
        lambda: Net(),
    ]
    return choices[rng.integers(len(choices))]()


def small(rng):
    return int(rng.integers(1, 5))


def flag(rng):
    return bool(rng.integers(2))


def share(rng):
    return float(rng.choice([0.0, 0.1, 0.5, 0.9]))


def axis(rng):
    return [0, 1, -1, -2, None, 2, (0, 1)][rng.integers(7)]


def whole(rng):
    return rng.integers(0, 3, tuple(rng.integers(1, 4, rng.integers(1, 4))))


def mask(rng):
    return array(rng, kind="?")


def either(*words):
    return lambda rng: words[rng.integers(len(words))]


def space(rng):
    """Draw a space of hyperparameters."""
    choice = search.Choice("a", "b")
    return [search.Space(n=choice), search.Space(n=choice, x=search.Uniform(0, 1))][rng.integers(2)]


# The kind that is meant, by the name of the parameter.
MEANT = {
    **dict.fromkeys(
        "x x1 x2 a b input target weight bias query key value src tgt memory logits z1 z2 anchor "
        "positive negative var hx running_mean running_var other gradient".split(),
        lambda rng: shapely(rng) if rng.random() < 0.6 else tensor(rng),
    ),
    **dict.fromkeys(
        "in_features out_features in_channels out_channels num_features num_embeddings hidden_size "
        "embedding_dim input_size embed_dim num_heads num_layers num_groups num_channels d_model n "
        "nhead dim_feedforward kernel_size stride padding dilation groups size k length count dim_"
        "upscale_factor output_size vocab_size block_size num_classes T_max T_0 step_size "
        "batch_size total_steps total_iters num_parameters normalized_shape repeats hidden visible "
        "steps num_encoder_layers num_decoder_layers players ways shots queries orders".split(),
        small,
    ),
    **dict.fromkeys("p dropout dropout_p momentum alpha beta gamma lr eps noise".split(), share),
    **dict.fromkeys("axis dim axis1 axis2 start_dim end_dim".split(), axis),
    **dict.fromkeys("index places".split(), whole),
    **dict.fromkeys("attn_mask mask condition key_padding_mask".split(), mask),
    **dict.fromkeys("tensors arrays".split(), lambda rng: [tensor(rng), tensor(rng)]),
    **dict.fromkeys("params parameters".split(), parameters),
    "optimizer": optimizer,
    "model": lambda rng: Net(),
    "module": lambda rng: Net(),
    "func": either(lambda *x: (x[0] * x[0]).sum(), lambda *x: np.linalg.norm(x[0]), lambda *x: x),
    "function": lambda rng: lambda x: x,
    "loss": lambda rng: F.mse_loss,
    "lr_lambda": lambda rng: lambda t: 0.5**t,
    "primals": lambda rng: (shapely(rng),),
    "tangents": lambda rng: (shapely(rng),),
    "reduction": either("mean", "sum", "none"),
    "mode": either("fan_in", "nearest", "bilinear", "bicubic", "min", "linear"),
    "nonlinearity": either("tanh", "relu", "linear", "leaky_relu"),
    "activation": either("relu", "gelu"),
    **dict.fromkeys(["train_loss", "validation_loss"], lambda rng: lambda: tensor(rng).sum()),
    "scores": lambda rng: rng.random((2, 3)),
    "advantages": lambda rng: rng.random(4),
    "choices": lambda rng: rng.integers(0, 2, (4, 2)),
    "cell": either(("skip", "conv1", "pool"), ("skip", "skip")),
    "network": lambda rng: Net(),
    "formula": either("ij,jk->ik", "ij->ji", "...i->...", "ii", "i,j"),
    "shape": either((2, 3), (3, 3), (4, 3, 2), 3, (3,)),
    "widths": either((1, 1), (0, 1, 2, 0)),
    "sizes": either(2, [1, 2], 1),
    "milestones": either([2, 4], (1,)),
    "schedulers": lambda rng: [lr_scheduler.StepLR(optimizer(rng), 2)],
    "rng": either(None, 0, 1),
    **dict.fromkeys(["low", "high"], lambda rng: int(rng.integers(-1, 5))),
    "space": space,
    "trials": lambda rng: [3, search.Random(space(rng), 3).propose([])][rng.integers(2)],
    "seconds": either([1.0, 2.5], [], np.ones(4)),
    "workers": small,
    "acquisition": either("ei", "lcb", "thompson", "best"),
    "kernel": either("rbf", "matern52"),
    **dict.fromkeys(["mean", "std"], lambda rng: rng.random(3)),
    **dict.fromkeys(["lengthscale", "signal", "kappa", "best"], share),
    **dict.fromkeys(["initial", "batch", "eta"], small),
    "seed": small,
    "dtype": either(np.float32, np.float64),
    "gradients": lambda rng: {"w": rng.random((3, 2, 2)), "b": rng.random((3, 2))},
    **dict.fromkeys("max_grad_norm noise_multiplier sample_rate delta".split(), share),
    "value": lambda rng: lambda coalitions: np.asarray(coalitions, float).sum(-1),
    "maps": lambda rng: rng.random((3, 2, 2)),
    "labels": lambda rng: rng.integers(0, 3, 30),
    "regions": lambda rng: np.eye(3, dtype=bool),
    "baseline": small,
    "name": either("weight", "and", "xor"),
    "state": lambda rng: {"linear.weight": np.ones((2, 3), np.float32)},
}


def draw(rng, name, wild):
    """Draw an argument for a parameter of this name; `wild` is the share of anything at all."""
    if rng.random() < wild:
        return anything(rng)
    if name in MEANT:
        return MEANT[name](rng)
    return [flag, small, share, shapely][rng.integers(4)](rng)


@functools.cache
def signature(function):
    return inspect.signature(function)


def arguments(rng, function, wild, skip=0):
    """Draw arguments that Python can bind: those that are needed, and some others."""
    positional, named = [], {}
    for parameter in list(signature(function).parameters.values())[skip:]:
        if parameter.kind is parameter.VAR_POSITIONAL:
            positional += [draw(rng, parameter.name, wild) for _ in range(rng.integers(0, 3))]
        elif parameter.kind is parameter.VAR_KEYWORD:
            continue
        elif parameter.default is parameter.empty and parameter.kind is not parameter.KEYWORD_ONLY:
            positional.append(draw(rng, parameter.name, wild))
        elif parameter.default is parameter.empty or rng.random() < 0.3:
            named[parameter.name] = draw(rng, parameter.name, wild)
    return positional, named


# -- answers -----------------------------------------------------------------------------------


@functools.cache
def raises(path):
    """Lines of a file that belong to raise statements."""
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    return {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise)
        for line in range(node.lineno, node.end_lineno + 1)
    }


def own(error, documented=""):
    """Whether an exception is a sentence of nnlib's own."""
    trace = error.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    if BINDING.search(str(error)):
        return True
    path = Path(trace.tb_frame.f_code.co_filename)
    if path == Path(__file__):  # of a function that was handed over
        return True
    if PACKAGE not in path.parents or trace.tb_lineno not in raises(str(path)):
        return False
    return type(error) in (ValueError, TypeError) or type(error).__name__ in documented


def documented(thing):
    """Return what the documentation of a function or class says."""
    parts = [thing, getattr(thing, "forward", None), getattr(thing, "__init__", None)]
    return " ".join(part.__doc__ or "" for part in parts if part is not None)


def attempt(rng, name, thing):
    """Call one thing with drawn arguments; return None, or the exception of somebody else."""
    wild = rng.choice([0.0, 0.2, 0.6])
    words = documented(thing)
    try:
        if name.startswith("Tensor."):
            positional, named = arguments(rng, thing, wild, skip=1)
            x = shapely(rng) if rng.random() < 0.5 else nn.as_tensor(array(rng))
        elif inspect.isclass(thing):
            positional, named = arguments(rng, thing, wild)
        else:
            positional, named = arguments(rng, thing, wild)
    except TypeError:
        return None
    try:
        if name.startswith("Tensor."):
            out = thing(x, *positional, **named)
        else:
            out = thing(*positional, **named)
        if isinstance(out, nn.Module) and inspect.isclass(thing):
            positional, named = arguments(rng, out.forward, wild)
            if "forward" not in vars(type(out)) and type(out).forward is nn.Module.forward:
                return None
            out = out(*positional, **named)
        if isinstance(out, nn.Tensor) and out.requires_grad and np.isfinite(out.data).all():
            out.backward(np.ones_like(out.data))
    except Exception as error:
        if not own(error, words + " IndexError" * (name == "Tensor.__getitem__")):
            return error
    return None


def run(count, seed=0):
    """Try `count` inputs; return {(where, error): [how often, an example]} of foreign answers."""
    rng = np.random.default_rng(seed)
    things = list(targets().items())
    escaped = collections.defaultdict(lambda: [0, ""])
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for k in range(count):
            name, thing = things[k % len(things)]
            error = attempt(rng, name, thing)
            if error is not None:
                entry = escaped[name, type(error).__name__]
                entry[0] += 1
                entry[1] = f"{error}"[:90].replace("\n", " ")
                trace = error.__traceback__
                place = ""
                while trace is not None:
                    path = Path(trace.tb_frame.f_code.co_filename)
                    if PACKAGE in path.parents:
                        place = f"{path.relative_to(PACKAGE)}:{trace.tb_lineno}"
                    trace = trace.tb_next
                entry.append(place) if len(entry) < 3 else entry.__setitem__(2, place)
    return dict(escaped)


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    found = run(number, int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    for (name, kind), (times, message, place) in sorted(found.items(), key=lambda e: -e[1][0]):
        print(f"{times:6}  {name:32} {kind:16} {place}: {message}")
    total = sum(times for times, *_ in found.values())
    print(f"{total} of {number} inputs ended in somebody else's words")
    sys.exit(total > 0)
