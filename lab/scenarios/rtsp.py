"""This file has RTSP, by GStreamer. The kernel has no helper for it, so the policy is open."""

from collections.abc import Callable
from pathlib import Path

from network import Network
from scenario import PROGRAMS, Scenario, client, wait_for_port

# gi is a package of Debian's Python.
PYTHON = "/usr/bin/python3"
NEEDS = {
    "gst-launch-1.0": "gstreamer1.0-tools gstreamer1.0-rtsp gstreamer1.0-plugins-good",
    "/usr/lib/python3/dist-packages/gi": "python3-gi gir1.2-gst-rtsp-server-1.0",
}
URL = "rtsp://203.0.113.50:8554/tone"


def _play(protocols: str) -> Callable[[Network, Path], None]:
    def play(net: Network, work: Path) -> None:
        # Its list of plugins, which it would keep in the user's home.
        with_registry = ("env", f"GST_REGISTRY={work}/plugins")
        net.must("server", *with_registry, "gst-inspect-1.0", "rtspsrc")
        net.start("server", *with_registry, PYTHON, str(PROGRAMS / "rtsp_server.py"))
        wait_for_port(net, "server", "tcp", 8554)
        source = ("rtspsrc", f"location={URL}", f"protocols={protocols}", "latency=0")
        client(
            net,
            "client",
            *with_registry,
            "gst-launch-1.0",
            "-q",
            *source,
            "!",
            "fakesink",
            "num-buffers=20",
        )

    return play


SCENARIOS = [
    Scenario(
        "rtsp-udp",
        "RTP and RTCP over UDP, ports by SETUP; nothing is denied",
        _play("udp"),
        is_open=True,
        needs=NEEDS,
    ),
    Scenario(
        "rtsp-interleaved",
        "RTP and RTCP in the control connection: no flow of their own",
        _play("tcp"),
        is_open=True,
        needs=NEEDS,
    ),
]
