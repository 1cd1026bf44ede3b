import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * Three tiers by suffix: `unit` is pure, `int` talks to real engines, `e2e` drives running processes; and those of a
 * whole cluster, one at a time after all others, since each takes the whole machine.
 * `npx vitest run --project unit` runs one tier; `npx vitest run libs/domain` runs one folder.
 */
const CLUSTER = 'e2e/src/distributed/**';

const tier = (name: string, testTimeout: number) => ({
  extends: true as const,
  test: {
    name,
    include: [`{libs,services,deploy,bench,e2e}/**/*.${name}.spec.ts`],
    exclude: [CLUSTER, '**/node_modules/**'],
    testTimeout,
    hookTimeout: testTimeout,
  },
});

const cluster = {
  extends: true as const,
  test: {
    name: 'cluster',
    include: [`${CLUSTER}/*.e2e.spec.ts`],
    testTimeout: 300_000,
    hookTimeout: 600_000,
    fileParallelism: false,
    sequence: { groupOrder: 1 },
  },
};

export default defineConfig({
  test: {
    // ONNX Runtime reports to Microsoft otherwise, and keeps files for it.
    env: { ORT_DISABLE_TELEMETRY: '1' },
    globalSetup: ['libs/testing/src/engines/global-setup.ts'],
    projects: [tier('unit', 30_000), tier('int', 60_000), tier('e2e', 120_000), cluster],
    execArgv: ['--disable-warning=ExperimentalWarning'],
    pool: 'forks',
    maxWorkers: availableParallelism(),
    reporters: ['default', ['json', { outputFile: 'coverage/test-report.json' }]],
    coverage: {
      provider: 'v8',
      reporter: ['text-summary', 'json-summary'],
      include: ['{libs,services}/*/src/**/*.ts'],
    },
  },
});
