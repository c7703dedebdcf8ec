"""This file has the endings of TCP connections, and ports that are used again."""

import sys
from pathlib import Path

from network import Network
from scenario import PROGRAMS, Scenario, client, wait_for_port

SERVER = "203.0.113.50"


def _play(kind: str):
    def play(net: Network, _: Path) -> None:
        net.start("server", sys.executable, str(PROGRAMS / "tcp_server.py"))
        wait_for_port(net, "server", "tcp", 7003)
        client(net, "client", sys.executable, str(PROGRAMS / "tcp_client.py"), kind, SERVER)

    return play


SCENARIOS = [
    Scenario(f"tcp-{kind}", text, _play(kind))
    for kind, text in {
        "fin": "two FINs: time-wait of 15 s after the last packet",
        "rst-client": "the client closes with a RST",
        "rst-server": "the server closes with a RST",
        "half-close": "the client closes its side, the server sends on for 4 s and closes",
        "refused": "a SYN that a RST answers, three times from three ports",
        "reuse": "client port 40000 five times: each SYN meets a session in time-wait",
    }.items()
]
