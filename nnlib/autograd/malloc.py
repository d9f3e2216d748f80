"""A hint to the system's allocator, given once when nnlib is imported."""

import numpy as np

__all__ = ["keep_freed_arrays"]


def keep_freed_arrays(size=(1 << 25) - (1 << 16)):
    """Let the allocator keep arrays of up to `size` bytes that were freed, for the next ones.

    Works on Linux with glibc. There malloc hands a large freed array back to the system, and the
    array that the next training step puts in its place then costs page faults, up to 40 % of the
    step's time. But glibc raises the limit of what counts as large to the largest array that was
    ever freed, up to 32 MiB. So one of almost that size is made and freed; it is never touched
    and takes no memory. Elsewhere (macOS, Windows, musl, the browser) this does nothing.
    """
    np.empty(size, np.uint8)
