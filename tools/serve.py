"""Serve the built book on this machine alone and open it in a browser if there is one."""

import functools
import http.server
import os
import sys
import webbrowser

PORTS = range(8000, 8020)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Answer requests without a line for each."""

    def log_message(self, *args):
        """Say nothing."""


def listen(folder):
    """Return a server on the first free port."""
    handler = functools.partial(Handler, directory=folder)
    for port in PORTS:
        try:
            return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
        except OSError:
            continue
    sys.exit(f"no free port from {PORTS.start} to {PORTS.stop - 1}")


def has_window():
    """Say whether a browser with a window can be opened: one in the terminal is not wanted."""
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.platform in ("darwin", "win32") or bool(display)


def main():
    server = listen(sys.argv[1])
    address = f"http://127.0.0.1:{server.server_port}/"
    print(f"The book: {address}   (Ctrl-C ends this)", flush=True)
    if has_window():
        webbrowser.open(address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
