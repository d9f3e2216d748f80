"""The first two networks in JAX, autograd and mygrad, each as its documentation would write it.

Each function takes weights (out, in) and biases in turn, inputs, targets, the number of classes
(0: yes or no) and the learning rate, and returns a function that makes one step with Adam and
returns the loss.
"""

import numpy as np

BETA1, BETA2, EPS = 0.9, 0.999, 1e-8


def loss_of(xp, params, x, y, classes):
    """Cross-entropy of a multilayer perceptron; `xp` is the library's own NumPy."""
    act = (lambda z: xp.maximum(z, 0)) if classes else xp.tanh
    for k in range(0, len(params) - 2, 2):
        x = act(x @ params[k].T + params[k + 1])
    z = x @ params[-2].T + params[-1]
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


def jax_step(params, x, y, classes, rate):
    """One compiled function for the whole step."""
    import jax
    import jax.numpy as jnp

    @jax.jit
    def update(params, means, squares, t, x, y):
        loss, grads = jax.value_and_grad(lambda p: loss_of(jnp, p, x, y, classes))(params)
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


def autograd_step(params, x, y, classes, rate):
    """The gradient from autograd, Adam in NumPy."""
    import autograd.numpy as anp
    from autograd import value_and_grad

    gradient = value_and_grad(lambda p: loss_of(anp, p, x, y, classes))
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


def mygrad_step(params, x, y, classes, rate):
    """The gradient from mygrad's tensors, Adam in NumPy."""
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
