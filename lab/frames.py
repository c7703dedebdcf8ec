"""This file reads the frames of a capture as far as the truth needs them: endpoints, TCP flags and
payload. It is written apart from the project's decoder, which it judges.
"""

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from network import ROUTER_MACS

import capture

FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10
ETHERTYPES = {0x0800: 4, 0x86DD: 6}


@dataclass(frozen=True)
class Frame:
    """One packet; `number` counts from 1 as Wireshark does, `at` is nanoseconds since 1970."""

    number: int
    at: int
    interface: str
    is_received: bool
    proto: str
    src: str
    sport: int
    dst: str
    dport: int
    flags: int
    payload: bytes

    def goes(self, tuple_: dict) -> bool:
        """Whether it has the endpoints of a tuple of the kernel, in that direction."""
        return (self.proto, self.src, self.sport, self.dst, self.dport) == tuple(
            tuple_[key] for key in ("proto", "src", "sport", "dst", "dport")
        )


def read_frames(path: Path) -> list[Frame]:
    """TCP and UDP frames, unfragmented."""
    frames = []
    for number, (at, interface, data) in enumerate(capture.read_packets(path), 1):
        smac = data[6:12].hex(":")
        decoded = decode(data[14:], ETHERTYPES.get(int.from_bytes(data[12:14], "big"), 0))
        if decoded is not None:
            frames.append(Frame(number, at, interface, smac not in ROUTER_MACS, *decoded))
    return frames


def decode(packet: bytes, family: int) -> tuple[str, str, int, str, int, int, bytes] | None:
    """Protocol, source, port, destination, port, flags and payload of an IP packet."""
    if family == 4:
        header, length, protocol = (
            (packet[0] & 15) * 4,
            int.from_bytes(packet[2:4], "big"),
            packet[9],
        )
        source, destination = packet[12:16], packet[16:20]
    elif family == 6:
        header, length, protocol = 40, 40 + int.from_bytes(packet[4:6], "big"), packet[6]
        source, destination = packet[8:24], packet[24:40]
    else:
        return None
    segment = packet[header:length]
    if protocol == 6:
        proto, flags, payload = "tcp", segment[13], segment[(segment[12] >> 4) * 4 :]
    elif protocol == 17:
        proto, flags, payload = "udp", 0, segment[8:]
    else:
        return None
    ports = (int.from_bytes(segment[0:2], "big"), int.from_bytes(segment[2:4], "big"))
    ends = (str(ipaddress.ip_address(source)), str(ipaddress.ip_address(destination)))
    return proto, ends[0], ports[0], ends[1], ports[1], flags, payload
