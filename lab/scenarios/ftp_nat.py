"""This file has FTP through NAT: the router translates what PORT and the reply to PASV say."""

import sys
from collections.abc import Callable
from pathlib import Path

from network import Network
from scenario import PROGRAMS, Scenario, client, wait_for_port

from scenarios import ftp

# The dmz's server from outside.
PUBLIC = "203.0.113.5"
# Of the client, beside its own address.
SECOND = "10.10.10.6"
ACTIVE, PASSIVE = ("-P", "-", "--disable-eprt"), ("--disable-epsv",)


def from_outside(*options: str) -> Callable[[Network, Path], None]:
    """A client on untrust, and the server in dmz behind a public address."""

    def play(net: Network, work: Path) -> None:
        ftp.serve(net, work, "dmz")
        ftp.fetch(net, "server", PUBLIC, *options)

    return play


def _clash(net: Network, work: Path) -> None:
    """Two addresses of the client, the same ports: what the second one says gets another outside."""
    ftp.serve(net, work)
    net.must("client", "ip", "address", "add", f"{SECOND}/24", "dev", "eth0")
    login = ("USER anonymous\\r\\n", "PASS lab@example\\r\\n")

    def words(own: str, *pause: str) -> tuple[str, ...]:
        port = f"PORT {own.replace('.', ',')},19,137\\r\\n"
        says = (*login, "listen=5001", port, *pause, "LIST\\r\\n", "QUIT\\r\\n")
        return (sys.executable, str(PROGRAMS / "ftp_lines.py"), ftp.SERVER, f"bind={own}", *says)

    first = net.start("client", *words("10.10.10.5", "wait=4"))
    wait_for_port(net, "client", "tcp", 5001)
    client(net, "client", *words(SECOND, "wait=1"))
    if first.wait(30) != 0:
        raise RuntimeError(f"the first client ended with {first.returncode}")


SCENARIOS = [
    Scenario(
        "ftp-snat-active",
        "source NAT: the predict is for the translated address of PORT",
        ftp.curl(*ACTIVE),
        "snat",
    ),
    Scenario(
        "ftp-snat-passive",
        "source NAT: the data connection is translated as its parent is",
        ftp.curl(*PASSIVE),
        "snat",
    ),
    Scenario(
        "ftp-dnat-active",
        "destination NAT: the server's SYN leaves with the public address",
        from_outside(*ACTIVE),
        "dnat",
    ),
    Scenario(
        "ftp-dnat-passive",
        "destination NAT: PASV's reply has the public address, and so has the predict",
        from_outside(*PASSIVE),
        "dnat",
    ),
    Scenario(
        "ftp-snat-clash",
        "source NAT of two clients that announce the same port: the second one's becomes another",
        _clash,
        "snat",
    ),
]
