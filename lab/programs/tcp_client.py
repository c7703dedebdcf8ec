"""This file is a TCP client: the first argument is how it ends, the second the server."""

import contextlib
import socket
import struct
import sys
import time

REUSED_PORT, REUSES, REUSE_PAUSE = 40000, 5, 1.2


def connect(port: int, source_port: int = 0) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    connection.bind(("", source_port))
    connection.connect((sys.argv[2], port))
    return connection


def talk(connection: socket.socket) -> None:
    connection.sendall(b"hello\n")
    connection.recv(4096)


def fin() -> None:
    with connect(7000) as connection:
        talk(connection)


def rst_client() -> None:
    with connect(7000) as connection:
        talk(connection)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def rst_server() -> None:
    with connect(7002) as connection, contextlib.suppress(ConnectionResetError):
        talk(connection)


def half_close() -> None:
    with connect(7003) as connection:
        connection.sendall(b"hello\n")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            pass


def refused() -> None:
    for _ in range(3):
        try:
            connect(9999)
        except ConnectionRefusedError:
            time.sleep(0.5)


def reuse() -> None:
    for _ in range(REUSES):
        with connect(7001, REUSED_PORT) as connection:
            while connection.recv(4096):
                pass
        time.sleep(REUSE_PAUSE)


globals()[sys.argv[1].replace("-", "_")]()
