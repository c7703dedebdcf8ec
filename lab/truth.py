"""This file turns the kernel's record of a scenario into its truth: sessions, predicts, discards.

All is the kernel's, but for what only the wire can tell: the zone by which a session came, which
frame announced an expectation, what ended a TCP connection; and `end_reason`, a mapping of both.
"""

from collections.abc import Iterable

import frames as wire
from frames import Frame
from network import ZONES

SECOND = 1_000_000_000
# The kernel's timers run in ticks of 4 ms, and its notes are a little later than the capture.
NEAR = SECOND // 20
LIVE = "still in the table when the lab ended"
REFUSED = "killed at once: the only answer was a RST"
REUSED = "killed and replaced by a new flow of the same tuple (reuse)"
REASONS = {
    "fin": "tcp-fin",
    "rst-client": "tcp-rst-from-client",
    "rst-server": "tcp-rst-from-server",
}


def build(events: list[dict], frames: list[Frame]) -> dict:
    """What the kernel says of one scenario, in the form that test/support/lab.ts reads."""
    frames = [frame for frame in frames if frame.is_received]
    flows = _flows(events)
    sessions = [_session(flow, frames) for flow in flows]
    for session, flow in zip(sessions, flows, strict=True):
        _judge_end(session, flow, flows, sessions, frames)
    predicts = _predicts(events, flows, sessions, frames)
    discards = _discards(events)
    return {"sessions": sessions, "predicts": predicts, "discards": discards}


def seconds(nanoseconds: int) -> float:
    return round(nanoseconds / SECOND, 6)


def _flows(events: list[dict]) -> list[dict]:
    """One dictionary a flow, with all that the events said of it, in order of their starts."""
    flows: list[dict] = []
    by_id: dict[int, dict] = {}
    # Two processors may tell of a flow's first packets in either order.
    early: dict[int, list[dict]] = {}
    end = events[-1]["at"]
    for event in events:
        if not event["event"].startswith("flow-") and event["event"] != "left":
            continue
        if event["event"] == "flow-new":
            by_id[event["id"]] = event
            flows.append(event)
            event["at_end"] = end
            told = [event, *early.pop(event["id"], [])]
        elif event["id"] in by_id:
            told = [event]
        else:
            early.setdefault(event["id"], []).append(event)
            continue
        flow = by_id[event["id"]]
        for each in told:
            flow.update({key: value for key, value in each.items() if key not in ("event", "at")})
            flow["last_event"] = each["event"]
    if early:
        raise ValueError(f"the kernel never told of the start of flows {sorted(early)}")
    return sorted(flows, key=lambda flow: flow["start"])


def _session(flow: dict, frames: list[Frame]) -> dict:
    orig = flow["orig"]
    first = next(frame for frame in frames if frame.goes(orig))
    session = {**orig, "ingress_zone": ZONES[first.interface]}
    nat = _nat(orig, flow["reply"])
    if nat:
        session["nat"] = nat
    end = flow["stop"] if flow["last_event"] == "flow-destroy" else flow["at_end"]
    session.update(start=seconds(flow["start"]), end=seconds(end))
    return session


def _nat(orig: dict, reply: dict) -> dict:
    """What the reply's tuple has other than the original one turned round."""
    nat = {}
    for name, near, near_port, far, far_port in (
        ("source", "src", "sport", "dst", "dport"),
        ("destination", "dst", "dport", "src", "sport"),
    ):
        before, after = [orig[near], orig[near_port]], [reply[far], reply[far_port]]
        if before != after and not orig["proto"].startswith("icmp"):
            nat[name] = {"from": before, "to": after}
    return nat


