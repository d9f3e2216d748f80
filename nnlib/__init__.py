"""The networks of the book, in NumPy, under PyTorch's names.

``import nnlib as nn``, ``import nnlib.functional as F``, ``from nnlib import optim, data``.
"""

from . import data, functional, landscapes, models, optim, pioneers, theory
from .autograd import func
from .autograd.einsum import einsum
from .autograd.gradcheck import gradcheck, numerical_gradient
from .autograd.operations import (
    chunk,
    cos,
    cumsum,
    expm1,
    flip,
    log1p,
    logsumexp,
    masked_fill,
    norm,
    outer,
    pad,
    prod,
    repeat_interleave,
    sin,
    split,
    std,
    tril,
    triu,
    unbind,
)
from .autograd.selection import (
    argmin,
    argsort,
    gather,
    index_select,
    masked_select,
    scatter_add,
    sort,
    take_along_dim,
    topk,
)
from .autograd.tensor import (
    Tensor,
    as_tensor,
    cat,
    enable_grad,
    increment_version,
    is_grad_enabled,
    maximum,
    minimum,
    no_grad,
    record,
    stack,
    tensor,
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
from .layers.cache import KeyValueCache
from .layers.cells import GRUCell, LSTMCell, RNNCell
from .layers.conv import Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d
from .layers.dropout import Dropout
from .layers.embedding import Embedding
from .layers.glu import GLU
from .layers.instance_norm import InstanceNorm1d, InstanceNorm2d
from .layers.linear import Linear
from .layers.local_response_norm import LocalResponseNorm
from .layers.module import Buffer, Module, ModuleList, Parameter, Sequential
from .layers.norm import BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm
from .layers.pooling import AdaptiveAvgPool2d, AvgPool2d, MaxPool2d
from .layers.pooling1d import AdaptiveAvgPool1d, AvgPool1d, MaxPool1d
from .layers.prelu import PReLU
from .layers.recurrent import GRU, LSTM, RNN
from .layers.resampling import PixelShuffle, Upsample
from .layers.rms_norm import RMSNorm
from .layers.shape import Flatten, Identity
from .layers.spectral_norm import spectral_norm
from .layers.transformer import (
    Transformer,
    TransformerDecoder,
    TransformerDecoderLayer,
    TransformerEncoder,
    TransformerEncoderLayer,
)
from .layers.unfold import Fold, Unfold
from .losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    GaussianNLLLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    MSELoss,
    NLLLoss,
    PairwiseDistance,
    SmoothL1Loss,
    TripletMarginLoss,
)
from .optim import clip_grad_norm_, clip_grad_value_
from .training import diagnostics, meta, privacy
from .training.cross_validation import (
    CrossValidation,
    GroupKFold,
    KFold,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_validate,
    cv_score,
)
from .training.fit import History, accuracy, evaluate, fit
from .training.saving import load, save
from .training.stopping import EarlyStopping

__version__ = "0.1.0"

__all__ = [
    "ELU",
    "GELU",
    "GLU",
    "GRU",
    "LSTM",
    "RNN",
    "SELU",
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AvgPool1d",
    "AvgPool2d",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BatchNorm1d",
    "BatchNorm2d",
    "Buffer",
    "Conv1d",
    "Conv2d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "CrossEntropyLoss",
    "CrossValidation",
    "Dropout",
    "EarlyStopping",
    "Embedding",
    "Flatten",
    "Fold",
    "GRUCell",
    "GaussianNLLLoss",
    "GroupKFold",
    "GroupNorm",
    "History",
    "HuberLoss",
    "Identity",
    "InstanceNorm1d",
    "InstanceNorm2d",
    "KFold",
    "KLDivLoss",
    "KeyValueCache",
    "L1Loss",
    "LSTMCell",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LocalResponseNorm",
    "LogSigmoid",
    "LogSoftmax",
    "MSELoss",
    "MaxPool1d",
    "MaxPool2d",
    "Module",
    "ModuleList",
    "MultiheadAttention",
    "NLLLoss",
    "PReLU",
    "PairwiseDistance",
    "Parameter",
    "PixelShuffle",
    "RMSNorm",
    "RNNCell",
    "ReLU",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "SmoothL1Loss",
    "Softmax",
    "Softplus",
    "StratifiedKFold",
    "Tanh",
    "Tensor",
    "TimeSeriesSplit",
    "Transformer",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
    "TripletMarginLoss",
    "Unfold",
    "Upsample",
    "accuracy",
    "argmin",
    "argsort",
    "as_tensor",
    "cat",
    "causal_mask",
    "chunk",
    "clip_grad_norm_",
    "clip_grad_value_",
    "cos",
    "cross_validate",
    "cumsum",
    "cv_score",
    "data",
    "diagnostics",
    "einsum",
    "enable_grad",
    "evaluate",
    "expm1",
    "fit",
    "flip",
    "func",
    "functional",
    "gather",
    "gradcheck",
    "increment_version",
    "index_select",
    "init",
    "is_grad_enabled",
    "landscapes",
    "load",
    "log1p",
    "logsumexp",
    "masked_fill",
    "masked_select",
    "maximum",
    "meta",
    "minimum",
    "models",
    "no_grad",
    "norm",
    "numerical_gradient",
    "optim",
    "outer",
    "pad",
    "pioneers",
    "privacy",
    "prod",
    "record",
    "repeat_interleave",
    "save",
    "scatter_add",
    "sin",
    "sinusoidal_positions",
    "sort",
    "spectral_norm",
    "split",
    "stack",
    "std",
    "take_along_dim",
    "tensor",
    "theory",
    "topk",
    "tril",
    "triu",
    "unbind",
    "where",
]
