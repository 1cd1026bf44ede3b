/**
 * Who may import whom: the house rules of docs/adr/0002-boundaries.md.
 *
 * @type {import('dependency-cruiser').IConfiguration}
 */
const lib = (...names) => `^libs/(${names.join('|')})/`;

export default {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Modules that need each other are one module.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-is-pure',
      comment: 'The domain imports nothing of ours and no platform.',
      severity: 'error',
      from: { path: lib('domain'), pathNot: '/spec-support/' },
      to: { pathNot: lib('domain') },
    },
    {
      name: 'contracts-know-only-the-domain',
      severity: 'error',
      from: { path: lib('contracts') },
      to: { path: '^(libs|services)/', pathNot: lib('contracts', 'domain') },
    },
    {
      name: 'adapters-know-only-their-port',
      comment:
        'libs/sqlite and libs/shared-work are what adapters share; the read model stores views of the domain.',
      severity: 'error',
      from: {
        path: '^libs/(event-store|message-bus|object-store|read-model)/',
        pathNot: '/spec-support/',
      },
      to: { path: '^(libs|services)/', pathNot: '^libs/($1|sqlite|shared-work|domain)/' },
    },
    {
      name: 'services-never-import-services',
      comment: 'all-in-one alone composes them.',
      severity: 'error',
      from: { path: '^services/(?!all-in-one/)([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'libraries-never-import-services',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(services|e2e|bench)/' },
    },
    {
      name: 'backend-clients-only-in-adapters',
      comment:
        'Only adapter files import the clients of backends; the wire double serves what its client ships.',
      severity: 'error',
      from: {
        pathNot:
          '^libs/(event-store|message-bus|object-store|read-model)/src/[^/]+/|^libs/testing/src/eventstoredb-double/|^bench/system/bare/',
      },
      to: { path: '^node_modules/(kafkajs|@eventstore/db-client|mongodb|minio)/' },
    },
    {
      name: 'sqlite-only-in-adapters',
      comment: "The data folder's lock is SQLite's too, and so are its backups.",
      severity: 'error',
      from: {
        path: '^(libs|services)/',
        pathNot:
          '^libs/(sqlite/|testing/src/eventstoredb-double/|(event-store|message-bus|read-model)/src/sqlite/)|' +
          '^services/all-in-one/src/(data-folder|backup/copy-database)\\.ts$',
      },
      to: { path: '^(node:)?sqlite$|^libs/sqlite/' },
    },
    {
      name: 'adapters-are-chosen-in-one-place',
      comment: 'A service takes ports; service-kit opens what the configuration names.',
      severity: 'error',
      from: {
        path: '^(libs|services)/',
        pathNot:
          '^libs/(event-store|message-bus|object-store|read-model)/|^libs/service-kit/src/backends/|/spec-support/',
      },
      to: { path: '^libs/[^/]+/src/(sqlite|filesystem|eventstoredb|kafka|mongodb|minio)/' },
    },
    {
      name: 'tests-stay-tests',
      comment: 'libs/testing and vitest are for specs, what supports them, contract suites, and the demo.',
      severity: 'error',
      from: {
        path: '^(libs|services)/',
        pathNot: '^libs/testing/|^services/all-in-one/src/demo/|/(contract|spec-support|tools)(/|\\.ts$)',
      },
      to: { path: '^libs/testing/|^node_modules/(vitest|fast-check)/' },
    },
    {
      name: 'engines-wait-for-their-configuration',
      comment:
        "all-in-one has every provider's plugin: vendors' SDKs take a second and 150 MB, so each is imported once it runs.",
      severity: 'error',
      from: { path: '^services/ocr-[^/]+/src/(provider|index|main)\\.ts$' },
      to: { path: '^services/ocr-[^/]+/src/engine\\.ts$', dynamic: false, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'threads-load-little',
      comment:
        'What a thread imports is in the memory of each: all of the kit takes 70 MB and two seconds more.',
      severity: 'error',
      from: { path: '^services/ocr-(paddle-local|tesseract)/src/engine\\.ts$' },
      to: { path: '^libs/provider-kit/src/index\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // Sees imports of types alone too, if they are statements: no-import-types.grit forbids those within a type.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    // Specs may reach for whatever they need to prove something.
    exclude: { path: ['node_modules/\\.', '\\.spec\\.ts$'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json', '.d.ts'],
    },
  },
};
