"""This file has DNS: dnsmasq, and dig as client."""

from pathlib import Path

from network import Network
from scenario import Scenario, client, wait_for_port

SERVER = "203.0.113.50"
NEEDS = {"dnsmasq": "dnsmasq-base", "dig": "bind9-dnsutils"}
# More than the 512 bytes that a datagram holds without EDNS: dig asks again by TCP (RFC 7766 §5).
LONG_TEXT = "x" * 200
RECORDS = (
    "--address=/host.example/192.0.2.10",
    "--address=/host.example/2001:db8::10",
    *[f"--txt-record=long.example,{number}{LONG_TEXT}" for number in range(4)],
)


def _serve(net: Network) -> None:
    words = ("dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts")
    net.start("server", *words, "--user=root", "--group=root", "--pid-file", *RECORDS)
    wait_for_port(net, "server", "udp", 53)


def _ask(net: Network, name: str, kind: str, *options: str, is_failing: bool = False) -> None:
    words = ("dig", "+tries=1", "+time=2", "+noedns", "+nocookie", *options)
    client(net, "client", *words, f"@{SERVER}", name, kind, is_failing=is_failing)


def _lookups(net: Network, _: Path) -> None:
    _serve(net)
    _ask(net, "host.example", "A")
    _ask(net, "host.example", "AAAA")
    # The same port again, while its session is there.
    for _ in range(2):
        _ask(net, "host.example", "A", "-b", "10.10.10.5#40053")
    _ask(net, "long.example", "TXT")


def _snat(net: Network, _: Path) -> None:
    _serve(net)
    _ask(net, "host.example", "A", "-b", "10.10.10.5#40053")
    _ask(net, "long.example", "TXT", "+tcp")


def _silent(net: Network, _: Path) -> None:
    """Nobody listens: the server answers by an ICMP error."""
    _ask(net, "host.example", "A", is_failing=True)


SCENARIOS = [
    Scenario(
        "dns-lookups",
        "queries over UDP, two from one port in one session; a truncated answer is asked for by TCP",
        _lookups,
        needs=NEEDS,
    ),
    Scenario("dns-snat", "queries over UDP and TCP through source NAT", _snat, "snat", needs=NEEDS),
    Scenario(
        "dns-unreachable",
        "no server: port unreachable, and the flow ages out without a reply",
        _silent,
        needs=NEEDS,
    ),
]
