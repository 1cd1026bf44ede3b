import {
  executionListSchema,
  historySchema,
  type Job,
  jobSchema,
  type OcrResult,
  ocrResultSchema,
} from '@inkstream/contracts';
import { executionObjects } from '@inkstream/domain';
import { readBacklog } from '@inkstream/service-kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  photo,
  type QueryApiFixture,
  sha256,
  startQueryApi,
  uidOf,
} from './spec-support/query-api-fixture.ts';

const UID = uidOf(1);
const auto = { first: 'tesseract', next: ['mistral'], fields: ['total'], confidence: 0.8 };
const document = {
  mimeType: photo.mimeType,
  bytes: 1,
  sha256: sha256('1'),
  storageKey: `jobs/${UID}/files/1`,
};
const result: OcrResult = ocrResultSchema.parse({
  ...{ schemaVersion: 2, markdown: '', text: 'TOTAL 4.50', pages: [] },
  ...{ receipt: null, receipts: [], warnings: [{ code: 'script_not_read', message: 'Thai' }] },
});
const text = JSON.stringify(result);
const reading = {
  resultKey: `${executionObjects(UID, 1)}result-1.json`,
  ...{ resultBytes: text.length, resultSha256: sha256(text), pages: 1, model: 'm', durationMs: 5 },
};

let query: QueryApiFixture;
beforeEach(async () => {
  query = await startQueryApi();
  const file = { ...document, originalName: photo.name, providers: ['auto'] };
  const job = { uid: UID, tenant: 'default', name: 'Lunch', files: [file], auto };
  await query.run(1, { type: 'SubmitJob', ...job });
  await query.start(1);
  await query.objects.put(reading.resultKey, Buffer.from(text));
});
afterEach(() => query.stop());

const handOver = () =>
  query.work(1, 1, {
    ...{ type: 'HandOverExecution', attempt: 1, to: 'mistral', reading },
    because: [{ reason: 'unsure', field: 'total', confidence: 0.5 }],
    asked: { revision: 1, fileId: 1, document },
  });
const job = async (): Promise<Job> => jobSchema.strict().parse(await (await query.get('/ocr-jobs/1')).json());
const execution = async () => (await job()).files[0]?.executions[0];

it('answers auto as the provider, whoever is asked, and nothing before it has ended', async () => {
  await handOver();
  expect((await job()).status).toBe('running');
  expect(await execution()).toMatchObject({ ocrProvider: 'auto', status: 'pending', ocrData: null });
  await query.project(1);
  const listed = await (await query.get('/ocr-executions?provider=auto')).json();
  expect(executionListSchema.parse(listed).data).toMatchObject([{ ocrProvider: 'auto', status: 'pending' }]);
});

it('counts what waits for whoever is asked now', async () => {
  await handOver();
  await query.project(1);
  expect((await readBacklog(query.readModel)).providers).toMatchObject({ mistral: { requests: 1 } });
});

it('says in a result that it was not read better, if a better one was asked for and there is none', async () => {
  await handOver();
  await query.work(1, 1, {
    type: 'GiveUpExecution',
    error: { code: 'deadline_exceeded', message: "Provider 'mistral' did not take it within 7 days" },
  });
  const { status, ocrData } = (await execution()) ?? {};
  expect(status).toBe('completed');
  expect(ocrResultSchema.parse(JSON.parse(ocrData ?? ''))).toEqual({
    ...result,
    warnings: [
      ...result.warnings,
      {
        code: 'not_read_better',
        message: "It was not read better: Provider 'mistral' did not take it within 7 days",
      },
    ],
  });
});

it('tells in the history what was decided and why, and not where the reading lies', async () => {
  await handOver();
  const history = historySchema.parse(await (await query.get('/ocr-jobs/1/history')).json());
  expect(history.data.at(-1)).toMatchObject({
    type: 'ExecutionHandedOver',
    data: { to: 'mistral', because: [{ reason: 'unsure', field: 'total', confidence: 0.5 }] },
  });
  expect(JSON.stringify(history)).not.toContain(reading.resultKey);
});