def _judge_end(
    session: dict, flow: dict, flows: list[dict], sessions: list[dict], frames: list[Frame]
) -> None:
    """Adds how the kernel's entry ended, and what the wire says."""
    mine = [f for f in frames if _is_within(f, flow)]
    wire_end = _wire_end(mine, flow)
    successor = next(
        (i for i, other in enumerate(flows) if other is not flow and _replaces(other, flow)), None
    )
    state = flow.get("state") or ("SEEN_REPLY" if flow["isAnswered"] else "NEW")
    if flow["last_event"] != "flow-destroy":
        session.update(end_reason="none (live at end of capture)", kernel_end=LIVE)
    elif successor is not None:
        session.update(end_reason="tcp-reuse", kernel_end=REUSED)
    else:
        silence = flow["stop"] - mine[-1].at
        is_refused = session["proto"] == "tcp" and silence < NEAR
        kernel_end = REFUSED if is_refused else f"timer ran out in state {state}"
        session.update(end_reason=REASONS.get(wire_end, "aged-out"), kernel_end=kernel_end)
    if flow.get("helper"):
        session["helper"] = flow["helper"]
    if wire_end:
        session["wire_end"] = REASONS[wire_end]
    if successor is not None:
        session["replaced_by"] = successor + 1
    if session["kernel_end"].startswith("timer"):
        session["silence_before_end"] = round((flow["stop"] - mine[-1].at) / SECOND, 3)
    for side in ("c2s", "s2c"):
        session[side] = {"packets": flow[side][0], "ip_bytes": flow[side][1]}


def _is_within(frame: Frame, flow: dict) -> bool:
    if not (frame.goes(flow["orig"]) or frame.goes(flow["reply"])):
        return False
    return flow["start"] - NEAR <= frame.at <= flow.get("stop", flow["at_end"])


def _replaces(other: dict, flow: dict) -> bool:
    """Whether `other` is the next flow of the same tuple, made when this one was killed."""
    if other["orig"] != flow["orig"] or flow["last_event"] != "flow-destroy":
        return False
    return 0 <= other["start"] - flow["stop"] < NEAR


def _wire_end(mine: Iterable[Frame], flow: dict) -> str | None:
    """What closed a TCP connection first: a RST, or a FIN."""
    for frame in mine:
        if frame.flags & wire.RST:
            return "rst-client" if frame.goes(flow["orig"]) else "rst-server"
        if frame.flags & wire.FIN:
            return "fin"
    return None


def _predicts(
    events: list[dict], flows: list[dict], sessions: list[dict], frames: list[Frame]
) -> list[dict]:
    """The expectations, what announced each, and what became of it."""
    predicts: list[dict] = []
    open_: dict[int, tuple[dict, dict]] = {}
    for at, event in enumerate(events):
        if event["event"] == "expect-new":
            predict = _predict(event, len(predicts) + 1, frames)
            predicts.append(predict)
            open_[event["id"]] = (predict, event)
        elif event["event"] == "expect-destroy" and event["id"] in open_:
            predict, made = open_.pop(event["id"])
            user = _user(made, events[at:], flows)
            predict["fate"] = "used" if user is not None else _why_removed(made, at, events)
            predict["ended"] = seconds(event["at"])
            if user is not None:
                predict["session"] = user + 1
                sessions[user]["predict"] = predict["n"]
    for predict, _ in open_.values():
        predict["fate"] = LIVE
    return predicts


def _predict(event: dict, n: int, frames: list[Frame]) -> dict:
    expected, master = event["tuple"], event["master"]
    is_open = event["mask"]["src"] in ("0.0.0.0", "::", "")
    predict = {
        "n": n,
        "alg": event["helper"].split("-")[0],
        "src": "any" if is_open else expected["src"],
        "dst": expected["dst"],
        "dport": expected["dport"],
        "proto": expected["proto"],
        "parent": f"{master['src']}:{master['sport']}>{master['dst']}:{master['dport']}",
        "created": seconds(event["at"]),
        "packet": _announcement(event, frames),
    }
    if _is_h323(event) and not _names(frames, predict["packet"], expected["dport"]):
        predict["implied"] = True
    if "nat" in event:
        # What the host said before the router put its own address there; FTP's helper forgets it.
        said = event["nat"]["tuple"]
        if said["src"] not in ("0.0.0.0", "::"):
            predict["announced"] = [said["src"], said["sport"]]
    return predict


