import { createdJobSchema, JOB_EVENTS_TOPIC, toMessage } from '@inkstream/contracts';
import { DOMAIN_STREAM_PREFIX } from '@inkstream/domain';
import { fromStored } from '@inkstream/job-store';
import { type Backends, domainEventOf } from '@inkstream/service-kit';
import { expect, it } from 'vitest';
import { exactly } from '../support/api.ts';
import type { Service } from '../support/distributed/service.ts';
import { echo, useCluster } from '../support/distributed/use-cluster.ts';
import { waitFor } from '../support/wait-for.ts';
import { faultsOf, smallUpload, startUploads } from './steady-uploads.ts';

const TAKEOVER_LIMIT_MS = 10_000;
const ROUNDS = 2;

const used = useCluster({ core: { 'event-relay': { replicas: 2 } }, providers: { echo: echo() } });

async function roleOf({ url }: Service): Promise<string> {
  const response = await fetch(`${url}/health/ready`);
  return ((await response.json()) as { role: string }).role;
}

/** The relay that publishes, and the other one. */
async function turns(): Promise<{ active: Service; standby: Service }> {
  const relays = used.cluster.of('event-relay');
  const roles = await waitFor(
    'one of two relays to be active',
    () => Promise.all(relays.map(roleOf)),
    (all) => all.toSorted().join() === 'active,standby',
  );
  const having = (role: string) => used.service('event-relay', roles.indexOf(role));
  return { active: having('active'), standby: having('standby') };
}

const placeOf = (stream: string, revision: number): string => `${stream}@${revision}`;

/** The places of all events in the order of the log, by the key of their messages: a request is keyed by its execution. */
async function committed({ eventStore }: Backends): Promise<Map<string, string[]>> {
  const places = new Map<string, string[]>();
  const { signal } = new AbortController();
  for await (const { event, caughtUp } of eventStore.subscribe({
    streamPrefix: DOMAIN_STREAM_PREFIX,
    signal,
  })) {
    const recorded = event && fromStored(event);
    if (event && recorded) {
      const { key } = toMessage(recorded, event.id);
      places.set(key, [...(places.get(key) ?? []), placeOf(event.stream, event.revision)]);
    }
    if (caughtUp) break;
  }
  return places;
}

it('the standby relay publishes within 10 s of the kill of the active one, in order, losing nothing', async () => {
  const { stores, api } = used;
  /** The places of events by key, in the order in which they were first seen on the feed. */
  const feed = new Map<string, string[]>();
  const jobs = new Set<number>();
  let messages = 0;
  const tail = await stores.bus.tail({
    topic: JOB_EVENTS_TOPIC,
    from: 'beginning',
    handler(delivery) {
      const { jobId, revision } = domainEventOf(delivery);
      const place = placeOf(delivery.headers.ce_subject ?? '', revision);
      jobs.add(jobId);
      const places = feed.get(delivery.key) ?? [];
      if (!places.includes(place)) feed.set(delivery.key, [...places, place]);
      messages++;
    },
  });
  const uploads = startUploads(api, 100);
  const probes = new Map<number, string>();

  for (let round = 0; round < ROUNDS; round++) {
    const { active, standby } = await turns();
    await waitFor(
      'the load to be published',
      () => jobs.size,
      (size) => size >= 40 * (round + 1),
    );
    const killedAt = performance.now();
    await active.end('SIGKILL');
    const taken = waitFor(
      'the lease to be taken',
      () => roleOf(standby),
      (role) => role === 'active',
      {
        limitMs: 60_000,
      },
    ).then(() => performance.now() - killedAt);
    const { form, text } = smallUpload(`after kill ${round}`);
    const { id } = await exactly(createdJobSchema, await api.post(form));
    probes.set(id, text);
    await waitFor('the feed to go on', () => jobs.has(id), Boolean, { limitMs: 60_000, everyMs: 5 });
    const takeoverMs = performance.now() - killedAt;
    console.log(
      `the standby relay took the lease ${(await taken).toFixed(0)} ms after the kill, published after ${takeoverMs.toFixed(0)} ms`,
    );
    expect(takeoverMs).toBeLessThan(TAKEOVER_LIMIT_MS);
    await active.start();
  }

  await uploads.stop();
  expect(uploads.refused).toEqual([]);
  const expected = new Map([...uploads.acknowledged, ...probes]);
  expect(await faultsOf(api, used.service('upload-gateway').url, expected)).toEqual({});
  const inOrder = await committed(stores);
  const missing = () => [...inOrder].filter(([key, all]) => all.length !== feed.get(key)?.length);
  await waitFor('every event to be on the feed', missing, ({ length }) => length === 0);
  await tail.close();
  expect(feed).toEqual(inOrder);
  const total = [...inOrder.values()].reduce((sum, { length }) => sum + length, 0);
  console.log(
    `${total} events under ${inOrder.size} keys were published in order, ${messages - total} of them twice`,
  );
});
