"""The environment in which every notebook is run, by authors and by the tests alike."""

import os

SETTINGS = {
    # Explorers draw all their frames, not only the first.
    "NNLIB_FRAMES": "1",
    # One thread: sums are added in one order on every machine, and two runs can share two cores.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    # A reader's own start-up files must not reach the stored outputs.
    "PYTHONNOUSERSITE": "1",
}


def set_environment():
    """Set the variables for this process and the kernels that it will start."""
    os.environ.update(SETTINGS)
    os.environ.pop("MPLBACKEND", None)  # the kernel chooses the inline one
    os.environ.pop("PYTHONWARNINGS", None)

    # The first import of matplotlib on a machine builds a list of fonts and says so on stderr,
    # which would land in the outputs of the first notebook.
    import matplotlib.font_manager  # noqa: F401
