import { setTimeout as sleep } from 'node:timers/promises';
import { createdJobSchema } from '@inkstream/contracts';
import type { Random } from '@inkstream/testing';
import { corruptDocument, documentOf, sha256 } from './documents.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const RETRY_MS = 250;
const UPLOAD_LIMIT_MS = 60_000;
/** Uploads under way at once; one more waits. */
const MAX_IN_FLIGHT = 12;

/** A file that was uploaded, and what must become of it: a text, or the error of one that can't be read. */
export interface Expected {
  readonly provider: string;
  readonly text: string | null;
}

export interface LoadOptions {
  /** The replicas of the gateway. */
  readonly gateways: readonly string[];
  readonly random: Random;
  readonly everyMs: number;
  /** A real receipt, and the text that the local engine reads in it. */
  readonly receipt: { readonly bytes: Uint8Array<ArrayBuffer>; readonly text: string };
}

export interface Load {
  /** What each acknowledged job must end as, file by file. */
  readonly acknowledged: ReadonlyMap<number, readonly Expected[]>;
  /** Ids that were given to two uploads; there must be none. */
  readonly repeatedIds: readonly number[];
  /** Uploads that were not acknowledged at the first try. */
  readonly repeats: () => number;
  /** Uploads no more, and waits for those under way. */
  stop(): Promise<void>;
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

/** Uploads at a steady rate, whatever happens; what has a key is repeated until it is acknowledged, as clients do. */
export function startLoad({ gateways, random, everyMs, receipt }: LoadOptions): Load {
  const acknowledged = new Map<number, readonly Expected[]>();
  const repeatedIds: number[] = [];
  const underWay = new Set<Promise<void>>();
  let repeats = 0;
  let stopping = false;

  function plan(name: string): Planned {
    const kind = random();
    if (kind < 0.06) return { provider: 'paddle-ocr-local', ...receipt };
    if (kind < 0.1) return { provider: 'echo', bytes: corruptDocument(name), text: null };
    const bytes = documentOf(name, sizeOf(random));
    return { provider: 'echo', bytes, text: sha256(bytes) };
  }

  /** The id of the job; null where nobody acknowledged it. */
  async function post(
    gateway: string,
    files: readonly Planned[],
    key: string | null,
  ): Promise<number | null> {
    const body = new FormData();
    for (const [index, { bytes, provider }] of files.entries()) {
      body.append('file', new Blob([bytes]), `${index}.png`);
      body.append(`ocrProvider_${index}`, provider);
    }
    const response = await fetch(`${gateway}/ocr-jobs/upload`, {
      method: 'POST',
      body,
      headers: key ? { 'Idempotency-Key': key } : {},
      signal: AbortSignal.timeout(UPLOAD_LIMIT_MS),
    }).catch(() => null);
    const answer = await response?.json().catch(() => null);
    if (response?.status !== 201 || !answer) {
      // A client may be told to come again; nothing else is wrong with these uploads.
      if (response && response.status < 500 && response.status !== 201 && response.status !== 429)
        throw new Error(`upload: ${response.status} ${JSON.stringify(answer)}`);
      return null;
    }
    return createdJobSchema.parse(answer).id;
  }

  async function upload(n: number): Promise<void> {
    const files = Array.from({ length: n % 10 === 9 ? 3 : 1 }, (_, index) =>
      plan(`upload ${n} file ${index}`),
    );
    const key = n % 4 === 3 ? null : `chaos-${n}`;
    let id = await post(gateways[n % gateways.length] ?? '', files, key);
    for (let again = 1; id === null && key !== null; again++) {
      repeats++;
      await sleep(RETRY_MS);
      id = await post(gateways[(n + again) % gateways.length] ?? '', files, key);
    }
    if (id === null) return;
    if (acknowledged.has(id)) repeatedIds.push(id);
    acknowledged.set(
      id,
      files.map(({ provider, text }) => ({ provider, text })),
    );
  }

  async function uploadOnAndOn(): Promise<void> {
    for (let n = 0; !stopping; n++) {
      while (underWay.size >= MAX_IN_FLIGHT) await Promise.race(underWay);
      const one = upload(n).finally(() => underWay.delete(one));
      underWay.add(one);
      await sleep(everyMs);
    }
    await Promise.all(underWay);
  }

  const uploading = uploadOnAndOn();
  // Whoever stops it hears of its error.
  uploading.catch(() => {});
  return {
    acknowledged,
    repeatedIds,
    repeats: () => repeats,
    stop() {
      stopping = true;
      return uploading;
    },
  };
}
