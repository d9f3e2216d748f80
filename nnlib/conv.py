"""Convolution: one small set of weights slides over an image and looks for the same everywhere.

What networks call convolution is cross-correlation: Guide Eq. (55), with channels and a bias,

    out[n, o, y, x] = b[o] + Σ_c Σ_i Σ_j w[o, c, i, j] · in[n, c, y + i, x + j].

How it is made fast. A few images at a time are laid out flat: per channel one long line, row after
row, image after image, with the zeros of the padding between them. In this layout the input that
kernel element (i, j), a *tap*, needs for **all** outputs is the same line moved by a constant
i · (length of a row) + j. So the table of all taps, one row for each (c, i, j) and one column for
each output, is built from whole-line copies, and one matrix product does the rest. Images are
taken in blocks, so that the table stays in the processor's cache.

Backward is the same road the other way: a product with the transpose, then the lines are *added*
where they were copied from. That walk back alone is the transposed convolution.
"""

import math

import numpy as np

from .activations import float_tensor
from .init import uniform_bound
from .module import Module, Parameter
from .tensor import as_tensor, record

__all__ = [
    "Conv1d",
    "Conv2d",
    "ConvTranspose2d",
    "conv1d",
    "conv2d",
    "conv_transpose2d",
]

CACHE = 1 << 19  # bytes of the table of taps: half of a common second-level cache


def pair(value, name, least):
    """Return an int or two ints, as vertical and horizontal, after a check."""
    both = (value, value) if isinstance(value, (int, np.integer)) else value
    whole = isinstance(both, (tuple, list)) and all(isinstance(k, (int, np.integer)) for k in both)
    if not whole or len(both) != 2 or min(both) < least:
        raise ValueError(f"{name} must be one or two whole numbers from {least} on, got {value!r}")
    return int(both[0]), int(both[1])


