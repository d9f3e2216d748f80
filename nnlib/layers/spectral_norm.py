"""Spectral normalisation: a weight over its largest singular value stretches nothing beyond 1."""

import numpy as np

from ..checks import check_count, check_number, generator
from .conv import ConvTranspose2d
from .module import Buffer, Module, Parameter

__all__ = ["spectral_norm"]


def spectral_norm(module, name="weight", n_power_iterations=1, eps=1e-12, *, rng=None):
    """Make a layer use W/σ(W) in place of its weight W, σ being the largest singular value.

    Miyato et al., "Spectral Normalization for Generative Adversarial Networks", 2018. As in
    ``torch.nn.utils.spectral_norm`` the layer then has a parameter ``weight_orig`` and buffers
    ``weight_u`` and ``weight_v``, the singular vectors, which follow by `n_power_iterations` steps
    of the power method at every call in training: v ← Wᵀu/‖Wᵀu‖, u ← Wv/‖Wv‖. Gradients take
    them as constants; σ = uᵀWv.

    Parameters
    ----------
    module : Module
        A layer with a weight, (out, in, ...).
    name : str
    n_power_iterations : int
    eps : float
        The least length that is divided by.
    rng : int or numpy.random.Generator, optional
        Draws the first vectors.

    Returns
    -------
    Module
        The same.

    Raises
    ------
    ValueError
        If the module has no such parameter of at least two axes.
    """
    weight = (
        vars(module).get(name) if isinstance(module, Module) and isinstance(name, str) else None
    )
    if not isinstance(weight, Parameter) or weight.ndim < 2:
        raise ValueError(f"spectral_norm: {type(module).__name__} has no weight {name!r:.60}")
    count = check_count("n_power_iterations", n_power_iterations)
    check_number("spectral_norm: eps", eps, 0, above=True)
    out = 1 if isinstance(module, ConvTranspose2d) else 0  # its weights are (in, out, ...)
    rng = generator(rng)

    def matrix(w):
        order = (out, *(k for k in range(w.ndim) if k != out))
        return w.permute(*order).reshape(w.shape[out], -1)

    def unit(vector):
        return vector / max(np.sqrt(vector @ vector), eps)

    delattr(module, name)
    setattr(module, f"{name}_orig", weight)
    rows = matrix(weight).data
    u, v = (unit(rng.standard_normal(n)).astype(weight.dtype) for n in rows.shape)
    for _ in range(15):  # close to the largest from the beginning, as in PyTorch's newer form
        v = unit(rows.T @ u)
        u = unit(rows @ v)
    setattr(module, f"{name}_u", Buffer(u))
    setattr(module, f"{name}_v", Buffer(v))

    def normalise(module, inputs):
        w = getattr(module, f"{name}_orig")
        u, v = getattr(module, f"{name}_u"), getattr(module, f"{name}_v")
        W = matrix(w)
        if module.training:
            for _ in range(count):
                v.data = unit(W.data.T @ u.data)
                u.data = unit(W.data @ v.data)
        # Constants of this call: the next one moves the vectors.
        setattr(module, name, w / (u.detach() @ W @ v.detach()))

    normalise(module, ())
    setattr(module, name, getattr(module, name).detach())
    module.register_forward_pre_hook(normalise)
    module.register_forward_hook(
        lambda module, inputs, output: setattr(module, name, getattr(module, name).detach())
    )
    return module
