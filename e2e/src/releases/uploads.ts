import { setTimeout as sleep } from 'node:timers/promises';
import { createdJobSchema } from '@inkstream/contracts';
import { smallUpload } from '../distributed/steady-uploads.ts';
import type { Api } from '../support/api.ts';
import { waitFor } from '../support/wait-for.ts';

const EVERY_MS = 1_000;
const BYTES = 4_096;
const AGAIN_MS = 100;
const LIMIT_MS = 60_000;

/** Uploads that go on at a slow, steady rate, each repeated under its key until it is acknowledged. */
export interface Uploads {
  /** The jobs that were acknowledged, and the text that each must be read as. */
  readonly acknowledged: ReadonlyMap<number, string>;
  /** Uploads so many more at once. Resolves with their ids once they are acknowledged. */
  upload(count: number): Promise<number[]>;
  /** Uploads no more. Rejects if one was not acknowledged within a minute, or refused for good. */
  stop(): Promise<void>;
}

/** The id of the job; null if the client has to come again. */
async function post(api: Api, name: string, body: FormData): Promise<number | null> {
  const response = await api.post(body, { 'Idempotency-Key': name }).catch(() => null);
  if (response?.status === 201) return createdJobSchema.parse(await response.json()).id;
  const answer = await response?.text().catch(() => '');
  // A gateway that stops breaks connections off; one that was just started has not heard of the provider yet.
  if (response && response.status !== 503) throw new Error(`${name}: ${response.status} ${answer}`);
  return null;
}

export function startUploads(api: Api): Uploads {
  const acknowledged = new Map<number, string>();
  const underWay = new Set<Promise<unknown>>();
  const failures: unknown[] = [];
  let count = 0;
  let stopping = false;

  async function upload(): Promise<number> {
    const name = `release-${++count}`;
    const { form, text } = smallUpload(name, BYTES);
    const again = { limitMs: LIMIT_MS, everyMs: AGAIN_MS };
    const id = await waitFor(
      `${name} to be acknowledged`,
      () => post(api, name, form),
      (id) => id !== null,
      again,
    );
    if (id === null || acknowledged.has(id)) throw new Error(`${name} has the id of another upload, ${id}`);
    acknowledged.set(id, text);
    return id;
  }
  async function uploadOnAndOn(): Promise<void> {
    while (!stopping) {
      const one = upload()
        .catch((error) => failures.push(error))
        .finally(() => underWay.delete(one));
      underWay.add(one);
      await sleep(EVERY_MS);
    }
    await Promise.all(underWay);
    if (failures.length > 0) throw failures[0];
  }
  const uploading = uploadOnAndOn();
  // Whoever stops it hears of its error.
  uploading.catch(() => {});
  return {
    acknowledged,
    upload: (more) => Promise.all(Array.from({ length: more }, upload)),
    stop() {
      stopping = true;
      return uploading;
    },
  };
}
