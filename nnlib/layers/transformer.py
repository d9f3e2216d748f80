"""The layers of a transformer: attention between positions, then a small network at each."""

import copy

import numpy as np

from ..checks import check_count, check_flag, check_word, generator
from . import activations
from .attention import MultiheadAttention
from .dropout import Dropout
from .init import xavier_uniform
from .linear import Linear
from .module import Module, ModuleList
from .norm import LayerNorm

__all__ = [
    "Transformer",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
]


def _activation(activation):
    """Return the function that "relu" or "gelu" names, or a function as it is."""
    if callable(activation):
        return activation
    return getattr(activations, check_word("activation", activation, ("relu", "gelu")))


class _TransformerLayer(Module):
    """What both layers share: how they are built, the small network, how a block is added.

    Parameters are those of `TransformerEncoderLayer`.
    """

    attentions = ()  # the names of its blocks of attention; the small network comes after them

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
        rng = generator(rng)
        norm_first = check_flag("norm_first", norm_first)
        factory_kwargs = {"bias": bias, "rng": rng, "dtype": dtype}
        self.activation, self.norm_first = _activation(activation), norm_first
        for name in self.attentions:
            attention = MultiheadAttention(
                d_model, nhead, dropout=dropout, batch_first=batch_first, **factory_kwargs
            )
            setattr(self, name, attention)
        self.linear1 = Linear(d_model, dim_feedforward, **factory_kwargs)
        self.linear2 = Linear(dim_feedforward, d_model, **factory_kwargs)
        blocks = range(1, len(self.attentions) + 2)
        for k in blocks:
            setattr(self, f"norm{k}", LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype))
        self.dropout = Dropout(dropout, rng=rng)
        for k in blocks:
            setattr(self, f"dropout{k}", Dropout(dropout, rng=rng))

    @staticmethod
    def _attend(attention, x, memory, mask, padding_mask, is_causal, cache=None):
        """Let every position of x look at memory; only the output is of interest."""
        output, _ = attention(
            x,
            memory,
            memory,
            key_padding_mask=padding_mask,
            need_weights=False,
            attn_mask=mask,
            is_causal=is_causal,
            cache=cache,
        )
        return output

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

    attentions = ("self_attn",)

    def forward(self, src, src_mask=None, src_key_padding_mask=None, is_causal=False, cache=None):
        """Map (L, N, d_model) to the same shape; options as in `MultiheadAttention.forward`."""

        def attend(x):
            masks = src_mask, src_key_padding_mask, is_causal
            return self._attend(self.self_attn, x, x, *masks, cache)

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

    attentions = ("self_attn", "multihead_attn")

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
            masks = tgt_mask, tgt_key_padding_mask, tgt_is_causal
            return self._attend(self.self_attn, x, x, *masks)

        def look(x):
            masks = memory_mask, memory_key_padding_mask, memory_is_causal
            return self._attend(self.multihead_attn, x, memory, *masks)

        x = self._added(tgt, attend, self.norm1, self.dropout1)
        x = self._added(x, look, self.norm2, self.dropout2)
        return self._added(x, self._feed_forward, self.norm3, self.dropout3)


# -- layers on layers ------------------------------------------------------------------------


class _Stack(Module):
    """What both stacks share: copies of one layer, and a normalisation after the last."""

    kind = None

    def __init__(self, layer, num_layers, norm=None):
        name = type(self).__name__
        if not isinstance(layer, self.kind):
            raise TypeError(f"{name} expects a {self.kind.__name__}, got {type(layer).__name__}")
        num_layers = check_count(f"{name}: the number of layers", num_layers)
        if norm is not None and not isinstance(norm, Module):
            raise TypeError(f"{name}: norm must be a Module or None, got {norm!r:.60}")
        self.num_layers = num_layers
        self.layers = ModuleList()
        for rng in layer.self_attn.rng.spawn(num_layers):
            copied = copy.deepcopy(layer)
            for _, module in copied.named_modules():
                if hasattr(module, "rng"):
                    module.rng = rng  # copies of one generator would drop the same units
            self.layers.append(copied)
        self.norm = norm


