"""This file has FTP without NAT: vsftpd, and curl, lftp or plain lines as client."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from network import Network
from scenario import PROGRAMS, Scenario, client, wait_for_port

SERVER, SERVER6 = "203.0.113.50", "[2001:db8:113::20]"
FILE_BYTES = 3000
# Anonymous, read only. `listen_ipv6` takes both families.
VSFTPD = {
    "listen": "NO",
    "listen_ipv6": "YES",
    "background": "NO",
    "anonymous_enable": "YES",
    "local_enable": "NO",
    "no_anon_password": "YES",
    "connect_from_port_20": "YES",
    "pasv_min_port": "50000",
    "pasv_max_port": "50099",
    # A data connection that the firewall drops.
    "connect_timeout": "3",
    "accept_timeout": "4",
    "seccomp_sandbox": "NO",
    "xferlog_enable": "NO",
}
# vsftpd cannot bind port 20 towards a third host.
BOUNCING = {"port_promiscuous": "YES", "connect_from_port_20": "NO"}
PORT_5001 = "PORT 10,10,10,5,19,137\\r\\n"


def serve(net: Network, work: Path, host: str = "server", **settings: str) -> None:
    """Starts vsftpd with three files."""
    files = work / "files"
    files.mkdir()
    for name in ("one", "two", "three"):
        (files / name).write_bytes(b"0123456789abcde\n" * (FILE_BYTES // 16))
    (work / "empty").mkdir()
    lines = {
        **VSFTPD,
        "anon_root": str(files),
        "secure_chroot_dir": str(work / "empty"),
        **settings,
    }
    config = work / "vsftpd.conf"
    config.write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
    net.start(host, "vsftpd", str(config))
    wait_for_port(net, host, "tcp", 21)


def tls(work: Path) -> dict[str, str]:
    """vsftpd's settings for TLS, with a certificate of its own."""
    key, certificate = work / "key.pem", work / "certificate.pem"
    what = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=ftp.example -days 30"
    words = f"openssl req -x509 {what} -keyout {key} -out {certificate}"
    subprocess.run(words.split(), check=True, capture_output=True)
    return {
        "ssl_enable": "YES",
        "allow_anon_ssl": "YES",
        "rsa_cert_file": str(certificate),
        "rsa_private_key_file": str(key),
        "require_ssl_reuse": "NO",
    }


def curl(
    *options: str, server: str = SERVER, is_failing: bool = False, **settings: str
) -> Callable[[Network, Path], None]:
    """curl fetches one file."""

    def play(net: Network, work: Path) -> None:
        serve(net, work, **settings)
        fetch(net, "client", server, *options, is_failing=is_failing)

    return play


def fetch(net: Network, host: str, server: str, *options: str, is_failing: bool = False) -> None:
    words = ("curl", "-sS", "-g", "-m", "20", "-o", os.devnull, *options, f"ftp://{server}/one")
    client(net, host, *words, is_failing=is_failing)


def lines(*arguments: str, **settings: str) -> Callable[[Network, Path], None]:
    def play(net: Network, work: Path) -> None:
        serve(net, work, **settings)
        login = ("USER anonymous\\r\\n", "PASS lab@example\\r\\n")
        words = (sys.executable, str(PROGRAMS / "ftp_lines.py"), SERVER, *login, *arguments)
        client(net, "client", *words)

    return play


def lftp(net: Network, work: Path) -> None:
    serve(net, work)
    script = (
        "set ftp:passive-mode off; set net:max-retries 1; set xfer:clobber on;"
        f"open ftp://{SERVER}; cls; mget -O {work} one two;"
        f"set ftp:passive-mode on; get three -o {work}/three; bye"
    )
    client(net, "client", "env", f"HOME={work}", "lftp", "-c", script)


def encrypted(*options: str) -> Callable[[Network, Path], None]:
    def play(net: Network, work: Path) -> None:
        serve(net, work, **tls(work))
        fetch(
            net,
            "client",
            SERVER,
            "-k",
            "--ssl-reqd",
            "--connect-timeout",
            "4",
            *options,
            is_failing=True,
        )

    return play


SCENARIOS = [
    Scenario(
        "ftp-active",
        "PORT: the server's SYN from port 20 uses the predict",
        curl("-P", "-", "--disable-eprt"),
    ),
    Scenario("ftp-passive", "PASV: the client's SYN uses the predict", curl("--disable-epsv")),
    Scenario("ftp-eprt", "EPRT over IPv4", curl("-P", "-")),
    Scenario("ftp-epsv", "EPSV over IPv4: the reply names a port, and no address", curl()),
    Scenario("ftp-ipv6-eprt", "EPRT over IPv6", curl("-P", "-", server=SERVER6)),
    Scenario("ftp-ipv6-epsv", "EPSV over IPv6", curl(server=SERVER6)),
    Scenario(
        "ftp-several",
        "lftp: a listing and two files by PORT, one by PASV, in one control connection",
        lftp,
    ),
    Scenario(
        "ftp-unused",
        "PORT and then PASV without a transfer: no predict is used",
        lines(PORT_5001, "wait=1", "PASV\\r\\n", "QUIT\\r\\n"),
    ),
    Scenario(
        "ftp-bounce",
        "PORT with a third host's address: the kernel expects nothing, the policy denies the SYN",
        lines("PORT 172,16,1,10,19,137\\r\\n", "LIST\\r\\n", "QUIT\\r\\n", **BOUNCING),
    ),
    Scenario(
        "ftp-pipelined",
        "TYPE and PORT in one segment: the kernel reads the first, the policy denies the SYN",
        lines("listen=5001", f"TYPE I\\r\\n{PORT_5001}", "LIST\\r\\n", "QUIT\\r\\n"),
    ),
    Scenario(
        "ftp-split",
        "PORT in two segments: the kernel drops the first whenever it comes, the connection hangs",
        lines("PORT 10,10,10,5,", "19,137\\r\\n"),
    ),
    Scenario(
        "ftp-tls",
        "AUTH TLS: no helper reads what follows, and the policy denies the data connection",
        encrypted(),
    ),
    Scenario(
        "ftp-tls-refused",
        "AUTH TLS refused: the connection stays readable, and EPSV makes a predict",
        curl("--ssl"),
    ),
]
