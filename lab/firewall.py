"""This file is the router's rule base, as nft reads it: the helpers of the connection tracker, a
strict policy, and NAT. What samples/lab/*.yaml says to the model is the same.
"""

import recorder

# Services that anybody may open from trust, and the public from outside to what is translated.
TCP_SERVICES = "{ 21, 22, 53, 80, 1720, 5060, 7000-7009, 8554, 9999 }"
UDP_SERVICES = "{ 53, 69, 5060 }"

# One `ct helper` statement a line: nft refuses two.
HELPERS = """
  ct helper ftp-tcp { type "ftp" protocol tcp; }
  ct helper sip-tcp { type "sip" protocol tcp; }
  ct helper sip-udp { type "sip" protocol udp; }
  ct helper tftp-udp { type "tftp" protocol udp; }
  ct helper h323-tcp { type "Q.931" protocol tcp; }
  chain assign {
    type filter hook prerouting priority mangle; policy accept;
    tcp dport 21 ct helper set "ftp-tcp"
    tcp dport 5060 ct helper set "sip-tcp"
    udp dport 5060 ct helper set "sip-udp"
    udp dport 69 ct helper set "tftp-udp"
    tcp dport 1720 ct helper set "h323-tcp"
  }
"""

NAT = {
    "": "",
    "snat": """
  chain source {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "untrust0" ip saddr 10.10.0.0/16 snat ip to 203.0.113.5
  }
""",
    "dnat": """
  chain destination {
    type nat hook prerouting priority dstnat; policy accept;
    iifname "untrust0" ip daddr 203.0.113.5 tcp dport 21 dnat ip to 172.16.1.10
  }
""",
}


def ruleset(nat: str = "", is_open: bool = False) -> str:
    """The table. With `is_open` everything passes: where the kernel has no helper."""
    strict = f"""
    ct state established,related accept
    iifname "trust0" tcp dport {TCP_SERVICES} accept
    iifname "trust0" udp dport {UDP_SERVICES} accept
    iifname "untrust0" oifname "dmz0" ct status dnat tcp dport 21 accept
    log prefix "interzone-default" group {recorder.LOG_GROUP} queue-threshold 1 drop
"""
    return f"""table inet firewall {{{HELPERS}
  chain forward {{
    type filter hook forward priority filter; policy {"accept" if is_open else "drop"};
{"    ct state invalid drop" if is_open else strict}
  }}
{NAT[nat]}}}
"""
