"""This file has SIP calls: sipp as phone and as the other end, each by steps."""

import struct
from collections.abc import Callable
from pathlib import Path

from network import Network
from scenario import Scenario, client, wait_for_port

from scenarios.sip_messages import xml

PHONE, SERVER = "10.10.10.5", "203.0.113.50"
RTP_PACKETS, RTP_SECONDS, RTP_SAMPLES = 10, 0.02, 160

# A step is what sipp sends (`>`) or waits for (`<`), or does: media by RTP, pause in milliseconds.
# `+N` stands for a body, its port N more than 6000 (phone) or 7000 (server).
CALL = [
    "> INVITE +0",
    "< 100 optional",
    "< 180 optional",
    "< 200",
    "> ACK",
    "media",
    "pause 1000",
    "> BYE",
    "< 200",
]
ANSWER = [
    "< INVITE",
    "> 180",
    "pause 200",
    "> 200 +0",
    "< ACK",
    "media",
    "pause 500",
    "< BYE",
    "> 200",
]
PLAYS: dict[str, tuple[str, list[str], list[str]]] = {
    "sip-call": (
        "a call with media both ways: predicts for RTP and RTCP of both bodies, RTP used",
        CALL,
        ANSWER,
    ),
    "sip-early": (
        "the same ports in 183 and in 200: the second announcement takes the first one's place",
        [
            "> INVITE +0",
            "< 100 optional",
            "< 183",
            "< 200",
            "> ACK",
            "media",
            "pause 1000",
            "> BYE",
            "< 200",
        ],
        [
            "< INVITE",
            "> 183 +0",
            "pause 300",
            "> 200 +0",
            "< ACK",
            "media",
            "pause 500",
            "< BYE",
            "> 200",
        ],
    ),
    "sip-rejected": (
        "486: the offer's predicts go unused",
        ["> INVITE +0", "< 100 optional", "< 180", "< 486", "> ACK"],
        ["< INVITE", "> 180", "pause 500", "> 486", "< ACK"],
    ),
    "sip-cancelled": (
        "CANCEL while it rings: the offer's predicts go unused",
        ["> INVITE +0", "< 180", "pause 500", "> CANCEL", "< 200", "< 487", "> ACK"],
        ["< INVITE", "> 180", "< CANCEL", "> 200", "> 487", "< ACK"],
    ),
    "sip-reinvite": (
        "a second INVITE moves the media: a second pair of predicts, and of RTP flows",
        [
            *CALL[:7],
            "> INVITE +20",
            "< 100 optional",
            "< 200",
            "> ACK",
            "media",
            "pause 1000",
            "> BYE",
            "< 200",
        ],
        [*ANSWER[:7], "< INVITE", "> 200 +40", "< ACK", "media", "pause 500", "< BYE", "> 200"],
    ),
}


def _play(
    steps: tuple[list[str], list[str]], transport: str = "udp", transport_option: str = "u1"
) -> Callable[[Network, Path], None]:
    def play(net: Network, work: Path) -> None:
        (work / "rtp.pcap").write_bytes(rtp())
        scripts = []
        for name, side in zip(("phone", "server"), steps, strict=True):
            path = work / f"{name}.xml"
            path.write_text(xml(name, side, str(work / "rtp.pcap")))
            scripts.append(str(path))
        common = (
            "-m",
            "1",
            "-t",
            transport_option,
            "-p",
            "5060",
            "-nostdin",
            "-trace_err",
            "-error_file",
            str(work / "errors"),
        )
        server = net.start(
            "server", "sipp", "-sf", scripts[1], "-i", SERVER, "-mp", "7000", *common, cwd=work
        )
        wait_for_port(net, "server", transport, 5060)
        client(
            net,
            "client",
            "sipp",
            f"{SERVER}:5060",
            "-sf",
            scripts[0],
            "-i",
            PHONE,
            "-mp",
            "6000",
            *common,
        )
        server.wait(20)

    return play


def rtp() -> bytes:
    """A capture of RTP that sipp plays with addresses of its own: G.711 silence."""
    packets = []
    for n in range(RTP_PACKETS):
        payload = struct.pack("!BBHII", 0x80, 8, n, n * RTP_SAMPLES, 0x51) + b"\xd5" * RTP_SAMPLES
        datagram = struct.pack("!HHHH", 6000, 6000, 8 + len(payload), 0) + payload
        header = struct.pack(
            "!BBHHHBBH4s4s", 0x45, 0, 20 + len(datagram), n, 0, 64, 17, 0, bytes(4), bytes(4)
        )
        frame = bytes(12) + b"\x08\x00" + header + datagram
        at = int(n * RTP_SECONDS * 1e6)
        packets.append(struct.pack("<IIII", 0, at, len(frame), len(frame)) + frame)
    return struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + b"".join(packets)


SCENARIOS = [
    *(
        Scenario(name, text, _play((phone, server)))
        for name, (text, phone, server) in PLAYS.items()
    ),
    Scenario("sip-tcp", "a call with its signalling over TCP", _play((CALL, ANSWER), "tcp", "t1")),
    Scenario(
        "sip-snat",
        "a call through source NAT: Via, Contact and the body are translated",
        _play((CALL, ANSWER)),
        "snat",
    ),
]
