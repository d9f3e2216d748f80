"""Attention: every position of a sequence asks all others and takes a weighted mean of answers."""

import numpy as np

from ..autograd.tensor import Tensor, as_tensor, float_tensor, record
from ..checks import check_count, check_flag, check_number, check_sizes, float_type, generator
from .dropout import dropout
from .init import xavier_uniform
from .linear import Linear, linear
from .module import Module, Parameter

__all__ = [
    "MultiheadAttention",
    "attention_weights",
    "causal_mask",
    "scaled_dot_product_attention",
    "sinusoidal_positions",
]


def causal_mask(length, keys=None):
    """Return a boolean mask (length, keys) that lets position i see positions 0 to i."""
    length = check_count("causal_mask: length", length, 0)
    keys = length if keys is None else check_count("causal_mask: keys", keys, 0)
    return np.tri(length, keys, dtype=bool)


def sinusoidal_positions(length, dim, base=10000.0, dtype=np.float32):
    """Return sines and cosines that tell positions apart (Vaswani et al. 2017, section 3.5).

    Column 2k is sin(pos / base^(2k/dim)), column 2k + 1 the cosine: clock hands that turn slower
    and slower, so a step in position is a rotation, the same everywhere.

    Parameters
    ----------
    length, dim : int
        Positions, and features of each; dim is even.
    base : float
    dtype : dtype

    Returns
    -------
    ndarray, shape (length, dim)
    """
    length = check_count("sinusoidal_positions: length", length, 0)
    dim = check_count("sinusoidal_positions: dim", dim)
    check_number("sinusoidal_positions: base", base, 0, above=True)
    dtype = float_type(dtype)
    if dim % 2:
        raise ValueError(f"positions need a length and an even dim, got {length} and {dim}")
    angles = np.arange(length)[:, None] / base ** (np.arange(0, dim, 2) / dim)
    return np.stack([np.sin(angles), np.cos(angles)], 2).reshape(length, dim).astype(dtype)


def _checked(op, query, key, mask, is_causal):
    """Return query, key and mask as tensors of one type whose shapes fit."""
    query = float_tensor(query, op)
    key = as_tensor(key, like=query)
    if query.ndim < 2 or key.ndim < 2 or query.shape[-1] != key.shape[-1]:
        raise ValueError(
            f"{op} expects queries (..., L, E) and keys (..., S, E), got {query.shape} and "
            f"{key.shape}"
        )
    is_causal = check_flag("is_causal", is_causal)
    try:
        stacks = np.broadcast_shapes(query.shape[:-2], key.shape[:-2])
    except ValueError:
        raise ValueError(
            f"{op} got queries {query.shape} and keys {key.shape}, which do not broadcast"
        ) from None
    if mask is not None and is_causal:
        raise ValueError(f"{op}: give attn_mask or is_causal=True, not both")
    if is_causal:
        mask = causal_mask(query.shape[-2], key.shape[-2])
    if mask is not None:
        mask = mask if isinstance(mask, Tensor) else Tensor(mask)
        mask = mask if mask.dtype == bool else as_tensor(mask, like=query)
        scores = (*stacks, query.shape[-2], key.shape[-2])
        try:
            fits = np.broadcast_shapes(scores, mask.shape) == scores
        except ValueError:
            fits = False
        if not fits:
            raise ValueError(f"{op}: attn_mask {mask.shape} does not fit scores of shape {scores}")
    return query, key, mask


def _scale(query, scale):
    """Return the factor of the scores, 1/√E by default."""
    if scale is not None:
        return check_number("scale", scale)
    if query.shape[-1] == 0:
        raise ValueError(f"attention needs queries with features, got shape {query.shape}")
    return query.shape[-1] ** -0.5


def _probabilities(Q, K, mask, scale):
    """Softmax of Q Kᵀ · scale + mask along the keys, for arrays; rows seeing nothing give 0."""
    S = (Q * Q.dtype.type(scale)) @ K.swapaxes(-1, -2)  # (..., L, S)
    if mask is not None:
        if mask.dtype == bool:
            S += np.where(mask.data, S.dtype.type(0), S.dtype.type(-np.inf))
        else:
            S += mask.data
    top = S.max(-1, keepdims=True, initial=-np.inf)
    if mask is not None:
        top[top == -np.inf] = 0  # -inf - (-inf) would not be a number
    S -= top
    np.exp(S, out=S)
    total = S.sum(-1, keepdims=True)
    if mask is not None:
        total[total == 0] = 1
    S /= total
    return S


