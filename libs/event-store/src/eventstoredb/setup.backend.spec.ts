import { jsonEvent } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAdmin } from './admin.ts';
import { setUpEventStoreDb } from './index.ts';
import { startSecured } from './spec-support/secured.ts';

const RIGHTS = ['$r', '$w', '$d', '$mr', '$mw'];

describe('the set-up of EventStoreDB, on the wire double with users', () => {
  let secured: Awaited<ReturnType<typeof startSecured>>;
  beforeEach(async () => {
    secured = await startSecured();
  });
  afterEach(() => secured.close());

  const setUp = async (serviceUrl = secured.url('inkstream', 's3cret'), adminUrl = secured.url('admin')) => {
    const lines: string[] = [];
    const operationsUrl = secured.url('inkstream-operations', '0ps');
    await setUpEventStoreDb({ adminUrl, serviceUrl, operationsUrl, report: (line) => lines.push(line) });
    return lines.join('\n');
  };
  const last = async (stream: string) => {
    const options = { direction: 'backwards', fromRevision: 'end', maxCount: 1 } as const;
    const events = await Array.fromAsync(secured.admin.readStream(stream, options));
    return events[0]?.event;
  };
  const groupsOf = async (login: string) => {
    const admin = openAdmin(secured.url('admin'));
    const { body } = await admin.ask(admin.hosts[0]!, { method: 'GET', path: `/users/${login}` });
    return (body as { data: { groups: string[] } }).data.groups;
  };
  /** Whether the server accepts the user with this password, which needs no right. */
  const knows = async (login: string, password: string) => {
    const admin = openAdmin(secured.url(login, password));
    const answer = admin.ask(admin.hosts[0]!, { method: 'GET', path: '/info' });
    return answer.then(
      ({ status }) => status === 200,
      () => false,
    );
  };
  const everyRight = (...users: string[]) => Object.fromEntries(RIGHTS.map((right) => [right, users]));

  it('makes a user without groups, who may use all streams and read $all, and shuts others out', async () => {
    const report = await setUp();
    expect([await groupsOf('inkstream'), await groupsOf('inkstream-operations')]).toEqual([[], ['$ops']]);
    expect(await knows('inkstream', 's3cret')).toBe(true);
    expect(await knows('inkstream-operations', '0ps')).toBe(true);
    expect((await last('$$$all'))?.data).toEqual({ $acl: { $r: ['inkstream'] } });
    expect((await last('$settings'))?.data).toEqual({ $userStreamAcl: everyRight('inkstream') });
    expect(report).not.toContain('s3cret');
  });

  it('changes nothing but the passwords when it is run again', async () => {
    await setUp();
    const before = [await last('$$$all'), await last('$settings')];
    const report = await setUp(secured.url('inkstream', 'n3w'));
    expect([await last('$$$all'), await last('$settings')]).toEqual(before);
    expect([await knows('inkstream', 'n3w'), await knows('inkstream', 's3cret')]).toEqual([true, false]);
    expect(report).toMatch(/had \$r \$w \$d \$mr \$mw/);
  });

  it('keeps the users whom others let in by name, and the other settings', async () => {
    const system = { $r: '$admins' };
    const settings = { $userStreamAcl: { $r: '$all', $w: ['backup'] }, $systemStreamAcl: system };
    await secured.admin.appendToStream('$settings', jsonEvent({ type: '$settings', data: settings }));
    await secured.admin.setStreamMetadata('$all', {
      acl: { readRoles: ['$admins'], writeRoles: ['backup'] },
    });
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
    await expect(setUp(secured.url('admin'))).rejects.toThrow('administrator');
    await expect(setUp(secured.url('x').replace(/\/\/.*@/, '//'))).rejects.toThrow('names no user');
    await expect(setUp(undefined, secured.url('ops'))).rejects.toMatchObject({
      name: 'EventStoreRefusedError',
      right: 'sign in',
    });
  });
});
