/** This file holds the examples and remarks that stand below the options in each command's help. */

/** Of `replay`. */
export const REPLAY_EXAMPLES = `
Examples:
  slowpath replay capture.pcapng -c firewall.yaml
  slowpath replay rx-trust.pcap rx-untrust.pcap -c firewall.yaml -o run
  slowpath replay capture.pcapng -c firewall.yaml --session 3
  slowpath replay capture.pcapng -c firewall.yaml --limit 100 --counters
  slowpath replay capture.pcapng --filter 'host 10.0.0.5 and port 80 or 443' --from +60
  slowpath replay capture.pcapng -c firewall.yaml --packets 'src zone trust and port 5060' -o run
  slowpath replay ring/ -c firewall.yaml
  slowpath replay --stage receive=rx.pcap --stage drop=drop.pcap -c firewall.yaml
  slowpath replay capture.pcap.zst --print csv > sessions.csv
  slowpath replay capture.pcap --print ndjson --records event | jq 'select(.event == "drop")'
  tcpdump -w - | slowpath replay - -c firewall.yaml -o run --format csv,charts
`;

/** What the options of `replay` do not have room for. */
export const REPLAY_FILES = `
The text lists sessions that something went wrong with first: denied, reused, reset, with dropped
packets, one-sided, unanswered. --session takes the serial (the records' "serial"): session ids are
used again, serials are not. Its text is that of show session id, and what a replay knows beside.

--filter takes tcpdump's language (pcap-filter(7)): host, net, port, portrange, proto, ether host,
vlan, less, greater, protocols, src and dst; and, or, not and parentheses. Names are not looked up;
addresses and ports are found behind VLAN tags without the word vlan. A frame that is left out keeps
its number and its place in time. --packets chooses sessions by their first packet in the same
language, and by session SERIAL, zone NAME (src zone: the client's), rule NAME, application NAME.
--from and --until leave the replay whole; they report the sessions alive and the events in between.

A run directory (-o) holds run.json, sessions.ndjson, predicts.ndjson and events.ndjson; --format
adds sessions.csv, charts (charts/occupancy.svg, charts/offload.svg, charts/predicts.svg and
charts/zones.svg) and report.txt, --packets adds packets.ndjson. It appears whole or not at all.
Frames are put in order within 1 s, 65,536 frames and 128 MiB; several captures are merged by time.
A folder stands for the captures in it, without subfolders and hidden files, and a pattern in quotes
for the captures of such names: in the order of their first packets, whatever the names of a ring
buffer say. What is no capture there is skipped with a line. --stage adds to its capture what the
configuration's captures: may say as well; a drop-stage frame marks its packet as dropped.
`;

/** Of `whatif`. */
export const WHATIF_EXAMPLES = `
Examples:
  slowpath whatif capture.pcapng -c firewall.yaml --set timeouts.tcp=86400
  slowpath whatif capture.pcapng -c firewall.yaml --set timeouts.tcp=86400 --set applications.ssh.tcp-timeout=28800
  slowpath whatif capture.pcapng -c firewall.yaml --set platform.sessions=1000 --and timeouts.udp=10 -o answer
  slowpath whatif capture.pcapng -c firewall.yaml --set 'rules.backup.profiles=[]' --limit 100
  slowpath whatif capture.pcapng -c firewall.yaml --variants variants.yaml --print json
  slowpath whatif capture.pcapng -c firewall.yaml --scale 10 --set platform.sessions=2000000

PATH is the way to a key of firewall.yaml: keys with dots between them, entries of lists by their name or
by their index from 0 (rules.backup.action, decryption[0].action); keys with dots or blanks in them stand
in quotes or brackets (zones."a.b".networks). VALUE is a YAML value: a word, a number, [a, list], {a: map}.

A file of variants:
  variants:
    - {name: a day for all, set: {timeouts.tcp: 86400}}
    - {name: smaller, config: pa-220.yaml, set: {timeouts.udp: 10}}

Numbers of a variant stand beside those of the base, with the difference; = is the same. A session that
ends otherwise is matched by the packet that began it, its ends and its zone.
--scale N asks what N times the load does, by twins of every client: the base stands beside itself at N
times, and beside each variant at N times. That is extrapolated; the assumptions are listed.
-o DIR writes whatif.json, whatif.txt, charts/whatif.svg, and for each variant the run directory that
replay would write (variants/NAME/), and of settings the configuration that replays them alone
(variants/NAME.yaml).
Captures are read once for all variants, so what captures: says of them must not differ.
`;

/** Of `inspect`, with its exit codes. */
export const INSPECT_EXAMPLES = `
Examples:
  slowpath inspect capture.pcapng
  slowpath inspect trust.pcap untrust.pcap
  slowpath inspect capture.pcap --second-opinion
  slowpath inspect capture.pcap --print json | jq '.macs[] | select(.likely == "firewall")'

Exit codes: 0 done; 1 --second-opinion found a difference; 2 usage error;
3 nothing could be read or written; 4 done, but some input was damaged.
`;

/** Of `init`, with its exit codes. */
export const INIT_EXAMPLES = `
Examples:
  slowpath init capture.pcapng > firewall.yaml
  slowpath init trust.pcap untrust.pcap > firewall.yaml
  slowpath replay capture.pcapng -c firewall.yaml

Zones are by the first that tells places apart: interface names, files taken at the same time, VLANs,
the next hops of a firewall's MACs, networks. Remarks in the file say what speaks for each line, and
what the capture does not tell.

Exit codes: 0 done; 2 usage error; 3 nothing could be read or written;
4 done, but some input was damaged: the file covers what stood before the damage.
`;

/** Of `check`. */
export const CHECK_EXAMPLES = `
Examples:
  slowpath check firewall.yaml
`;

/** Of `schema`. */
export const SCHEMA_EXAMPLES = `
Examples:
  slowpath schema > firewall.schema.json
  # and in firewall.yaml, for editors with the YAML language server:
  # yaml-language-server: $schema=firewall.schema.json
`;

/** Of the program itself. */
export const EXAMPLES = `
Examples:
  slowpath replay capture.pcapng
  slowpath replay capture.pcapng -c firewall.yaml -o run
  slowpath whatif capture.pcapng -c firewall.yaml --set timeouts.tcp=86400
  slowpath inspect capture.pcapng
  slowpath init capture.pcapng > firewall.yaml
  slowpath check firewall.yaml
`;

/** As CONTRACT.md has them. */
export const EXIT_CODES = `
Exit codes: 0 done; 1 a difference was found; 2 usage or configuration error;
3 nothing could be read or written; 4 done, but some input was damaged.
`;
