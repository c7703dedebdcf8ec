"""This file records the router's interfaces into one pcapng file, puts its packets in order of time
and removes what dumpcap says of itself and of the machine.
"""

import os
import struct
import subprocess
import time
from pathlib import Path

from network import LINKS, ROUTER, Network

SECTION, INTERFACE, STATISTICS, PACKET = 0x0A0D0D0A, 1, 5, 6
IF_NAME, IF_RESOLUTION, NANOSECONDS = 2, 9, 9
# Options of interface statistics that stay: start and end, packets received and dropped.
STATISTICS_KEPT = (2, 3, 4, 5)
START_SECONDS = 20


class Capture:
    """dumpcap on every interface of the router; a context manager."""

    def __init__(self, network: Network, path: Path) -> None:
        self.path = path
        interfaces = [word for link in LINKS for word in ("-i", link.interface)]
        words = ("dumpcap", "-q", *interfaces, "-B", "16", "-w", str(path))
        self._dumpcap = network.start(ROUTER, *words, stderr=subprocess.PIPE, text=True)

    def __enter__(self) -> "Capture":
        # It names the file when every interface is open.
        for line in self._dumpcap.stderr:
            if line.startswith("File:"):
                return self
        raise RuntimeError(f"dumpcap ended with {self._dumpcap.wait()}")

    def __exit__(self, *_: object) -> None:
        # Its buffers are read every 100 ms.
        time.sleep(0.5)
        self._dumpcap.terminate()
        self._dumpcap.communicate(timeout=START_SECONDS)


def clean(source: Path, target: Path) -> None:
    """Writes the same packets in order of time, and of options only what a reader needs."""
    # On a big-endian machine dumpcap writes big-endian files; the lab is not made for that.
    out, packets, statistics = [_block(SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))], [], []
    for kind, body in _blocks(source.read_bytes()):
        if kind == INTERFACE:
            options = _options(body[8:])
            out.append(
                _block(
                    INTERFACE, body[:8] + _pack({k: options[k] for k in (IF_NAME, IF_RESOLUTION)})
                )
            )
        elif kind == STATISTICS:
            options = _options(body[12:])
            kept = {k: options[k] for k in STATISTICS_KEPT if k in options}
            statistics.append(_block(STATISTICS, body[:12] + _pack(kept)))
        elif kind == PACKET:
            high, low, length = struct.unpack_from("<III", body, 4)
            end = 20 + length + -length % 4
            packets.append((high << 32 | low, _block(PACKET, body[:end])))
    packets.sort(key=lambda packet: packet[0])
    target.write_bytes(b"".join([*out, *(block for _, block in packets), *statistics]))
    os.chmod(target, 0o644)


def read_packets(path: Path) -> list[tuple[int, str, bytes]]:
    """Time in nanoseconds since 1970, interface and bytes of each packet."""
    names: list[str] = []
    packets: list[tuple[int, str, bytes]] = []
    for kind, body in _blocks(path.read_bytes()):
        if kind == INTERFACE:
            options = _options(body[8:])
            if options.get(IF_RESOLUTION) != bytes([NANOSECONDS]):
                raise ValueError("dumpcap wrote no nanoseconds")
            names.append(options[IF_NAME].decode())
        elif kind == PACKET:
            interface, high, low, length = struct.unpack_from("<IIII", body)
            packets.append((high << 32 | low, names[interface], body[20 : 20 + length]))
    return packets


def _blocks(buffer: bytes) -> list[tuple[int, bytes]]:
    blocks, offset = [], 0
    while offset + 12 <= len(buffer):
        kind, length = struct.unpack_from("<II", buffer, offset)
        blocks.append((kind, buffer[offset + 8 : offset + length - 4]))
        offset += length
    return blocks


def _block(kind: int, body: bytes) -> bytes:
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length


def _options(buffer: bytes) -> dict[int, bytes]:
    options: dict[int, bytes] = {}
    offset = 0
    while offset + 4 <= len(buffer):
        kind, length = struct.unpack_from("<HH", buffer, offset)
        if kind == 0:
            break
        options[kind] = buffer[offset + 4 : offset + 4 + length]
        offset += 4 + length + -length % 4
    return options


def _pack(options: dict[int, bytes]) -> bytes:
    packed = b"".join(
        struct.pack("<HH", k, len(v)) + v + bytes(-len(v) % 4) for k, v in options.items()
    )
    return packed + bytes(4)
