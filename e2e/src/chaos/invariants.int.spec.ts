import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inkstreamConfig, startInkstream } from '@inkstream/all-in-one';
import { JOB_EVENTS_TOPIC, requestsTopic } from '@inkstream/contracts';
import { defineProvider } from '@inkstream/provider-kit';
import { closeBackends, openBackends, readConfig, silentLogger } from '@inkstream/service-kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { submitJob } from '../distributed/seeded-jobs.ts';
import { createApi } from '../support/api.ts';
import { waitFor } from '../support/wait-for.ts';
import { documentOf, sha256 } from './documents.ts';
import { INVARIANTS, judge, type Played } from './invariants.ts';
import { Ledger } from './ledger.ts';
import { deadLetters, lags } from './messages.ts';
import { Sightings } from './sightings.ts';

const echo = defineProvider({
  name: 'echo',
  version: '1',
  description: 'Says the SHA-256 of a document',
  accepts: ['image/png'],
  limits: { maxBytes: 1_000_000, maxPages: 1 },
  concurrency: 1,
  timeoutMs: 5_000,
  engine: {
    async recognise({ bytes }) {
      const line = {
        text: sha256(bytes),
        confidence: 1,
        box: [0, 0, 1, 1] as [number, number, number, number],
      };
      return { pages: [{ width: 1, height: 1, rotation: 0, lines: [line] }], model: 'echo' };
    },
  },
});

let played: Played;
/** The one job that was acknowledged. */
let id: number;
let close: () => Promise<void>;
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-invariants-'));
  const config = readConfig(inkstreamConfig, { INKSTREAM_DATA_DIR: folder, PORT: '0' });
  const inkstream = await startInkstream(config, [echo], silentLogger());
  const stores = await openBackends(config, silentLogger());
  close = async () => {
    await inkstream.close();
    await closeBackends(stores);
    await rm(folder, { recursive: true });
  };
  const api = createApi(() => inkstream.url);
  const document = documentOf('a receipt', 1_000);
  id = await api.upload([{ bytes: document, provider: 'echo' }]);
  await api.finished(id);
  await waitFor(
    'it to be listed',
    () => api.list('?status=completed'),
    ({ data }) => data.length === 1,
  );
  // What is written is committed a moment later.
  await waitFor(
    'all to be handled',
    () => lags(stores.bus, ['echo']),
    (all) => Object.values(all).every((lag) => lag === 0),
  );
  const ledger = new Ledger();
  ledger.acknowledge(id, [{ provider: 'echo', text: sha256(document) }]);
  played = {
    ...{ url: inkstream.url, stores, providers: ['echo'], ledger, sightings: new Sightings() },
    ownEnds: new Map([['projection', 0]]),
    rebuild: async () => ({ status: 200, body: JSON.stringify(await inkstream.rebuild()) }),
  };
});
afterEach(() => close());

const loseDocuments = async () => (await played.stores.readModel.startGeneration()).activate();
const junk = { key: 'x', value: 'no event', headers: {} };

/** What breaks each invariant. */
const SABOTAGES: Readonly<Record<string, () => unknown>> = {
  'no service ended by itself': () => {
    played = { ...played, ownEnds: new Map([['projection', 1]]) };
  },
  'every acknowledged upload is a job of its own': () => {
    const [job] = played.ledger.jobs.values();
    played.ledger.acknowledge(id, job?.files ?? []);
  },
  'no answer was one that only a fault of ours explains': () =>
    played.ledger.judge('GET /ocr-jobs', 500, [200], 'Internal Server Error'),
  'no read ever went back in time': () => {
    played.sightings.before(id, 'GET')({ executions: new Map([[1, 'completed']]) });
    played.sightings.before(id, 'GET')({ executions: new Map([[1, 'running']]) });
  },
  'every accepted execution has ended': async () => {
    await submitJob(played.stores.eventStore, 1_000, 'of a provider that is gone');
    const pending = async () => (await fetch(`${played.url}/ocr-jobs?status=pending`)).text();
    await waitFor('it to be listed', pending, (body) => body.includes('"id":1000'));
  },
  'no message waits': async () => {
    const topic = requestsTopic('gone');
    await played.stores.bus.ensureTopics([{ name: topic }, { name: requestsTopic('gone', 'bulk') }]);
    await played.stores.bus.publish(topic, [junk]);
    played = { ...played, providers: ['echo', 'gone'] };
  },
  'the dead letters are empty': async () => {
    await played.stores.bus.publish(JOB_EVENTS_TOPIC, [junk]);
    await waitFor(
      'the dead letter',
      () => deadLetters(played.stores.bus),
      (all) => all.length > 0,
    );
  },
  'every execution ended once, with a result that can be read and is right': async () => {
    for await (const { key } of played.stores.objects.list('jobs/'))
      if (key.includes('/result-')) await played.stores.objects.delete(key);
  },
  'what was deleted is gone': () => {
    const job = played.ledger.jobs.get(id);
    if (job) job.deletion = 'acknowledged';
  },
  'the read model is what the event store says': loseDocuments,
  'a rebuild makes the same documents': () => {
    played = {
      ...played,
      async rebuild() {
        await loseDocuments();
        return { status: 200, body: '' };
      },
    };
  },
  'every object belongs to a living job, once orphans are as old as they may be': () =>
    played.stores.objects.put(`jobs/${randomUUID()}/files/1`, Buffer.from('nobody’s')),
};

it('hold where nothing is wrong', async () => {
  expect(await judge(played)).toEqual({});
});

it.each(INVARIANTS.map(({ name }) => name))('is seen to be broken: %s', async (name) => {
  await SABOTAGES[name]?.();
  expect(Object.keys(await judge(played))).toContain(name);
});
