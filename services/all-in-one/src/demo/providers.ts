/** Every provider reads one receipt, those of vendors by doubles of them on this machine: no key, no network. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  comparisonSchema,
  historySchema,
  type Job,
  ocrResultSchema,
  providerListSchema,
} from '@inkstream/contracts';
import { createLogger, readConfig } from '@inkstream/service-kit';
import { generateReceipt } from '@inkstream/testing';
import { inkstreamConfig, startInkstream } from '../inkstream.ts';
import { configuredProviders } from '../providers.ts';
import { follow, getJson, upload } from './client.ts';
import { type Reading, sideBySide } from './side-by-side.ts';
import { startVendors } from './vendors.ts';

/** A photo that not everybody reads the same. */
const RECEIPT = {
  seed: 7,
  layout: 'cafe-my',
  width: 400,
  degrade: { rotate: 2, fade: 0.5, noise: 12, blur: 0.8 },
} as const;

function readingsOf({ files }: Job): Reading[] {
  const executions = files[0]?.executions ?? [];
  return executions.map(({ id, ocrProvider, ocrData, error }) => ({
    executionId: id,
    provider: ocrProvider,
    receipt: ocrData ? ocrResultSchema.parse(JSON.parse(ocrData)).receipt : null,
    error: error?.message,
  }));
}

/** Has the receipt read by all providers, and prints what each says. Returns whether each of them read it. */
async function show(url: string): Promise<boolean> {
  const listed = providerListSchema.parse(await getJson(`${url}/providers`)).map(({ name }) => name);
  const providers = listed.filter((name) => name !== 'auto');
  const { image, truth } = await generateReceipt(RECEIPT);
  console.log('Printed on the receipt:\n');
  console.log(truth.text.replaceAll(/^/gm, '  | '));
  const id = await upload(url, 'receipt.jpg', Uint8Array.from(image), providers.join(','));
  console.log(
    `\nJob ${id} at ${url}. Doubles of vendors see what the local engine sees in what they are sent.\n`,
  );
  const job = await follow(url, id, () => {});
  const [comparison, history] = await Promise.all([
    getJson(`${url}/ocr-jobs/${id}/files/1/comparison`),
    getJson(`${url}/ocr-jobs/${id}/history`),
  ]);
  console.log(sideBySide(readingsOf(job), comparisonSchema.parse(comparison), historySchema.parse(history)));
  console.log(
    '≠ is not the consensus, which is what the comparison finds most probable. Costs are in US dollars.',
  );
  return job.files.every(({ executions }) => executions.every(({ status }) => status === 'completed'));
}

const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
const stopped = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
});
// What runs here is asked without a proxy, whatever a person's own environment says.
process.env.no_proxy = '127.0.0.1';

const opened = new AsyncDisposableStack();
try {
  const variables = await startVendors(opened);
  const dataDir = await mkdtemp(join(tmpdir(), 'inkstream-demo-'));
  opened.defer(() => rm(dataDir, { recursive: true }));
  const { PADDLE_OCR_THREADS, AUTO_PROVIDERS, AUTO_CONFIDENCE, AUTO_FIELDS } = process.env;
  const { definitions } = await configuredProviders({ PADDLE_OCR_THREADS, ...variables });
  const auto = readConfig(inkstreamConfig, { AUTO_PROVIDERS, AUTO_CONFIDENCE, AUTO_FIELDS });
  const config = { ...auto, INKSTREAM_DATA_DIR: dataDir, PORT: 0 };
  const inkstream = await startInkstream(config, definitions, createLogger('inkstream', 'warn'));
  opened.defer(() => inkstream.close());
  const shown = await Promise.race([show(inkstream.url), stopped]);
  if (shown === false) process.exitCode = 1;
  if (values.keep) {
    console.log(`\nGoes on at ${inkstream.url} until it is stopped.`);
    await stopped;
  }
} finally {
  await opened.disposeAsync();
}
console.log('\nAll stopped, the data deleted. `-- --keep` keeps it running.');
