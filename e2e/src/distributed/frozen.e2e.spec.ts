import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { judge } from '../chaos/invariants.ts';
import { Ledger } from '../chaos/ledger.ts';
import { lags } from '../chaos/messages.ts';
import { Sightings } from '../chaos/sightings.ts';
import { createApi } from '../support/api.ts';
import type { Service } from '../support/distributed/service.ts';
import { echo, useCluster } from '../support/distributed/use-cluster.ts';
import { waitFor } from '../support/wait-for.ts';
import { smallUpload, startUploads } from './steady-uploads.ts';

/**
 * Longer than a session of Kafka (15 s), the leases of relay and housekeeper (5 and 15 s) and the announcement of a
 * provider (30 s). To those who are frozen two hours would be no longer: no time passes for them.
 */
const FROZEN_MS = 40_000;

const core = ['event-relay', 'housekeeper', 'projection', 'upload-gateway'] as const;
const used = useCluster({
  core: Object.fromEntries(core.map((name) => [name, { replicas: 2 }])),
  providers: { echo: echo({ replicas: 2 }) },
});
const signal = (services: readonly Service[], name: 'SIGSTOP' | 'SIGCONT') => {
  for (const service of services) process.kill(service.process.pid, name);
};
afterEach(() => signal(used.cluster.services, 'SIGCONT'));

async function roleOf({ url }: Service): Promise<string> {
  const response = await fetch(`${url}/health/ready`);
  return ((await response.json()) as { role?: string }).role ?? 'none';
}

/** The replica whose turn it is, where there are turns; the first one elsewhere. */
async function activeOf(name: string): Promise<Service> {
  const replicas = used.cluster.of(name);
  const roles = await waitFor(
    `the turn of ${name}`,
    () => Promise.all(replicas.map(roleOf)),
    (all) => all.includes('active') || all.includes('none'),
  );
  return used.service(name, Math.max(0, roles.indexOf('active')));
}

/** Uploads that must be taken: of no provider is it said that it is gone. */
async function expectUploads(gateway: Service, count: number, ledger: Ledger): Promise<void> {
  for (let n = 0; n < count; n++) {
    const { form, text } = smallUpload(`${gateway.url} ${ledger.jobs.size}`);
    const response = await fetch(`${gateway.url}/ocr-jobs/upload`, { method: 'POST', body: form });
    const body = await response.text();
    expect([response.status, body]).toEqual([201, expect.any(String)]);
    ledger.acknowledge((JSON.parse(body) as { id: number }).id, [{ provider: 'echo', text }]);
  }
}

/** Once all is done, nothing is lost, erased, buried, or done twice. */
async function expectAllWell(ledger: Ledger): Promise<void> {
  const { cluster, stores, api } = used;
  const limits = { limitMs: 120_000, everyMs: 250 };
  for (const id of ledger.jobs.keys()) await api.finished(id, limits);
  await waitFor(
    'every group to be done',
    () => lags(stores.bus, ['echo']),
    (all) => Object.values(all).every((lag) => lag === 0),
    limits,
  );
  const broken = await judge({
    ...{ url: used.service('upload-gateway').url, stores, providers: ['echo'], ledger },
    sightings: new Sightings(),
    ownEnds: new Map(cluster.services.map(({ name, ownEnds }) => [name, ownEnds])),
    async rebuild() {
      const response = await fetch(`${used.service('projection').url}/rebuild`, { method: 'POST' });
      return { status: response.status, body: await response.text() };
    },
  });
  expect(broken).toEqual({});
}

it('one of each service that is frozen beyond every session, lease and announcement loses and erases nothing', async () => {
  const ledger = new Ledger();
  const frozen = await Promise.all([...core, 'echo'].map(activeOf));
  const gateway = used.cluster.of('upload-gateway').find((one) => !frozen.includes(one));
  if (!gateway) throw new Error('There is no other gateway');
  await expectUploads(gateway, 10, ledger);
  // With what they have in hand.
  signal(frozen, 'SIGSTOP');
  const uploads = startUploads(
    createApi(() => gateway.url),
    500,
  );
  await sleep(FROZEN_MS);
  signal(frozen, 'SIGCONT');
  await uploads.stop();
  expect(uploads.refused).toEqual([]);
  for (const [id, text] of uploads.acknowledged) ledger.acknowledge(id, [{ provider: 'echo', text }]);
  // The one that was frozen heard of no provider meanwhile.
  const [, , , thawed] = frozen;
  if (thawed) await expectUploads(thawed, 5, ledger);
  await expectAllWell(ledger);
});

it('a system of which every service was frozen goes on where it was', async () => {
  const ledger = new Ledger();
  const gateway = used.service('upload-gateway');
  await expectUploads(gateway, 10, ledger);
  signal(used.cluster.services, 'SIGSTOP');
  await sleep(FROZEN_MS);
  signal(used.cluster.services, 'SIGCONT');
  await expectUploads(gateway, 5, ledger);
  await expectAllWell(ledger);
});
