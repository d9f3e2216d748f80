"""Bundled files are checked before they are used: a damaged one would teach something false."""

from pathlib import Path

__all__ = ["verified"]

SHA256 = {
    "mnist.npz": "78510fc54b9f888bdee24e5bde2a749f5923d05bd59a879972d36103428733c8",
    "shakespeare.txt": "47375f1a6bbbf470fc4ab5aeb0ceb853d1f1d2c67e47b0ee2b92c1ecb6733f06",
}


def verified(name, folder=None):
    """Return the bytes of a bundled file whose SHA-256 is the recorded one.

    Raises
    ------
    FileNotFoundError
        If it is missing.
    OSError
        If it is not the file that was bundled.
    """
    path = (Path(__file__).parent if folder is None else Path(folder)) / name
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(
            f"the bundled file {name} is missing from {path.parent}: install nnlib again"
        ) from None
    import hashlib  # needed for data alone; it takes as long as a quarter of nnlib

    digest = hashlib.sha256(content).hexdigest()
    if digest != SHA256[name]:
        raise OSError(
            f"the bundled file {name} is damaged: its SHA-256 is {digest[:12]}…, expected "
            f"{SHA256[name][:12]}…; install nnlib again"
        )
    return content
