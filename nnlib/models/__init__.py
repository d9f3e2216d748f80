"""Whole networks, one file each, made of the layers; parameters are named as PyTorch would."""

from .attention_only import AttentionOnly
from .cell import CELL_OPERATIONS, CellNetwork, SuperNetwork, all_cells, cell_cost
from .deep_mlp import DeepMLP, HiddenLayer
from .densenet import DenseBlock, DenseLayer, DenseNet
from .digit_cnn import DigitCNN
from .gan import Discriminator, Generator
from .gpt import GPT
from .in_context import InContextRegressor, regression_tasks
from .lenet import LeNet5, LeNet1989
from .mlp import MLP
from .modular_adder import ModularAdder
from .ngram import NGram
from .pretrained import pretrained
from .recurrent_lm import RecurrentLM
from .resnet import BasicBlock, PreActBlock, ResNet
from .scaling import Scaling, compound_scaling
from .seq2seq import Seq2SeqTransformer
from .vae import VAE

__all__ = [
    "CELL_OPERATIONS",
    "GPT",
    "MLP",
    "VAE",
    "AttentionOnly",
    "BasicBlock",
    "CellNetwork",
    "DeepMLP",
    "DenseBlock",
    "DenseLayer",
    "DenseNet",
    "DigitCNN",
    "Discriminator",
    "Generator",
    "HiddenLayer",
    "InContextRegressor",
    "LeNet5",
    "LeNet1989",
    "ModularAdder",
    "NGram",
    "PreActBlock",
    "RecurrentLM",
    "ResNet",
    "Scaling",
    "Seq2SeqTransformer",
    "SuperNetwork",
    "all_cells",
    "cell_cost",
    "compound_scaling",
    "pretrained",
    "regression_tasks",
]
