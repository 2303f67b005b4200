"""A real Chroma server on loopback, started from the installed package and stopped with the block."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_START = "import sys, chromadb_rust_bindings; chromadb_rust_bindings.cli(sys.argv)"


@contextmanager
def running_chroma_server(folder: Path) -> Iterator[str]:
    """The server's address. Its command line needs packages that nothing else does: its core is started directly."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = ["run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    # `-c` puts "-c" first among the arguments, where the program's name is expected.
    with subprocess.Popen(
        [sys.executable, "-c", _START, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait_for(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 40
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the Chroma server ended at once with code {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the Chroma server did not listen within 40 seconds")