def _scores_vjp(dS, Q, K, mask, scale):
    """Gradients of Q, K and mask from those of the scores Q Kᵀ · scale + mask."""
    dmask = dS if mask is not None and mask.requires_grad else None
    dS = dS * dS.dtype.type(scale)
    return dS @ K, dS.swapaxes(-1, -2) @ Q, dmask


def attention_weights(query, key, attn_mask=None, is_causal=False, scale=None):
    """Return softmax(Q Kᵀ / √d_k), the weights of attention. Guide Eq. (65).

    Parameters and errors are those of `scaled_dot_product_attention`.

    Returns
    -------
    Tensor, shape (..., L, S)
        Rows add up to 1, or to 0 where the mask leaves nothing to see.
    """
    query, key, mask = _checked("attention_weights", query, key, attn_mask, is_causal)
    scale = _scale(query, scale)
    Q, K = query.data, key.data
    P = _probabilities(Q, K, mask, scale)

    def vjp(g):
        dS = P * (g - (g * P).sum(-1, keepdims=True))  # the Jacobian of softmax
        dQ, dK, dmask = _scores_vjp(dS, Q, K, mask, scale)
        return (dQ, dK) if mask is None else (dQ, dK, dmask)

    return record("attention_weights", P, (query, key) + ((mask,) if mask is not None else ()), vjp)


def scaled_dot_product_attention(
    query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, *, rng=None
):
    """Weighted means of values, softmax(Q Kᵀ / √d_k + mask) V. Guide Eq. (65).

    Parameters
    ----------
    query : Tensor or array_like, shape (..., L, E)
        What each of L positions asks for.
    key : Tensor or array_like, shape (..., S, E)
        What each of S positions offers.
    value : Tensor or array_like, shape (..., S, D)
        What it answers.
    attn_mask : array_like, broadcast to (..., L, S), optional
        Of booleans, True where position l may see s; or numbers that are added to the scores.
    dropout_p : float
        Probability to drop a weight.
    is_causal : bool
        Let position l see s ≤ l alone.
    scale : float, optional
        Instead of 1/√E.
    rng : int or numpy.random.Generator, optional
        Draws what is dropped.

    Returns
    -------
    Tensor, shape (..., L, D)
        0 where a position may see nothing.

    Raises
    ------
    ValueError
        If shapes or options do not fit.
    TypeError
        If floating-point types differ.
    """
    op = "scaled_dot_product_attention"
    check_number("dropout_p", dropout_p, 0, 1)
    query, key, mask = _checked(op, query, key, attn_mask, is_causal)
    value = as_tensor(value, like=query)
    try:
        np.broadcast_shapes(query.shape[:-2], key.shape[:-2], value.shape[:-2])
        fits = value.ndim >= 2 and value.shape[-2] == key.shape[-2]
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"{op} got {key.shape} keys and {value.shape} values: one for each key")
    scale = _scale(query, scale)
    Q, K, V = query.data, key.data, value.data
    P = _probabilities(Q, K, mask, scale)
    kept = None
    if dropout_p:
        drawn = generator(rng).random(P.shape, np.float32) >= dropout_p
        kept = drawn * P.dtype.type(1 / (1 - dropout_p) if dropout_p < 1 else 0)
    weights = P if kept is None else P * kept
    out = weights @ V  # Eq. (65)

    def vjp(g):
        dV = weights.swapaxes(-1, -2) @ g
        dP = g @ V.swapaxes(-1, -2)
        if kept is not None:
            dP *= kept
        # Softmax asks for the row sums of dP ⊙ P. They equal those of g ⊙ out, since
        # Σ_s P_ls (g_l · v_s) = g_l · Σ_s P_ls v_s, and there they are D numbers, not S.
        dP -= np.vecdot(g, out)[..., None]
        dP *= P
        dQ, dK, dmask = _scores_vjp(dP, Q, K, mask, scale)
        return (dQ, dK, dV) if mask is None else (dQ, dK, dV, dmask)

    inputs = (query, key, value) + ((mask,) if mask is not None else ())
    return record(op, out, inputs, vjp)


