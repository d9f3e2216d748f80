"""Parameters and the modules that hold them, with PyTorch's names.

A module finds its parameters, buffers and submodules among its own attributes, so there is
nothing to register: assign them in ``__init__`` and write ``forward``.
"""

import collections
import contextlib
import reprlib

import numpy as np

from ..autograd.tensor import DIFFERENTIABLE, Tensor, increment_version, number_type
from ..checks import check_flag

__all__ = ["Buffer", "Handle", "Module", "ModuleList", "Parameter", "Sequential"]

# What `Module.load_state_dict` returns, with PyTorch's words for it.
Differences = collections.namedtuple("Differences", ["missing_keys", "unexpected_keys"])


class Parameter(Tensor):
    """A tensor that training changes: it requires a gradient and belongs to a module."""

    __slots__ = ()

    def __init__(self, data, requires_grad=True, dtype=None):
        super().__init__(data, requires_grad, dtype)


class Buffer(Tensor):
    """Numbers that a module keeps and saves but does not train, such as running means."""

    __slots__ = ()

    def __init__(self, data, dtype=None):
        super().__init__(data, False, dtype)


class Handle:
    """What registering a hook returns: `remove`, or the end of a ``with`` block, takes it out."""

    def __init__(self, hooks, hook):
        self.hooks, self.hook = hooks, hook
        hooks[self] = hook

    def remove(self):
        """Take the hook out; a second time does nothing."""
        self.hooks.pop(self, None)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.remove()


class Module:
    """Base of everything with parameters. Subclasses write ``forward``.

    Attributes
    ----------
    training : bool
        Whether layers that differ between training and use, such as dropout, are in training
        mode; set by `train` and `eval`.
    """

    training = True
    _hooks = None  # of a module that has any: (before, after), {Handle: hook} each

    def forward(self, *inputs):
        """Compute the output; every subclass defines it."""
        raise NotImplementedError(f"{type(self).__name__} does not define forward()")

    def __call__(self, *inputs, **options):
        if self._hooks is None:
            return self.forward(*inputs, **options)
        before, after = self._hooks
        for hook in tuple(before.values()):
            changed = hook(self, inputs)
            if changed is not None:
                inputs = changed if isinstance(changed, tuple) else (changed,)
        output = self.forward(*inputs, **options)
        for hook in tuple(after.values()):
            changed = hook(self, inputs, output)
            output = output if changed is None else changed
        return output

    def register_forward_pre_hook(self, hook):
        """Call ``hook(module, inputs)`` before every `forward`; what it returns replaces inputs.

        Hooks run in the order in which they were registered, as in PyTorch; None changes nothing.

        Returns
        -------
        Handle
        """
        return self._registered(hook, 0)

    def register_forward_hook(self, hook):
        """Call ``hook(module, inputs, output)`` after every `forward`; returns a `Handle`.

        What the hook returns replaces the output, unless it is None.
        """
        return self._registered(hook, 1)

    def _registered(self, hook, which):
        if not callable(hook):
            raise TypeError(f"a hook must be a function, got {type(hook).__name__}")
        if self._hooks is None:
            self._hooks = {}, {}
        return Handle(self._hooks[which], hook)

    def _children(self):
        """Yield (name, module) of the direct submodules, a shared one by each of its names."""
        for name, value in vars(self).items():
            if isinstance(value, Module):
                yield name, value

    def named_children(self):
        """Yield (name, module) of the direct submodules, each once, in order of definition."""
        seen = set()
        for name, child in self._children():
            if child not in seen:
                seen.add(child)
                yield name, child

    def children(self):
        """Yield the direct submodules, each once, in order of definition."""
        return (module for _, module in self.named_children())

    def named_modules(self, memo=None, prefix="", remove_duplicate=True):
        """Yield (dotted name, module) of this module and all below it.

        Each module once, even if it is shared or holds one that holds it. With
        ``remove_duplicate=False`` a shared one comes under each of its names.
        """
        memo = set() if memo is None else memo
        if self in memo:
            return
        yield prefix, self
        memo.add(self)
        for name, child in self._children():
            inner = f"{prefix}.{name}" if prefix else name
            yield from child.named_modules(memo, inner, remove_duplicate)
        if not check_flag("remove_duplicate", remove_duplicate):
            memo.remove(self)  # only those that are being walked through

    def modules(self):
        """Yield this module and all below it, each once."""
        return (module for _, module in self.named_modules())

    def _named(self, kind, once=True):
        """Yield (dotted name, attribute) of all of a kind: shared ones once, or by every name."""
        seen = set()
        for prefix, module in self.named_modules(remove_duplicate=once):
            for name, value in vars(module).items():
                if isinstance(value, kind) and not (once and id(value) in seen):
                    seen.add(id(value))
                    yield (f"{prefix}.{name}" if prefix else name), value

    def named_parameters(self):
        """Yield (dotted name, Parameter), each parameter once even if it is shared."""
        return self._named(Parameter)

    def named_buffers(self):
        """Yield (dotted name, Buffer), each buffer once even if it is shared."""
        return self._named(Buffer)

    def parameters(self):
        """Yield every Parameter once."""
        for _, parameter in self.named_parameters():
            yield parameter

    def buffers(self):
        """Yield every Buffer once."""
        for _, buffer in self.named_buffers():
            yield buffer

    def zero_grad(self):
        """Forget all gradients."""
        for parameter in self.parameters():
            parameter.grad = None

    def train(self, mode=True):
        """Put this module and all below it into training mode (or out of it)."""
        for _, module in self.named_modules():
            module.training = check_flag("mode", mode)
        return self

    def eval(self):
        """Put this module and all below it into the mode in which it is used."""
        return self.train(False)

    def astype(self, dtype):
        """Convert parameters and buffers, for example to ``np.float64``; returns the module.

        Buffers of whole numbers, such as counters, stay what they are.
        """
        dtype = number_type(dtype)
        if dtype not in DIFFERENTIABLE:
            raise TypeError(f"a module computes in float32 or float64, not {dtype}")
        for _, value in self._named((Parameter, Buffer)):
            if value.dtype.kind == "f":
                value.data = value.data.astype(dtype)
                value.grad = None
        return self

    def float(self):
        """Convert parameters and buffers to float32; returns the module."""
        return self.astype(np.float32)

    def double(self):
        """Convert parameters and buffers to float64; returns the module."""
        return self.astype(np.float64)

    def state_dict(self):
        """Return {name: copy of the numbers} of all parameters and buffers.

        What is shared stands under each of its names, as in PyTorch.
        """
        return {name: value.data.copy() for name, value in self._named((Parameter, Buffer), False)}

    def load_state_dict(self, state, strict=True):
        """Copy numbers from `state_dict` into the parameters and buffers.

        Parameters
        ----------
        state : dict of str to array_like
            As `state_dict` returns it, or `nnlib.load`.
        strict : bool
            Whether all names must agree. Otherwise the names that agree are loaded.

        Returns
        -------
        Differences
            The names that were `missing_keys` and `unexpected_keys`.

        Raises
        ------
        KeyError
            If names are missing or unknown.
        ValueError
            If a shape or dtype differs. In both cases nothing has been changed.
        """
        own = dict(self._named((Parameter, Buffer), False))
        missing, unknown = sorted(own.keys() - state.keys()), sorted(state.keys() - own.keys())
        if check_flag("strict", strict) and (missing or unknown):
            raise KeyError(f"state_dict does not fit: missing {missing}, unknown {unknown}")
        arrays = {
            name: np.asarray(value.data if isinstance(value, Tensor) else value)
            for name, value in state.items()
            if name in own
        }
        own = {name: own[name] for name in arrays}
        for name, value in own.items():
            if arrays[name].shape != value.shape:
                raise ValueError(
                    f"{name} has shape {arrays[name].shape} in the state, {value.shape} here"
                )
            if arrays[name].dtype != value.dtype:
                raise ValueError(
                    f"{name} is {arrays[name].dtype} in the state, {value.dtype} here: convert "
                    "the module with .astype first"
                )
        for name, value in own.items():
            value.data[...] = arrays[name]
            increment_version(value)
        return Differences(missing, unknown)

    def extra_repr(self):
        """What stands between the brackets of the module's repr."""
        return ""

    @reprlib.recursive_repr("(...)")  # of a module that holds one that holds it
    def __repr__(self):
        lines = [f"  ({name}): " + repr(m).replace("\n", "\n  ") for name, m in self._children()]
        inner = "\n" + "\n".join(lines) + "\n" if lines else ""
        return f"{type(self).__name__}({self.extra_repr()}{inner})"


