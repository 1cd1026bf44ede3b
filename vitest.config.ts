import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * The suffix of a spec is its tier. `npm test` runs those that need Node and npm alone: `unit` is pure, `int` has real
 * parts within Node, such as SQLite, files, HTTP and wire doubles. `npm run test:rest` runs the others: `backend` has
 * Kafka, MinIO, MongoDB or EventStoreDB, or a program such as openssl, and `e2e` drives running processes; those of a
 * whole cluster run one at a time after all others, since each takes the whole machine.
 * `npx vitest run --project unit` runs one tier; `npx vitest run libs/domain` runs one folder.
 */
const CLUSTER = 'e2e/src/distributed/**';
/** A new provider's folder, which docs/adding-a-provider.md has tested once it has a name. */
const TEMPLATE = 'deploy/providers/template/**';

const tier = (name: string, testTimeout: number) => ({
  extends: true as const,
  test: {
    name,
    include: [`{libs,services,deploy,bench,e2e}/**/*.${name}.spec.ts`],
    exclude: [CLUSTER, TEMPLATE, '**/node_modules/**'],
    testTimeout,
    hookTimeout: testTimeout,
    sequence: { groupOrder: 1 },
  },
});

/** Its specs leave nothing behind, so that they share processes; many wait for a limit to pass, while others compute. */
const fastTier = (name: string, testTimeout: number) => {
  const { extends: base, test } = tier(name, testTimeout);
  const maxWorkers = 3 * availableParallelism();
  return { extends: base, test: { ...test, isolate: false, maxWorkers, sequence: { groupOrder: 0 } } };
};

const cluster = {
  extends: true as const,
  test: {
    name: 'cluster',
    include: [`${CLUSTER}/*.e2e.spec.ts`],
    testTimeout: 300_000,
    hookTimeout: 600_000,
    fileParallelism: false,
    sequence: { groupOrder: 2 },
  },
};

export default defineConfig({
  test: {
    // ONNX Runtime reports to Microsoft otherwise, and keeps files for it.
    env: { ORT_DISABLE_TELEMETRY: '1' },
    globalSetup: ['libs/testing/src/backends/global-setup.ts'],
    setupFiles: ['libs/testing/src/patience.ts'],
    expect: { poll: { timeout: 10_000 } },
    projects: [
      fastTier('unit', 30_000),
      fastTier('int', 60_000),
      tier('backend', 60_000),
      tier('e2e', 120_000),
      cluster,
    ],
    execArgv: ['--disable-warning=ExperimentalWarning'],
    pool: 'forks',
    maxWorkers: availableParallelism(),
    reporters: ['default', 'json'],
    outputFile: { json: 'coverage/test-report.json' },
    coverage: {
      provider: 'v8',
      reporter: ['text-summary', 'json-summary'],
      include: ['{libs,services}/*/src/**/*.ts'],
    },
  },
});
