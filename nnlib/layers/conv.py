"""Convolution: one small set of weights slides over an image and looks for the same everywhere.

What networks call convolution is cross-correlation: Guide Eq. (55), with channels and a bias,

    out[n, o, y, x] = b[o] + Σ_c Σ_i Σ_j w[o, c, i, j] · in[n, c, y + i, x + j].

How it is made fast. A few images at a time are laid out flat: one long line, row after row, image
after image, channel after channel, with the zeros of the padding between them. In this layout the
input that kernel element (i, j), a *tap*, needs for **all** outputs is the same line moved by a
constant i · (length of a row) + j. So im2col, a matrix with one row for each (i, j, c) and one
column for each output, is made of long copies, one piece for each image, and one matrix product
does the rest. At the ends of rows some columns belong to no output; they cost little and are left
out at the end. Images are taken in blocks, so that the columns stay in the processor's cache.

Backward is the same road the other way: a product with the transpose, then the lines are *added*
where they were copied from. That walk back alone is the transposed convolution.
"""

import math
from typing import NamedTuple

import numpy as np

from ..autograd.dual import like, windows
from ..autograd.tensor import as_tensor, float_tensor, masked, record
from ..autograd.threads import share_out
from ..checks import (
    check_count,
    check_flag,
    check_groups,
    check_shape,
    check_sizes,
    float_type,
    generator,
    pair,
)
from .init import uniform_bound
from .module import Module, Parameter

__all__ = [
    "Conv1d",
    "Conv2d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "conv1d",
    "conv2d",
    "conv_transpose1d",
    "conv_transpose2d",
]

CACHE = 1 << 20  # bytes of a block's columns, which decide how many images it has


class _Phase(NamedTuple):
    """Every s-th row and column of the padded images, and the taps of the kernel that meet them."""

    remainders: tuple  # of its rows and columns, by the stride
    pixels: tuple  # index of its pixels in images (..., height, width)
    place: tuple  # (first, number) of the rows and columns of the grid that they take
    taps: tuple  # index of its taps in a kernel
    offset: int  # of the first tap from the output, along the line
    steps: tuple  # from one tap to the next, down and right

    def placed(self, grid):
        """View its pixels within a grid (channels, images, rows, columns), images first."""
        rows, columns = (slice(first, first + n) for first, n in self.place)
        return grid[..., rows, columns].swapaxes(0, 1)


