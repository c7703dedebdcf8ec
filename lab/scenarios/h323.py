"""This file has H.323 calls: terminals of our own, since Debian has none."""

import sys
from collections.abc import Callable
from pathlib import Path

from network import Network
from scenario import PROGRAMS, Scenario, client, wait_for_port

PHONE, SERVER = "10.10.10.5", "203.0.113.50"
# What the router calls itself outside.
PUBLIC = "203.0.113.5"


def _play(kind: str, seen: str = PHONE) -> Callable[[Network, Path], None]:
    def play(net: Network, _: Path) -> None:
        words = (sys.executable, "-B", str(PROGRAMS / "h323.py"))
        called = net.start("server", *words, "called", kind, SERVER, seen)
        wait_for_port(net, "server", "tcp", 1720)
        client(net, "client", *words, "caller", kind, PHONE, SERVER)
        if called.wait(20) != 0:
            raise RuntimeError(f"the called one ended with {called.returncode}")

    return play


SCENARIOS = [
    Scenario(
        "h323-slow",
        "H.225 announces H.245, a connection of its own, and that the media of two channels",
        _play("slow"),
    ),
    Scenario(
        "h323-fast",
        "fast connect, and another channel by H.245 that FACILITY carries",
        _play("fast"),
    ),
    Scenario(
        "h323-snat",
        "H.245 through source NAT: the router translates the addresses in its messages",
        _play("slow", PUBLIC),
        "snat",
    ),
]
