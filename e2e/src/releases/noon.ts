import { setTimeout as sleep } from 'node:timers/promises';
import { createdJobSchema } from '@inkstream/contracts';
import { smallUpload } from '../distributed/steady-uploads.ts';
import type { Api } from '../support/api.ts';
import { OneRetry } from './one-retry.ts';

const EVERY_MS = 1_000;
const BYTES = 4_096;

/** Clients at work: each uploads, looks at its job, the list and the providers, and retries once. */
export interface Noon {
  /** The jobs that were acknowledged, and the text that each must be read as. */
  readonly acknowledged: ReadonlyMap<number, string>;
  readonly calls: OneRetry;
  /** Answers that are no refusal to come again for, and no success. */
  readonly wrong: readonly string[];
  stop(): Promise<void>;
}

/** Clients come steadily until they are stopped. */
export function startNoon(api: Api): Noon {
  const acknowledged = new Map<number, string>();
  const calls = new OneRetry();
  const wrong: string[] = [];
  const underWay: Promise<void>[] = [];
  let stopping = false;

  async function client(n: number): Promise<void> {
    const { form, text } = smallUpload(`noon ${n}`, BYTES);
    const key = { 'Idempotency-Key': `noon-${n}` };
    const uploaded = await calls.call(`upload ${n}`, () => api.post(form, key));
    if (!uploaded) return;
    const body = await uploaded.text();
    if (uploaded.status !== 201) {
      wrong.push(`upload ${n}: ${uploaded.status} ${body}`);
      return;
    }
    const { id } = createdJobSchema.parse(JSON.parse(body));
    acknowledged.set(id, text);
    for (const path of [`/ocr-jobs/${id}`, '/ocr-jobs?limit=5', '/providers']) {
      const read = await calls.call(path, () => api.call(path));
      await read?.text();
      if (read && read.status !== 200) wrong.push(`${path}: ${read.status}`);
    }
  }
  async function comeOnAndOn(): Promise<void> {
    for (let n = 0; !stopping; n++) {
      underWay.push(client(n).catch((error) => void wrong.push(`client ${n}: ${error}`)));
      await sleep(EVERY_MS);
    }
    await Promise.all(underWay);
  }
  const coming = comeOnAndOn();
  return {
    acknowledged,
    calls,
    wrong,
    stop() {
      stopping = true;
      return coming;
    },
  };
}
