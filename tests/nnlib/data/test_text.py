"""The bundled plays."""

from nnlib import data


def test_text():
    text = data.shakespeare()
    assert len(text) == 535_311
    assert len(set(text)) == 73
    for name in ("Hamlet", "Macbeth", "Romeo", "Brutus"):
        assert name in text
