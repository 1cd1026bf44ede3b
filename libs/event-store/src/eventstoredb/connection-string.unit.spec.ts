import { inspect } from 'node:util';
import { expect, it, onTestFinished, vi } from 'vitest';
import { EventStoreRefusedError } from '../errors.ts';
import { commandsUrl, subscriptionsUrl } from './connection-string.ts';

it('adds its options to any connection string, after those that are there', () => {
  const ours = 'throwOnAppendFailure=true&nodePreference=leader';
  const strict = (url: string) => expect(commandsUrl(url));
  strict('esdb://h:2113').toBe(`esdb://h:2113?${ours}`);
  strict('esdb://h1,h2:2114?tls=false').toBe(`esdb://h1,h2:2114?tls=false&${ours}`);
  strict('esdb+discover://u:p%3F?@h').toBe(`esdb+discover://u:p%3F?@h?${ours}`);
});

it('makes a connection of their own for subscriptions, unless the string sets the option that would tell it apart', () => {
  expect(subscriptionsUrl('esdb://h?tls=false')).toBe('esdb://h?tls=false&keepAliveTimeout=10001');
  const settled = 'esdb://h?keepAliveTimeout=20000';
  expect(subscriptionsUrl(settled)).toBe(settled);
});

it('makes one for each client that takes the place of another, whatever the string sets', () => {
  const urls = [0, 1, 2].flatMap((nth) =>
    ['esdb://h', 'esdb://h?keepAliveTimeout=20000'].flatMap((url) => [
      commandsUrl(url, nth),
      subscriptionsUrl(url, nth),
    ]),
  );
  const lastOf = (url: string) => /.*keepAliveTimeout=(\d+)/i.exec(url)?.[1] ?? '10000';
  // With 20000 the first two are one, as before.
  expect(new Set(urls.map(lastOf)).size).toBe(urls.length - 1);
});

it('knows the later names of the protocol', () => {
  for (const scheme of ['kurrentdb', 'kdb', 'esdb']) {
    expect(commandsUrl(`${scheme}://h`)).toMatch(/^esdb:\/\/h/);
    expect(commandsUrl(`${scheme}+discover://h`)).toMatch(/^esdb\+discover:\/\/h/);
  }
});

it.each([
  'esdb://u:s3cret@h:port?tls=false',
  'esdb://u:s3cret@a:2113,b:x',
  'esdb://u:s3cret@h?tls=maybe',
  'http://u:s3cret@h',
])('shows no password if the string is not valid: %s', (url) => {
  for (const asUrl of [commandsUrl, subscriptionsUrl]) {
    let fault: unknown;
    try {
      asUrl(url);
    } catch (error) {
      fault = error;
    }
    expect(fault).toBeInstanceOf(EventStoreRefusedError);
    expect(inspect(fault)).not.toContain('s3cret');
  }
});

it('names an option that the client ignores, leaves it out, and shows no password', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  onTestFinished(() => warn.mockRestore());
  const url = 'esdb://u:s3cret@h?maxRetries=3&tls=false&tlsVerifyCert=false';
  expect(subscriptionsUrl(url)).toBe('esdb://u:s3cret@h?tls=false&keepAliveTimeout=10001');
  expect(warn.mock.calls.join()).toMatch(/"maxRetries".*"tlsVerifyCert"/);
  expect(warn.mock.calls.join()).not.toContain('s3cret');
});
