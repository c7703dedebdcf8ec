"""This file is an FTP client that sends what its arguments say, each in one segment, with escapes
as in Python.

After an argument that ends a line it waits for the replies to all its commands, else for a moment.
An argument `listen=PORT` opens that port first, `wait=SECONDS` waits, and `bind=ADDRESS` behind the
host's says which of its own addresses it has.
"""

import socket
import struct
import sys
import threading
import time

SOURCE_PORT = 40021
REPLY_SECONDS = 6
PAUSE = 0.3

host, *arguments = sys.argv[1:]
own = arguments.pop(0)[len("bind=") :] if arguments[:1] and arguments[0].startswith("bind=") else ""
# Its port is always the same, and so are the names of known differences.
connection = socket.create_connection((host, 21), REPLY_SECONDS, (own, SOURCE_PORT))
connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
replies = connection.makefile("rb")
listeners = []


def read_replies(wanted: int) -> None:
    """Reads final replies: a 1xx is followed by another, and `200-` by more lines."""
    while wanted > 0:
        line = replies.readline()
        if line == b"":
            return
        wanted -= line[3:4] == b" " and line[:1] != b"1"


def take_data(listener: socket.socket) -> None:
    """Takes one data connection and all that it brings."""
    data, _ = listener.accept()
    with data:
        while data.recv(4096):
            pass


read_replies(1)
for argument in arguments:
    name, _, value = argument.partition("=")
    if name == "listen":
        listeners.append(socket.create_server((own, int(value))))
        threading.Thread(target=take_data, args=(listeners[-1],), daemon=True).start()
    elif name == "wait":
        time.sleep(float(value))
    else:
        data = argument.encode().decode("unicode_escape").encode("latin-1")
        connection.sendall(data)
        commands = data.count(b"\r\n")
        try:
            read_replies(commands)
        except TimeoutError:
            # What was sent never arrived: a FIN would wait behind it.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            break
        time.sleep(0 if commands else PAUSE)
replies.close()
connection.close()
