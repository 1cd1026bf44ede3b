import { JOB_EVENTS_TOPIC } from '@inkstream/contracts';
import { expect, it } from 'vitest';
import { lags } from '../chaos/messages.ts';
import { documentsOf } from '../chaos/verdict.ts';
import { startNoon } from '../releases/noon.ts';
import { READERS_FIRST, type ServiceName } from '../releases/rolling-cluster.ts';
import { useReleases } from '../releases/use-releases.ts';
import { expectError } from '../support/api.ts';
import { waitFor } from '../support/wait-for.ts';
import { faultsOf } from './steady-uploads.ts';

/** On a machine that does much else. */
const timeout = 900_000;
const LIMIT = { limitMs: 120_000, everyMs: 50 };
const WRITERS_FIRST = READERS_FIRST.toReversed();

const used = useReleases();

/** Whoever runs now brings what is uploaded now to its end, and lists show it. */
async function expectWorkGoesOn(): Promise<void> {
  const { api, stores, uploads } = used;
  const ids = await uploads.upload(3);
  for (const id of ids) expect(await api.finished(id, LIMIT)).toMatchObject({ status: 'completed' });
  await waitFor(
    'lists to show it',
    async () => [...(await stores.readModel.getJobs(ids)).values()].map(({ view }) => view.status),
    (statuses) => statuses.length === ids.length && statuses.every((status) => status === 'completed'),
    LIMIT,
  );
}

/** That, and no service has met what it does not know; `but`: of which this is not said. */
async function expectNothingWaits(...but: ServiceName[]): Promise<void> {
  await expectWorkGoesOn();
  const waiting = await used.cluster.waiting();
  for (const name of but) delete waiting[name];
  expect(waiting).toEqual({});
}

const untilFeedIsRead = () =>
  waitFor(
    'the feed to be read',
    () => used.stores.bus.lag(JOB_EVENTS_TOPIC, 'projection'),
    (lag) => lag === 0,
    LIMIT,
  );

const untilAllIsRead = () =>
  waitFor(
    'every group to be done',
    () => lags(used.stores.bus, ['echo']),
    (all) => Object.values(all).every((lag) => lag === 0),
    LIMIT,
  );

const rebuild = () => fetch(`${used.cluster.of('projection')[0]?.url}/rebuild`, { method: 'POST' });

/** Each of these uploads has its own result, nothing is pending or given up, and a rebuild changes no document. */
async function expectAllDone(acknowledged: ReadonlyMap<number, string>): Promise<void> {
  const { api, cluster, stores } = used;
  expect(await faultsOf(api, cluster.url, acknowledged)).toEqual({});
  await untilAllIsRead();
  expect(await cluster.waiting()).toEqual({});
  expect(await used.deadLetters()).toBe('');
  const documents = await documentsOf(stores, [...acknowledged.keys()]);
  expect(documents.size).toBe(acknowledged.size);
  expect((await rebuild()).status).toBe(200);
  expect(await documentsOf(stores, [...acknowledged.keys()])).toEqual(documents);
}

it('a release is rolled out at noon as Deployments do it, and back: nothing is lost, and no client has to come a third time', {
  timeout,
}, async () => {
  const { api, cluster, last, additions } = used;
  const noon = startNoon(api);
  for (const name of READERS_FIRST) await cluster.rollOut(name, additions);
  for (const name of WRITERS_FIRST) await cluster.rollOut(name, last);
  await cluster.ended();
  await noon.stop();
  console.log(`${noon.acknowledged.size} uploads, ${noon.calls.once.length} first tries refused`);
  expect(noon.calls.twice).toEqual([]);
  expect(noon.wrong).toEqual([]);
  await expectAllDone(noon.acknowledged);
});

it('a release that adds optional fields runs beside the one before in any order, and is rolled back: nothing waits', {
  timeout,
}, async () => {
  const { cluster, uploads, last, additions } = used;
  for (const name of WRITERS_FIRST) await cluster.replace(name, additions, expectNothingWaits);
  await expectNothingWaits();
  for (const name of READERS_FIRST) await cluster.replace(name, last, expectNothingWaits);
  await expectNothingWaits();
  await expectAllDone(new Map(uploads.acknowledged));
});

it('a release with new events, versions and messages comes readers first and goes writers first: nothing waits but what it had begun', {
  timeout,
}, async () => {
  const { cluster, uploads, last, changes } = used;
  const before = new Set(uploads.acknowledged.keys());
  for (const name of READERS_FIRST) await cluster.replace(name, changes, expectNothingWaits);
  await expectNothingWaits();
  await expectAllDone(new Map([...uploads.acknowledged].filter(([id]) => !before.has(id))));

  for (const name of WRITERS_FIRST) {
    // What the later release wrote is read by itself before its readers go.
    if (name === 'echo') await untilAllIsRead();
    else await untilFeedIsRead();
    // But an execution that it began, and that went over to the provider of the release before, waits there.
    await cluster.replace(name, last, () => expectNothingWaits('echo'));
  }
  await expectNothingWaits('echo');
  expect(await used.deadLetters()).toBe('');
});

it('what a release does not know waits in each service and is shown there, delays nothing else, and is done after the upgrade', {
  timeout,
}, async () => {
  const { api, cluster, uploads, last, changes } = used;
  // The relay is the first to meet it, then those who read what the relay publishes.
  await cluster.replace('upload-gateway', changes);
  const [unknown] = await uploads.upload(3);
  await waitFor('the relay to say so', cluster.waiting, (waiting) => 'event-relay' in waiting, LIMIT);
  await expectError(await api.call(`/ocr-jobs/${unknown}`), 503, /later release/);
  await cluster.replace('event-relay', changes);
  const consumersToSaySo = () =>
    waitFor(
      'consumers to say so',
      cluster.waiting,
      (waiting) => Object.keys(waiting).toSorted().join() === 'echo,projection',
      LIMIT,
    );
  await consumersToSaySo();
  await expectError(await rebuild(), 503, /later release/);

  // Rolled back, they go on with what they know.
  await cluster.replace('upload-gateway', last);
  for (const id of await uploads.upload(3)) await api.finished(id, LIMIT);
  await cluster.replace('event-relay', last);
  await expectWorkGoesOn();
  await consumersToSaySo();
  expect(await used.deadLetters()).toBe('');

  for (const name of READERS_FIRST) await cluster.replace(name, changes);
  await uploads.stop();
  await expectAllDone(uploads.acknowledged);
});
