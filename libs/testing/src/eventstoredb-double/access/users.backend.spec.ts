import { readFileSync } from 'node:fs';

import { AccessDeniedError } from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import { startCluster } from '../spec-support/cluster.ts';
import { connect } from '../spec-support/doubles.ts';
import { addUser, call, certificate, PASSWORD, startSecured } from '../spec-support/secured.ts';
import { event, failureOf, newStream } from '../spec-support/server.ts';

const OURS = 'inkstream';

describe('users of the EventStoreDB wire double', () => {
  it('are added by an administrator, once, and given a new password', async () => {
    const double = await startSecured();
    expect((await addUser(double, OURS)).status).toBe(201);
    expect((await addUser(double, OURS)).status).toBe(409);
    expect(await call(double, 'GET', `/users/${OURS}`, 'admin')).toMatchObject({
      status: 200,
      body: { data: { loginName: OURS, groups: [] } },
    });
    expect((await call(double, 'POST', '/users/', OURS, { loginName: 'x', password: 'y' })).status).toBe(401);
    const reset = { newPassword: 'new' };
    const path = `/users/${OURS}/command/reset-password`;
    expect((await call(double, 'POST', path, 'admin', reset)).status).toBe(200);
    expect((await call(double, 'GET', `/users/${OURS}`, OURS)).status).toBe(401);
    await connect({ url: double.as(OURS, 'new') }).appendToStream(newStream(), event());
  });

  it('8.5 scavenge if they belong to the operators', async () => {
    const double = await startSecured();
    await addUser(double, OURS);
    expect((await call(double, 'POST', '/admin/scavenge', OURS)).status).toBe(401);
    expect(await call(double, 'POST', '/admin/scavenge', 'ops')).toMatchObject({
      status: 200,
      body: { scavengeId: expect.any(String) },
    });
  });

  it('may use streams as long as nothing else is said; who gives no name may not', async () => {
    const double = await startSecured();
    await connect({ url: double.as('ops', PASSWORD) }).appendToStream(newStream(), event());
    const anonymous = `esdb://127.0.0.1:${double.port}?tls=true&tlsCAFile=${encodeURIComponent(double.certFile)}`;
    const refused = await failureOf(connect({ url: anonymous }).appendToStream(newStream(), event()));
    expect(refused).toBeInstanceOf(AccessDeniedError);
  });
});

describe('a cluster of EventStoreDB wire doubles with users', () => {
  it('knows them on each node, and takes new ones on any', async () => {
    const { keyFile, certFile } = await certificate();
    const tls = { key: readFileSync(keyFile), cert: readFileSync(certFile) };
    const cluster = await startCluster({ tls, security: {} });
    const [follower] = cluster.followers;
    if (follower === undefined) throw new Error('There is no follower.');
    const { port } = follower.double;
    expect((await addUser({ port, certFile }, OURS)).status).toBe(201);
    const as = `esdb://${OURS}:${PASSWORD}@`;
    const url = `${cluster.url.replace('esdb://', as)}&tlsCAFile=${encodeURIComponent(certFile)}`;
    const client = connect({ url });
    const [stream, requiresLeader] = [newStream(), true];
    await client.appendToStream(stream, event(), { requiresLeader });
    for await (const { event } of client.readStream(stream, { requiresLeader })) expect(event).toBeDefined();
    await cluster.killLeader();
    await expect
      .poll(() => client.appendToStream(stream, event()).catch(() => undefined), { timeout: 15_000 })
      .toBeDefined();
  });
});
