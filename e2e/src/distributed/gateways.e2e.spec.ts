import { createdJobSchema } from '@inkstream/contracts';
import { expect, it } from 'vitest';
import { documentsOf, orphanObjects } from '../chaos/verdict.ts';
import { createApi, exactly, expectError } from '../support/api.ts';
import { echo, useCluster } from '../support/distributed/use-cluster.ts';
import { waitFor } from '../support/wait-for.ts';
import { faultsOf, smallUpload } from './steady-uploads.ts';

const UPLOADS = 300;
const KEYS = 20;
const SMALL = 2_000;

const used = useCluster({ core: { 'upload-gateway': { replicas: 2 } }, providers: { echo: echo() } });
const gateways = [0, 1].map((replica) => createApi(() => used.service('upload-gateway', replica).url));

/** Sends the upload of this name to each gateway at the same moment. */
const sendToBoth = (key: string, nameOf: (gateway: number) => string) =>
  Promise.all(
    gateways.map((api, gateway) =>
      api.post(smallUpload(nameOf(gateway), SMALL).form, { 'idempotency-key': key }),
    ),
  );
const idOf = async (response: Response) => (await exactly(createdJobSchema, response)).id;

/** What has this text in its name, once there is as much of it as expected. */
const jobsNamed = (search: string, expected: number) =>
  waitFor(
    `the list of ${search}`,
    () => used.api.list(`?search=${search}&limit=100`),
    ({ pagination }) => pagination.total >= expected,
  );

it('two gateways give every upload an id of its own', async () => {
  const acknowledged = new Map<number, string>();
  const upload = async (n: number) => {
    const { form, text } = smallUpload(`single ${n}`, SMALL);
    const response = await gateways[n % gateways.length]?.post(form);
    expect(response?.status).toBe(201);
    if (response) acknowledged.set(await idOf(response), text);
  };
  await Promise.all(Array.from({ length: UPLOADS }, (_, n) => upload(n)));
  expect(acknowledged.size).toBe(UPLOADS);
  // Each id leads to what was uploaded under it.
  expect(await faultsOf(used.api, used.service('upload-gateway').url, acknowledged)).toEqual({});
});

it('two gateways make one job of an upload that both get at once under one Idempotency-Key', async () => {
  const ids: number[] = [];
  for (let n = 0; n < KEYS; n++) {
    const key = `both-${n}`;
    const responses = await Promise.all([sendToBoth(key, () => key), sendToBoth(key, () => key)]);
    const given = await Promise.all(responses.flat().map(idOf));
    expect(new Set(given).size, key).toBe(1);
    ids.push(...new Set(given));
  }
  for (const id of ids) expect((await used.api.finished(id)).files).toHaveLength(1);
  const { data } = await jobsNamed('both-', KEYS);
  expect(data.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(ids);
});

it('two gateways take one of two different uploads that come at once under one Idempotency-Key, and refuse the other with 422', async () => {
  for (let n = 0; n < KEYS; n++) {
    const key = `different-${n}`;
    const responses = await sendToBoth(key, (gateway) => `${key} at ${gateway}`);
    const [taken, ...more] = responses.filter(({ status }) => status === 201);
    expect([taken?.status, more], key).toEqual([201, []]);
    for (const response of responses)
      if (response !== taken) await expectError(response, 422, /Idempotency-Key/);
    for (const response of await sendToBoth(key, () => 'a third one'))
      await expectError(response, 422, /Idempotency-Key/);
  }
  expect((await jobsNamed('different-', KEYS)).pagination.total).toBe(KEYS);
  // What was refused, or was the same again, has left no byte behind.
  expect(await orphanObjects(used.stores, await documentsOf(used.stores))).toEqual([]);
});
