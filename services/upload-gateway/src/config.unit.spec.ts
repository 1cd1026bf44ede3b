import { ConfigError, readConfig } from '@inkstream/service-kit';
import { expect, test } from 'vitest';
import { assertLimitsAgree, gatewayConfig, reuseHoursOf } from './config.ts';
import { autoPolicyOf } from './providers/auto.ts';

const check = (env: Record<string, string>) => () => assertLimitsAgree(readConfig(gatewayConfig, env));

test('a job may have at least as many executions as an upload has files', () => {
  expect(check({})).not.toThrow();
  expect(check({ MAX_FILES_PER_JOB: '200', MAX_EXECUTIONS_PER_JOB: '200' })).not.toThrow();
  expect(check({ MAX_FILES_PER_JOB: '400', MAX_EXECUTIONS_PER_JOB: '300' })).toThrow(
    new ConfigError('MAX_EXECUTIONS_PER_JOB: must be at least MAX_FILES_PER_JOB, 400 (it is 300)'),
  );
});

test('results are reused for no tenant by default, and else as long as its own hours say', () => {
  const hours = (env: Record<string, string>, tenant: string) =>
    reuseHoursOf(readConfig(gatewayConfig, env), tenant);
  expect(hours({}, 'acme')).toBe(0);
  const byTenant = { RESULT_REUSE_HOURS: '24', RESULT_REUSE_HOURS_BY_TENANT: '{"acme": 1, "other": 0}' };
  expect(['acme', 'other', 'third'].map((tenant) => hours(byTenant, tenant))).toEqual([1, 0, 24]);
  expect(['constructor', '__proto__'].map((tenant) => hours(byTenant, tenant))).toEqual([24, 24]);
  for (const bad of ['24', '{"acme": -1}', '{"acme": 1.5}', '{"acme": 8761}', '{'])
    expect(() => hours({ RESULT_REUSE_HOURS_BY_TENANT: bad }, 'acme')).toThrow(
      /RESULT_REUSE_HOURS_BY_TENANT: must be JSON of hours/,
    );
});

test('a policy by default wants total, date and merchant, each at 0.8', () => {
  expect(autoPolicyOf(readConfig(gatewayConfig, {}))).toBeUndefined();
  expect(
    autoPolicyOf(readConfig(gatewayConfig, { AUTO_PROVIDERS: 'paddle-ocr-local, mistral,openai' })),
  ).toEqual({
    first: 'paddle-ocr-local',
    next: ['mistral', 'openai'],
    fields: ['total', 'date', 'merchant'],
    confidence: 0.8,
  });
});

test.each([
  ['AUTO_PROVIDERS', 'mistral', 'must name two providers at least, such as paddle-ocr-local,mistral'],
  ['AUTO_PROVIDERS', 'mistral,', "'' is not the name of a provider"],
  ['AUTO_PROVIDERS', 'mistral,auto', "'auto' is not the name of a provider"],
  ['AUTO_PROVIDERS', 'mistral,openai,mistral', "names 'mistral' twice"],
  ['AUTO_FIELDS', 'total,sum', "'sum' is no field of a receipt: see docs/result.md"],
  ['AUTO_FIELDS', 'total,total', "names 'total' twice"],
  ['AUTO_CONFIDENCE', '1.1', 'must be a number from 0 to 1, such as 0.8'],
  ['AUTO_CONFIDENCE', '80%', 'must be a number from 0 to 1, such as 0.8'],
])('%s=%s is refused: %s', (name, value, message) =>
  expect(() => readConfig(gatewayConfig, { [name]: value })).toThrow(message),
);
