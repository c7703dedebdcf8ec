"""This file is `npm run lab`: it plays the scenarios and writes their captures and truths."""

import argparse
import multiprocessing
import os
import shutil
import signal
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import network
import scenario
from scenario import Scenario
from scenarios import dns, ftp, ftp_nat, h323, rtsp, sip, ssh, tcp, tftp

ALL: list[Scenario] = [
    *tcp.SCENARIOS,
    *ftp.SCENARIOS,
    *ftp_nat.SCENARIOS,
    *sip.SCENARIOS,
    *h323.SCENARIOS,
    *tftp.SCENARIOS,
    *rtsp.SCENARIOS,
    *ssh.SCENARIOS,
    *dns.SCENARIOS,
]
SAMPLES = Path(__file__).parent.parent / "samples" / "lab"
# Exit codes: a scenario failed; the lab cannot run here or was asked something it does not know.
FAILED, CANNOT = 1, 2
# Programs that the lab calls, and the Debian package that has each.
PROGRAMS = {
    "curl": "curl",
    "dumpcap": "wireshark-common",
    "ethtool": "ethtool",
    "in.tftpd": "tftpd-hpa",
    "ip": "iproute2",
    "lftp": "lftp",
    "nft": "nftables",
    "openssl": "openssl",
    "sipp": "sip-tester",
    "ss": "iproute2",
    "vsftpd": "vsftpd",
}
SBIN = "/usr/local/sbin:/usr/sbin:/sbin"


def main() -> int:
    options = _options()
    known = {row.name: row for row in ALL}
    if options.list:
        print("\n".join(f"{row.name:18} {row.text}" for row in ALL))
        return 0
    unknown = [name for name in options.scenario if name not in known]
    if unknown:
        return _refuse(f"no such scenario: {', '.join(unknown)} (--list names them)")
    reason = _why_not()
    if reason:
        return _refuse(reason)
    network.remove_leftovers()
    chosen = [known[name] for name in options.scenario] or ALL
    wanted = [row for row in chosen if _is_possible(row)]
    return _play_all(wanted, options.output, options.parallel)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="npm run lab --", description="Plays real traffic through a real firewall."
    )
    parser.add_argument("scenario", nargs="*", help="names; without any, all")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=SAMPLES,
        help="folder of captures and truths (samples/lab)",
    )
    parser.add_argument(
        "-p", "--parallel", type=int, default=3, help="scenarios whose programs run at a time (3)"
    )
    parser.add_argument("-l", "--list", action="store_true", help="name the scenarios and end")
    return parser.parse_args()


def _why_not() -> str | None:
    """Why the lab cannot run here, or None."""
    if sys.platform != "linux":
        return "it needs Linux: network namespaces and netfilter"
    if os.geteuid() != 0:
        return (
            "it needs root, for network namespaces of its own (it leaves the host's network alone)"
        )
    os.environ["PATH"] += f":{SBIN}"
    missing = sorted({package for name, package in PROGRAMS.items() if shutil.which(name) is None})
    if missing:
        return f"it needs Debian packages: apt-get install {' '.join(missing)}"
    return network.missing_in_kernel()


def _is_possible(row: Scenario) -> bool:
    """Says so where something that only this scenario needs is not there."""
    lacking = row.lacks()
    if lacking:
        print(f"{row.name}: SKIPPED, {lacking}", flush=True)
    return lacking is None


def _refuse(reason: str) -> int:
    print(f"lab: {reason}", file=sys.stderr)
    return CANNOT


def _play_all(rows: list[Scenario], output: Path, parallel: int) -> int:
    """Each scenario in a process of its own: most of its time it waits for timers to run out."""
    turn = multiprocessing.BoundedSemaphore(parallel)
    context = multiprocessing.get_context("fork")
    processes = [
        context.Process(target=_play, args=(row, output, turn), name=row.name) for row in rows
    ]
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        for process in processes:
            process.start()
        for process in processes:
            process.join()
    except KeyboardInterrupt:
        for process in processes:
            if process.is_alive():
                process.terminate()
        for process in processes:
            if process.pid is not None:
                process.join()
        return 128 + signal.SIGINT
    failed = [process.name for process in processes if process.exitcode != 0]
    if failed:
        print(f"lab: failed: {', '.join(failed)}", file=sys.stderr)
    return FAILED if failed else 0


def _interrupt(*_: object) -> None:
    """Ends what runs, once: the networks are taken down in peace."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _play(row: Scenario, output: Path, turn: AbstractContextManager) -> None:
    # A terminal interrupts all; the parent passes it on.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        told = scenario.play(row, output, turn)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    except Exception as error:  # Whatever it is, the other scenarios go on.
        print(f"{row.name}: FAILED, {error}", file=sys.stderr, flush=True)
        sys.exit(FAILED)
    counts = ", ".join(f"{len(told[part])} {part}" for part in ("sessions", "predicts", "discards"))
    print(f"{row.name}: {counts}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
