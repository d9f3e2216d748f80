"""Extend nbval: the same pass that compares the texts of the outputs compares their pictures.

nbval runs every notebook and compares texts. It leaves out PNG and metadata, which hold the
figures and the frames of the explorers; here they are compared too, by their decoded pixels.
"""

from nbval.plugin import IPyNbCell
from tools.pictures import compare_outputs
from tools.settings import set_environment


def pytest_configure():
    """Give the kernels the environment in which the stored outputs were made."""
    set_environment()


def pytest_itemcollected(item):
    """Let each code cell compare its pictures after its texts."""
    if not isinstance(item, IPyNbCell):
        return
    compare_texts = item.compare_outputs

    def compare(test, ref, skip_compare=None):
        if not compare_texts(test, ref, skip_compare):
            return False
        found = list(compare_outputs(ref, test))
        item.comparison_traceback.extend(found)
        return not found

    item.compare_outputs = compare
