import { AccessDeniedError, type EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import { connect } from '../spec-support/doubles.ts';
import { addUser, PASSWORD, type SecuredDouble, startSecured } from '../spec-support/secured.ts';
import { event, failureOf, newStream } from '../spec-support/server.ts';

const OURS = 'inkstream';

/** Says who may use streams that say nothing of it themselves. */
const setDefaults = (double: SecuredDouble, $userStreamAcl: Record<string, string | string[]>) => {
  const defaults = jsonEvent({ type: 'update-default-acl', data: { $userStreamAcl } });
  return connect({ url: double.as('admin', PASSWORD) }).appendToStream('$settings', defaults);
};

/** What `setup` does: a user without groups who may read `$all`, and nobody else may use streams. */
const setUp = async (double: SecuredDouble) => {
  for (const name of [OURS, 'other']) expect((await addUser(double, name)).status).toBe(201);
  const admin = connect({ url: double.as('admin', PASSWORD) });
  await admin.setStreamMetadata('$all', { acl: { readRoles: [OURS] } });
  await setDefaults(double, { $r: OURS, $w: OURS, $d: OURS, $mr: OURS, $mw: OURS });
  const as = (name: string) => connect({ url: double.as(name, PASSWORD) });
  return { ours: as(OURS), other: as('other') };
};

const follow = (client: EventStoreDBClient) =>
  new Promise<unknown>((resolve) => {
    const subscription = client.subscribeToAll();
    subscription
      .once('caughtUp', () => resolve('caught up'))
      .once('error', resolve)
      .resume();
  });

describe.each([
  ['BatchAppend', true],
  ['Append', false],
])('rights on the EventStoreDB wire double, appending by %s', (_name, batchAppend) => {
  it('8.1 a user without groups who may read $all can do all that is needed; others nothing', async () => {
    const double = await startSecured({ batchAppend });
    const { ours, other } = await setUp(double);
    const stream = newStream();
    await ours.appendToStream(stream, [event(), event()]);
    await ours.setStreamMetadata(stream, { truncateBefore: 1 });
    for await (const { event } of ours.readStream(stream)) expect(event?.revision).toBe(1n);
    expect(await follow(ours)).toBe('caught up');
    await ours.deleteStream(stream);
    expect(await failureOf(other.appendToStream(stream, event()))).toBeInstanceOf(AccessDeniedError);
    expect(await follow(other)).toBeInstanceOf(AccessDeniedError);
    const read = other.readStream(stream)[Symbol.asyncIterator]().next();
    expect(await failureOf(read)).toBeInstanceOf(AccessDeniedError);
    expect(await failureOf(ours.appendToStream('$settings', event()))).toBeInstanceOf(AccessDeniedError);
  });

  it('8.1 truncation needs the rights on metadata', async () => {
    const double = await startSecured({ batchAppend });
    const { ours } = await setUp(double);
    await setDefaults(double, { $r: OURS, $w: OURS, $d: OURS, $mr: [], $mw: [] });
    const stream = newStream();
    await ours.appendToStream(stream, event());
    const truncated = await failureOf(ours.setStreamMetadata(stream, { truncateBefore: 1 }));
    expect(truncated).toBeInstanceOf(AccessDeniedError);
  });

  it('8.2 a denied append has an empty message in a batch, and PERMISSION_DENIED else', async () => {
    const { other } = await setUp(await startSecured({ batchAppend }));
    const denied = await failureOf(other.appendToStream(newStream(), event()));
    expect(denied).toBeInstanceOf(AccessDeniedError);
    expect(denied).toMatchObject(batchAppend ? { message: '' } : { code: 7 });
  });

  it('8.3 a wrong password is UNAUTHENTICATED, and so is a name that nobody has', async () => {
    const double = await startSecured({ batchAppend });
    for (const url of [double.as('admin', 'wrong'), double.as('nobody', PASSWORD)]) {
      expect(await failureOf(connect({ url }).appendToStream(newStream(), event()))).toMatchObject({
        code: 16,
      });
      const read = connect({ url }).readAll({ maxCount: 1 })[Symbol.asyncIterator]().next();
      expect(await failureOf(read)).toMatchObject({ code: 16 });
    }
  });
});
