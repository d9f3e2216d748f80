"""The networks of `training_steps` in JAX, autograd and mygrad, each as its documentation would.

A library gets the parameters in nnlib's order, inputs, targets, the number of classes (0: yes or
no) and the learning rate, and returns a function that makes one step with Adam and returns the
loss. mygrad only runs the multilayer perceptrons.
"""

import numpy as np

BETA1, BETA2, EPS = 0.9, 0.999, 1e-8


# -- networks as functions of their parameters; `xp` is the library's own NumPy, with more --------


def mlp(xp, params, x, activation):
    """Linear layers with activations between them."""
    for k in range(0, len(params) - 2, 2):
        x = activation(x @ params[k].T + params[k + 1])
    return x @ params[-2].T + params[-1]


def relu(xp):
    """ReLU of a library."""
    return lambda z: xp.maximum(z, 0)


def pool(xp, x):
    """Largest of each 2 x 2."""
    n, c, h, w = x.shape
    return xp.max(xp.max(x.reshape(n, c, h // 2, 2, w // 2, 2), axis=5), axis=3)


def lenet(xp, params, x):
    """LeNet-5."""
    w1, b1, w2, b2, *classifier = params
    x = pool(xp, xp.maximum(xp.conv(x, w1, 2) + b1[:, None, None], 0))
    x = pool(xp, xp.maximum(xp.conv(x, w2, 0) + b2[:, None, None], 0))
    return mlp(xp, classifier, x.reshape(len(x), -1), relu(xp))


def normalised(xp, x, axes, weight, bias):
    """Batch or layer normalisation over these axes."""
    centred = x - xp.mean(x, axis=axes, keepdims=True)
    variance = xp.mean(centred**2, axis=axes, keepdims=True)
    return centred / xp.sqrt(variance + 1e-5) * weight + bias


def residual(xp, params, x):
    """Three convolutions with batch normalisation, two of them skipped."""

    def layer(k, x):
        w, b, gamma, beta = params[4 * k : 4 * k + 4]
        x = xp.conv(x, w, 1) + b[:, None, None]
        return normalised(xp, x, (0, 2, 3), gamma[:, None, None], beta[:, None, None])

    x = xp.maximum(layer(0, x), 0)
    x = xp.maximum(x + layer(2, xp.maximum(layer(1, x), 0)), 0)
    return xp.mean(x, axis=(2, 3)) @ params[-2].T + params[-1]


def sigmoid(xp, z):
    """Logistic function."""
    return 0.5 * (xp.tanh(0.5 * z) + 1)


def lstm(xp, params, x):
    """An LSTM and a linear layer on its last output."""
    w_x, w_h, b_x, b_h, w, b = params
    inputs = x @ w_x.T + (b_x + b_h)

    def cell(state, z):
        h, c = state
        i, f, g, o = xp.split(z + h @ w_h.T, 4, axis=1)
        c = sigmoid(xp, f) * c + sigmoid(xp, i) * xp.tanh(g)
        return sigmoid(xp, o) * xp.tanh(c), c

    zero = np.zeros((x.shape[1], w_h.shape[1]), np.float32)
    return xp.scan(cell, (zero, zero), inputs)[0] @ w.T + b


def gpt(xp, params, tokens, heads=4):
    """Two blocks of a GPT, norm first."""
    embedding, positions, *rest = params
    *rest, gamma, beta, head = rest
    n, length = tokens.shape
    mask = np.triu(np.full((length, length), -1e9, np.float32), 1)
    x = embedding[tokens] + positions
    for k in range(0, len(rest), 12):
        w_in, b_in, w_out, b_out, w1, b1, w2, b2, g1, e1, g2, e2 = rest[k : k + 12]
        z = normalised(xp, x, -1, g1, e1) @ w_in.T + b_in
        z = xp.transpose(z.reshape(n, length, 3, heads, -1), (2, 0, 3, 1, 4))
        score = z[0] @ xp.swapaxes(z[1], -1, -2) / np.float32(np.sqrt(z.shape[-1])) + mask
        score = xp.exp(score - xp.max(score, axis=-1, keepdims=True))
        mixed = score / xp.sum(score, axis=-1, keepdims=True) @ z[2]
        x = x + xp.transpose(mixed, (0, 2, 1, 3)).reshape(n, length, -1) @ w_out.T + b_out
        z = normalised(xp, x, -1, g2, e2) @ w1.T + b1
        x = x + (0.5 * z * (1 + xp.erf(z * np.float32(0.5**0.5)))) @ w2.T + b2
    return (normalised(xp, x, -1, gamma, beta) @ head.T).reshape(n * length, -1)


NETWORKS = {
    "W1": lambda xp, params, x: mlp(xp, params, x, relu(xp)),
    "W2": lambda xp, params, x: mlp(xp, params, x, xp.tanh),
    "W3": lenet,
    "W4": residual,
    "W5": lstm,
    "W6": gpt,
}


def cross_entropy(xp, z, y, classes):
    """Loss of logits."""
    if not classes:
        return xp.mean(xp.maximum(z, 0) - z * y + xp.log1p(xp.exp(-xp.abs(z))))
    shifted = z - xp.max(z, axis=1, keepdims=True)
    log_p = shifted - xp.log(xp.sum(xp.exp(shifted), axis=1, keepdims=True))
    return -xp.mean(log_p[np.arange(len(y)), y])


def adam(xp, params, grads, means, squares, t, rate):
    """New parameters and moments, after Kingma and Ba."""
    means = [BETA1 * m + (1 - BETA1) * g for m, g in zip(means, grads, strict=True)]
    squares = [BETA2 * v + (1 - BETA2) * g * g for v, g in zip(squares, grads, strict=True)]
    scale = rate / (1 - BETA1**t)
    root = 1 - BETA2**t
    params = [
        p - scale * m / (xp.sqrt(v / root) + EPS)
        for p, m, v in zip(params, means, squares, strict=True)
    ]
    return params, means, squares


# -- libraries --------------------------------------------------------------------------------


class Numpy:
    """A library's NumPy and whatever else the networks need, found in this order."""

    def __init__(self, *modules, **functions):
        self.__dict__.update(functions)
        self.modules = modules

    def __getattr__(self, name):
        return next(getattr(m, name) for m in self.modules if hasattr(m, name))


def jax_step(name, params, x, y, classes, rate):
    """One compiled function for the whole step."""
    import jax
    import jax.numpy as jnp
    from jax.scipy.special import erf

    def conv(x, w, padding):
        return jax.lax.conv(x, w, (1, 1), "SAME" if padding else "VALID")

    def scan(cell, state, inputs):
        return jax.lax.scan(lambda state, z: (cell(state, z), None), state, inputs)[0]

    xp = Numpy(jnp, conv=conv, scan=scan, erf=erf)

    @jax.jit
    def update(params, means, squares, t, x, y):
        def loss_of(p):
            return cross_entropy(xp, NETWORKS[name](xp, p, x), y, classes)

        loss, grads = jax.value_and_grad(loss_of)(params)
        return loss, *adam(jnp, params, grads, means, squares, t, rate)

    x, y = jnp.asarray(x), jnp.asarray(y)
    state = [list(map(jnp.asarray, params)), *([jnp.zeros(p.shape) for p in params],) * 2]
    count = 0.0

    def step():
        nonlocal state, count
        count += 1
        loss, *state = update(*state, count, x, y)
        return float(loss)

    return step


def autograd_step(name, params, x, y, classes, rate):
    """The gradient from autograd, Adam in NumPy."""
    import autograd.numpy as anp
    from autograd import value_and_grad
    from autograd.scipy.signal import convolve
    from autograd.scipy.special import erf

    def conv(x, w, padding):
        x = anp.pad(x, [(0, 0), (0, 0), *[(padding, padding)] * 2], "constant")
        turned = w[:, :, ::-1, ::-1]
        return convolve(x, turned, axes=([2, 3], [2, 3]), dot_axes=([1], [1]), mode="valid")

    def scan(cell, state, inputs):
        for z in inputs:
            state = cell(state, z)
        return state

    xp = Numpy(anp, conv=conv, scan=scan, erf=erf)
    gradient = value_and_grad(lambda p: cross_entropy(xp, NETWORKS[name](xp, p, x), y, classes))
    state = [params, *([np.zeros_like(p) for p in params],) * 2]
    count = 0

    def step():
        nonlocal state, count
        count += 1
        loss, grads = gradient(state[0])
        grads = [np.asarray(g, np.float32) for g in grads]
        state = adam(np, state[0], grads, *state[1:], count, np.float32(rate))
        return float(loss)

    return step


def mygrad_step(name, params, x, y, classes, rate):
    """The gradient from mygrad's tensors, Adam in NumPy; None but for multilayer perceptrons."""
    if name not in ("W1", "W2"):
        return None
    import mygrad as mg
    from mygrad.nnet.activations import relu
    from mygrad.nnet.losses import softmax_crossentropy

    state = [params, *([np.zeros_like(p) for p in params],) * 2]
    count = 0

    def step():
        nonlocal state, count
        count += 1
        tensors = [mg.tensor(p) for p in state[0]]
        h = x
        for k in range(0, len(tensors) - 2, 2):
            z = mg.matmul(h, tensors[k].T) + tensors[k + 1]
            h = relu(z) if classes else mg.tanh(z)
        z = mg.matmul(h, tensors[-2].T) + tensors[-1]
        if classes:
            loss = softmax_crossentropy(z, y)
        else:
            loss = mg.mean(mg.maximum(z, 0) - z * y + mg.log1p(mg.exp(-mg.abs(z))))
        loss.backward()
        grads = [t.grad for t in tensors]
        state = adam(np, state[0], grads, *state[1:], count, np.float32(rate))
        return float(loss)

    return step


OTHERS = {"jax": jax_step, "autograd": autograd_step, "mygrad": mygrad_step}
