import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { paddleConfig, paddleLocal } from '@inkstream/ocr-paddle-local';
import { createLogger, readConfig } from '@inkstream/service-kit';
import { inkstreamConfig, startInkstream } from '../inkstream.ts';
import { follow, upload } from './client.ts';
import { receiptTable } from './receipt-table.ts';

const SAMPLES = fileURLToPath(new URL('../../../../samples/', import.meta.url));
const PROVIDER = 'paddle-ocr-local';

const names = (await readdir(SAMPLES)).filter((name) => /\.(jpg|png|webp|pdf)$/.test(name)).sort();
const dataDir = await mkdtemp(join(tmpdir(), 'inkstream-demo-'));
const config = {
  ...readConfig({ ...inkstreamConfig, ...paddleConfig }, process.env),
  INKSTREAM_MODE: 'embedded' as const,
  INKSTREAM_DATA_DIR: dataDir,
  HOST: '127.0.0.1',
  PORT: 0,
  ALLOWED_HOSTS: undefined,
};
const inkstream = await startInkstream(config, [paddleLocal(config)], createLogger('inkstream', 'warn'));
try {
  console.log(`Inkstream runs at ${inkstream.url}, its data in ${dataDir}\n`);
  const startedAt = performance.now();
  const elapsed = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  const jobs = await Promise.all(
    names.map(async (name) => {
      const id = await upload(inkstream.url, basename(name), await readFile(join(SAMPLES, name)), PROVIDER);
      console.log(`${elapsed().padStart(7)}  ${name}: uploaded as job ${id}`);
      const report = (status: string) => console.log(`${elapsed().padStart(7)}  ${name}: ${status}`);
      return follow(inkstream.url, id, report);
    }),
  );
  for (const job of jobs) console.log(`\n${receiptTable(job)}`);
  if (jobs.some(({ status }) => status !== 'completed')) process.exitCode = 1;
} finally {
  await inkstream.close();
  await rm(dataDir, { recursive: true });
}
console.log('\nAll stopped, the data deleted. `npm start` keeps it running.');
