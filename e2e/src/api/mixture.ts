import { createdJobSchema } from '@inkstream/contracts';
import { mulberry32, pick, type Random } from '@inkstream/testing';
import { expect, it } from 'vitest';
import { type Api, exactly, form } from '../support/api.ts';
import type { Inkstream } from '../support/inkstream.ts';
import { corrupt, reads, scripted } from '../support/script.ts';
import { waitFor } from '../support/wait-for.ts';

const SEED = 20_261_125;
const CLIENTS = 12;
const ACTIONS = 30;
const NAME = 'Mixture';

/** Uploads some files, and looks for the job at once: nobody else knows of it yet. */
async function upload(api: Api, random: Random, ids: number[]): Promise<number> {
  const kinds = [
    reads('total'),
    corrupt(),
    scripted({ do: 'stumble', name: `mixture ${random()}`, times: 1, text: 'x' }),
  ];
  const files = Array.from({ length: pick(random, [1, 2, 3]) }, () => ({
    bytes: pick(random, kinds),
    provider: pick(random, ['scripted', 'scripted-twin']),
  }));
  const { id } = await exactly(createdJobSchema, await api.post(form(files, NAME)));
  const { status } = await api.call(`/ocr-jobs/${id}`);
  ids.push(id);
  return status;
}

/** Clients that do everything at once, in an order that a seed gives. */
export function mixtureTests(inkstream: Inkstream): void {
  const { api } = inkstream;

  /** Does something with one of the jobs; gives the answer's status. */
  async function act(random: Random, ids: readonly number[]): Promise<number> {
    const job = `/ocr-jobs/${pick(random, ids)}`;
    const file = `${job}/files/${pick(random, [1, 2, 3])}`;
    const force = pick(random, ['?force=true', '']);
    const execution = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ocrProvider: pick(random, ['scripted', 'scripted-twin']) }),
    };
    const actions = [
      () => api.call(job),
      () => api.call(`/ocr-jobs?search=${NAME}`),
      () => api.call(file),
      () => api.call(`${job}/history`),
      () => api.call(`${file}/executions`, execution),
      () => api.remove(`${file}${force}`),
      () => api.remove(`${job}${force}`),
    ];
    const response = await pick(random, actions)();
    await response.arrayBuffer();
    return response.status;
  }

  it('serves many clients that do everything at once, and every job that is left is whole', async () => {
    const ids: number[] = [];
    const client = async (random: Random) => {
      for (let action = 0; action < ACTIONS; action++) {
        if (ids.length < CLIENTS || random() < 0.3) expect(await upload(api, random, ids)).toBe(200);
        else expect([200, 201, 404, 409]).toContain(await act(random, ids));
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, (_, index) => client(mulberry32(SEED + index))));

    const unfinished = async () =>
      (
        await Promise.all(['pending', 'running'].map((one) => api.list(`?search=${NAME}&status=${one}`)))
      ).flatMap(({ data }) => data);
    await waitFor('all to end', unfinished, (jobs) => jobs.length === 0);
    const { data } = await api.list(`?search=${NAME}&limit=100`);
    const stored = await inkstream.stored.objects();
    for (const { files } of await Promise.all(data.map(({ id }) => api.job(id))))
      for (const { storageKey, executions } of files) {
        expect(stored).toContain(storageKey);
        for (const { status, ocrData, error } of executions)
          expect(status === 'completed' ? ocrData !== null && !error : !!error).toBe(true);
      }
  });
}
