"""This file is an H.323 terminal: `h323.py ROLE PLAY OWN PEER`, ROLE being `caller` or `called`.

PLAY `slow` opens channels by H.245 in a connection of its own, `fast` opens them with SETUP and CONNECT
and another one by H.245 that FACILITY carries. Every port is fixed.
"""

import contextlib
import socket
import sys
import time

from per import Per, sequence_of

SIGNALLING, CONTROL = 1720, 12450
# RTP's port of each role; RTCP has the next one.
MEDIA = {"caller": 6000, "called": 7000}
VIDEO = {"caller": 6010, "called": 7010}
PROTOCOL = bytes.fromhex("0008914a0004")  # itu-t recommendation h 2250 version 4
CALL = bytes(range(16))
SETUP, PROCEEDING, CONNECT, RELEASE, FACILITY = 0x05, 0x02, 0x07, 0x5A, 0x62
BODIES = {SETUP: 0, PROCEEDING: 1, CONNECT: 2, RELEASE: 5, FACILITY: 6}
AUDIO, NOTHING, H261 = "audio", "nothing", "h261"
PACKETS, SECONDS, SAMPLES = 10, 0.02, 160

role, play, own, peer = sys.argv[1:]
other = "called" if role == "caller" else "caller"


def tpkt(data: bytes) -> bytes:
    return b"\x03\x00" + (len(data) + 4).to_bytes(2, "big") + data


def transport(per: Per, address: str, port: int) -> Per:
    """TransportAddress of H.225.0: `ipAddress`."""
    return per.bits("0 000").octets(socket.inet_aton(address)).number(port, 2)


def terminal(per: Per) -> Per:
    """EndpointType of which nothing is said but that it is a terminal."""
    return per.bits("0 000001 0 0 0 0")


def unicast(per: Per, port: int) -> Per:
    """TransportAddress of H.245, one's own."""
    return per.bits("0 0 0 000 0").octets(socket.inet_aton(own)).number(port, 2)


def h2250(media: int | None, control: int) -> bytes:
    """H2250LogicalChannelParameters: session 1, where media and RTCP are to come."""
    per = Per().bits(f"0 00{int(media is not None)}0100000").number(1, 1)
    if media is not None:
        unicast(per, media)
    return unicast(per, control).data()


def data_type(per: Per, kind: str) -> Per:
    if kind == NOTHING:
        return per.bits("0 001")
    if kind == H261:
        # qcifMPI and cifMPI 1, 64 kbit/s.
        return per.bits("0 010 0 001 0 11 00 00 0").number(640 - 1, 2).bits("0")
    # G.711 A-law, 20 ms.
    return per.bits("0 011 0 0001").number(20 - 1, 1)


def open_channel(channel: int, kind: str, parameters: bytes, reverse: bytes | None = None) -> bytes:
    """OpenLogicalChannel; with `reverse` the channel is the other side's to send."""
    per = Per().bits(f"0 {int(reverse is not None)}").number(channel - 1, 2).bits("0 0")
    if reverse is None:
        return data_type(per, kind).bits("1 0 000000").piece(parameters).data()
    data_type(per, NOTHING).bits("1 0 000001").piece(b"\0").bits("0 1")
    return data_type(per, kind).bits("1 0 000000").piece(reverse).data()


def request_open(channel: int, kind: str, control: int) -> bytes:
    """A message of H.245; the choices before OpenLogicalChannel are one byte."""
    return b"\x03" + open_channel(channel, kind, h2250(None, control))


def acknowledge(channel: int, media: int) -> bytes:
    parameters = unicast(unicast(Per().bits("0 0 01110 00000000"), media), media + 1).data()
    per = Per().bits("0 01 0 00101 1 0").number(channel - 1, 2)
    return per.additions([None, parameters]).data()


def close_channel(channel: int) -> bytes:
    # From the user of the channel, no reason.
    return Per().bits("0 00 0 0100 0").number(channel - 1, 2).bits("0").data()


END_SESSION = Per().bits("0 10 0 101 0 1").data()  # disconnect


def body(per: Per, kind: int, fast: list[bytes], control: int | None) -> Per:
    """The body of a message of H.225.0: its additions end with fastStart."""
    start = sequence_of(fast) if fast else None
    guid = Per().bits("0").octets(CALL).data()
    if kind == SETUP:
        # An alias of the caller, where the called one is; a conference is made of two.
        per.bits("1 0101000").piece(PROTOCOL).octets(b"\1").bits("0 1").number(3, 1)
        terminal(per.octets("lab1".encode("utf-16-be")))
        transport(per, peer, SIGNALLING).bits("0").octets(CALL).bits("0 00 0 00")
        source = transport(Per(), own, SIGNALLING).data()
        return per.additions([source, None, guid, None, None, None, start])
    if kind == FACILITY:
        # Of no reason that is named.
        return per.bits("1 000").piece(PROTOCOL).bits("0 11").additions([guid])
    if kind == RELEASE:
        return per.bits("1 0").piece(PROTOCOL).additions([guid])
    per.bits(f"1 {int(control is not None)}").piece(PROTOCOL)
    if control is not None:
        transport(per, own, control)
    terminal(per)
    if kind == CONNECT:
        per.octets(CALL)
    return per.additions([guid, None, None, None, start])


