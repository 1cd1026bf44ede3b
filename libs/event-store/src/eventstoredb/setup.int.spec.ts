import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import type { EventStoreDbDouble } from '@inkstream/testing/eventstoredb-double';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toArray } from '../contract/subject.ts';
import type { EventStore } from '../event-store.ts';
import { openEventStoreDb, setUpEventStoreDb } from './index.ts';
import { createAdminApi } from './spec-support/admin-server.ts';
import { startDouble } from './spec-support/double.ts';
import { startRightsGate } from './spec-support/rights-gate.ts';

const RIGHTS = ['$r', '$w', '$d', '$mr', '$mw'];

describe('the set-up of EventStoreDB, on the wire double and the API for operators', () => {
  let double: EventStoreDbDouble;
  let store: EventStore;
  let gate: Awaited<ReturnType<typeof startRightsGate>>;
  let api: ReturnType<typeof createAdminApi>;
  beforeEach(async () => {
    double = await startDouble();
    store = await openEventStoreDb({ url: double.url });
    api = createAdminApi();
    const node = api.addNode();
    gate = await startRightsGate(double.port, {
      users: api.users,
      onRequest: (asked, response) => void api.serve(node, asked, response),
    });
  });
  afterEach(async () => {
    await store.close();
    await gate.close();
    await double.close();
  });

  const setUp = async (serviceUrl = gate.url('s3cret'), adminUrl = gate.url('changeit', 'admin')) => {
    const lines: string[] = [];
    const operationsUrl = gate.url('0ps', 'inkstream-operations');
    await setUpEventStoreDb({ adminUrl, serviceUrl, operationsUrl, report: (line) => lines.push(line) });
    return lines.join('\n');
  };
  const last = async (stream: string) => {
    const [found] = await toArray(store.read(stream, { direction: 'backwards', limit: 1 }));
    return found;
  };
  const everyRight = (...users: string[]) => Object.fromEntries(RIGHTS.map((right) => [right, users]));

  it('makes a user without groups, who may use all streams and read $all, and shuts others out', async () => {
    const report = await setUp();
    expect(api.users.get('inkstream')).toMatchObject({ groups: [], password: 's3cret' });
    expect(api.users.get('inkstream-operations')).toMatchObject({ groups: ['$ops'], password: '0ps' });
    expect((await last('$$$all'))?.data).toEqual({ $acl: { $r: ['inkstream'] } });
    expect((await last('$settings'))?.data).toEqual({ $userStreamAcl: everyRight('inkstream') });
    expect(report).not.toContain('s3cret');
  });

  it('changes nothing but the passwords when it is run again', async () => {
    await setUp();
    const before = [await last('$$$all'), await last('$settings')];
    const report = await setUp(gate.url('n3w'));
    expect([await last('$$$all'), await last('$settings')]).toEqual(before);
    expect(api.users.get('inkstream')).toMatchObject({ groups: [], password: 'n3w' });
    expect(report).toMatch(/had \$r \$w \$d \$mr \$mw/);
  });

  it('keeps whom others let in by name, and the other settings', async () => {
    const system = { $r: '$admins' };
    const client = EventStoreDBClient.connectionString(double.url);
    const settings = { $userStreamAcl: { $r: '$all', $w: ['backup'] }, $systemStreamAcl: system };
    await client.appendToStream('$settings', jsonEvent({ type: '$settings', data: settings }));
    await client.setStreamMetadata('$all', { acl: { readRoles: ['$admins'], writeRoles: ['backup'] } });
    await client.dispose();
    await setUp();
    expect((await last('$settings'))?.data).toEqual({
      $userStreamAcl: { ...everyRight('inkstream'), $w: ['backup', 'inkstream'] },
      $systemStreamAcl: system,
    });
    expect((await last('$$$all'))?.data).toEqual({
      $acl: { $r: ['$admins', 'inkstream'], $w: ['backup'] },
    });
  });

  it('lets no service be an administrator, and needs one itself', async () => {
    await expect(setUp(gate.url('changeit', 'admin'))).rejects.toThrow('administrator');
    await expect(setUp(gate.url().replace(/\/\/.*@/, '//'))).rejects.toThrow('names no user');
    await expect(setUp(undefined, gate.url('changeit', 'ops'))).rejects.toMatchObject({
      name: 'EventStoreRefusedError',
      right: 'sign in',
    });
  });
});
