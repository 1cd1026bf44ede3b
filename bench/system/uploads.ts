import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROVIDERS_TOPIC, type Provider } from '@inkstream/contracts';
import { openSqliteMessageBus } from '@inkstream/message-bus/sqlite';
import { inParallel } from './client.ts';
import { paddedPng } from './documents.ts';
import type { Figure } from './report.ts';
import { startSubject } from './subject.ts';
import { createUploader } from './uploader.ts';

const BYTES = 300_000;
const UPLOADS = 300;
const PARALLEL = 16;
const ROUNDS = 2;

/** Files a second, written and fsynced and nothing else. */
async function bare(bytes: Uint8Array): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-bench-'));
  const started = performance.now();
  await inParallel(UPLOADS, PARALLEL, async (index) => {
    const file = await open(join(folder, String(index)), 'wx');
    await file.writeFile(bytes);
    await file.sync();
    await file.close();
  });
  const rate = UPLOADS / ((performance.now() - started) / 1000);
  await rm(folder, { recursive: true });
  return rate;
}

/** A provider that is announced and never runs, so that uploads alone are measured. */
const absent: Provider = {
  name: 'absent',
  version: '1.0.0',
  description: 'Never reads anything',
  accepts: ['image/png'],
  limits: { maxBytes: 1_048_576, maxPages: 1 },
};

async function announceAbsent(dataDir: string): Promise<void> {
  const bus = await openSqliteMessageBus({ file: join(dataDir, 'inkstream.db') });
  const value = JSON.stringify({ ...absent, expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
  await bus.publish(PROVIDERS_TOPIC, [{ key: absent.name, value, headers: {} }]);
  await bus.close();
}

/** Uploads a second, each acknowledged. */
async function whole(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  const subject = await startSubject('none');
  try {
    await announceAbsent(subject.dataDir);
    const upload = createUploader(subject.url, absent.name, bytes, PARALLEL);
    while (!(await (await fetch(`${subject.url}/providers`)).text()).includes(absent.name));
    await inParallel(UPLOADS, PARALLEL, upload);
    const started = performance.now();
    await inParallel(UPLOADS, PARALLEL, upload);
    return UPLOADS / ((performance.now() - started) / 1000);
  } finally {
    await subject.close();
  }
}

/** Uploads of 300 KB against writing and fsyncing the same files, in turn. */
export async function uploads(): Promise<Figure[]> {
  const bytes = paddedPng(BYTES);
  const rates = { bare: 0, whole: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    rates.bare += (await bare(bytes)) / ROUNDS;
    rates.whole += (await whole(bytes)) / ROUNDS;
  }
  return [
    { name: 'files of 300 KB written and fsynced', value: rates.bare, unit: 'a second' },
    { name: 'uploads of 300 KB', value: rates.whole, unit: 'a second' },
    {
      name: 'uploads against bare files',
      value: rates.whole / rates.bare,
      unit: 'ratio',
      target: { is: '>=', limit: 0.5 },
    },
  ];
}