class TransformerEncoder(_Stack):
    """Encoder layers one after the other.

    Parameters
    ----------
    encoder_layer : TransformerEncoderLayer
        Copied; as in PyTorch the copies begin with the same weights.
    num_layers : int
    norm : Module, optional
        Applied after the last layer; needed where layers normalise first.

    Attributes
    ----------
    layers : ModuleList of TransformerEncoderLayer
    norm : Module or None
    """

    kind = TransformerEncoderLayer

    def __init__(self, encoder_layer, num_layers, norm=None):
        super().__init__(encoder_layer, num_layers, norm)

    def forward(self, src, mask=None, src_key_padding_mask=None, is_causal=False):
        """Map (L, N, d_model) to the same shape; masks as in `MultiheadAttention.forward`."""
        for layer in self.layers:
            src = layer(src, mask, src_key_padding_mask, is_causal)
        return src if self.norm is None else self.norm(src)


class TransformerDecoder(_Stack):
    """Decoder layers one after the other, all looking at the same memory.

    Parameters and attributes are those of `TransformerEncoder`, with decoder layers.
    """

    kind = TransformerDecoderLayer

    def __init__(self, decoder_layer, num_layers, norm=None):
        super().__init__(decoder_layer, num_layers, norm)

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
        """Map (T, N, d_model) to the same shape; all as in `TransformerDecoderLayer.forward`."""
        masks = tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask
        for layer in self.layers:
            tgt = layer(tgt, memory, *masks, tgt_is_causal, memory_is_causal)
        return tgt if self.norm is None else self.norm(tgt)


class Transformer(Module):
    """Encoder and decoder (Vaswani et al. 2017), without embeddings and without an output layer.

    Parameters
    ----------
    d_model, nhead, num_encoder_layers, num_decoder_layers : int
    dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias
        As in `TransformerEncoderLayer`.
    rng : int or numpy.random.Generator, optional
        Source of the initial weights and of what is dropped.
    dtype : dtype

    Attributes
    ----------
    encoder : TransformerEncoder
    decoder : TransformerDecoder

    Notes
    -----
    Matrices begin Xavier-uniform, as in PyTorch.
    """

    def __init__(
        self,
        d_model=512,
        nhead=8,
        num_encoder_layers=6,
        num_decoder_layers=6,
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
        rng = generator(rng)
        options = {
            "dim_feedforward": dim_feedforward,
            "dropout": dropout,
            "activation": activation,
            "layer_norm_eps": layer_norm_eps,
            "batch_first": batch_first,
            "norm_first": norm_first,
            "bias": bias,
            "rng": rng,
            "dtype": dtype,
        }

        def norm():
            return LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)

        layer = TransformerEncoderLayer(d_model, nhead, **options)
        self.encoder = TransformerEncoder(layer, num_encoder_layers, norm())
        layer = TransformerDecoderLayer(d_model, nhead, **options)
        self.decoder = TransformerDecoder(layer, num_decoder_layers, norm())
        for parameter in self.parameters():
            if parameter.ndim > 1:
                parameter.data[...] = xavier_uniform(parameter.shape, rng=rng, dtype=dtype)

    def forward(
        self,
        src,
        tgt,
        src_mask=None,
        tgt_mask=None,
        memory_mask=None,
        src_key_padding_mask=None,
        tgt_key_padding_mask=None,
        memory_key_padding_mask=None,
        src_is_causal=False,
        tgt_is_causal=False,
        memory_is_causal=False,
    ):
        """Read src (S, N, d_model), map tgt (T, N, d_model) to the same shape.

        Masks are those of `MultiheadAttention.forward`: True where nothing may be seen. With
        ``tgt_is_causal`` position t of the target sees positions up to t.
        """
        memory = self.encoder(src, src_mask, src_key_padding_mask, src_is_causal)
        return self.decoder(
            tgt,
            memory,
            tgt_mask,
            memory_mask,
            tgt_key_padding_mask,
            memory_key_padding_mask,
            tgt_is_causal,
            memory_is_causal,
        )
