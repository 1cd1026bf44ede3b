import { expect, it } from 'vitest';
import { commandsUrl, subscriptionsUrl } from './connection-string.ts';

it('adds its options to any connection string, after those that are there', () => {
  const ours = 'throwOnAppendFailure=true&nodePreference=leader';
  const strict = (url: string) => expect(commandsUrl(url));
  strict('esdb://h:2113').toBe(`esdb://h:2113?${ours}`);
  strict('esdb://h1,h2:2114?tls=false').toBe(`esdb://h1,h2:2114?tls=false&${ours}`);
  strict('esdb+discover://u:p%3F?@h').toBe(`esdb+discover://u:p%3F?@h?${ours}`);
});

it('gives subscriptions a connection of their own, unless the string settles what would tell it apart', () => {
  expect(subscriptionsUrl('esdb://h?tls=false')).toBe('esdb://h?tls=false&keepAliveTimeout=10001');
  const settled = 'esdb://h?keepAliveTimeout=20000';
  expect(subscriptionsUrl(settled)).toBe(settled);
});

it('knows the later names of the protocol', () => {
  for (const scheme of ['kurrentdb', 'kdb', 'esdb']) {
    expect(commandsUrl(`${scheme}://h`)).toMatch(/^esdb:\/\/h/);
    expect(commandsUrl(`${scheme}+discover://h`)).toMatch(/^esdb\+discover:\/\/h/);
  }
});
