"""This file writes sipp's scenarios in XML, made of the steps in sip.py."""

from collections.abc import Iterator

REASONS = {
    "100": "Trying",
    "180": "Ringing",
    "183": "Session Progress",
    "200": "OK",
    "486": "Busy Here",
    "487": "Request Terminated",
}
BODY = """v=0
o=lab 1 {version} IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[local_ip_type] [local_ip]
t=0 0
m=audio [media_port{port}] RTP/AVP 8
a=rtpmap:8 PCMA/8000
"""
VIA = "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch}"
CONTACT = "Contact: <sip:{name}@[local_ip]:[local_port];transport=[transport]>"


def xml(name: str, steps: list[str], rtp: str) -> str:
    """The scenario of one side."""
    state = {"cseq": 0, "answered": "INVITE", "name": name}
    body = "\n".join(_element(step.split(), state, rtp) for step in steps)
    head = '<?xml version="1.0" encoding="ISO-8859-1" ?>'
    return f'{head}\n<scenario name="{name}">\n{body}\n</scenario>\n'


def _element(words: list[str], state: dict, rtp: str) -> str:
    what, *rest = words
    if what == "pause":
        return f'<pause milliseconds="{rest[0]}"/>'
    if what == "media":
        return f'<nop><action><exec play_pcap_audio="{rtp}"/></action></nop>'
    if what == "<":
        return _receive(rest)
    port = rest[1] if len(rest) > 1 else None
    lines = _response(rest[0], state) if rest[0].isdigit() else _request(rest[0], state)
    return _send("\n".join(lines), state, port, is_repeated=rest[0] in ("INVITE", "BYE"))


def _receive(words: list[str]) -> str:
    kind = "response" if words[0].isdigit() else "request"
    optional = ' optional="true"' if "optional" in words else ""
    return f'<recv {kind}="{words[0]}"{optional}/>'


def _send(message: str, state: dict, port: str | None, is_repeated: bool) -> str:
    contact = CONTACT.format(name=state["name"])
    body = "" if port is None else "\n" + BODY.format(port=port, version=port.strip("+"))
    kind = "" if port is None else "Content-Type: application/sdp\n"
    repeated = ' retrans="500"' if is_repeated else ""
    text = f"{message}\n{contact}\n{kind}Content-Length: [len]\n{body}\n"
    return f"<send{repeated}><![CDATA[\n\n{text}\n]]></send>"


def _request(method: str, state: dict) -> Iterator[str]:
    """The phone's requests; ACK and CANCEL have the number of their INVITE."""
    if method not in ("ACK", "CANCEL"):
        state["cseq"] += 1
    is_dialogue = method in ("ACK", "BYE") or state["cseq"] > 1
    # A CANCEL has the branch of what it cancels, and so has the ACK of a refusal.
    branch = "[branch-2]" if method == "CANCEL" else "[branch]"
    yield f"{method} sip:service@[remote_ip]:[remote_port] SIP/2.0"
    yield VIA.format(branch=branch)
    yield "From: phone <sip:phone@[local_ip]:[local_port]>;tag=[pid]a[call_number]"
    yield "To: service <sip:service@[remote_ip]:[remote_port]>" + (
        "[peer_tag_param]" if is_dialogue else ""
    )
    yield "Call-ID: [call_id]"
    yield f"CSeq: {state['cseq']} {method}"
    yield "Max-Forwards: 70"


def _response(code: str, state: dict) -> Iterator[str]:
    """Of a response all but the first line is the request's; 487 answers what CANCEL cancelled."""
    yield f"SIP/2.0 {code} {REASONS[code]}"
    yield "[last_Via:]"
    yield "[last_From:]"
    yield "[last_To:];tag=[pid]b[call_number]"
    yield "[last_Call-ID:]"
    yield "CSeq: 1 INVITE" if code == "487" else "[last_CSeq:]"
