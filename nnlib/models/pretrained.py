"""Networks that were trained beforehand, where the seconds of a chapter are too few."""

import io
import os
from pathlib import Path

import numpy as np

from .attention_only import AttentionOnly
from .digit_cnn import DigitCNN
from .gan import Generator
from .gpt import GPT
from .in_context import InContextRegressor
from .modular_adder import ModularAdder
from .recurrent_lm import RecurrentLM
from .vae import VAE

__all__ = ["pretrained"]

NETWORKS = {
    "AttentionOnly": AttentionOnly,
    "DigitCNN": DigitCNN,
    "GPT": GPT,
    "Generator": Generator,
    "InContextRegressor": InContextRegressor,
    "ModularAdder": ModularAdder,
    "RecurrentLM": RecurrentLM,
    "VAE": VAE,
}
FOLDER = Path(__file__).parent


def pretrained(name, folder=None):
    """Return a trained network, in evaluation mode, and the record of how it was trained.

    Scripts in ``tools/train`` train these networks with nnlib and write weights and record.

    Parameters
    ----------
    name : {"digits_cnn", "digits_cnn_marked", "digits_gan", "digits_gan_pairs", "digits_vae", \
            "digits_vae_plane", "induction", "induction_one_layer", "linear_in_context", \
            "modular_addition", "shakespeare_gpt", "shakespeare_lstm"}
        Networks that recognise digits, one of them with a white square on every 8 that it learned
        from; generators of digits whose discriminator saw them one and two at a time, variational
        autoencoders with twenty and with two latent units, all trained on the training digits of
        `nnlib.data.mnist`, the last two kinds on pixels that are 0 or 1; a GPT and a smaller LSTM
        that were trained on nine tenths of `nnlib.data.shakespeare`, character by character;
        attention of two layers and of one, trained on tokens that repeat; a network trained on
        half of all sums modulo 67; a transformer that has seen noisy linear functions of four
        numbers, each for 16 points.
    folder : str or path, optional
        Where the two files lie, if not in the package.

    Returns
    -------
    model : Module
        Of float32; the file holds float16.
    record : dict
        "arguments" of the network, "seed", "steps", "seconds", the curve of the loss, of texts the
        "alphabet".

    Raises
    ------
    ValueError, TypeError
        If there are no weights of this name.
    FileNotFoundError
        If the file is missing.
    OSError
        If they are not those that the record belongs to.

    Examples
    --------
    >>> model, record = pretrained("shakespeare_gpt")
    >>> type(model).__name__, model.vocab_size == len(record["alphabet"])
    ('GPT', True)
    """
    if not isinstance(name, str):
        raise TypeError(f"pretrained expects the name of weights, got {name!r:.60}")
    if folder is not None and not isinstance(folder, (str, os.PathLike)):
        raise TypeError(f"folder must be a path, got {folder!r:.60}")
    folder = FOLDER if folder is None else Path(folder)
    known = sorted(path.stem for path in folder.glob("*.json"))
    if name not in known:
        raise ValueError(f"there are no weights {name!r:.60}; there are {known}")
    import hashlib  # these two take as long as a third of nnlib, and few programs need them
    import json

    record = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    try:
        content = (folder / f"{name}.npz").read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(
            f"the weights {name}.npz are missing from {folder}: install nnlib again"
        ) from None
    digest = hashlib.sha256(content).hexdigest()
    if digest != record["sha256"]:
        raise OSError(
            f"the weights {name}.npz are damaged: their SHA-256 is {digest[:12]}…, expected "
            f"{record['sha256'][:12]}…; install nnlib again"
        )
    model = NETWORKS[record["network"]](**record["arguments"], rng=0)
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        model.load_state_dict({key: np.float32(stored[key]) for key in stored.files})
    return model.eval(), record
