import { inspect } from 'node:util';
import { ConfigError, readConfig } from '@inkstream/service-kit';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { apiKey, Secret } from './api-key.ts';

const KEY = 'sk-live-0123456789';
const read = (value: string | undefined) =>
  readConfig({ ACME_API_KEY: apiKey('ACME_API_KEY') }, { ACME_API_KEY: value }).ACME_API_KEY;

test('a key is read without the blanks around it, and only for whoever asks for it', () => {
  expect(read(` ${KEY}\n`)?.reveal()).toBe(KEY);
});

test('no key is no error', () => {
  expect(read(undefined)).toBeUndefined();
  expect(read('')).toBeUndefined();
});

test('what cannot go into a header is refused, without showing it', () => {
  for (const value of ['two words', 'sk-\u00e9', ' '])
    try {
      expect.fail(String(read(value)));
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      expect(String(error)).toContain('ACME_API_KEY: must be a key');
      if (value.trim() !== '') expect(String(error)).not.toContain(value);
    }
});

test('a key shows in no log, no message and no JSON', () => {
  const key = new Secret('ACME_API_KEY', KEY);
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => lines.push(line) });
  log.info({ key, config: { key }, list: [key] }, `the key is ${key}`);
  const shown = [...lines, inspect({ key }, { showHidden: true, depth: 9 }), JSON.stringify({ key })];
  for (const text of shown) {
    expect(text).toContain('[ACME_API_KEY]');
    expect(text).not.toContain(KEY);
  }
});

test('a text that repeats the key loses it', () => {
  expect(new Secret('ACME_API_KEY', KEY).hiddenIn(`wrong: ${KEY}, ${KEY}`)).toBe(
    'wrong: [ACME_API_KEY], [ACME_API_KEY]',
  );
});
