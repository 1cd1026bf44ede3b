import { ConfigError, readConfig } from '@inkstream/service-kit';
import { expect, test } from 'vitest';
import { assertLimitsAgree, gatewayConfig, reuseHoursOf } from './config.ts';

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
