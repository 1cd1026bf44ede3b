import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JOB_EVENTS_TOPIC, toMessage } from '@inkstream/contracts';
import { executionObjects, type JobCommand, jobObjects } from '@inkstream/domain';
import { execute, readJobEvents, readJobView } from '@inkstream/job-store';
import { closeEngines, type Engines, listen, openEngines, silentLogger } from '@inkstream/service-kit';
import { createQueryApi, type QueryApiOptions } from '../query-api.ts';

export const sha256 = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

/** A document to submit. */
export interface Upload {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly mimeType: string;
}
export const photo: Upload = { name: 'receipt.jpg', content: 'bytes of a photo', mimeType: 'image/jpeg' };

/** The service on real embedded engines and a socket, with the writing side's part played by functions. */
export async function startQueryApi(
  options: QueryApiOptions & { readonly engines?: (real: Engines) => Partial<Engines> } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'query-api-'));
  const log = silentLogger();
  const engines = await openEngines({ INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder }, log);
  const api = await createQueryApi({ ...engines, ...options.engines?.(engines), log, ...options });
  const server = await listen(api.app, { host: '127.0.0.1', port: 0 });
  const { eventStore, objects, readModel, bus } = engines;
  const run = (jobId: number, command: JobCommand) => execute(eventStore, jobId, command);

  return {
    ...engines,
    api,
    folder,
    url: server.url,
    run,
    get: (path: string, init?: RequestInit) => fetch(server.url + path, init),
    /** Stores the documents and submits them as a job, one execution each. */
    async submit(jobId: number, uploads: readonly Upload[] = [photo], name = `Job ${jobId}`) {
      const files = uploads.map(({ name: originalName, content, mimeType }, index) => ({
        originalName,
        mimeType,
        bytes: Buffer.byteLength(content),
        sha256: sha256(content),
        storageKey: `${jobObjects(jobId)}files/${index + 1}`,
        provider: 'paddle-ocr-local',
      }));
      for (const [index, { storageKey }] of files.entries())
        await objects.put(storageKey, Buffer.from(uploads[index]?.content ?? ''));
      await run(jobId, { type: 'SubmitJob', name, files });
    },
    start: (jobId: number, executionId = 1, attempt = 1) =>
      run(jobId, { type: 'StartExecution', executionId, attempt, worker: 'w1' }),
    /** Ends an execution with `text` as its stored result. */
    async complete(jobId: number, executionId = 1, text = '{"schemaVersion":2,"text":"TOTAL 4.50"}') {
      const resultKey = `${executionObjects(jobId, executionId)}result.json`;
      await objects.put(resultKey, Buffer.from(text));
      await run(jobId, {
        type: 'CompleteExecution',
        executionId,
        attempt: 1,
        resultKey,
        resultBytes: Buffer.byteLength(text),
        resultSha256: sha256(text),
        pages: 1,
        model: 'm',
        durationMs: 5,
      });
      return resultKey;
    },
    remove: (jobId: number) => run(jobId, { type: 'DeleteJob', force: true, reason: 'asked' }),
    /** Writes the job's document as the projection does. */
    async project(jobId: number) {
      const view = await readJobView(eventStore, jobId);
      const before = (await readModel.get([jobId])).get(jobId);
      if (view) await readModel.replace([{ view, over: before?.revision ?? null }]);
    },
    /** Publishes the job's events from a revision on, as the relay does. */
    async relay(jobId: number, from = 0) {
      for await (const event of readJobEvents(eventStore, jobId, { from }))
        await bus.publish(JOB_EVENTS_TOPIC, [toMessage(event, `${jobId}-${event.revision}`)]);
    },
    async stop() {
      await api.close();
      await server.close(100);
      await closeEngines(engines);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type QueryApiFixture = Awaited<ReturnType<typeof startQueryApi>>;
