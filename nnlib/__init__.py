"""The networks of the book, in NumPy, under PyTorch's names.

``import nnlib as nn``, ``import nnlib.functional as F``, ``from nnlib import optim, data``.
"""

from . import data, functional, landscapes, models, optim, pioneers, theory
from .autograd import func
from .autograd.gradcheck import gradcheck, numerical_gradient
from .autograd.operations import (
    chunk,
    cos,
    cumsum,
    einsum,
    expm1,
    flip,
    log1p,
    logsumexp,
    masked_fill,
    norm,
    outer,
    pad,
    prod,
    sin,
    split,
    std,
    tril,
    triu,
)
from .autograd.tensor import (
    Tensor,
    as_tensor,
    cat,
    is_grad_enabled,
    maximum,
    minimum,
    no_grad,
    record,
    stack,
    where,
)
from .layers import init
from .layers.activations import (
    ELU,
    GELU,
    SELU,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from .layers.attention import MultiheadAttention, causal_mask, sinusoidal_positions
from .layers.conv import Conv1d, Conv2d, ConvTranspose2d
from .layers.dropout import Dropout
from .layers.embedding import Embedding
from .layers.linear import Linear
from .layers.module import Buffer, Module, ModuleList, Parameter, Sequential
from .layers.norm import BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm
from .layers.pooling import AdaptiveAvgPool2d, AvgPool2d, MaxPool2d
from .layers.recurrent import GRU, LSTM, RNN
from .layers.transformer import (
    Transformer,
    TransformerDecoder,
    TransformerDecoderLayer,
    TransformerEncoder,
    TransformerEncoderLayer,
)
from .losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    MSELoss,
    NLLLoss,
    SmoothL1Loss,
)
from .optim import clip_grad_norm_, clip_grad_value_
from .training import diagnostics
from .training.fit import History, accuracy, evaluate, fit
from .training.saving import load, save

__version__ = "0.1.0"

__all__ = [
    "ELU",
    "GELU",
    "GRU",
    "LSTM",
    "RNN",
    "SELU",
    "AdaptiveAvgPool2d",
    "AvgPool2d",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BatchNorm1d",
    "BatchNorm2d",
    "Buffer",
    "Conv1d",
    "Conv2d",
    "ConvTranspose2d",
    "CrossEntropyLoss",
    "Dropout",
    "Embedding",
    "GroupNorm",
    "History",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LogSigmoid",
    "LogSoftmax",
    "MSELoss",
    "MaxPool2d",
    "Module",
    "ModuleList",
    "MultiheadAttention",
    "NLLLoss",
    "Parameter",
    "ReLU",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "SmoothL1Loss",
    "Softmax",
    "Softplus",
    "Tanh",
    "Tensor",
    "Transformer",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
    "accuracy",
    "as_tensor",
    "cat",
    "causal_mask",
    "chunk",
    "clip_grad_norm_",
    "clip_grad_value_",
    "cos",
    "cumsum",
    "data",
    "diagnostics",
    "einsum",
    "evaluate",
    "expm1",
    "fit",
    "flip",
    "func",
    "functional",
    "gradcheck",
    "init",
    "is_grad_enabled",
    "landscapes",
    "load",
    "log1p",
    "logsumexp",
    "masked_fill",
    "maximum",
    "minimum",
    "models",
    "no_grad",
    "norm",
    "numerical_gradient",
    "optim",
    "outer",
    "pad",
    "pioneers",
    "prod",
    "record",
    "save",
    "sin",
    "sinusoidal_positions",
    "split",
    "stack",
    "std",
    "theory",
    "tril",
    "triu",
    "where",
]
