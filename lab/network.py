"""This file builds the network of one scenario and takes it down: four namespaces, a router between
three hosts, each on a link of its own. Addresses and MACs are always the same.

    client 10.10.10.5 --trust0-- router --untrust0-- 203.0.113.50 server
                                   |
                                   +----dmz0---- 172.16.1.10 dmz
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from types import TracebackType

import firewall

PREFIX = "slowpath-lab-"
ROUTER = "router"


class Link:
    """One host and the interface of the router that it hangs on."""

    def __init__(
        self, host: str, interface: str, nth: int, router4: str, host4: str, net6: str
    ) -> None:
        self.host, self.interface = host, interface
        self.router_mac = f"02:00:00:aa:00:{nth:02x}"
        self.host_mac = f"02:00:00:bb:00:{nth:02x}"
        self.router_addresses = (f"{router4}/24", f"{net6}1/64")
        self.host_addresses = (f"{host4}/24", f"{net6}{nth}0/64")
        self.gateways = (router4, f"{net6}1")


LINKS = (
    Link("client", "trust0", 1, "10.10.10.1", "10.10.10.5", "2001:db8:10::"),
    Link("server", "untrust0", 2, "203.0.113.5", "203.0.113.50", "2001:db8:113::"),
    Link("dmz", "dmz0", 3, "172.16.1.1", "172.16.1.10", "2001:db8:d::"),
)
ZONES = {"trust0": "trust", "untrust0": "untrust", "dmz0": "dmz"}
ROUTER_MACS = tuple(link.router_mac for link in LINKS)

KERNEL_MODULES = (
    *("nf_conntrack_netlink", "nfnetlink_log", "nft_ct", "nft_nat", "nft_log"),
    *("nf_conntrack_ftp", "nf_conntrack_h323", "nf_conntrack_sip", "nf_conntrack_tftp"),
    *("nf_nat_ftp", "nf_nat_h323", "nf_nat_sip", "nf_nat_tftp"),
)
# The timers of the firewall (panos.md §3), in the kernel's words; the rest is its default.
ROUTER_SYSCTL = {
    "net/ipv4/ip_forward": 1,
    "net/ipv6/conf/all/forwarding": 1,
    "net/netfilter/nf_conntrack_acct": 1,
    "net/netfilter/nf_conntrack_timestamp": 1,
    "net/netfilter/nf_conntrack_events": 1,
    "net/netfilter/nf_conntrack_tcp_loose": 0,
    "net/netfilter/nf_conntrack_tcp_timeout_syn_sent": 5,
    "net/netfilter/nf_conntrack_tcp_timeout_syn_recv": 10,
    "net/netfilter/nf_conntrack_tcp_timeout_established": 3600,
    "net/netfilter/nf_conntrack_tcp_timeout_unacknowledged": 3600,
    "net/netfilter/nf_conntrack_tcp_timeout_max_retrans": 3600,
    "net/netfilter/nf_conntrack_tcp_timeout_fin_wait": 120,
    "net/netfilter/nf_conntrack_tcp_timeout_close_wait": 120,
    "net/netfilter/nf_conntrack_tcp_timeout_last_ack": 15,
    "net/netfilter/nf_conntrack_tcp_timeout_time_wait": 15,
    "net/netfilter/nf_conntrack_tcp_timeout_close": 15,
    "net/netfilter/nf_conntrack_udp_timeout": 30,
    "net/netfilter/nf_conntrack_udp_timeout_stream": 30,
    "net/netfilter/nf_conntrack_icmp_timeout": 6,
    "net/netfilter/nf_conntrack_icmpv6_timeout": 6,
}
# No router advertisements, no addresses in doubt: nothing is sent that no program asked for.
QUIET_SYSCTL = {
    "net/ipv6/conf/all/accept_dad": 0,
    "net/ipv6/conf/default/accept_dad": 0,
    "net/ipv6/conf/default/accept_ra": 0,
    "net/ipv6/conf/default/router_solicitations": 0,
}


class Network:
    """The namespaces of one scenario, and whatever runs in them; a context manager."""

    def __init__(self, scenario: str) -> None:
        self._prefix = f"{PREFIX}{os.getpid()}-{scenario}-"
        self._programs: list[subprocess.Popen] = []

    def namespace(self, host: str) -> str:
        return self._prefix + host

    def __enter__(self) -> "Network":
        try:
            self._build()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._remove()

    def command(self, host: str, *words: str) -> list[str]:
        return ["ip", "netns", "exec", self.namespace(host), *words]

    def run(
        self, host: str, *words: str, seconds: float = 60, text: str | None = None
    ) -> subprocess.CompletedProcess:
        """Runs a program to its end; the caller judges its exit code."""
        return subprocess.run(
            self.command(host, *words),
            input=text,
            stdin=subprocess.DEVNULL if text is None else None,
            capture_output=True,
            text=True,
            timeout=seconds,
        )

    def start(self, host: str, *words: str, **options: object) -> subprocess.Popen:
        """Starts a program that `__exit__` ends, at the latest."""
        settings = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
        }
        program = subprocess.Popen(self.command(host, *words), **{**settings, **options})
        self._programs.append(program)
        return program

    def must(self, host: str, *words: str, text: str | None = None) -> str:
        """Runs a program that has to succeed; its standard output."""
        done = self.run(host, *words, text=text)
        if done.returncode != 0:
            raise RuntimeError(
                f"{host}: {' '.join(words)}: {done.stderr.strip() or done.returncode}"
            )
        return done.stdout

    def _build(self) -> None:
        for host in (ROUTER, *(link.host for link in LINKS)):
            _ip("netns", "add", self.namespace(host))
            self._write(host, QUIET_SYSCTL)
            _ip("-n", self.namespace(host), "link", "set", "lo", "up")
        for link in LINKS:
            self._plug(link)
        self._write(ROUTER, ROUTER_SYSCTL)
        for link in LINKS:
            for gateway in link.gateways:
                _ip("-n", self.namespace(link.host), "route", "add", "default", "via", gateway)

    def _plug(self, link: Link) -> None:
        router, host = self.namespace(ROUTER), self.namespace(link.host)
        ends = (
            (router, link.interface, link.router_mac, link.router_addresses),
            (host, "eth0", link.host_mac, link.host_addresses),
        )
        near, far = ("name", link.interface, "netns", router), ("name", "eth0", "netns", host)
        _ip("link", "add", *near, "type", "veth", "peer", *far)
        for namespace, name, mac, addresses in ends:
            _ip("-n", namespace, "link", "set", name, "address", mac)
            offloads = "tx off rx off sg off tso off gso off gro off"
            _run("ip", "netns", "exec", namespace, "ethtool", "-K", name, *offloads.split())
            for address in addresses:
                flags = ["nodad"] if ":" in address else []
                _ip("-n", namespace, "address", "add", address, "dev", name, *flags)
            _ip("-n", namespace, "link", "set", name, "up")

    def _write(self, host: str, settings: dict[str, int]) -> None:
        lines = "".join(f"echo {value} > /proc/sys/{path}\n" for path, value in settings.items())
        _run("ip", "netns", "exec", self.namespace(host), "sh", "-e", text=lines)

    def _remove(self) -> None:
        for program in self._programs:
            if program.poll() is None:
                program.terminate()
        remove_namespaces(self._prefix)
        for program in self._programs:
            program.wait(10)


def remove_namespaces(prefix: str) -> None:
    """Ends what runs in the namespaces whose name begins with `prefix`, and removes them."""
    listed = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True).stdout
    names = [line.split()[0] for line in listed.splitlines() if line.startswith(prefix)]
    for how in (signal.SIGTERM, signal.SIGKILL):
        alive = [pid for name in names for pid in _pids(name)]
        for pid in alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
        if alive:
            time.sleep(0.3)
    for name in names:
        subprocess.run(["ip", "netns", "delete", name], capture_output=True)


def missing_in_kernel() -> str | None:
    """What the kernel lacks for the lab, or None; where they are modules they are loaded."""
    modprobe = shutil.which("modprobe")
    for module in KERNEL_MODULES:
        if modprobe:
            subprocess.run([modprobe, "-q", module], capture_output=True)
    with Network("probe") as net:
        done = net.run(ROUTER, "nft", "-f", "-", text=firewall.ruleset("snat"))
    return (
        None
        if done.returncode == 0
        else f"this kernel has no helpers or no NAT: {done.stderr.strip()}"
    )


def remove_leftovers() -> None:
    """Removes what a run left that was killed: namespaces whose process is gone."""
    listed = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True).stdout
    for line in listed.splitlines():
        owner = line.removeprefix(PREFIX).split("-")[0]
        if line.startswith(PREFIX) and not os.path.exists(f"/proc/{owner}"):
            remove_namespaces(line.split()[0])


def _pids(namespace: str) -> list[int]:
    found = subprocess.run(["ip", "netns", "pids", namespace], capture_output=True, text=True)
    return [int(pid) for pid in found.stdout.split()]


def _ip(*words: str) -> None:
    _run("ip", *words)


def _run(*words: str, text: str | None = None) -> None:
    done = subprocess.run(words, input=text, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip()}")
