import { setTimeout as sleep } from 'node:timers/promises';
import { createdJobSchema } from '@inkstream/contracts';
import { documentOf, sha256 } from '../chaos/documents.ts';
import { faultsOfJob } from '../chaos/verdict.ts';
import { type Api, form } from '../support/api.ts';

const KIB = 1024;

/** A small upload for `echo`, unlike any other of another name, and the text that it must be read as. */
export function smallUpload(name: string, bytes = 20 * KIB): { form: FormData; text: string } {
  const document = documentOf(name, bytes);
  return { form: form([{ bytes: document, provider: 'echo' }], name), text: sha256(document) };
}

/** Uploads that go on and on. */
export interface SteadyUploads {
  /** The jobs that were acknowledged, and the text that each must be read as. */
  readonly acknowledged: ReadonlyMap<number, string>;
  /** Answers other than 201; there should be none. */
  readonly refused: readonly string[];
  /** Uploads no more, and waits for those under way. */
  stop(): Promise<void>;
}

/** Uploads small documents at a steady rate, whatever happens. */
export function startUploads(api: Api, everyMs: number): SteadyUploads {
  const acknowledged = new Map<number, string>();
  const refused: string[] = [];
  const underWay: Promise<void>[] = [];
  let stopping = false;

  async function upload(n: number): Promise<void> {
    const { form, text } = smallUpload(`upload ${n}`);
    try {
      const response = await api.post(form);
      const body = await response.text();
      if (response.status !== 201) refused.push(`${response.status} ${body}`);
      else acknowledged.set(createdJobSchema.parse(JSON.parse(body)).id, text);
    } catch (error) {
      refused.push(String(error));
    }
  }
  async function uploadOnAndOn(): Promise<void> {
    for (let n = 0; !stopping; n++) {
      underWay.push(upload(n));
      await sleep(everyMs);
    }
    await Promise.all(underWay);
  }
  const uploading = uploadOnAndOn();
  return {
    acknowledged,
    refused,
    stop() {
      stopping = true;
      return uploading;
    },
  };
}

/** Waits until each job has ended, and says of each what is wrong with it; nothing where all is well. */
export async function faultsOf(
  api: Api,
  url: string,
  acknowledged: ReadonlyMap<number, string>,
): Promise<Record<number, readonly string[]>> {
  const faults: Record<number, readonly string[]> = {};
  for (const [id, text] of acknowledged) {
    await api.finished(id, { limitMs: 120_000, everyMs: 50 });
    const { wrong } = await faultsOfJob(url, id, [{ provider: 'echo', text }]);
    if (wrong.length > 0) faults[id] = wrong;
  }
  return faults;
}
