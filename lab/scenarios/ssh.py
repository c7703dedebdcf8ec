"""This file has SSH: OpenSSH on both sides, with keys made for the scenario."""

import subprocess
from pathlib import Path

from network import Network
from scenario import Scenario, client, wait_for_port

SERVER = "203.0.113.50"
NEEDS = {"sshd": "openssh-server", "ssh": "openssh-client"}
# sshd wants this folder, and the host's is not touched: a namespace has mounts of its own.
WITH_RUN = 'mount -t tmpfs none /run && mkdir -m 755 /run/sshd && exec /usr/sbin/sshd -D -f "$1"'


def _play(net: Network, work: Path) -> None:
    for name in ("host", "user"):
        words = f"ssh-keygen -q -t ed25519 -N  -C lab -f {work / name}"
        subprocess.run(words.split(" "), check=True, capture_output=True)
    settings = {
        "HostKey": work / "host",
        "AuthorizedKeysFile": work / "user.pub",
        "PermitRootLogin": "prohibit-password",
        "StrictModes": "no",
        "UsePAM": "no",
        "PidFile": "none",
    }
    config = work / "sshd_config"
    config.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    net.start("server", "sh", "-c", WITH_RUN, "sh", str(config))
    wait_for_port(net, "server", "tcp", 22)
    options = {
        "IdentityFile": work / "user",
        "IdentitiesOnly": "yes",
        "UserKnownHostsFile": work / "known",
        "StrictHostKeyChecking": "no",
        "BatchMode": "yes",
    }
    words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    client(net, "client", "ssh", "-F", "none", *words, f"root@{SERVER}", "seq 1000; sleep 1")


SCENARIOS = [
    Scenario("ssh-command", "a login by key, a command, two FINs", _play, needs=NEEDS),
    Scenario("ssh-snat", "the same through source NAT: the port stays", _play, "snat", needs=NEEDS),
]
