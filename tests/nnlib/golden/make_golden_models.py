"""Make golden_models.npz: small networks, written by hand in PyTorch, with loss and gradients.

And pytorch_gpt.npz: the state_dict of one of them, as a reader would save it for nnlib.

Made with torch 2.13.0 (CPU) and NumPy 2.4, in an environment of its own:

    python3 -m venv torchenv && torchenv/bin/pip install torch==2.13.0 numpy
    torchenv/bin/python tests/nnlib/golden/make_golden_models.py

"cases" holds, as JSON, a list of [name, names of inputs]. Weights are not stored: `weights` below
makes them from sines, and the test has the same function. Stored are "case/in NAME",
"case/target", "case/out", "case/loss", "case/state NAME", which is a part of every parameter, and
"case/grad NAME": of long gradients every 37th number, and behind them the sum and the sum of
squares of all. "case/after NAME" are buffers after the call. All in float64.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(0)
store, cases = {}, []


def weights(k, shape):
    """Parameter number k of a network."""
    size = math.prod(shape)
    spread = 1 / math.sqrt(max(1, math.prod(shape[1:])))
    return spread * np.sin(1.7 * np.arange(1, size + 1) + 0.3 * k).reshape(shape)


def thinned(a):
    """Few numbers that stand for many."""
    a = a.ravel()
    return a if a.size < 500 else np.concatenate([a[::37], [a.sum(), (a * a).sum()]])


def keep(case, model, target, **inputs):
    """Give the network its weights, run it, store everything."""
    with torch.no_grad():
        for k, p in enumerate(model.parameters()):
            p.copy_(torch.tensor(weights(k, tuple(p.shape))))
    tensors = [torch.tensor(v) for v in inputs.values()]
    for name, value in inputs.items():
        store[f"{case}/in {name}"] = value
    out = model(*tensors)
    out = out[0] if isinstance(out, tuple) else out
    loss = F.cross_entropy(out.reshape(-1, out.shape[-1]), torch.tensor(target).reshape(-1))
    loss.backward()
    store[f"{case}/target"], store[f"{case}/out"] = target, out.detach().numpy()
    store[f"{case}/loss"] = loss.detach().numpy()
    for name, value in model.state_dict().items():
        store[f"{case}/state {name}"] = np.array(value.shape)
    for name, p in model.named_parameters():
        store[f"{case}/grad {name}"] = thinned(p.grad.numpy())
    for name, value in model.named_buffers():
        store[f"{case}/after {name}"] = value.numpy()
    cases.append([case, list(inputs)])


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2 = nn.Linear(400, 120), nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.conv1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.conv2(x)), 2)
        x = torch.tanh(self.fc1(x.flatten(1)))
        return self.fc3(torch.tanh(self.fc2(x)))


class BasicBlock(nn.Module):
    def __init__(self, n_in, n_out, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(n_in, n_out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(n_out)
        self.conv2 = nn.Conv2d(n_out, n_out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(n_out)
        self.downsample = None
        if stride != 1 or n_in != n_out:
            self.downsample = nn.Sequential(
                nn.Conv2d(n_in, n_out, 1, stride, bias=False), nn.BatchNorm2d(n_out)
            )

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))) + shortcut)


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.layer1 = nn.Sequential(BasicBlock(4, 4), BasicBlock(4, 4))
        self.layer2 = nn.Sequential(BasicBlock(4, 6, 2))
        self.fc = nn.Linear(6, 3)

    def forward(self, x):
        x = self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x)))))
        return self.fc(x.mean((2, 3)))


class RecurrentLM(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.embedding = nn.Embedding(5, 3)
        self.rnn = getattr(nn, kind)(3, 4, 2, batch_first=True)
        self.head = nn.Linear(4, 5)

    def forward(self, tokens):
        out, state = self.rnn(self.embedding(tokens))
        return self.head(out), state


class GPT(nn.Module):
    def __init__(self, tie):
        super().__init__()
        self.token_embedding, self.position_embedding = nn.Embedding(7, 6), nn.Embedding(5, 6)
        self.blocks = nn.ModuleList(
            nn.TransformerEncoderLayer(6, 2, 24, 0.0, "gelu", batch_first=True, norm_first=True)
            for _ in range(2)
        )
        self.norm, self.head = nn.LayerNorm(6), nn.Linear(6, 7, bias=False)
        if tie:
            self.head.weight = self.token_embedding.weight

    def forward(self, tokens):
        t = tokens.shape[1]
        x = self.token_embedding(tokens) + self.position_embedding(torch.arange(t))
        mask = torch.triu(torch.full((t, t), -torch.inf), 1)
        for block in self.blocks:
            x = block(x, src_mask=mask, is_causal=True)
        return self.head(self.norm(x))


class Seq2SeqTransformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.src_embedding, self.tgt_embedding = nn.Embedding(6, 4), nn.Embedding(5, 4)
        self.transformer = nn.Transformer(4, 2, 2, 2, 5, 0.0, batch_first=True)
        self.head = nn.Linear(4, 5)

    def embedded(self, tokens, table):
        angles = torch.arange(tokens.shape[1])[:, None] / 10000 ** (torch.arange(0, 4, 2) / 4)
        waves = torch.stack([angles.sin(), angles.cos()], 2).reshape(-1, 4)
        return table(tokens) * 2.0 + waves

    def forward(self, src, tgt):
        t = tgt.shape[1]
        out = self.transformer(
            self.embedded(src, self.src_embedding),
            self.embedded(tgt, self.tgt_embedding),
            tgt_mask=torch.triu(torch.ones(t, t, dtype=torch.bool), 1),
            src_key_padding_mask=src == 0,
            tgt_key_padding_mask=tgt == 0,
            memory_key_padding_mask=src == 0,
        )
        return self.head(out)


if __name__ == "__main__":
    keep(
        "mlp",
        nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 3)),
        rng.integers(0, 3, 4),
        x=rng.standard_normal((4, 6)),
    )
    images = rng.standard_normal((2, 1, 28, 28)).round(2)
    keep("lenet", LeNet5(), rng.integers(0, 10, 2), x=images)
    keep("resnet", ResNet(), rng.integers(0, 3, 3), x=rng.standard_normal((3, 1, 7, 6)))
    tokens = rng.integers(0, 5, (2, 4))
    for kind in ("RNN", "LSTM", "GRU"):
        keep(kind.lower(), RecurrentLM(kind), rng.integers(0, 5, (2, 4)), tokens=tokens)
    tokens = rng.integers(0, 7, (2, 5))
    keep("gpt", GPT(False), rng.integers(0, 7, (2, 5)), tokens=tokens)
    tied = GPT(True)
    keep("gpt tied", tied, rng.integers(0, 7, (2, 5)), tokens=tokens)
    state = {name: value.numpy() for name, value in tied.state_dict().items()}
    np.savez_compressed(Path(__file__).parent / "pytorch_gpt.npz", **state)
    source = np.array([[3, 1, 5, 2], [4, 2, 0, 0]])
    written = np.array([[1, 3, 2], [1, 4, 0]])
    keep("seq2seq", Seq2SeqTransformer(), rng.integers(0, 5, (2, 3)), src=source, tgt=written)
    np.savez_compressed(
        Path(__file__).parent / "golden_models.npz",
        **store,
        cases=np.array(json.dumps(cases)),
        version=np.array(torch.__version__),
    )
