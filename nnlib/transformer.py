"""The layers of a transformer: attention between positions, then a small network at each."""

import numpy as np

from . import activations
from .attention import MultiheadAttention
from .dropout import Dropout
from .linear import Linear
from .module import Module
from .norm import LayerNorm

__all__ = ["TransformerDecoderLayer", "TransformerEncoderLayer"]


def _activation(activation):
    """Return the function that "relu" or "gelu" names, or a function as it is."""
    if callable(activation):
        return activation
    if activation in ("relu", "gelu") and hasattr(activations, activation):
        return getattr(activations, activation)
    raise ValueError(f'activation must be "relu", "gelu" or a function, got {activation!r}')


class _TransformerLayer(Module):
    """What both layers share: the small network, and how a block is added to its input."""

    def _feed_forward(self, x):
        """Apply the small network to every position."""
        return self.linear2(self.dropout(self.activation(self.linear1(x))))

    def _added(self, x, block, norm, dropout):
        """Add a block to its input, normalised before the block or after the sum.

        Before it (``norm_first``) the sum goes through all layers untouched, and so does the
        gradient; after it is the form of Vaswani et al. 2017.
        """
        if self.norm_first:
            return x + dropout(block(norm(x)))
        return norm(x + dropout(block(x)))


class TransformerEncoderLayer(_TransformerLayer):
    """Self-attention, then a network of two layers; each is added to its input and normalised.

    Parameters
    ----------
    d_model, nhead : int
        Features of a position; heads.
    dim_feedforward : int
        Hidden units of the network.
    dropout : float
        Probability to drop: weights of attention, hidden units, outputs of both blocks.
    activation : {"relu", "gelu"} or callable
    layer_norm_eps : float
    batch_first : bool
        Whether inputs are (N, L, d_model) instead of (L, N, d_model).
    norm_first : bool
        Whether to normalise before a block instead of after the sum.
    bias : bool
    rng : int or numpy.random.Generator, optional
        Source of the initial weights and of what is dropped.
    dtype : dtype

    Attributes
    ----------
    self_attn : MultiheadAttention
    linear1, linear2 : Linear
    norm1, norm2 : LayerNorm
    """

    def __init__(
        self,
        d_model,
        nhead,
        dim_feedforward=2048,
        dropout=0.1,
        activation="relu",
        layer_norm_eps=1e-5,
        batch_first=False,
        norm_first=False,
        bias=True,
        *,
        rng=None,
        dtype=np.float32,
    ):
        rng = np.random.default_rng(rng)
        made = {"rng": rng, "dtype": dtype}
        self.activation, self.norm_first = _activation(activation), norm_first
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first, **made)
        self.linear1 = Linear(d_model, dim_feedforward, bias, **made)
        self.linear2 = Linear(dim_feedforward, d_model, bias, **made)
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.dropout = Dropout(dropout, rng=rng)
        self.dropout1, self.dropout2 = Dropout(dropout, rng=rng), Dropout(dropout, rng=rng)

    def forward(self, src, src_mask=None, src_key_padding_mask=None, is_causal=False):
        """Map (L, N, d_model) to the same shape; masks as in `MultiheadAttention.forward`."""

        def attend(x):
            return self.self_attn(
                x, x, x, src_key_padding_mask, False, src_mask, is_causal=is_causal
            )[0]

        x = self._added(src, attend, self.norm1, self.dropout1)
        return self._added(x, self._feed_forward, self.norm2, self.dropout2)


class TransformerDecoderLayer(_TransformerLayer):
    """Self-attention, attention to another sequence, then a network of two layers.

    Parameters are those of `TransformerEncoderLayer`.

    Attributes
    ----------
    self_attn, multihead_attn : MultiheadAttention
        Among the positions themselves; and from them to the other sequence.
    linear1, linear2 : Linear
    norm1, norm2, norm3 : LayerNorm
    """

    def __init__(
        self,
        d_model,
        nhead,
        dim_feedforward=2048,
        dropout=0.1,
        activation="relu",
        layer_norm_eps=1e-5,
        batch_first=False,
        norm_first=False,
        bias=True,
        *,
        rng=None,
        dtype=np.float32,
    ):
        rng = np.random.default_rng(rng)
        made = {"rng": rng, "dtype": dtype}
        self.activation, self.norm_first = _activation(activation), norm_first
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first, **made)
        self.multihead_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first, **made)
        self.linear1 = Linear(d_model, dim_feedforward, bias, **made)
        self.linear2 = Linear(dim_feedforward, d_model, bias, **made)
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.norm3 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.dropout = Dropout(dropout, rng=rng)
        self.dropout1, self.dropout2 = Dropout(dropout, rng=rng), Dropout(dropout, rng=rng)
        self.dropout3 = Dropout(dropout, rng=rng)

    def forward(
        self,
        tgt,
        memory,
        tgt_mask=None,
        memory_mask=None,
        tgt_key_padding_mask=None,
        memory_key_padding_mask=None,
        tgt_is_causal=False,
        memory_is_causal=False,
    ):
        """Map (T, N, d_model) to the same shape, looking at memory (S, N, d_model).

        Masks are those of `MultiheadAttention.forward`.
        """

        def attend(x):
            return self.self_attn(
                x, x, x, tgt_key_padding_mask, False, tgt_mask, is_causal=tgt_is_causal
            )[0]

        def look(x):
            return self.multihead_attn(
                x,
                memory,
                memory,
                memory_key_padding_mask,
                False,
                memory_mask,
                is_causal=memory_is_causal,
            )[0]

        x = self._added(tgt, attend, self.norm1, self.dropout1)
        x = self._added(x, look, self.norm2, self.dropout2)
        return self._added(x, self._feed_forward, self.norm3, self.dropout3)
