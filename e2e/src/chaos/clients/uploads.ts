import { setTimeout as sleep } from 'node:timers/promises';
import { createdJobSchema } from '@inkstream/contracts';
import { pick, type Random } from '@inkstream/testing';
import { corruptDocument, documentOf, sha256 } from '../documents.ts';
import type { Expected } from '../ledger.ts';
import { ask, type Client, type ClientWorld, client } from './client.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const RETRY_MS = 250;
/** Uploads under way at once; one more waits. */
const MAX_IN_FLIGHT = 12;

export interface UploadOptions {
  readonly everyMs: number;
  /** A real receipt, and the text that each of these providers reads in it. */
  readonly receipt: { readonly bytes: Uint8Array<ArrayBuffer>; readonly texts: ReadonlyMap<string, string> };
}

export interface Uploads extends Client {
  /** Uploads that were not acknowledged at the first try. */
  repeats(): number;
}

/** From 10 KB to 20 MB: most are photos of a few hundred, some are large. */
function sizeOf(random: Random): number {
  const kind = random();
  if (kind < 0.8) return 10 * KIB + Math.floor(random() * 500 * KIB);
  if (kind < 0.95) return Math.floor(MIB * (1 + 2 * random()));
  return Math.floor(MIB * (5 + 15 * random()));
}

interface Planned extends Expected {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

function plan(name: string, random: Random, receipt: UploadOptions['receipt']): Planned {
  const kind = random();
  if (kind < 0.2) {
    const { bytes, texts } = receipt;
    const [provider, text] = pick(random, [...texts]);
    return { provider, bytes, text };
  }
  if (kind < 0.24) return { provider: 'echo', bytes: corruptDocument(name), text: null };
  const bytes = documentOf(name, sizeOf(random));
  return { provider: 'echo', bytes, text: sha256(bytes) };
}

/** The id of the job; null if nobody acknowledged it. */
async function post(
  world: ClientWorld,
  files: readonly Planned[],
  key: string | null,
): Promise<number | null> {
  const body = new FormData();
  for (const [index, { bytes, provider }] of files.entries()) {
    body.append('file', new Blob([bytes]), `${index}.png`);
    body.append(`ocrProvider_${index}`, provider);
  }
  const headers: Record<string, string> = key ? { 'Idempotency-Key': key } : {};
  const answer = await ask(world, '/ocr-jobs/upload', {
    ...{ method: 'POST', body, headers },
    // The twin of an upload that was deleted meanwhile.
    accepted: () => (key?.startsWith('twins') ? [201, 410] : [201]),
  });
  return answer?.status === 201 ? createdJobSchema.parse(JSON.parse(answer.body)).id : null;
}

/**
 * Uploads at a steady rate, whatever happens. What has a key is repeated until it is acknowledged, as clients do; some
 * uploads are sent twice at once under one key, and must be one job.
 */
export function startUploads(world: ClientWorld, { everyMs, receipt }: UploadOptions): Uploads {
  const { ledger, random } = world;
  const underWay = new Set<Promise<void>>();
  let repeats = 0;
  let count = 0;

  async function upload(n: number): Promise<void> {
    const names = Array.from({ length: n % 10 === 9 ? 3 : 1 }, (_, index) => `upload ${n} file ${index}`);
    const files = names.map((name) => plan(name, random, receipt));
    const key = n % 4 === 3 ? null : `${n % 8 === 0 ? 'twins' : 'chaos'}-${n}`;
    const twin = key?.startsWith('twins') ? post(world, files, key) : null;
    let id = await post(world, files, key);
    while (id === null && key !== null) {
      repeats++;
      await sleep(RETRY_MS);
      id = await post(world, files, key);
    }
    if (id === null) return;
    ledger.acknowledge(id, files);
    const same = (await twin) ?? id;
    if (same !== id) ledger.complaints.push(`upload ${n} is job ${id} and job ${same}`);
  }

  const running = client(everyMs, async () => {
    while (underWay.size >= MAX_IN_FLIGHT) await Promise.race(underWay);
    const one = upload(count++).finally(() => underWay.delete(one));
    underWay.add(one);
  });
  return {
    async stop() {
      await running.stop();
      await Promise.all(underWay);
    },
    repeats: () => repeats,
  };
}
