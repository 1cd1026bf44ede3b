import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { silentLogger } from '../log.ts';
import { engineConfig } from './engine-config.ts';
import { closeEngines, openEngines } from './engines.ts';

describe('the embedded stores', () => {
  let parent: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'inkstream-engines-'));
  });
  afterEach(() => rm(parent, { recursive: true }));

  it('are in one folder, which is made if it is missing, and answer', async () => {
    const folder = join(parent, 'not', 'yet');
    const config = readConfig(engineConfig, { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder });
    const engines = await openEngines(config, silentLogger());
    const { eventStore, bus, objects, readModel } = engines;
    await Promise.all([eventStore.ping(), bus.ping(), objects.ping(), readModel.ping()]);
    await closeEngines(engines);
    expect((await readdir(folder)).sort()).toEqual(['format', 'inkstream.db', 'objects', 'readmodel.db']);
    await expect(eventStore.ping()).rejects.toMatchObject({ transient: true });
  });

  it('keep what was written when they are opened again', async () => {
    const config = readConfig(engineConfig, { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: parent });
    const first = await openEngines(config, silentLogger());
    const event = { id: crypto.randomUUID(), type: 'Test', data: {}, metadata: {} };
    await first.eventStore.append('test', [event], { expected: 'no_stream' });
    await first.bus.ensureTopics([{ name: 'test' }]);
    await first.bus.publish('test', [{ key: 'a', value: 'b', headers: {} }]);
    await closeEngines(first);
    const second = await openEngines(config, silentLogger());
    const ids: string[] = [];
    for await (const { id } of second.eventStore.read('test')) ids.push(id);
    expect(ids).toEqual([event.id]);
    expect(await second.bus.lag('test', 'group')).toBe(1);
    await closeEngines(second);
  });

  it('are not opened for a service whose environment does not ask for them', () => {
    expect(() => readConfig(engineConfig, {})).toThrow(
      /INKSTREAM_MODE: is needed: distributed .*, or embedded /,
    );
  });

  it('know no other mode', () => {
    expect(() => readConfig(engineConfig, { INKSTREAM_MODE: 'magic' })).toThrow('INKSTREAM_MODE');
  });
});