@contextlib.contextmanager
def evaluating(module):
    """Put a module and all below it into evaluation mode; afterwards each into the one it had."""
    modes = [(part, part.training) for _, part in module.named_modules()]
    module.eval()
    try:
        yield module
    finally:
        for part, training in modes:
            part.training = training


class ModuleList(Module):
    """A list of modules whose parameters are found."""

    def __init__(self, modules=()):
        if not hasattr(modules, "__iter__") or isinstance(modules, np.ndarray):
            raise TypeError(f"ModuleList takes a list of modules, got {modules!r:.60}")
        for module in modules:
            self.append(module)

    def append(self, module):
        """Add a module at the end."""
        if not isinstance(module, Module):
            raise TypeError(f"expected a Module, got {type(module).__name__}")
        setattr(self, str(len(self)), module)
        return self

    def __len__(self):
        return sum(1 for _ in self._children())

    def __iter__(self):
        return (module for _, module in self._children())

    def __getitem__(self, index):
        modules = list(self)
        if not isinstance(index, slice):
            return modules[index]
        part = Sequential() if isinstance(self, Sequential) else ModuleList()
        for module in modules[index]:
            part.append(module)
        return part


class Sequential(ModuleList):
    """Modules one after the other: the output of each is the input of the next.

    Guide Eqs. (13)-(16), (26), (27): with `Linear` layers and activations this is the forward
    pass of a multilayer perceptron.
    """

    def __init__(self, *modules):
        super().__init__(modules)

    def forward(self, input):
        """Pass the input through all modules in order."""
        for module in self:
            input = module(input)
        return input
