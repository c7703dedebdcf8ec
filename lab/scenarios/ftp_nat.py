"""This file has FTP through NAT: the router translates what PORT and the reply to PASV say."""

from collections.abc import Callable
from pathlib import Path

from network import Network
from scenario import Scenario

from scenarios import ftp

# The dmz's server from outside.
PUBLIC = "203.0.113.5"
ACTIVE, PASSIVE = ("-P", "-", "--disable-eprt"), ("--disable-epsv",)


def from_outside(*options: str) -> Callable[[Network, Path], None]:
    """A client on untrust, and the server in dmz behind a public address."""

    def play(net: Network, work: Path) -> None:
        ftp.serve(net, work, "dmz")
        ftp.fetch(net, "server", PUBLIC, *options)

    return play


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
]
