"""This file is the recorder: it runs in the router's namespace and writes what the kernel's
connection tracker does, one JSON object a line: flows and expectations that come, change and go,
and packets that a rule dropped.

SIGTERM tells it that the scenario has ended. It then waits until the flows that are left have run
out, or would live for long, writes those as `left`, and ends.
"""

import json
import os
import select
import signal
import socket
import struct
import sys
import time

import netlink

# nft's `log group`, below.
LOG_GROUP = 5
# An entry with more than this many seconds left is not waited for.
LONG_LIVED = 60
# Entries that ran out are noticed by the kernel at the latest when its table is read.
READ_EVERY = 0.5


def bind_log(sock: socket.socket) -> None:
    """Asks for the packets of the log group, whole."""
    bind = netlink.attribute(1, struct.pack("!B", 1))
    copy_packet = netlink.attribute(2, struct.pack("!IBB", 0xFFFF, 2, 0))
    for body in (bind, copy_packet):
        sock.send(netlink.request(netlink.SUBSYS_LOG, 1, netlink.ACK, 0, LOG_GROUP, body))


def read_table(sock: socket.socket) -> list[dict]:
    """All entries; reading them removes those that have run out."""
    sock.send(netlink.request(netlink.SUBSYS_CONNTRACK, netlink.GET, netlink.DUMP, 0, 0, b""))
    flows: list[dict] = []
    while True:
        for kind, _, body in netlink.messages(sock.recv(1 << 20)):
            if kind == netlink.DONE:
                return flows
            if kind == netlink.ERROR:
                raise OSError(f"netlink: error {struct.unpack_from('=i', body)[0]}")
            flows.append(netlink.read_flow(body))


def event_of(kind: int, flags: int, body: bytes) -> dict | None:
    subsystem, message = kind >> 8, kind & 0xFF
    if subsystem == netlink.SUBSYS_LOG:
        return {"event": "drop", **netlink.read_log(body)} if message == 0 else None
    new = "new" if flags & netlink.CREATE else "update"
    what = "destroy" if message == netlink.DELETE else new
    if subsystem == netlink.SUBSYS_CONNTRACK:
        return {"event": f"flow-{what}", **netlink.read_flow(body)}
    if subsystem == netlink.SUBSYS_EXPECT:
        return {"event": f"expect-{what}", **netlink.read_expectation(body)}
    return None


def main() -> None:
    is_ending = False

    def end(*_: object) -> None:
        nonlocal is_ending
        is_ending = True

    signal.signal(signal.SIGTERM, end)
    # A busy machine must not make its notes late: they are compared with the packets' times.
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    events, log, table = (
        netlink.open_socket(netlink.EVENT_GROUPS),
        netlink.open_socket(),
        netlink.open_socket(),
    )
    bind_log(log)

    def write(event: dict, at: int) -> None:
        sys.stdout.write(json.dumps({"at": at, **event}) + "\n")

    write({"event": "ready"}, time.time_ns())
    sys.stdout.flush()
    next_read, left = 0.0, None
    while True:
        ready, _, _ = select.select([events, log], [], [], READ_EVERY / 4)
        for sock in ready:
            buffer, at = sock.recv(1 << 20), time.time_ns()
            for kind, flags, body in netlink.messages(buffer):
                event = event_of(kind, flags, body)
                if event is not None:
                    write(event, at)
        if ready:
            continue
        if left is not None:
            break
        if time.monotonic() < next_read:
            continue
        next_read = time.monotonic() + READ_EVERY
        entries = read_table(table)
        # The events of those that this reading has removed are still to come.
        if is_ending and all(flow["timeout"] > LONG_LIVED for flow in entries):
            left = entries
    for flow in left:
        write({"event": "left", **flow}, time.time_ns())


if __name__ == "__main__":
    main()
