/**
 * This file holds the example of CONTRACT.md, section "Configuration: firewall.yaml", verbatim.
 */

/** Every key that the contract names, once. */
export const CONTRACT_EXAMPLE = `zones:
  trust:   {interfaces: [ethernet1/2, trust0], networks: [10.0.0.0/8], vlans: [10], macs: ["02:00:00:00:00:01"]}
  untrust: {interfaces: [ethernet1/1, untrust0], networks: [0.0.0.0/0, "::/0"]}
firewall-macs: ["02:aa:00:00:00:01"]
captures:
  - {files: ["*-rx.pcap"], stage: receive}    # receive | firewall | transmit | drop
  - {files: ["trust0.pcap"], interface: trust0, time-shift: 0.0}
routes:
  - {destination: 10.0.0.0/8, interface: ethernet1/2}
services: {web-alt: tcp/8081}
rules:
  - {name: allow-web-out, from: [trust], to: [untrust], source: [any], destination: [any],
     application: [web-browsing, ssl], service: [application-default], action: allow, profiles: [], log-end: yes}
nat:
  - {name: snat-out, from: [trust], to: [untrust], source-translation: {dynamic-ip-and-port: 203.0.113.5}}
decryption:
  - {name: decrypt-out, from: [trust], to: [untrust], action: decrypt}
timeouts: {tcp: 3600, tcp-init: 5, tcp-handshake: 10, tcp-half-closed: 120, tcp-time-wait: 15, tcp-unverified-rst: 30,
           udp: 30, icmp: 6, default: 30, discard-tcp: 90, discard-udp: 60, discard-default: 60}
applications:
  ssh: {tcp-timeout: 28800}
  ftp: {alg: yes}
session: {tcp-reject-non-syn: yes, asymmetric-path: drop, no-refresh-on-discard: no, teardown-upon-fwd-zonechange: no,
          accelerated-aging: {enable: yes, threshold: 80, scaling-factor: 2}, state-model: connection, app-timeouts: global}
platform: {model: PA-3220, hardware-offload: yes}    # or {sessions: 1000000}
`;
