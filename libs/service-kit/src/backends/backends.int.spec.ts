import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { silentLogger } from '../log.ts';
import { backendConfig } from './backend-config.ts';
import { closeBackends, openBackends } from './backends.ts';

describe('the embedded stores', () => {
  let parent: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'inkstream-backends-'));
  });
  afterEach(() => rm(parent, { recursive: true }));

  it('are in one folder, which is made if it is missing, and answer', async () => {
    const folder = join(parent, 'not', 'yet');
    const config = readConfig(backendConfig, { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder });
    const backends = await openBackends(config, silentLogger());
    const { eventStore, bus, objects, readModel } = backends;
    await Promise.all([eventStore.ping(), bus.ping(), objects.ping(), readModel.ping()]);
    await closeBackends(backends);
    expect((await readdir(folder)).sort()).toEqual(['format', 'inkstream.db', 'objects', 'readmodel.db']);
    await expect(eventStore.ping()).rejects.toMatchObject({ transient: true });
  });

  it('keep what was written when they are opened again', async () => {
    const config = readConfig(backendConfig, { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: parent });
    const first = await openBackends(config, silentLogger());
    const event = { id: crypto.randomUUID(), type: 'Test', data: {}, metadata: {} };
    await first.eventStore.append('test', [event], { expected: 'no_stream' });
    await first.bus.ensureTopics([{ name: 'test' }]);
    await first.bus.publish('test', [{ key: 'a', value: 'b', headers: {} }]);
    await closeBackends(first);
    const second = await openBackends(config, silentLogger());
    const ids: string[] = [];
    for await (const { id } of second.eventStore.read('test')) ids.push(id);
    expect(ids).toEqual([event.id]);
    expect(await second.bus.lag('test', 'group')).toBe(1);
    await closeBackends(second);
  });

  it('are not opened for a service whose environment does not ask for them', () => {
    expect(() => readConfig(backendConfig, {})).toThrow(
      /INKSTREAM_MODE: is needed: distributed .*, or embedded /,
    );
  });

  it('know no other mode', () => {
    expect(() => readConfig(backendConfig, { INKSTREAM_MODE: 'magic' })).toThrow('INKSTREAM_MODE');
  });
});
