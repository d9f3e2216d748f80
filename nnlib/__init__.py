"""The networks of the book, in NumPy, under PyTorch's names.

``import nnlib as nn``, ``import nnlib.functional as F``, ``from nnlib import optim, data``.
"""

from . import data, diagnostics, func, functional, init, landscapes, models, optim, pioneers
from .activations import (
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
from .attention import MultiheadAttention, causal_mask, sinusoidal_positions
from .conv import Conv1d, Conv2d, ConvTranspose2d
from .dropout import Dropout
from .embedding import Embedding
from .gradcheck import gradcheck, numerical_gradient
from .linear import Linear
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
from .module import Buffer, Module, ModuleList, Parameter, Sequential
from .norm import BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm
from .optim import clip_grad_norm_, clip_grad_value_
from .pooling import AdaptiveAvgPool2d, AvgPool2d, MaxPool2d
from .recurrent import GRU, LSTM, RNN
from .saving import load, save
from .tensor import (
    Tensor,
    as_tensor,
    cat,
    is_grad_enabled,
    maximum,
    minimum,
    no_grad,
    stack,
    where,
)
from .train import History, accuracy, evaluate, fit
from .transformer import (
    Transformer,
    TransformerDecoder,
    TransformerDecoderLayer,
    TransformerEncoder,
    TransformerEncoderLayer,
)

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
    "clip_grad_norm_",
    "clip_grad_value_",
    "data",
    "diagnostics",
    "evaluate",
    "fit",
    "func",
    "functional",
    "gradcheck",
    "init",
    "is_grad_enabled",
    "landscapes",
    "load",
    "maximum",
    "minimum",
    "models",
    "no_grad",
    "numerical_gradient",
    "optim",
    "pioneers",
    "save",
    "sinusoidal_positions",
    "stack",
    "where",
]
