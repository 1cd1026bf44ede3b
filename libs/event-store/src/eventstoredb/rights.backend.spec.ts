import type { EventStoreDbDouble } from '@inkstream/testing/eventstoredb-double';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { event, follow } from '../contract/subject.ts';
import type { Right } from '../errors.ts';
import { openEventStoreDb, setUpEventStoreDb, withRights } from './index.ts';
import { certificateFor } from './spec-support/certificate.ts';
import { startDouble } from './spec-support/double.ts';
import { startSecured } from './spec-support/secured.ts';

const ALL: readonly Right[] = ['read', 'append', 'subscribe', 'truncate'];

async function open(url: string, rights = ALL) {
  const store = withRights(await openEventStoreDb({ url, limitMs: 5_000 }), { url, rights, everyMs: 0 });
  onTestFinished(() => store.close());
  return store;
}

describe('the rights that a service checks, on the wire double', () => {
  let double: EventStoreDbDouble;
  afterEach(() => double.close());

  /** Encrypted, with a certificate for this name. */
  async function startEncrypted(name = 'localhost') {
    const { caFile, remove, ...tls } = await certificateFor(name);
    onTestFinished(remove);
    double = await startDouble({ tls });
    const distrustful = `esdb://localhost:${double.port}?maxDiscoverAttempts=1`;
    return { distrustful, url: `${distrustful}&tlsCaFile=${encodeURIComponent(caFile)}` };
  }
  const refusal = (message: RegExp) => ({
    name: 'EventStoreRefusedError',
    right: 'connect',
    transient: false,
    message: expect.stringMatching(message),
  });

  it('are checked without a trace: whoever reads all streams sees nothing of it', async () => {
    double = await startDouble();
    const store = await open(double.url);
    for (let n = 0; n < 3; n++) await store.ping();
    const follower = follow(store, {});
    await follower.caughtUp();
    await store.append('s', [event()], { expected: 'no_stream' });
    await follower.ids(1);
    expect(follower.events().map(({ stream }) => stream)).toEqual(['s']);
    await follower.stop();
  });

  it('end the start if the certificate is of no authority that the connection string trusts', async () => {
    const store = await open((await startEncrypted()).distrustful);
    await expect(store.ping()).rejects.toMatchObject(refusal(/certificate.*self.signed.*tlsCaFile/));
  });

  it('end the start if the certificate is for another host', async () => {
    const store = await open((await startEncrypted('elsewhere')).url);
    await expect(store.ping()).rejects.toMatchObject(refusal(/certificate.*localhost/));
  });

  it('end the start if only one end speaks TLS, whichever it is', async () => {
    const toEncrypted = await open(`${(await startEncrypted()).distrustful}&tls=false`);
    await expect(toEncrypted.ping()).rejects.toMatchObject(refusal(/speaks TLS/));
    const plain = await startDouble();
    onTestFinished(() => plain.close());
    const toPlain = await open(`esdb://localhost:${plain.port}?tls=true&maxDiscoverAttempts=1`);
    await expect(toPlain.ping()).rejects.toMatchObject(refusal(/speaks no TLS/));
  });

  it('are granted over valid TLS', async () => {
    await (await open((await startEncrypted()).url)).ping();
  });

  it('are not decided while nobody answers: an answer is waited for', async () => {
    double = await startDouble();
    const store = await open(double.url);
    await double.close();
    await expect(store.ping()).rejects.toMatchObject({ name: 'EventStoreUnavailableError', transient: true });
  });
});

describe('the rights that a service checks, on the wire double with users', () => {
  let secured: Awaited<ReturnType<typeof startSecured>>;
  beforeEach(async () => {
    secured = await startSecured();
    const { url } = secured;
    const serviceUrl = url('inkstream', 's3cret');
    await setUpEventStoreDb({ adminUrl: url('admin'), serviceUrl, report: () => {} });
  });
  afterEach(() => secured.close());

  const RIGHTS = { $r: 'inkstream', $w: 'inkstream', $d: 'inkstream', $mr: 'inkstream', $mw: 'inkstream' };
  const openAs = (password = 's3cret', rights = ALL) => open(secured.url('inkstream', password), rights);
  const deny = (permission: string) =>
    permission === '$all'
      ? secured.admin.setStreamMetadata('$all', { acl: { readRoles: ['$admins'] } })
      : secured.setStreamRights({ ...RIGHTS, [permission]: [] });

  it('are all granted to a user whom setup made, and the store works for it', async () => {
    const store = await openAs();
    await store.ping();
    await store.append('s', [event(), event()], { expected: 'no_stream' });
    const follower = follow(store, { streamPrefix: 's' });
    await follower.ids(2);
    await store.truncate('s', 1);
    await store.truncate('s', 5);
    await follower.stop();
  });

  it.each<[Right, string]>([
    ['read', '$r'],
    ['append', '$w'],
    ['subscribe', '$all'],
    ['truncate', '$d'],
    ['truncate', '$mr'],
    ['truncate', '$mw'],
  ])('end the start if the right to %s is missing (%s), and name it', async (right, permission) => {
    await deny(permission);
    const store = await openAs();
    await expect(store.ping()).rejects.toMatchObject({
      name: 'EventStoreRefusedError',
      right,
      transient: false,
      message: expect.stringMatching(/"inkstream" may not .*event-store -- setup/),
    });
    // A service that does not need the right is not stopped; but the ping of every service reads and appends.
    if (right === 'read' || right === 'append') return;
    const rest = await openAs(
      's3cret',
      ALL.filter((one) => one !== right),
    );
    await rest.ping();
  });

  it('end the start if the password is wrong, and never show it', async () => {
    const store = await openAs('wr0ng-secret');
    const error: unknown = await store.ping().catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'EventStoreRefusedError', right: 'sign in', transient: false });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('wr0ng');
  });

  it('are noticed when they are taken away at run time, and when they are granted again', async () => {
    const store = await openAs();
    await store.ping();
    await deny('$all');
    await expect(store.ping()).rejects.toMatchObject({ right: 'subscribe' });
    await secured.admin.setStreamMetadata('$all', { acl: { readRoles: ['inkstream'] } });
    await store.ping();
  });
});
