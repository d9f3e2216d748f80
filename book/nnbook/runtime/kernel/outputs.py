"""Where a cell's output goes: to the page or into the active Output widget, in order."""

import io
import sys
import time

from .channel import send

PAUSE = 0.05  # seconds between two messages of printed text
MOST_TEXT = 200_000  # characters per stream and cell

# Where output goes instead of the cell: the innermost active Output widget.
sinks = []


class Stream(io.TextIOBase):
    """Printed text, gathered into few messages."""

    def __init__(self, name):
        self.name, self.parts, self.sent, self.count = name, [], 0.0, 0

    @property
    def encoding(self):
        return "utf-8"

    def writable(self):
        return True

    def write(self, text):
        self.parts.append(text)
        if time.monotonic() - self.sent > PAUSE:
            self.flush()
        return len(text)

    def flush(self):
        text, self.parts = "".join(self.parts), []
        self.sent = time.monotonic()
        if not text or self.count > MOST_TEXT:
            return
        self.count += len(text)
        if self.count > MOST_TEXT:
            text = text[:MOST_TEXT] + "\n… the rest is not shown.\n"
        deliver({"output_type": "stream", "name": self.name, "text": text})


def install_streams():
    """Send what is printed to the page."""
    sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")


def flush_streams(begin=False):
    """Send what was printed so far; `begin` starts the count of a new cell."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, Stream):
            stream.flush()
            if begin:
                stream.count = 0


def deliver(output):
    """Give an output to the active Output widget, or else to the page."""
    if not sinks:
        send("output", {"output": output})
        return
    outputs = sinks[-1]
    if output["output_type"] == "stream" and outputs and outputs[-1].get("name") == output["name"]:
        outputs[-1] = output | {"text": outputs[-1]["text"] + output["text"]}
    else:
        outputs.append(output)


def emit(output):
    """Deliver an output after all that was printed before it."""
    flush_streams()
    deliver(output)