class MultiheadAttention(Module):
    """Several attentions side by side, each in its own projection. Guide Eqs. (66), (67).

    Parameters
    ----------
    embed_dim : int
        Features of queries, keys, values and output; a multiple of num_heads.
    num_heads : int
    dropout : float
        Probability to drop a weight, in training.
    bias : bool
    batch_first : bool
        Whether inputs are (N, L, E) instead of (L, N, E).
    rng : int or numpy.random.Generator, optional
        Source of the initial weights and of what is dropped.
    dtype : dtype

    Attributes
    ----------
    in_proj_weight : Parameter, shape (3 embed_dim, embed_dim)
        W^Q, W^K and W^V of all heads, one below the other, transposed: rows are outputs.
    in_proj_bias : Parameter, shape (3 embed_dim,), or None
    out_proj : Linear
        W^O.
    """

    def __init__(
        self,
        embed_dim,
        num_heads,
        dropout=0.0,
        bias=True,
        batch_first=False,
        *,
        rng=None,
        dtype=np.float32,
    ):
        check_sizes("MultiheadAttention", embed_dim, num_heads)
        bias, dtype = check_flag("bias", bias), float_type(dtype)
        batch_first = check_flag("batch_first", batch_first)
        if embed_dim % num_heads:
            raise ValueError(
                f"embed_dim must be a multiple of num_heads, got {embed_dim} and {num_heads}"
            )
        check_number("dropout's probability", dropout, 0, 1)
        self.embed_dim, self.num_heads, self.dropout = embed_dim, num_heads, dropout
        self.batch_first = batch_first
        self.rng = rng = generator(rng)
        self.in_proj_weight = Parameter(
            xavier_uniform((3 * embed_dim, embed_dim), rng=rng, dtype=dtype)
        )
        self.in_proj_bias = Parameter(np.zeros(3 * embed_dim, dtype)) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias, rng=rng, dtype=dtype)
        if bias:
            self.out_proj.bias.data[:] = 0

    def forward(
        self,
        query,
        key,
        value,
        key_padding_mask=None,
        need_weights=True,
        attn_mask=None,
        average_attn_weights=True,
        is_causal=False,
        cache=None,
    ):
        """Attend.

        Parameters
        ----------
        query : Tensor or array_like, shape (L, N, E)
            With ``batch_first`` (N, L, E); one sequence alone is (L, E).
        key, value : Tensor or array_like, shape (S, N, E)
            Likewise.
        key_padding_mask : array_like of bool or float, shape (N, S), optional
            True where a key is to be **ignored** (as in PyTorch, the opposite of
            `scaled_dot_product_attention`); numbers are added to the scores.
        need_weights : bool
            Whether to return the weights too; it costs time.
        attn_mask : array_like of bool or float, shape (L, S) or (N · heads, L, S), optional
            True where a position must **not** look; numbers are added to the scores.
        average_attn_weights : bool
            Whether the weights are means over the heads.
        is_causal : bool
            Let position l see s ≤ l alone, besides what the masks say.
        cache : KeyValueCache, optional
            Keys and values of earlier calls, which come before those of this one; these are added
            to it. For use under `nnlib.no_grad`, without other masks.

        Returns
        -------
        output : Tensor, of the shape of query
        weights : Tensor of shape (N, L, S), without averaging (N, heads, L, S), or None

        Raises
        ------
        ValueError
            If shapes do not fit.
        TypeError
            If floating-point types differ.
        """
        same_key, same_value = key is query, value is key
        query = as_tensor(query, like=self.in_proj_weight)
        key = query if same_key else as_tensor(key, like=query)
        value = key if same_value else as_tensor(value, like=query)
        self._check(query, key, value)
        batched = query.ndim == 3
        q, k, v = self._projected(query, key, value)
        q, k, v = (self._heads(t) for t in (q, k, v))  # (N, heads, L or S, E / heads)
        if cache is None:
            mask = self._mask(query, key, key_padding_mask, attn_mask, is_causal)
        else:
            if q.requires_grad or attn_mask is not None or key_padding_mask is not None:
                raise ValueError("a cache is for use under no_grad() and without other masks")
            k, v = (Tensor(a) for a in cache.append(k.data, v.data))
            length, keys = q.shape[2], k.shape[2]
            several = is_causal and length > 1  # one position, the last, sees all
            mask = np.tri(length, keys, keys - length, dtype=bool) if several else None
        p = self.dropout if self.training else 0.0
        weights = None
        if check_flag("need_weights", need_weights):
            weights = attention_weights(q, k, mask)
            out = dropout(weights, p, rng=self.rng) @ v
            if check_flag("average_attn_weights", average_attn_weights):
                weights = weights.mean(1)
            weights = weights if batched else weights[0]
        else:
            out = scaled_dot_product_attention(q, k, v, mask, p, rng=self.rng)  # Eq. (67)
        # Eq. (66): the heads of a position side by side, then W^O.
        out = out.permute(0, 2, 1, 3) if self.batch_first else out.permute(2, 0, 1, 3)
        return self.out_proj(out.reshape(*query.shape)), weights

    def _check(self, query, key, value):
        """Refuse shapes that do not fit, before anything is computed."""
        batch = 0 if self.batch_first else 1
        shapes = query.shape, key.shape, value.shape
        fit = (
            query.ndim in (2, 3)
            and all(len(s) == query.ndim and s[-1] == self.embed_dim for s in shapes)
            and key.shape == value.shape
            and (query.ndim == 2 or query.shape[batch] == key.shape[batch])
        )
        if not fit:
            order = "(N, L, E) and (N, S, E)" if self.batch_first else "(L, N, E) and (S, N, E)"
            raise ValueError(
                f"MultiheadAttention expects {order} with E = {self.embed_dim}, got query "
                f"{shapes[0]}, key {shapes[1]}, value {shapes[2]}"
            )

    def _projected(self, query, key, value):
        """Multiply by W^Q, W^K and W^V: in one product where the inputs are the same."""
        e, weight, bias = self.embed_dim, self.in_proj_weight, self.in_proj_bias

        def part(x, start, stop):
            return linear(
                x,
                weight[start * e : stop * e],
                None if bias is None else bias[start * e : stop * e],
            )

        if query is key and key is value:  # self-attention
            all_three = linear(query, weight, bias)
            return (all_three[..., k * e : (k + 1) * e] for k in range(3))
        if key is value:  # one sequence looks at another
            both = part(key, 1, 3)
            return part(query, 0, 1), both[..., :e], both[..., e:]
        return part(query, 0, 1), part(key, 1, 2), part(value, 2, 3)

    def _heads(self, x):
        """Cut features into heads: (N, heads, length, E / heads)."""
        x = x if x.ndim == 3 else x.unsqueeze(0 if self.batch_first else 1)
        x = x.reshape(*x.shape[:2], self.num_heads, self.embed_dim // self.num_heads)
        return x.permute(0, 2, 1, 3) if self.batch_first else x.permute(1, 2, 0, 3)

    def _mask(self, query, key, key_padding_mask, attn_mask, is_causal):
        """Join all masks into one tensor that is added to scores (N, heads, L, S), or None."""
        step, batch = (1, 0) if self.batch_first and query.ndim == 3 else (0, 1)
        n = query.shape[batch] if query.ndim == 3 else 1
        length, keys = query.shape[step], key.shape[step]

        def added(mask, name, *shapes):
            mask = mask if isinstance(mask, Tensor) else Tensor(mask)
            if mask.shape not in shapes:
                expected = " or ".join(map(str, shapes))
                raise ValueError(f"{name} must have shape {expected}, got {mask.shape}")
            if mask.dtype == bool:
                additive = np.zeros(mask.shape, query.dtype)
                additive[mask.data] = -np.inf
                return as_tensor(additive)
            return as_tensor(mask, like=query)

        parts = []
        if attn_mask is not None:
            shapes = (length, keys), (n * self.num_heads, length, keys)
            mask = added(attn_mask, "attn_mask", *shapes)
            parts.append(mask if mask.ndim == 2 else mask.reshape(n, -1, length, keys))
        if is_causal:
            parts.append(added(~causal_mask(length, keys), "", (length, keys)))
        if key_padding_mask is not None:
            shape = (n, keys) if query.ndim == 3 else (keys,)
            mask = added(key_padding_mask, "key_padding_mask", shape)
            parts.append(mask.reshape(n, 1, 1, keys))
        return sum(parts[1:], parts[0]) if parts else None
