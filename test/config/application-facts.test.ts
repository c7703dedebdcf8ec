/** This file checks the table of what kind applications are, and what filters make of it. */

import { expect, test } from 'vitest';
import {
  CATEGORIES,
  RISK_MAX,
  readApplicationFacts,
  TECHNOLOGIES,
} from '../../src/config/application-facts.ts';
import { knownApplications } from '../../src/config/applications.ts';
import { parseFirewallConfig } from '../../src/config/load.ts';

const facts = readApplicationFacts();

test('every predefined application has a row, and no other', () => {
  const names = [...facts.keys()].filter((name) => !name.startsWith('unknown-'));
  expect(names.toSorted()).toEqual(knownApplications().toSorted());
});

test('rows hold words of the vendor', () => {
  for (const [name, { category, technology, risk }] of facts) {
    expect([name, CATEGORIES.some((one) => one === category)]).toEqual([name, true]);
    const isKnown = technology === null || TECHNOLOGIES.some((one) => one === technology);
    expect([name, isKnown]).toEqual([name, true]);
    expect(risk).toBeGreaterThanOrEqual(1);
    expect(risk).toBeLessThanOrEqual(RISK_MAX);
  }
});

// Lines of app_list.csv: "ssh,networking,"encrypted-tunnel","client-server",4,no,no,yes,yes,yes,yes,no,yes,no".
test('letters stand for the columns of the list', () => {
  expect(facts.get('ssh')?.characteristics).toEqual([
    'used-by-malware',
    'able-to-transfer-file',
    'has-known-vulnerability',
    'tunnel-other-application',
    'pervasive-use',
  ]);
  expect(facts.get('redis')?.characteristics).toEqual([]);
});

const applicationsOf = (filter: string, more = '') =>
  parseFirewallConfig(
    `zones: {a: {networks: [0.0.0.0/0]}}
application-filters: {f: ${filter}}
rules: [{application: f}]
${more}`,
    'filters.yaml',
  ).rules?.[0]?.application;

test.each([
  ['{category: media}', ['rtp-base', 'rtcp', 'rtsp', 'rtmp']],
  ['{category: media, technology: [browser-based, peer-to-peer]}', ['rtmp']],
  ['{category: media, risk: [1, 4]}', ['rtcp', 'rtmp']],
  ['{category: media, characteristic: has-known-vulnerability}', ['rtsp', 'rtmp']],
  ['{subcategory: erp-crm}', ['sap', 'salesforce-base', 'siebel-crm']],
  ['{subcategory: [erp-crm, database], risk: 3}', ['sap', 'siebel-crm']],
  ['{category: saas}', []],
  ['{category: unknown}', ['unknown-tcp', 'unknown-udp']],
])('%s stands for %j', (filter, names) => {
  expect(applicationsOf(filter)).toEqual(names);
});

test("one's own application has what it says, and nothing else", () => {
  const own = 'custom-applications: {x: {subcategory: erp-crm}, y: {risk: 3}}';
  expect(applicationsOf('{subcategory: erp-crm, risk: [1, 2, 3, 4, 5]}', own)).not.toContain('x');
  expect(applicationsOf('{subcategory: erp-crm}', own)).toContain('x');
  expect(applicationsOf('{risk: 3}', own)).toContain('y');
});
