import { readConfig } from '@inkstream/service-kit';
import { expect, it } from 'vitest';
import { canaryConfig } from './config.ts';

it('asks all-in-one on this machine each minute if nothing is said', () => {
  expect(readConfig(canaryConfig, {})).toEqual({
    CANARY_URL: 'http://127.0.0.1:3000',
    CANARY_PROVIDER: 'paddle-ocr-local',
    CANARY_INTERVAL: 60_000,
    CANARY_TIMEOUT: 60_000,
  });
});

it('takes a header as it goes over the wire, and shows none that is wrong', () => {
  const header = (text: string) => readConfig(canaryConfig, { CANARY_KEY_HEADER: text }).CANARY_KEY_HEADER;
  expect(header('Authorization: Bearer a.b-c')).toEqual({ Authorization: 'Bearer a.b-c' });
  for (const wrong of ['hush', ': hush', 'X Key: hush', 'X-Key: hush\r\nX-Other: 1', 'X-Key:']) {
    expect(() => header(wrong), wrong).toThrow(
      'CANARY_KEY_HEADER: must be a header such as X-Api-Key: secret',
    );
    expect(() => header(wrong)).not.toThrow('hush');
  }
});
