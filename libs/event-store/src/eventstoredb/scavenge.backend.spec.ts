import { afterEach, describe, expect, it } from 'vitest';
import { openEventStoreDbScavenger } from './index.ts';
import { startAdminServer } from './spec-support/admin-server.ts';

type AdminServer = Awaited<ReturnType<typeof startAdminServer>>;

const { signal } = new AbortController();
const unavailable = { name: 'EventStoreUnavailableError', transient: true };

describe('a scavenge of EventStoreDB', () => {
  let server: AdminServer;
  afterEach(() => server.close());
  const start = async (size = 1) => {
    server = await startAdminServer(size);
    return server;
  };
  const open = (user = 'ops', password = 'changeit') =>
    openEventStoreDbScavenger({ url: server.url(user, password), pollMs: 5 });
  const names = () => server.nodes.map(({ name }) => name);

  it('knows every node of a cluster by gossip, dead ones too, and has scavenged one when it resolves', async () => {
    const { nodes, journal } = await start(3);
    nodes[0]!.broken = 503;
    const scavenger = open();
    expect(await scavenger.copies(signal)).toEqual(names());
    await expect(scavenger.scavenge(names()[0]!, signal)).rejects.toMatchObject(unavailable);
    for (const name of names().slice(1)) await scavenger.scavenge(name, signal);
    expect(journal).toEqual(
      names()
        .slice(1)
        .flatMap((name) => [`begin ${name}`, `end ${name}`]),
    );
  });

  it('calls a node that is alone by its name in the connection string', async () => {
    const { url } = await start();
    const elsewhere = openEventStoreDbScavenger({ url: url('ops', 'changeit'), pollMs: 5 });
    expect(await elsewhere.copies(signal)).toEqual(names());
  });

  it('waits for one that somebody else began, and then begins its own', async () => {
    const { nodes, journal, end } = await start();
    nodes[0]!.running = 'of somebody else';
    const scavenged = open().scavenge(names()[0]!, signal);
    setTimeout(() => end(nodes[0]!), 50);
    await scavenged;
    const [name] = names();
    expect(journal).toEqual([`end ${name}`, `begin ${name}`, `end ${name}`]);
  });

  it('fails if the scavenge was stopped, failed, or is not reported anywhere', async () => {
    const { nodes } = await start();
    for (const result of ['Errored', 'Stopped'] as const) {
      nodes[0]!.result = result;
      const scavenged = open().scavenge(names()[0]!, signal);
      await expect(scavenged).rejects.toMatchObject({
        ...unavailable,
        message: expect.stringContaining(result),
      });
    }
  });

  it('ends when its signal aborts', async () => {
    const { nodes } = await start();
    nodes[0]!.scavengeMs = 60_000;
    const stop = new AbortController();
    const scavenged = open().scavenge(names()[0]!, stop.signal);
    setTimeout(() => stop.abort(new Error('enough')), 50);
    await expect(scavenged).rejects.toThrow();
  });

  it('names the user whom the server refuses, and never the password', async () => {
    await start();
    for (const [user, password] of [
      ['ops', 'wr0ng-secret'],
      ['nobody', 'changeit'],
    ] as const) {
      const error: unknown = await open(user, password)
        .scavenge(names()[0]!, signal)
        .catch((thrown) => thrown);
      expect(error).toMatchObject({ name: 'EventStoreRefusedError', transient: false, right: 'sign in' });
      expect(String(error)).toContain(user);
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(password);
    }
  });

  it('reports that the certificate is not accepted', async () => {
    const { url } = await start();
    const distrustful = openEventStoreDbScavenger({ url: url('ops', 'changeit').split('?')[0]! });
    await expect(distrustful.copies(signal)).rejects.toMatchObject({
      name: 'EventStoreRefusedError',
      right: 'connect',
      message: expect.stringContaining('certificate'),
    });
  });
});