class _Layout:
    """Images laid out flat, and the table of taps: where each number goes, and back.

    With a stride s the padded image is first dealt into s · s *phases*, one for each remainder of
    row and column, as s hands of cards: neighbours in a phase are s apart in the image, so one
    step to the right is one step of the kernel, and again a tap is a constant offset.

    Parameters
    ----------
    image : (int, int)
        Height and width of the images.
    kernel, stride, dilation : (int, int)
    before, after : (int, int)
        Rows and columns of zeros above and left, below and right.
    out : (int, int), optional
        Size of the output; by default as many places as the kernel fits.
    """

    def __init__(self, image, kernel, stride, dilation, before, after, out=None):
        fit = [
            (n + b + a - d * (k - 1) - 1) // s + 1
            for n, k, s, d, b, a in zip(image, kernel, stride, dilation, before, after, strict=True)
        ]
        self.out = tuple(fit if out is None else out)
        # One image of one phase. The zeros after a row are those before the next one, so they
        # are stored once.
        self.grid = tuple(
            max(-(-(n + max(b, a)) // s), o)
            for n, b, a, s, o in zip(image, before, after, stride, self.out, strict=True)
        )
        self.size = math.prod(self.grid)
        taps = [
            (i * dilation[0], j * dilation[1]) for i in range(kernel[0]) for j in range(kernel[1])
        ]
        sh, sw = self.stride = stride
        self.taps = [(i % sh, j % sw, i // sh * self.grid[1] + j // sw) for i, j in taps]
        self.reach = max(offset for _, _, offset in self.taps)
        self.phases = [  # (phase, which pixels of the image, where they begin in the grid)
            (a, b, (y, x), ((y + before[0]) // sh, (x + before[1]) // sw))
            for a, b in sorted({tap[:2] for tap in self.taps})
            for y, x in [((a - before[0]) % sh, (b - before[1]) % sw)]
        ]

    def block(self, channels, dtype):
        """How many images fill the cache."""
        row = self.size * np.dtype(dtype).itemsize
        return max(1, CACHE // max(1, channels * len(self.taps) * row))

    def lines(self, channels, images, dtype):
        """Return zeros for the flat lines, long enough for the last tap of the last output."""
        length = images * self.size + self.reach
        return np.zeros((channels, *self.stride, length), dtype)

    def places(self, lines, images):
        """Yield (pixels in `images`, the same in `lines`), both (n, channels, rows, columns)."""
        sh, sw = self.stride
        for a, b, (y, x), (row, column) in self.phases:
            pixels = images[:, :, y::sh, x::sw]
            grid = lines[:, a, b, : len(images) * self.size]
            grid = grid.reshape(len(lines), len(images), *self.grid).swapaxes(0, 1)
            yield pixels, grid[..., row : row + pixels.shape[2], column : column + pixels.shape[3]]

    def outputs(self, flat, images):
        """View the places of the outputs in flat lines (channels, length): (n, channels, h, w)."""
        grid = flat[:, : images * self.size].reshape(len(flat), images, *self.grid)
        return grid[:, :, : self.out[0], : self.out[1]].swapaxes(0, 1)

    def gather(self, images, lines, table):
        """Fill the table (channels, taps, length) from images: im2col."""
        for pixels, place in self.places(lines, images):
            place[...] = pixels
        length = table.shape[2]
        for k, (a, b, offset) in enumerate(self.taps):
            table[:, k] = lines[:, a, b, offset : offset + length]

    def spread(self, table, lines, images):
        """Add the table back to where `gather` took it from: the transpose of `gather`."""
        lines[...] = 0
        length = table.shape[2]
        for k, (a, b, offset) in enumerate(self.taps):
            lines[:, a, b, offset : offset + length] += table[:, k]
        for pixels, place in self.places(lines, images):
            pixels[...] = place


def _correlate(x, w, layout, groups, bias=None):
    """Eq. (55) for arrays: x (N, C, H, W), w (O, C/groups, kh, kw) -> (N, O, h, w)."""
    n, channels = x.shape[:2]
    filters = w.reshape(groups, len(w) // groups, -1)
    out = np.empty((n, len(w), *layout.out), x.dtype)
    block = min(n, layout.block(channels, x.dtype))
    lines = layout.lines(channels, block, x.dtype)
    tables = np.empty((channels, len(layout.taps), block * layout.size), x.dtype)
    products = np.empty((len(w), block * layout.size), x.dtype)
    for start in range(0, n, max(block, 1)):
        images = x[start : start + block]
        length = len(images) * layout.size
        table, product = tables[..., :length], products[:, :length]
        layout.gather(images, lines, table)
        np.matmul(
            filters,
            table.reshape(groups, filters.shape[2], length),
            out=product.reshape(groups, filters.shape[1], length),
        )
        found = layout.outputs(product, len(images))
        if bias is None:
            out[start : start + block] = found
        else:
            np.add(found, bias[:, None, None], out=out[start : start + block])
    return out


def _correlate_vjp(g, x, w, layout, groups, shape, into_x=True, into_w=True):
    """Gradients of `_correlate` with respect to x, of this shape, and w; either may be left out."""
    n, channels = shape[:2]
    outputs = g.shape[1]
    filters = w.reshape(groups, outputs // groups, -1).swapaxes(1, 2)
    dx = np.zeros(shape, g.dtype) if into_x else None
    dw = np.zeros(filters.shape, g.dtype) if into_w else None
    block = min(n, layout.block(channels, g.dtype))
    lines = layout.lines(channels, block, g.dtype)
    back = layout.lines(channels, block, g.dtype) if into_x else None
    tables = np.empty((channels, len(layout.taps), block * layout.size), g.dtype)
    flats = np.zeros((outputs, block * layout.size), g.dtype)  # between the outputs it stays 0
    for start in range(0, n, max(block, 1)):
        part = slice(start, min(start + block, n))
        images = part.stop - start
        length = images * layout.size
        table, flat = tables[..., :length], flats[:, :length]
        layout.outputs(flat, images)[...] = g[part]
        delta = flat.reshape(groups, outputs // groups, length)
        taps = table.reshape(groups, filters.shape[1], length)
        if into_w:  # ∂L/∂w = Σ δ · input: every output's δ meets the taps it was made from
            layout.gather(x[part], lines, table)
            dw += taps @ delta.swapaxes(1, 2)
        if into_x:  # ∂L/∂input = Σ w · δ, added where each tap came from
            np.matmul(filters, delta, out=taps)
            layout.spread(table, back, dx[part])
    return dx, None if dw is None else dw.swapaxes(1, 2).reshape(w.shape)


def conv2d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Slide kernels over images: cross-correlation. Guide Eq. (55), with channels and a bias.

    Parameters
    ----------
    input : Tensor or array_like, shape (N, C, H, W) or (C, H, W)
    weight : Tensor, shape (O, C / groups, kh, kw)
    bias : Tensor, shape (O,), optional
    stride : int or (int, int)
        Step between outputs.
    padding : int, (int, int), "same" or "valid"
        Zeros around the image; "same" keeps its size and needs stride 1.
    dilation : int or (int, int)
        Step between the elements of the kernel.
    groups : int
        Channels and outputs are cut into so many parts, each seeing its own alone.

    Returns
    -------
    Tensor, shape (N, O, h, w) or (O, h, w)
        With h = (H + 2 padding - dilation (kh - 1) - 1) // stride + 1.

    Raises
    ------
    ValueError
        If shapes or options do not fit, or the kernel is larger than the padded image.
    TypeError
        If floating-point types differ.
    """
    weight = as_tensor(weight)
    x = float_tensor(as_tensor(input, like=weight), "conv2d")
    if x.ndim == 3:
        return conv2d(x.unsqueeze(0), weight, bias, stride, padding, dilation, groups).squeeze(0)
    if x.ndim != 4 or weight.ndim != 4:
        raise ValueError(
            "conv2d expects inputs (N, C, H, W) or (C, H, W) and weights (O, C / groups, kh, kw), "
            f"got {x.shape} and {weight.shape}"
        )
    outputs, group_channels, *kernel = weight.shape
    _check_groups(groups, group_channels * groups, outputs)
    if x.shape[1] != group_channels * groups:
        raise ValueError(
            f"weights {weight.shape} with groups={groups} expect {group_channels * groups} "
            f"channels, got {x.shape[1]} in {x.shape}"
        )
    bias = _checked_bias(bias, outputs, like=weight)
    stride, dilation = pair(stride, "stride", 1), pair(dilation, "dilation", 1)
    before, after = _padding(padding, kernel, stride, dilation)
    layout = _Layout(x.shape[2:], kernel, stride, dilation, before, after)
    if min(layout.out) < 1:
        raise ValueError(
            f"a kernel of {tuple(kernel)}, dilation {dilation}, does not fit into images of "
            f"{x.shape[2:]} with padding {padding}"
        )
    X, W = x.data, weight.data
    out = _correlate(X, W, layout, groups, None if bias is None else bias.data)

    def vjp(g):
        dx, dw = _correlate_vjp(
            g, X, W, layout, groups, X.shape, x.requires_grad, weight.requires_grad
        )
        return (dx, dw) if bias is None else (dx, dw, _channel_sums(g))

    return record("conv2d", out, (x, weight) if bias is None else (x, weight, bias), vjp)


def _channel_sums(g):
    """Gradient of the bias: the sum over examples and positions, as a product with ones."""
    maps = g.reshape(*g.shape[:2], g.shape[2] * g.shape[3])
    return (maps @ np.ones(maps.shape[2], g.dtype)).sum(0)


def _check_groups(groups, channels, outputs):
    if groups < 1 or channels % groups or outputs % groups:
        raise ValueError(f"{groups} groups do not divide {channels} channels and {outputs} outputs")


def _checked_bias(bias, outputs, like):
    """Return the bias as a tensor, or None."""
    if bias is None:
        return None
    bias = as_tensor(bias, like=like)
    if bias.shape != (outputs,):
        raise ValueError(f"bias must have shape ({outputs},), got {bias.shape}")
    return bias


def _padding(padding, kernel, stride, dilation):
    """Zeros before and after, each vertical and horizontal."""
    if padding == "valid":
        padding = 0
    if padding == "same":
        if stride != (1, 1):
            raise ValueError(f'padding="same" needs stride 1, got {stride}')
        total = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
        before = tuple(t // 2 for t in total)
        return before, tuple(t - b for t, b in zip(total, before, strict=True))
    if isinstance(padding, str):
        raise ValueError(f'padding must be numbers, "same" or "valid", got {padding!r}')
    both = pair(padding, "padding", 0)
    return both, both


class Conv2d(Module):
    """`conv2d` with its weights. Guide Eq. (55).

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or (int, int)
    stride, padding, dilation, groups
        As in `conv2d`.
    bias : bool
    rng : int or numpy.random.Generator, optional
        Source of the initial weights; fresh randomness if left out.
    dtype : dtype

    Attributes
    ----------
    weight : Parameter, shape (out_channels, in_channels / groups, kh, kw)
    bias : Parameter of shape (out_channels,) or None

    Notes
    -----
    Initial values are uniform on ±1/√(inputs of one output), PyTorch's default.
    """

    axes = 2
    transposed = False

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
        *,
        rng=None,
        dtype=np.float32,
    ):
        if in_channels < 1 or out_channels < 1:
            raise ValueError(
                f"{type(self).__name__} needs positive sizes, got {in_channels} and {out_channels}"
            )
        _check_groups(groups, in_channels, out_channels)
        if self.axes == 1 and isinstance(kernel_size, (tuple, list)) and len(kernel_size) == 1:
            kernel_size = kernel_size[0]
        self.kernel_size = pair(kernel_size, "kernel_size", 1)[: self.axes]
        self.stride, self.padding, self.dilation, self.groups = stride, padding, dilation, groups
        first, second = (
            (in_channels, out_channels) if self.transposed else (out_channels, in_channels)
        )
        shape = (first, second // groups, *self.kernel_size)
        rng, bound = np.random.default_rng(rng), 1 / math.sqrt(math.prod(shape[1:]))
        self.weight = Parameter(uniform_bound(shape, bound, rng, dtype))
        self.bias = Parameter(uniform_bound((out_channels,), bound, rng, dtype)) if bias else None

    def forward(self, input):
        """Map (N, C, H, W) to (N, O, h, w)."""
        options = self.stride, self.padding, self.dilation, self.groups
        return conv2d(input, self.weight, self.bias, *options)

    def extra_repr(self):
        """Sizes, in PyTorch's words."""
        first, second = self.weight.shape[:2]
        sizes = (first, second * self.groups)
        n_in, n_out = sizes if self.transposed else sizes[::-1]
        words = f"{n_in}, {n_out}, kernel_size={self.kernel_size}, stride={self.stride}"
        for name, default in (("padding", 0), ("dilation", 1), ("groups", 1)):
            if getattr(self, name) != default:
                words += f", {name}={getattr(self, name)}"
        return words + ("" if self.bias is not None else ", bias=False")


def conv1d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Slide kernels along sequences: `conv2d` of images one pixel high. Guide Eq. (55).

    Parameters
    ----------
    input : Tensor or array_like, shape (N, C, L) or (C, L)
    weight : Tensor, shape (O, C / groups, k)
    bias : Tensor, shape (O,), optional
    stride, padding, dilation, groups : int
        As in `conv2d`.

    Returns
    -------
    Tensor, shape (N, O, l) or (O, l)

    Raises
    ------
    ValueError, TypeError
        As `conv2d`.
    """
    weight = as_tensor(weight)
    x = as_tensor(input, like=weight)
    if x.ndim not in (2, 3) or weight.ndim != 3:
        raise ValueError(
            "conv1d expects inputs (N, C, L) or (C, L) and weights (O, C / groups, k), got "
            f"{x.shape} and {weight.shape}"
        )

    def flat(value, vertical):  # 3 -> (vertical, 3): nothing happens from top to bottom
        value = value[0] if isinstance(value, (tuple, list)) and len(value) == 1 else value
        return value if isinstance(value, str) else (vertical, value)

    out = conv2d(
        x.unsqueeze(-2),
        weight.unsqueeze(-2),
        bias,
        flat(stride, 1),
        flat(padding, 0),
        flat(dilation, 1),
        groups,
    )
    return out.squeeze(-2)


class Conv1d(Conv2d):
    """`conv1d` with its weights, of shape (out_channels, in_channels / groups, k).

    Parameters and attributes are those of `Conv2d`, with one number in place of two.
    """

    axes = 1

    def forward(self, input):
        """Map (N, C, L) to (N, O, l)."""
        options = self.stride, self.padding, self.dilation, self.groups
        return conv1d(input, self.weight, self.bias, *options)


def conv_transpose2d(
    input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1
):
    """Spread every number over a kernel's area: the transpose of `conv2d`, not its inverse.

    Forward is what `conv2d` does backward to its input, and the other way round.

    Parameters
    ----------
    input : Tensor or array_like, shape (N, C, H, W) or (C, H, W)
    weight : Tensor, shape (C, O / groups, kh, kw)
    bias : Tensor, shape (O,), optional
    stride, padding, dilation, groups
        Those of the convolution of which this is the transpose; so padding takes away.
    output_padding : int or (int, int)
        Rows and columns more below and right: several sizes lead `conv2d` to (H, W).

    Returns
    -------
    Tensor, shape (N, O, h, w) or (O, h, w)
        With h = (H - 1) stride - 2 padding + dilation (kh - 1) + output_padding + 1.

    Raises
    ------
    ValueError, TypeError
        As `conv2d`; also if output_padding is not smaller than stride or dilation.
    """
    weight = as_tensor(weight)
    x = float_tensor(as_tensor(input, like=weight), "conv_transpose2d")
    if x.ndim == 3:
        options = stride, padding, output_padding, groups, dilation
        return conv_transpose2d(x.unsqueeze(0), weight, bias, *options).squeeze(0)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[0]:
        raise ValueError(
            "conv_transpose2d expects inputs (N, C, H, W) or (C, H, W) and weights "
            f"(C, O / groups, kh, kw), got {x.shape} and {weight.shape}"
        )
    channels, group_outputs, *kernel = weight.shape
    outputs = group_outputs * groups
    _check_groups(groups, channels, outputs)
    bias = _checked_bias(bias, outputs, like=weight)
    stride, dilation = pair(stride, "stride", 1), pair(dilation, "dilation", 1)
    padding, extra = pair(padding, "padding", 0), pair(output_padding, "output_padding", 0)
    if any(e >= max(s, d) for e, s, d in zip(extra, stride, dilation, strict=True)):
        raise ValueError(
            f"output_padding {extra} must be smaller than stride {stride} or dilation {dilation}"
        )
    size = tuple(
        (n - 1) * s - 2 * p + d * (k - 1) + e + 1
        for n, s, p, d, k, e in zip(
            x.shape[2:], stride, padding, dilation, kernel, extra, strict=True
        )
    )
    if min(size) < 1:
        raise ValueError(f"conv_transpose2d of {x.shape} with padding {padding} leaves {size}")
    layout = _Layout(size, kernel, stride, dilation, padding, padding, out=x.shape[2:])
    X, W = x.data, weight.data
    shape = (len(X), outputs, *size)
    out, _ = _correlate_vjp(X, None, W, layout, groups, shape, into_w=False)
    if bias is not None:
        out += bias.data[:, None, None]

    def vjp(g):
        dx = _correlate(g, W, layout, groups) if x.requires_grad else None
        _, dw = _correlate_vjp(
            X, g, W, layout, groups, shape, into_x=False, into_w=weight.requires_grad
        )
        return (dx, dw) if bias is None else (dx, dw, _channel_sums(g))

    return record("conv_transpose2d", out, (x, weight) if bias is None else (x, weight, bias), vjp)


class ConvTranspose2d(Conv2d):
    """`conv_transpose2d` with its weights, of shape (in_channels, out_channels / groups, kh, kw).

    Parameters and attributes are those of `Conv2d`; output_padding is that of `conv_transpose2d`.
    """

    transposed = True

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        output_padding=0,
        groups=1,
        bias=True,
        dilation=1,
        *,
        rng=None,
        dtype=np.float32,
    ):
        options = stride, padding, dilation, groups, bias
        super().__init__(in_channels, out_channels, kernel_size, *options, rng=rng, dtype=dtype)
        self.output_padding = output_padding

    def forward(self, input):
        """Map (N, C, H, W) to (N, O, h, w)."""
        options = self.stride, self.padding, self.output_padding, self.groups, self.dilation
        return conv_transpose2d(input, self.weight, self.bias, *options)
