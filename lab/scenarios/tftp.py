"""This file has TFTP: tftpd-hpa and curl."""

import os
from collections.abc import Callable
from pathlib import Path

from network import Network
from scenario import Scenario, client, wait_for_port

SERVER = "203.0.113.50"


def _play(is_write: bool) -> Callable[[Network, Path], None]:
    def play(net: Network, work: Path) -> None:
        files = work / "files"
        files.mkdir()
        files.chmod(0o777)
        (work / "own").write_bytes(b"configuration\n" * 100)
        (files / "image").write_bytes(b"0123456789abcde\n" * 100)
        net.start(
            "server", "in.tftpd", "--foreground", "--listen", "--create", "--secure", str(files)
        )
        wait_for_port(net, "server", "udp", 69)
        words = (
            ("-T", str(work / "own"), f"tftp://{SERVER}/saved")
            if is_write
            else ("-o", os.devnull, f"tftp://{SERVER}/image")
        )
        client(net, "client", "curl", "-sS", "-m", "20", "--tftp-no-options", *words)

    return play


SCENARIOS = [
    Scenario(
        "tftp-read",
        "a read request: the data come from a new port of the server and use the predict",
        _play(False),
    ),
    Scenario(
        "tftp-write", "a write request: the acknowledgements come from a new port", _play(True)
    ),
    Scenario("tftp-snat", "a read request through source NAT", _play(False), "snat"),
]
