import { createdJobSchema } from '@inkstream/contracts';
import type { StackKind } from '@inkstream/native-stack';
import { mountSmallDisk } from '@inkstream/testing';
import { describe, expect, it } from 'vitest';
import { type ChaosStore, type ChaosStores, startChaosStores } from '../chaos/stores.ts';
import { exactly, expectError } from '../support/api.ts';
import { echo, useCluster } from '../support/distributed/use-cluster.ts';
import { waitFor } from '../support/wait-for.ts';
import { faultsOf, smallUpload } from './steady-uploads.ts';

const disk = await mountSmallDisk(1);
await disk?.close();
if (!disk)
  console.error('SKIPPED: this user may mount nothing, so no disk is filled. Run it as root for that.');

const SOON = { limitMs: 60_000, everyMs: 250 };

/**
 * Kafka and MinIO are themselves. A real EventStoreDB or MongoDB ends itself at a write that fails; its wire double goes
 * on without writing, which is harder to notice. The error by which MongoDB refuses beforehand is injected in
 * `libs/read-model/src/mongodb/full-disk.backend.spec.ts`.
 */
describe.runIf(disk)('a cluster of which the disk is full of', () => {
  let stores: ChaosStores;
  const used = useCluster({
    providers: { echo: echo() },
    start: async () => {
      stores = await startChaosStores();
      return stores;
    },
  });
  const { api } = used;
  let uploads = 0;

  const store = (kind: StackKind): ChaosStore => {
    const found = stores.all.find((one) => one.kind === kind);
    if (!found) throw new Error(`There is no ${kind}`);
    return found;
  };
  const dependenciesOf = async (service: string) => {
    const response = await fetch(`${used.service(service).url}/health/ready`);
    return ((await response.json()) as { dependencies: Record<string, string> }).dependencies;
  };
  const named = (service: string, dependency: string, states: readonly string[]) =>
    waitFor(
      `${service} to name ${dependency}`,
      () => dependenciesOf(service),
      (found) => states.includes(found[dependency] ?? ''),
      SOON,
    );

  /** An upload that is taken; what must be read in it is noted. */
  async function upload(acknowledged: Map<number, string>): Promise<number> {
    const { form, text } = smallUpload(`upload ${++uploads}`);
    const { id } = await exactly(createdJobSchema, await api.post(form));
    acknowledged.set(id, text);
    return id;
  }

  async function expectComeAgain(): Promise<void> {
    const response = await api.post(smallUpload(`refused ${++uploads}`).form);
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    await expectError(response, 503);
  }

  /** What is seen while the disk is full, and that all goes on once there is room. */
  async function whileFull(kind: StackKind, see: (acknowledged: Map<number, string>) => Promise<void>) {
    const acknowledged = new Map<number, string>();
    await upload(acknowledged);
    await store(kind).disk?.fill();
    await see(acknowledged);
    await store(kind).disk?.free();
    // One that ended itself is started again by its orchestrator.
    if (kind === 'kafka') await store(kind).process.restart();
    for (const { url } of used.cluster.services)
      await waitFor(`${url} to be ready`, async () => (await fetch(`${url}/health/ready`)).ok, Boolean, SOON);
    await upload(acknowledged);
    expect(await faultsOf(api, used.service('upload-gateway').url, acknowledged)).toEqual({});
    const listed = async () => (await api.list('?status=completed&limit=100')).data.map(({ id }) => id);
    await waitFor(
      'all to be listed as done',
      listed,
      (ids) => [...acknowledged.keys()].every((id) => ids.includes(id)),
      SOON,
    );
  }

  it('MinIO: uploads are told to come again, readiness says that it is full, and all goes on with room', () =>
    whileFull('minio', async () => {
      await expectComeAgain();
      await named('upload-gateway', 'objects', ['full']);
    }));

  it('EventStoreDB: uploads are told to come again, readiness names it, jobs are read, and all goes on with room', () =>
    whileFull('eventstoredb', async (acknowledged) => {
      await expectComeAgain();
      await named('upload-gateway', 'eventStore', ['full', 'unavailable']);
      const [known = 0] = acknowledged.keys();
      expect((await api.job(known)).id).toBe(known);
    }));

  it('MongoDB: uploads are taken and read, readiness of the projection names it, and lists catch up with room', () =>
    whileFull('mongodb', async (acknowledged) => {
      const id = await upload(acknowledged);
      expect((await api.finished(id)).status).toBe('completed');
      await named('projection', 'readModel', ['full', 'unavailable']);
    }));

  it('Kafka: uploads are taken, readiness names it, and they are read with room', () =>
    whileFull('kafka', async (acknowledged) => {
      await named('event-relay', 'bus', ['full', 'unavailable']);
      await upload(acknowledged);
      await named('upload-gateway', 'bus', ['full', 'unavailable']);
    }));
});
