"""Prove that the stored outputs hold on other processors and with the oldest NumPy.

Two things in NumPy choose their code by the processor: OpenBLAS its kernels, which add in another
order, and NumPy itself its exp, tanh and sums. Both can be told to do as on an older processor.
The notebooks are run that way, and every text and figure is compared. What this machine cannot
imitate is named and left out. Last come NumPy's oldest supported version, its unit tests first.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HERE = Path(sys.executable)
OLDEST = ROOT / "_build" / "oldest-numpy"

# OpenBLAS's name for a kernel, and the features of NumPy that such a processor does not have.
PROCESSORS = {
    "SkylakeX": r"ICL|SPR|VNNI|VBMI|BF16|FP16",
    "Haswell": r"AVX512|X86_V4|ICL|SPR",
    "Nehalem": r".",
}
# NumPy 2.0 has no wheels for newer Pythons.
FIRST = {11: "2.0", 12: "2.0", 13: "2.1", 14: "2.3"}

FEATURES = """
from numpy._core import _multiarray_umath as m
print(" ".join(f for f in m.__cpu_dispatch__ if m.__cpu_features__.get(f)))
"""


def output(python, program, **variables):
    """Run a small program; return what it wrote on either stream, empty if it crashed."""
    done = subprocess.run(
        [python, "-c", program], capture_output=True, text=True, env=os.environ | variables
    )
    return "" if done.returncode else done.stdout + done.stderr


def features(python, **variables):
    """Return the features beyond its baseline that this NumPy uses on this machine."""
    return output(python, FEATURES, **variables).split()


def kernel(python, **variables):
    """Return the kernel that OpenBLAS says it runs, or None if it says nothing."""
    # The product makes sure that the kernel can run here.
    program = "import numpy as np; a = np.ones((64, 64)); a @ a"
    said = output(python, program, OPENBLAS_VERBOSE="2", **variables)
    found = re.search(r"Core: (\w+)", said)
    return found[1] if found else None


def imitate(python, name):
    """Return the variables that imitate a processor, or None if this machine cannot."""
    without = [f for f in features(python) if re.search(PROCESSORS[name], f)]
    variables = {"OPENBLAS_CORETYPE": name}
    if without:
        variables["NPY_DISABLE_CPU_FEATURES"] = " ".join(without)
    if kernel(python, **variables) != name:
        return None
    if set(features(python, **variables)) & set(without):
        return None
    return variables


def install_oldest():
    """Make an environment with the oldest NumPy; return its Python, or None if that failed."""
    python = OLDEST / "bin" / "python"
    version = FIRST.get(sys.version_info.minor, "2.3")
    wanted = ["-r", "requirements.txt", "-e", "./book[dev]", f"numpy=={version}.*"]
    uv = HERE.parent / "uv"
    commands = [[HERE, "-m", "venv", OLDEST]]
    if uv.exists():
        commands.append([uv, "pip", "install", "--quiet", "--python", python, *wanted])
    else:
        commands.append([python, "-m", "pip", "install", "--quiet", *wanted])
    for command in commands:
        if subprocess.run(command, cwd=ROOT).returncode:
            return None
    return python


def prove(python, *arguments, **variables):
    """Run pytest with these arguments and variables; return the word for its result."""
    command = [python, "-m", "pytest", "-q", "--color=no", "-n", "2", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | variables)
    return "FAILED" if done.returncode else "passed"


def rows():
    """Run everything; yield (what, how, result, seconds)."""
    notebooks = ("--nbval", "chapters", "--dist", "loadfile")
    for name in PROCESSORS:
        start = time.perf_counter()
        variables = imitate(HERE, name)
        if variables is None:
            yield f"notebooks, {name}", "this machine cannot imitate it", "left out", 0.0
            continue
        less = variables.get("NPY_DISABLE_CPU_FEATURES", "nothing")
        print(f"\n== notebooks as on {name}; NumPy without {less}", flush=True)
        result = prove(HERE, *notebooks, **variables)
        yield f"notebooks, {name}", f"without {less}", result, time.perf_counter() - start

    start = time.perf_counter()
    print("\n== installing the oldest NumPy", flush=True)
    python = install_oldest()
    if python is None:
        yield "oldest NumPy", "could not be installed", "FAILED", time.perf_counter() - start
        return
    version = output(python, "import numpy; print(numpy.__version__)").strip()
    for what, arguments in (("unit tests", ("tests/nnlib",)), ("notebooks", notebooks)):
        start = time.perf_counter()
        print(f"\n== {what} with NumPy {version}", flush=True)
        yield what, f"NumPy {version}", prove(python, *arguments), time.perf_counter() - start


def main():
    print(f"OpenBLAS by itself runs its kernel {kernel(HERE)}")
    found = list(rows())
    print()
    for what, how, result, seconds in found:
        print(f"{what:20} {seconds:7.1f} s  {result:8}  {how}")
    words = [result for _, _, result, _ in found]
    print(f"runs: {words.count('passed')} passed, {words.count('FAILED')} failed")
    return 1 if "FAILED" in words else 0


if __name__ == "__main__":
    sys.exit(main())
