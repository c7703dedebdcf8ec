"""This file is a TCP server whose ports end a connection in different ways; see `HANDLERS`."""

import socket
import socketserver
import struct
import threading
import time

HALF_CLOSED_SECONDS = 4


def close_after(connection: socket.socket) -> None:
    """Echoes until the client closes, then closes too."""
    while data := connection.recv(4096):
        connection.sendall(data)


def close_first(connection: socket.socket) -> None:
    connection.sendall(b"hello\n")
    connection.shutdown(socket.SHUT_WR)
    connection.recv(4096)


def reset(connection: socket.socket) -> None:
    connection.recv(4096)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def go_on_alone(connection: socket.socket) -> None:
    """Sends on for some seconds after the client has closed its side."""
    while connection.recv(4096):
        pass
    for _ in range(HALF_CLOSED_SECONDS):
        connection.sendall(b"still here\n")
        time.sleep(1)


HANDLERS = {7000: close_after, 7001: close_first, 7002: reset, 7003: go_on_alone}


class Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        HANDLERS[self.server.server_address[1]](self.request)
        self.request.close()


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True

    def shutdown_request(self, request: socket.socket) -> None:
        """The handler has closed it, in its own way."""


for port in HANDLERS:
    threading.Thread(target=Server(("", port), Handler).serve_forever).start()