def _is_h323(event: dict) -> bool:
    return event["helper"] in ("Q.931", "H.245")


def _names(frames: list[Frame], packet: int | None, port: int) -> bool:
    """Whether a frame has the port, and not the other one of a pair alone."""
    told = [frame for frame in frames if frame.number == packet]
    return any(port.to_bytes(2, "big") in frame.payload for frame in told)


def _announcement(event: dict, frames: list[Frame]) -> int | None:
    """The last frame of the master before the event that names the port."""
    port = event["nat"]["tuple"]["sport"] if "nat" in event else 0
    port = port or event["tuple"]["dport"]
    words = [str(port), f"{port >> 8},{port & 255}"]
    if event["helper"] == "sip":
        # RTCP's port is one more than what SDP names.
        words.append(str(port - 1))
    if _is_h323(event):
        # Bytes; of a pair of ports the message may name one.
        words = [(port ^ bit).to_bytes(2, "big").decode("latin-1") for bit in (0, 1)]
    is_control = [f for f in frames if f.at <= event["at"] and _is_of_master(f, event["master"])]
    for frame in reversed(is_control):
        text = frame.payload.decode("latin-1")
        if event["helper"] == "tftp" or any(word in text for word in words):
            return frame.number
    return None


def _is_of_master(frame: Frame, master: dict) -> bool:
    """Of either direction; behind NAT the far side of the tuple has another address."""
    ends = {(frame.src, frame.sport), (frame.dst, frame.dport)}
    return frame.proto == master["proto"] and (
        (master["src"], master["sport"]) in ends or (master["dst"], master["dport"]) in ends
    )


def _user(made: dict, later: list[dict], flows: list[dict]) -> int | None:
    """Index of the flow that used an expectation: the next with its master and its tuple."""
    wanted = made["tuple"]
    for event in later:
        if event["event"] == "expect-new" and event["tuple"] == wanted:
            return None
        if event["event"] == "flow-new" and event.get("master") == made["master"]:
            orig = event["orig"]
            if all(orig[key] == wanted[key] for key in ("proto", "dst", "dport")):
                return flows.index(event)
    return None


def _why_removed(made: dict, at: int, events: list[dict]) -> str:
    """What removed an expectation that no flow used; event number `at` says that it went."""
    gone = events[at]["at"]
    near = [event for event in events if abs(event["at"] - gone) < NEAR]
    if any(e["event"] == "flow-destroy" and e["orig"] == made["master"] for e in near):
        return "removed with its master flow"
    newer = [e for e in near if e["event"] == "expect-new" and e["master"] == made["master"]]
    if any(e["at"] >= gone for e in newer):
        return "replaced by a newer one of the same master"
    if abs(gone - made["at"] - made["timeout"] * SECOND) < SECOND:
        return "its timer ran out"
    return "removed by the helper (signalling ended it)"


def _discards(events: list[dict]) -> list[dict]:
    """Packets that a rule dropped, those of the same endpoints together."""
    found: dict[tuple, dict] = {}
    for event in events:
        if event["event"] != "drop":
            continue
        packet = bytes.fromhex(event["packet"])
        decoded = wire.decode(packet, packet[0] >> 4)
        if decoded is None:
            continue
        proto, src, sport, dst, dport, *_ = decoded
        names = {
            "rule": event["prefix"],
            "proto": proto,
            "src": src,
            "sport": sport,
            "dst": dst,
            "dport": dport,
        }
        at = seconds(event["at"])
        entry = found.setdefault(
            tuple(names.values()), {**names, "packets": 0, "first": at, "last": at}
        )
        entry["packets"] += 1
        entry["last"] = at
    return list(found.values())
