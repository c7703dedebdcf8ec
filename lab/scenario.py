"""This file says what a scenario is, and plays one: network, recorder, capture, programs, truth."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import firewall
import frames
import truth
from network import ROUTER, Network

import capture

HERE = Path(__file__).parent
PROGRAMS = HERE / "programs"
# Live entries are not waited for, so this is 120 s of half-closed and some.
RECORDER_SECONDS = 200
LISTEN_SECONDS = 60


@dataclass(frozen=True)
class Scenario:
    """One row of a table in scenarios/."""

    name: str
    # What the capture shows, in words: `truth` of the truth file.
    text: str
    # Starts servers and runs clients; the folder is for their files.
    play: Callable[[Network, Path], None]
    # A key of firewall.NAT.
    nat: str = ""
    # Whether the policy lets everything pass.
    is_open: bool = False
    # Programs and files that only this scenario needs, and the Debian packages that have them.
    needs: Mapping[str, str] = field(default_factory=dict)

    def lacks(self) -> str | None:
        """What it would need and is not there."""
        packages = [
            p for name, p in self.needs.items() if not (shutil.which(name) or Path(name).exists())
        ]
        return f"apt-get install {' '.join(packages)}" if packages else None


def play(scenario: Scenario, output: Path, turn: AbstractContextManager) -> dict:
    """Writes NAME.pcapng and NAME.truth.json; `turn` is held until the programs have ended."""
    with tempfile.TemporaryDirectory(prefix="slowpath-lab-") as name, ExitStack() as held:
        held.enter_context(turn)
        work = Path(name)
        # vsftpd and tftpd read as users of their own.
        work.chmod(0o755)
        with Network(scenario.name) as net:
            net.must(
                ROUTER, "nft", "-f", "-", text=firewall.ruleset(scenario.nat, scenario.is_open)
            )
            with capture.Capture(net, work / "raw.pcapng"):
                events = _record(scenario, net, work, held.close)
        pcapng = work / "clean.pcapng"
        capture.clean(work / "raw.pcapng", pcapng)
        told = {
            "truth": scenario.text,
            "firewall": f"{scenario.nat or 'firewall'}.yaml",
            **truth.build(events, frames.read_frames(pcapng)),
        }
        output.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(pcapng, output / f"{scenario.name}.pcapng")
        (output / f"{scenario.name}.truth.json").write_text(json.dumps(told, indent=2) + "\n")
        return told


def _record(
    scenario: Scenario, net: Network, work: Path, when_played: Callable[[], None]
) -> list[dict]:
    """Plays, and records the kernel's events until its table has run out."""
    path = work / "events"
    with path.open("w") as record:
        recorder = net.start(
            ROUTER, sys.executable, str(HERE / "recorder.py"), stdout=record, stderr=None
        )
        wait_until(lambda: path.stat().st_size > 0, "the recorder")
        scenario.play(net, work)
        when_played()
        recorder.terminate()
        if recorder.wait(RECORDER_SECONDS) != 0:
            raise RuntimeError(f"the recorder ended with {recorder.returncode}")
    return [json.loads(line) for line in path.read_text().splitlines()]


def wait_until(is_so: Callable[[], bool], what: str, limit: float = LISTEN_SECONDS) -> None:
    deadline = time.monotonic() + limit
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {limit} s for {what}")
        time.sleep(0.05)


def wait_for_port(net: Network, host: str, transport: str, port: int) -> None:
    """Waits until a server on `host` listens; `transport` is `tcp` or `udp`."""
    words = ("ss", "-Hln", f"--{transport}", f"sport = :{port}")
    wait_until(lambda: net.must(host, *words) != "", f"{host} on {transport}/{port}")


def client(
    net: Network, host: str, *words: str, is_failing: bool = False, seconds: float = 60
) -> None:
    """Runs a client that must succeed, or must not."""
    done: subprocess.CompletedProcess = net.run(host, *words, seconds=seconds)
    if (done.returncode != 0) != is_failing:
        raise RuntimeError(
            f"{' '.join(words)}: exit code {done.returncode}: {done.stderr or done.stdout}"
        )
