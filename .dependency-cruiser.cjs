/**
 * This file holds the rules of who may import whom; test/architecture.test.ts applies them.
 *
 * The folders stand in the order from bytes to words, and imports go up only. `types` lists what a
 * folder may import as types beside that: report/ and cli/ describe what capture, config and engine
 * hand them, but the values reach them as arguments. `frameBatch` allows the one hand-over file of
 * capture/.
 */

const FOLDERS = {
  net: { values: [] },
  events: { values: ['net'] },
  wire: { values: ['net'] },
  capture: { values: ['net', 'errors'] },
  config: { values: ['net', 'errors', 'appid'] },
  ingress: { values: ['net', 'wire', 'config'], frameBatch: true },
  filter: { values: ['net', 'errors', 'wire', 'config'] },
  stream: { values: ['net', 'wire', 'events'] },
  appid: { values: ['net', 'wire', 'stream', 'events'], types: ['config', 'session'] },
  alg: { values: ['net', 'wire', 'stream', 'events'] },
  session: { values: ['net', 'wire', 'events'], types: ['config'] },
  offload: { values: ['net', 'wire', 'session'] },
  slowpath: { values: ['net', 'wire', 'events', 'config', 'ingress', 'session'] },
  engine: {
    values: [
      ...['net', 'wire', 'events', 'config', 'ingress', 'filter', 'stream', 'appid', 'alg'],
      ...['session', 'offload', 'slowpath'],
    ],
    frameBatch: true,
  },
  // Reads and decodes in another thread; the fingerprint and the key's hash are the engine's.
  ahead: { values: ['net', 'errors', 'wire', 'capture', 'session', 'slowpath', 'engine'] },
  inspect: { values: ['net', 'wire', 'ingress'], frameBatch: true },
  report: {
    values: ['net', 'events', 'session', 'wire'],
    types: ['capture', 'config', 'engine', 'inspect'],
  },
  starter: { values: ['net', 'wire', 'config', 'report'], types: ['capture', 'inspect'] },
  analysis: { values: ['net', 'report'], types: ['config', 'events', 'session'] },
};

const inFolders = (names) => `^src/(${names.join('|')})(/|\\.ts$)`;

const directionRules = Object.entries(FOLDERS).flatMap(([folder, rule]) => {
  const own = [folder, ...rule.values];
  const batch = rule.frameBatch ? ['^src/capture/frame-batch\\.ts$'] : [];
  return [
    {
      name: `${folder}-imports-up`,
      severity: 'error',
      from: { path: inFolders([folder]) },
      to: { path: '^src/', pathNot: [inFolders(own), ...batch], dependencyTypesNot: ['type-only'] },
    },
    {
      name: `${folder}-imports-types-up`,
      severity: 'error',
      from: { path: inFolders([folder]) },
      to: {
        path: '^src/',
        pathNot: [inFolders([...own, ...(rule.types ?? [])]), ...batch],
        dependencyTypes: ['type-only'],
      },
    },
  ];
});

/** A library is imported in one place only. */
const wall = (library, only) => ({
  name: `${library}-wall`,
  severity: 'error',
  from: { path: '^src/', pathNot: only },
  to: { path: `(^|/)node_modules/(@types/)?${library}` },
});

const PURE =
  '^src/(net|wire|events|filter|stream|appid|alg|session|offload|slowpath|ingress|engine|inspect|report|starter|analysis)/';

module.exports = {
  forbidden: [
    ...directionRules,
    {
      name: 'errors-import-nothing',
      severity: 'error',
      from: { path: '^src/errors\\.ts$' },
      to: { path: '.' },
    },
    {
      name: 'nobody-imports-the-command-line',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'library-surface-re-exports-the-house',
      severity: 'error',
      from: { path: '^src/index\\.ts$' },
      to: {
        pathNot: inFolders([
          'engine',
          'filter',
          'inspect',
          'report',
          'config',
          'capture',
          'errors',
          'events',
          'session',
        ]),
      },
    },
    {
      // Headers name the view's type while the view calls them: types alone make no cycle at run time.
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: '\\.d\\.ts$' },
      to: {},
    },
    { name: 'everything-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
    wall('commander', '^src/cli/'),
    wall('picocolors', '^src/cli/'),
    wall('zod', '^src/config/'),
    wall('yaml', '^src/config/'),
    wall('pcap-parser', '^src/capture/'),
    wall('d3', '^src/report/charts/'),
    wall('fzstd', '^src/capture/'),
    wall('xxhash-wasm', '^src/capture/'),
    {
      // launch takes a CRC-32 of it.
      name: 'decompressors-in-capture',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(capture/|cli/launch\\.ts$)' },
      to: { path: '^(node:)?zlib$' },
    },
    {
      // serial-ordered-file and its index keep what memory has no room for in a spill file.
      name: 'purity-wall',
      severity: 'error',
      from: { path: PURE, pathNot: '^src/(report/serial-|appid/quic-keys\\.ts$)' },
      to: { dependencyTypes: ['core'] },
    },
    {
      // The keys of QUIC's first packets: ciphers and digests of bytes, which know no clock or chance.
      name: 'cryptography-alone-in-quic-keys',
      severity: 'error',
      from: { path: '^src/appid/quic-keys\\.ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types'] },
  },
};
