import { ConfigError, readConfig } from '@inkstream/service-kit';
import { expect, test } from 'vitest';
import { assertLimitsAgree, gatewayConfig } from './config.ts';

const check = (env: Record<string, string>) => () => assertLimitsAgree(readConfig(gatewayConfig, env));

test('a job may have at least as many executions as an upload has files', () => {
  expect(check({})).not.toThrow();
  expect(check({ MAX_FILES_PER_JOB: '200', MAX_EXECUTIONS_PER_JOB: '200' })).not.toThrow();
  expect(check({ MAX_FILES_PER_JOB: '400', MAX_EXECUTIONS_PER_JOB: '300' })).toThrow(
    new ConfigError('MAX_EXECUTIONS_PER_JOB: must be at least MAX_FILES_PER_JOB, 400 (it is 300)'),
  );
});
