import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ocrResultSchema } from '@inkstream/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readsSamples } from '../api/samples.ts';
import { startBackends } from '../support/distributed/backends.ts';
import { main } from '../support/distributed/cluster.ts';
import { type PythonProvider, pythonProvider } from '../support/distributed/python-provider.ts';
import { useCluster } from '../support/distributed/use-cluster.ts';
import { corrupt } from '../support/script.ts';
import { waitFor } from '../support/wait-for.ts';

const NAME = 'python-tesseract';
const SECRET = 'secret-of-the-python-provider-in-tests';
const SAMPLES = ['supermarket-my-scan.jpg', 'cafe-my-faded.png'];
/** After the end of its session, 10 s, Kafka gives the work of a process that was killed to another one. */
const TAKEN_OVER_MS = 60_000;

/** Where Kafka is: all else that the provider knows is the door. */
let kafka = '';
const used = useCluster({
  announced: 0,
  providers: {
    'provider-door': { script: main('provider-door'), env: { PROVIDER_SECRETS: `${NAME}=${SECRET}` } },
  },
  async start() {
    const backends = await startBackends();
    kafka = backends.env.KAFKA_BROKERS ?? '';
    return backends;
  },
});
const { api } = used;
let folder = '';
let start: () => PythonProvider;
let provider: PythonProvider;

const listed = async () => (await (await api.call('/providers')).json()) as { name: string; state: string }[];
async function upload(name: string): Promise<number> {
  const bytes = await readFile(join(import.meta.dirname, '../../../samples', name));
  return api.upload([{ bytes, name, provider: NAME }]);
}
const history = async (id: number) => {
  const { data } = (await (await api.call(`/ocr-jobs/${id}/history`)).json()) as { data: { type: string }[] };
  return data.map(({ type }) => type).filter((type) => type.startsWith('Execution'));
};
const running = (id: number) =>
  waitFor(
    'it to be read',
    () => history(id),
    (types) => types.includes('ExecutionStarted'),
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'python-provider-'));
  const door = used.service('provider-door').url;
  const env = { KAFKA_BROKERS: kafka, PROVIDER_DOOR_URL: door, PROVIDER_SECRET: SECRET };
  start = await pythonProvider(folder, env);
  provider = start();
  await waitFor('it to announce itself', listed, (all) => all.length === 1).catch((error) => {
    throw new Error(`${error.message}\n${provider.log()}`);
  });
});
afterAll(async () => {
  await provider?.end('SIGKILL');
  await rm(folder, { recursive: true });
});

describe('a provider in Python, on Kafka and HTTP alone', () => {
  it('reads the samples: their words, totals and dates', () => readsSamples(api, NAME, SAMPLES));

  it('fails a picture that cannot be decoded, and says why', async () => {
    const cut = Buffer.concat([corrupt().subarray(0, 40)]);
    const job = await api.finished(await api.upload([{ bytes: cut, provider: NAME }]));
    expect(job).toMatchObject({
      status: 'failed',
      files: [{ executions: [{ status: 'failed', error: { code: 'corrupt_document' } }] }],
    });
  });

  it('that is killed while it reads is taken over by the next, and the result is there once', async () => {
    const id = await upload('supermarket-my-scan.jpg');
    await running(id);
    await provider.end('SIGKILL');
    expect(await history(id)).toEqual(['ExecutionRequested', 'ExecutionStarted']);
    provider = start();
    const job = await api.finished(id, { limitMs: TAKEN_OVER_MS });
    const { receipt } = ocrResultSchema.parse(JSON.parse(job.files[0]?.executions[0]?.ocrData ?? 'null'));
    expect(receipt?.total?.value).toBe('104.80');
    expect(await history(id)).toEqual([
      ...['ExecutionRequested', 'ExecutionStarted', 'ExecutionStarted', 'ExecutionCompleted'],
    ]);
  });

  it('goes on once the door is back, which was killed while a document was read', async () => {
    const door = used.service('provider-door');
    const id = await upload('cafe-my-faded.png');
    await running(id);
    await door.end('SIGKILL');
    await door.start();
    expect((await api.finished(id)).status).toBe('completed');
    expect(await history(id)).toEqual(['ExecutionRequested', 'ExecutionStarted', 'ExecutionCompleted']);
  });

  it('takes itself back when it stops', async () => {
    expect(await provider.end('SIGTERM'), provider.log()).toBe(0);
    await waitFor('it to be gone', listed, (all) => all.length === 0);
    expect(provider.log()).toBe('');
  });
});