def signal(
    kind: int,
    fast: list[bytes] | None = None,
    control: int | None = None,
    tunnelled: list[bytes] | None = None,
) -> bytes:
    """A message of Q.931 with what H.225.0 says in its user-user element."""
    per = Per().bits(f"0 0 1 0 0 {BODIES[kind]:03b}")
    body(per, kind, fast or [], control)
    per.additions([None, b"\x80", sequence_of(tunnelled) if tunnelled else None])
    user = b"\x05" + per.data()
    # Call reference 1; the called one answers with the flag set. SETUP says what it can carry.
    reference = b"\x02" + (b"\x00\x01" if role == "caller" else b"\x80\x01")
    bearer = b"\x04\x03\x88\x90\xa5" if kind == SETUP else b""
    head = b"\x08" + reference + bytes([kind]) + bearer
    return tpkt(head + b"\x7e" + len(user).to_bytes(2, "big") + user)


def receive(connection: socket.socket) -> bytes:
    """One message of TPKT."""
    head = connection.recv(4, socket.MSG_WAITALL)
    if len(head) < 4:
        raise ConnectionError("the other side has closed")
    return connection.recv(int.from_bytes(head[2:], "big") - 4, socket.MSG_WAITALL)


def bind(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("", port))
    return made


def media(ports: dict[str, int], packets: int = PACKETS) -> None:
    """RTP to the other side, and RTCP once."""
    rtp, rtcp = bind(ports[role]), bind(ports[role] + 1)
    for number in range(packets):
        head = bytes([0x80, 8]) + number.to_bytes(2, "big")
        stamp = (number * SAMPLES).to_bytes(4, "big") + b"\0\0\0\1"
        rtp.sendto(head + stamp + b"\xd5" * SAMPLES, (peer, ports[other]))
        time.sleep(SECONDS)
    # An empty report of a receiver.
    rtcp.sendto(bytes.fromhex("80c9000100000001"), (peer, ports[other] + 1))
    time.sleep(0.3 + SECONDS * (PACKETS - packets))


def control(connection: socket.socket) -> None:
    """Each side opens one channel, and the other acknowledges it."""
    for part in (request_open(101, AUDIO, MEDIA[role] + 1), None):
        connection.sendall(tpkt(part or acknowledge(101, MEDIA[role])))
        receive(connection)
        time.sleep(0.1)
    media(MEDIA)
    connection.sendall(tpkt(close_channel(101)) + tpkt(END_SESSION))
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(4096):
        pass
    connection.close()


def fast_start() -> list[bytes]:
    """What the caller proposes to send and to receive, or what the called one takes of it."""
    port = MEDIA[role]
    if role == "caller":
        receives = open_channel(2, AUDIO, b"", h2250(port, port + 1))
        return [open_channel(1, AUDIO, h2250(None, port + 1)), receives]
    receives = open_channel(1, AUDIO, h2250(port, port + 1))
    return [receives, open_channel(2, AUDIO, b"", h2250(None, port + 1))]


def call() -> None:
    connection = socket.create_connection((peer, SIGNALLING), 10, ("", 40720))
    connection.sendall(signal(SETUP, fast_start() if play == "fast" else None))
    receive(connection)
    receive(connection)
    if play == "slow":
        control(socket.create_connection((peer, CONTROL), 10, ("", 40245)))
    else:
        media(MEDIA)
        video = request_open(3, H261, VIDEO[role] + 1)
        connection.sendall(signal(FACILITY, tunnelled=[video]))
        receive(connection)
        media(VIDEO)
        connection.sendall(signal(FACILITY, tunnelled=[close_channel(3)]))
    connection.sendall(signal(RELEASE))
    time.sleep(0.3)
    connection.close()


def answer() -> None:
    with socket.create_server(("", SIGNALLING)) as listener, socket.create_server(("", CONTROL)) as h245:
        connection, _ = listener.accept()
        receive(connection)
        connection.sendall(signal(PROCEEDING))
        time.sleep(0.2)
        if play == "slow":
            connection.sendall(signal(CONNECT, control=CONTROL))
            control(h245.accept()[0])
        else:
            connection.sendall(signal(CONNECT, fast_start()))
            media(MEDIA)
            receive(connection)
            connection.sendall(signal(FACILITY, tunnelled=[acknowledge(3, VIDEO[role])]))
            # The channel is the caller's: it alone sends.
            media(VIDEO, 0)
        with contextlib.suppress(ConnectionError):
            while True:
                receive(connection)
        connection.close()


call() if role == "caller" else answer()