class _Layout:
    """Images laid out flat, and their columns: where each number goes, and back.

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
        # Of an image only the rows in which outputs begin need columns. But whole lines are copied
        # faster than pieces of them, so a few columns too many are cheaper.
        rows = self.out[0] * self.grid[1]
        self.span = rows if rows < 0.8 * self.size else self.size
        self.kernel, self.stride = tuple(kernel), tuple(stride)
        self.phases = [
            _Phase(
                (a, b),
                (..., slice(y, None, stride[0]), slice(x, None, stride[1])),
                (
                    ((y + before[0]) // stride[0], -(-(image[0] - y) // stride[0])),
                    ((x + before[1]) // stride[1], -(-(image[1] - x) // stride[1])),
                ),
                (slice(i, None, down), slice(j, None, right)),
                i * dilation[0] // stride[0] * self.grid[1] + j * dilation[1] // stride[1],
                (down * dilation[0] // stride[0] * self.grid[1], right * dilation[1] // stride[1]),
            )
            for a, i, down in _remainders(kernel[0], stride[0], dilation[0])
            for b, j, right in _remainders(kernel[1], stride[1], dilation[1])
            for y, x in [((a - before[0]) % stride[0], (b - before[1]) % stride[1])]
        ]
        last = [(k - 1) * d // s for k, d, s in zip(kernel, dilation, stride, strict=True)]
        self.reach = last[0] * self.grid[1] + last[1]

    def outputs(self, flat):
        """View the outputs within flat (outputs, images · span): (images, outputs, h, w)."""
        grid = flat.reshape(len(flat), -1, self.span // self.grid[1], self.grid[1])
        return grid[:, :, : self.out[0], : self.out[1]].swapaxes(0, 1)

    def blocks(self, first, last, channels, outputs, groups, like):
        """Cut examples into blocks that fit the cache, with room for numbers like those given.

        Yields
        ------
        part : slice
            Some of the examples from `first` to before `last`.
        room : _Room
        """
        column = groups * (channels // groups * math.prod(self.kernel) + 1)
        step = max(1, CACHE // (column * self.span * like.dtype.itemsize))
        images = 0
        for start in range(first, last, step):
            part = slice(start, min(start + step, last))
            if part.stop - start != images:  # the first block, perhaps the last
                images = part.stop - start
                room = _Room(self, images, channels, outputs, groups, like)
            yield part, room


def _remainders(k, s, d):
    """Sort the taps 0 … k - 1, d apart, by remainder: triples (remainder, first tap, step)."""
    step = s // math.gcd(s, d)
    return [(i * d % s, i, step) for i in range(min(step, k))]


class _Room:
    """Buffers for a block of images, used again for the next, and views of them.

    The views are made once, and a whole phase is copied in one call, since Python holds its lock
    between two calls: other threads would wait.

    Parameters
    ----------
    layout : _Layout
    images, channels, outputs, groups : int
    like : array_like
        Its type is that of the buffers.

    Attributes
    ----------
    columns : ndarray, shape (groups, taps · channels of a group + 1, images · span)
        The last row is 1: a bias is the weight of an input that is always 1.
    flat : ndarray, shape (groups, outputs of a group, images · span)
        Outputs in the same order.
    outputs : ndarray, shape (images, outputs, h, w)
        Those that there are, a view of `flat`; the rest of it stays 0.
    """

    def __init__(self, layout, images, channels, outputs, groups, like):
        span, taps = layout.span, math.prod(layout.kernel)
        pieces = channels // groups * images  # a line has one for each channel and image
        shape = (groups, channels // groups * taps + 1, images * span)
        self.columns = np.empty_like(like, shape=shape, order="C")
        self.columns[:, -1] = 1
        shape = (groups, outputs // groups, images * span)
        self.flat = np.zeros_like(like, shape=shape, order="C")
        self.outputs = layout.outputs(self.flat.reshape(outputs, -1))

        # The line of every phase, 0 where nothing is placed; and room for a second.
        shape = (*layout.stride, groups * pieces * layout.size + layout.reach)
        self.lines = np.zeros_like(like, shape=shape, order="C")
        self.back = np.empty_like(self.lines, order="C")
        self.filling, self.adding = [], []
        taps = self.columns[:, :-1].reshape(groups, *layout.kernel, pieces, span)
        for phase in layout.phases:
            tap = taps[:, *phase.taps]
            steps = (pieces * layout.size, *phase.steps, layout.size, 1)
            for lines, views in ((self.lines, self.filling), (self.back, self.adding)):
                line = lines[phase.remainders]
                moved = windows(line[phase.offset :], tap.shape, steps)
                place = phase.placed(
                    line[: -layout.reach or None].reshape(-1, images, *layout.grid)
                )
                views.append((phase.pixels, place, moved, tap))

    def im2col(self, images):
        """Fill the columns from images (n, channels, height, width)."""
        for pixels, place, moved, taps in self.filling:
            place[...] = images[pixels]
            taps[...] = moved

    def col2im(self, images):
        """Add the columns back to where `im2col` took them from: its transpose."""
        self.back[...] = 0
        for pixels, place, moved, taps in self.adding:
            for i, j in np.ndindex(taps.shape[1:3]):  # they overlap: one after the other
                moved[:, i, j] += taps[:, i, j]
            images[pixels] = place


def _filters(w, groups):
    """Arrange w (O, C/groups, kh, kw) as the columns are: (groups, O/groups, taps · C/groups)."""
    parts = w.reshape(groups, len(w) // groups, w.shape[1], -1)
    return parts.swapaxes(2, 3).reshape(groups, len(w) // groups, -1)


def _correlate(x, w, b, layout, groups):
    """Eq. (55) for arrays: x (N, C, H, W), w (O, C/groups, kh, kw), b (O,) -> (N, O, h, w)."""
    column = np.reshape(np.zeros(len(w), w.dtype) if b is None else b, (groups, -1, 1))
    filters = np.concatenate([_filters(w, groups), column], 2)
    out = np.empty_like(like(x, w, b), shape=(len(x), len(w), *layout.out), order="C")

    def work(start, stop):
        blocks = layout.blocks(start, stop, x.shape[1], len(w), groups, out)
        for part, room in blocks:
            room.im2col(x[part])
            np.matmul(filters, room.columns, out=room.flat)
            out[part] = room.outputs

    share_out(work, len(x), filters.size * layout.span)
    return out


def _correlate_vjp(g, x, w, layout, groups, shape, into_x=True, into_w=True):
    """Gradients of `_correlate` with respect to x, of this shape, w and b; None if not wanted."""
    filters = _filters(w, groups).swapaxes(1, 2)  # (groups, taps · C/groups, O/groups)
    kind = like(g, x, w)
    dx = np.zeros_like(kind, shape=shape, order="C") if into_x else None

    def work(start, stop):
        total = np.zeros((groups, filters.shape[1] + 1, filters.shape[2]), g.dtype)
        blocks = layout.blocks(start, stop, shape[1], g.shape[1], groups, kind)
        for part, room in blocks:
            room.outputs[...] = g[part]
            delta = room.flat.swapaxes(1, 2)
            if into_w:  # ∂L/∂w = Σ δ · input: every output's δ meets the taps it was made from
                room.im2col(x[part])
                dw = room.columns @ delta
                if not np.isfinite(dw).all():  # ∞ or NaN may have met a 0 where no output is
                    used = np.zeros((1, room.flat.shape[2]), bool)
                    layout.outputs(used)[...] = True
                    dw = masked(room.columns, used) @ delta
                total = total + dw
            if into_x:  # ∂L/∂input = Σ w · δ, added where each tap came from
                np.matmul(filters, room.flat, out=room.columns[:, :-1])
                room.col2im(dx[part])
        return total

    total = sum(share_out(work, shape[0], filters.size * layout.span))
    if not into_w:
        return dx, None, None
    shape = (groups, math.prod(layout.kernel), w.shape[1], -1)
    dw = total[:, :-1].reshape(shape).transpose(0, 3, 2, 1)
    return dx, dw.reshape(w.shape), total[:, -1].reshape(-1)


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
    groups = check_count("groups", groups, -math.inf)
    check_groups(groups, channels=group_channels * groups, outputs=outputs)
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
    out = _correlate(X, W, None if bias is None else bias.data, layout, groups)

    def vjp(g):
        into_w = weight.requires_grad or (bias is not None and bias.requires_grad)
        dx, dw, db = _correlate_vjp(g, X, W, layout, groups, X.shape, x.requires_grad, into_w)
        return (dx, dw) if bias is None else (dx, dw, db)

    return record("conv2d", out, (x, weight) if bias is None else (x, weight, bias), vjp)


def _checked_bias(bias, outputs, like):
    """Return the bias as a tensor, or None."""
    if bias is None:
        return None
    bias = as_tensor(bias, like=like)
    check_shape("convolution", "bias", bias.shape, (outputs,))
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
        check_sizes(type(self).__name__, in_channels, out_channels)
        bias, dtype = check_flag("bias", bias), float_type(dtype)
        check_groups(groups, channels=in_channels, outputs=out_channels)
        if self.axes == 1 and isinstance(kernel_size, (tuple, list)) and len(kernel_size) == 1:
            kernel_size = kernel_size[0]
        self.kernel_size = pair(kernel_size, "kernel_size", 1)[: self.axes]
        self.stride, self.padding, self.dilation, self.groups = stride, padding, dilation, groups
        first, second = (
            (in_channels, out_channels) if self.transposed else (out_channels, in_channels)
        )
        shape = (first, second // groups, *self.kernel_size)
        rng, bound = generator(rng), 1 / math.sqrt(math.prod(shape[1:]))
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

    options = _flat(stride, 1), _flat(padding, 0), _flat(dilation, 1)
    return conv2d(x.unsqueeze(-2), weight.unsqueeze(-2), bias, *options, groups).squeeze(-2)


def _flat(value, vertical):
    """Return 3 as (vertical, 3): nothing happens from top to bottom; words stay."""
    value = value[0] if isinstance(value, (tuple, list)) and len(value) == 1 else value
    return value if isinstance(value, str) else (vertical, value)


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
    groups = check_count("groups", groups, -math.inf)
    outputs = group_outputs * groups
    check_groups(groups, channels=channels, outputs=outputs)
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
    out, _, _ = _correlate_vjp(X, None, W, layout, groups, shape, into_w=False)
    if bias is not None:
        out += bias.data[:, None, None]

    def vjp(g):
        dx = _correlate(g, W, None, layout, groups) if x.requires_grad else None
        _, dw, _ = _correlate_vjp(
            X, g, W, layout, groups, shape, into_x=False, into_w=weight.requires_grad
        )
        return (dx, dw) if bias is None else (dx, dw, g.sum((0, 2, 3)))

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


def conv_transpose1d(
    input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1
):
    """Spread every number over a kernel's length: `conv_transpose2d` one pixel high.

    Parameters
    ----------
    input : Tensor or array_like, shape (N, C, L) or (C, L)
    weight : Tensor, shape (C, O / groups, k)
    bias : Tensor, shape (O,), optional
    stride, padding, output_padding, groups, dilation : int
        As in `conv_transpose2d`.

    Returns
    -------
    Tensor, shape (N, O, l) or (O, l)

    Raises
    ------
    ValueError, TypeError
        As `conv_transpose2d`.
    """
    weight = as_tensor(weight)
    x = as_tensor(input, like=weight)
    if x.ndim not in (2, 3) or weight.ndim != 3:
        raise ValueError(
            "conv_transpose1d expects inputs (N, C, L) or (C, L) and weights (C, O / groups, k), "
            f"got {x.shape} and {weight.shape}"
        )
    options = _flat(stride, 1), _flat(padding, 0), _flat(output_padding, 0), groups
    x, weight = x.unsqueeze(-2), weight.unsqueeze(-2)
    return conv_transpose2d(x, weight, bias, *options, _flat(dilation, 1)).squeeze(-2)


class ConvTranspose1d(ConvTranspose2d):
    """`conv_transpose1d` with its weights, of shape (in_channels, out_channels / groups, k).

    Parameters and attributes are those of `ConvTranspose2d`, with one number in place of two.
    """

    axes = 1

    def forward(self, input):
        """Map (N, C, L) to (N, O, l)."""
        options = self.stride, self.padding, self.output_padding, self.groups, self.dilation
        return conv_transpose1d(input, self.weight, self.bias, *options)
