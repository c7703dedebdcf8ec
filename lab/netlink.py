"""This file speaks netfilter's netlink: it packs requests and reads messages into dictionaries.

The numbers are those of linux/netfilter/nfnetlink*.h. Lengths and ports are the kernel's own, so
nothing is checked here but the end of the buffer.
"""

import ipaddress
import socket
import struct
from collections.abc import Iterator

NETLINK_NETFILTER = 12
SUBSYS_CONNTRACK, SUBSYS_EXPECT, SUBSYS_LOG = 1, 2, 4
# nfnetlink_groups: conntrack new, update, destroy; expectation new, update, destroy.
EVENT_GROUPS = (1, 2, 3, 4, 5, 6)
GET, DELETE = 1, 2

REQUEST, ACK, DUMP = 0x1, 0x4, 0x300
CREATE = 0x400
ERROR, DONE = 2, 3
SOL_NETLINK, ADD_MEMBERSHIP = 270, 1

PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6"}
TCP_STATES = (
    *("NONE", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK"),
    *("TIME_WAIT", "CLOSE", "SYN_SENT2"),
)
EXPECTED, SEEN_REPLY = 1 << 0, 1 << 1


def open_socket(groups: tuple[int, ...] = ()) -> socket.socket:
    """A socket in the namespace of the process, with room for bursts."""
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    sock.bind((0, 0))
    for group in groups:
        sock.setsockopt(SOL_NETLINK, ADD_MEMBERSHIP, group)
    return sock


def request(
    subsystem: int, message: int, flags: int, family: int, resource: int, body: bytes
) -> bytes:
    """One message with the header of nfnetlink."""
    payload = struct.pack("!BBH", family, 0, resource) + body
    kind = subsystem << 8 | message
    return struct.pack("=IHHII", 16 + len(payload), kind, REQUEST | flags, 1, 0) + payload


def attribute(kind: int, value: bytes) -> bytes:
    length = 4 + len(value)
    return struct.pack("=HH", length, kind) + value + bytes(-length % 4)


def messages(buffer: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Type, flags and body of each message in what was received."""
    offset = 0
    while offset + 16 <= len(buffer):
        length, kind, flags = struct.unpack_from("=IHH", buffer, offset)
        if length < 16:
            return
        yield kind, flags, buffer[offset + 16 : offset + length]
        offset += length + 3 & ~3


def attributes(buffer: bytes) -> dict[int, bytes]:
    """Attributes by number; the flags of a number (nested, byte order) are left out."""
    found: dict[int, bytes] = {}
    offset = 0
    while offset + 4 <= len(buffer):
        length, kind = struct.unpack_from("=HH", buffer, offset)
        if length < 4:
            break
        found[kind & 0x3FFF] = buffer[offset + 4 : offset + length]
        offset += length + 3 & ~3
    return found


def number(value: bytes | None) -> int:
    return int.from_bytes(value or b"", "big")


def read_tuple(buffer: bytes) -> dict:
    """CTA_TUPLE: protocol, addresses and ports, of ICMP identifier and type."""
    parts = attributes(buffer)
    ip, proto = attributes(parts.get(1, b"")), attributes(parts.get(2, b""))
    source, destination = ip.get(1) or ip.get(3), ip.get(2) or ip.get(4)
    name = PROTOCOLS.get(number(proto.get(1)), str(number(proto.get(1))))
    is_icmp = name.startswith("icmp")
    sport = proto.get(4) or proto.get(7) if is_icmp else proto.get(2)
    dport = proto.get(5) or proto.get(8) if is_icmp else proto.get(3)
    return {
        "proto": name,
        "src": str(ipaddress.ip_address(source)) if source else "",
        "dst": str(ipaddress.ip_address(destination)) if destination else "",
        "sport": number(sport),
        "dport": number(dport),
    }


def read_flow(body: bytes) -> dict:
    """An entry of the connection tracker, or what an event says of it."""
    parts = attributes(body[4:])
    status = number(parts.get(3))
    flow = {
        "id": number(parts.get(12)),
        "orig": read_tuple(parts[1]),
        "reply": read_tuple(parts[2]),
        "isExpected": bool(status & EXPECTED),
        "isAnswered": bool(status & SEEN_REPLY),
    }
    if 4 in parts:
        tcp = attributes(attributes(parts[4]).get(1, b""))
        if 1 in tcp:
            flow["state"] = TCP_STATES[tcp[1][0]]
    if 5 in parts:
        flow["helper"] = attributes(parts[5]).get(1, b"").rstrip(b"\0").decode()
    if 7 in parts:
        flow["timeout"] = number(parts[7])
    for side, kind in (("c2s", 9), ("s2c", 10)):
        if kind in parts:
            counters = attributes(parts[kind])
            flow[side] = [number(counters.get(1)), number(counters.get(2))]
    if 14 in parts:
        flow["master"] = read_tuple(parts[14])
    if 20 in parts:
        stamps = attributes(parts[20])
        flow["start"], flow["stop"] = number(stamps.get(1)), number(stamps.get(2))
    return flow


def read_expectation(body: bytes) -> dict:
    """An expectation: its master's tuple, what it waits for, and what NAT will make of that."""
    parts = attributes(body[4:])
    expectation = {
        "id": number(parts.get(5)),
        "master": read_tuple(parts[1]),
        "tuple": read_tuple(parts[2]),
        "mask": read_tuple(parts[3]),
        "timeout": number(parts.get(4)),
        "helper": parts.get(6, b"").rstrip(b"\0").decode(),
        "class": number(parts.get(9)),
    }
    if 10 in parts:
        nat = attributes(parts[10])
        expectation["nat"] = {"dir": number(nat.get(1)), "tuple": read_tuple(nat[2])}
    return expectation


def read_log(body: bytes) -> dict:
    """A packet that a `log … group N` rule handed out: the rule's prefix and the packet."""
    parts = attributes(body[4:])
    return {"prefix": parts.get(10, b"").rstrip(b"\0").decode(), "packet": parts.get(9, b"").hex()}
