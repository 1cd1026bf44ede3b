import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DEAD_LETTER_TOPIC,
  type OcrResult,
  PROVIDERS_TOPIC,
  type Provider,
  type ProviderAnnouncement,
  requestsTopic,
  toMessage,
} from '@inkstream/contracts';
import {
  AUTO,
  type AutoPolicy,
  type ExecutionCommand,
  type ExecutionEventType,
  type ExecutionView,
  executionObjects,
  type JobView,
  jobObjects,
  PASSWORDS,
  type Priority,
} from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import {
  eraseExecutions,
  executeOnExecution,
  executeOnJob,
  keepPassword,
  newJob,
  readExecutionEvents,
  readExecutions,
  readJob,
  readJobEvents,
  readWholeJob,
} from '@inkstream/job-store';
import type { Delivery, Message, MessageBus } from '@inkstream/message-bus';
import { closeBackends, openBackends, type Running, silentLogger } from '@inkstream/service-kit';
import { createProvider, type ProviderDependencies } from '../create-provider.ts';
import type { Engine } from '../engine.ts';
import { raceAbort } from '../persist.ts';
import { defineProvider, type ProviderDefinition } from '../provider.ts';
import { ProviderError } from '../provider-error.ts';

const card: Provider = {
  name: 'fake',
  version: '1',
  description: 'For tests',
  accepts: ['image/png'],
  limits: { maxBytes: 1_000, maxPages: 1 },
};

/** An engine whose document says what happens to it, in words. */
export const wordsEngine = (
  act: (word: string, call: number, signal: AbortSignal, alive: () => void) => Promise<string>,
): Engine => {
  const calls = new Map<string, number>();
  return {
    async recognise({ bytes }, { signal, alive }) {
      const word = new TextDecoder().decode(bytes);
      const call = (calls.get(word) ?? 0) + 1;
      calls.set(word, call);
      const text = await act(word, call, signal, alive);
      const line = { text, confidence: 1, box: [0, 0, 10, 10] as [number, number, number, number] };
      return { pages: [{ width: 10, height: 10, rotation: 0, lines: [line] }], model: 'words-1' };
    },
  };
};

export const fault = (code: ProviderError['code'], retryAfterMs?: number) =>
  new ProviderError(code, `it is ${code}`, retryAfterMs);

/** A job and its executions, as they stand in their streams. */
export type View = Pick<JobView, 'status' | 'deleted'> & { readonly executions: readonly ExecutionView[] };

/** The first execution of a job. */
export function execution({ executions: [first] }: View): ExecutionView {
  if (!first) throw new Error('The job has no execution');
  return first;
}

/** On whose behalf everything is asked for. */
export const caller = { tenant: 'default', actor: 'anonymous', requestId: 'request-1' };

/** Of the passwords of documents. */
const SECRETS = [Buffer.alloc(32, 1)];

export interface SubmittedDocument {
  readonly originalName: string;
  readonly mimeType: string;
  readonly content: Uint8Array;
}

export interface HarnessOptions {
  /** Takes the place of the embedded event store; it is closed with the harness. */
  readonly eventStore?: EventStore;
  /** Takes the place of the embedded bus; it is closed with the harness. */
  readonly bus?: MessageBus;
  /** The provider's, for a bus that others use too. */
  readonly name?: string;
  /** Documents are asked of a policy, rather than of the provider. */
  readonly auto?: AutoPolicy;
}

/** The embedded backends in a temporary folder, and what a test does with them. */
export async function openHarness({ name = 'fake', auto, ...options }: HarnessOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'provider-kit-'));
  const log = silentLogger();
  const config = { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder } as const;
  const embedded = await openBackends(config, log);
  if (options.eventStore) await embedded.eventStore.close();
  if (options.bus) await embedded.bus.close();
  const backends = { ...embedded, ...options };
  const { eventStore, bus, objects } = backends;
  const running: Running[] = [];
  let lastId = 0;

  const uids = new Map<number, string>();
  const uidOf = (id: number) => uids.get(id) ?? '';
  const topicsOf = (['interactive', 'bulk'] as const).map((priority) => requestsTopic(name, priority));

  const publish = async (jobId: number, traceparent?: string) => {
    const messages: Record<Priority, Message[]> = { interactive: [], bulk: [] };
    for await (const event of readJobEvents(eventStore, jobId))
      if (event.type === 'ExecutionRequested') {
        const key = `${jobId}/${event.data.executionId}`;
        messages[event.data.priority ?? 'interactive'].push({
          ...toMessage(event, key, { traceparent }),
          key,
        });
      }
    for (const priority of ['interactive', 'bulk'] as const)
      if (messages[priority].length > 0) await bus.publish(requestsTopic(name, priority), messages[priority]);
  };

  /** Publishes the handovers of an execution, as the relay does. */
  const publishHandovers = async (jobId: number, executionId = 1) => {
    for await (const event of readExecutionEvents(eventStore, { jobId, executionId })) {
      if (event.type !== 'ExecutionHandedOver') continue;
      const topic = requestsTopic(event.data.to, event.data.asked.priority);
      await bus.ensureTopics([{ name: topic }]);
      await bus.publish(topic, [toMessage(event, `${jobId}/${executionId}/${event.revision}`)]);
    }
  };

  const harness = {
    ...backends,
    publish,
    /** Who uploads from now on, with which password, which pages they select, by which policy, and how old a result may be that is reused. */
    uploader: {
      tenant: caller.tenant,
      pages: [] as readonly number[],
      auto,
      reuseHours: 0,
      /** Comes with each file, and is sealed by `SECRETS`. */
      password: undefined as string | undefined,
    },
    publishHandovers,
    /** Starts a provider around an engine; quick retries, and no wait for other replicas, unless told otherwise. */
    async start(
      definition: Partial<ProviderDefinition> & Pick<ProviderDefinition, 'engine'>,
      options: Partial<ProviderDependencies> = {},
    ) {
      const provider = await createProvider(
        defineProvider({ ...card, name, concurrency: 2, timeoutMs: 5_000, ...definition }),
        {
          ...{
            eventStore,
            bus,
            objects,
            log,
            secrets: SECRETS,
            retry: { firstDelayMs: 10, maxDelayMs: 20 },
            settleMs: 0,
          },
          ...options,
        },
      );
      running.push(provider);
      return provider;
    },
    uidOf,
    /** Stores a job with one file for each word, each for the provider. Returns its id. */
    async submit(...words: string[]) {
      return harness.submitAs('interactive', ...words);
    },
    async submitAs(priority: Priority, ...words: string[]) {
      const documents = words.map((word) => ({
        originalName: `${word}.png`,
        mimeType: 'image/png',
        content: new TextEncoder().encode(word),
      }));
      return harness.submitDocuments(priority, words.join().slice(0, 100), documents);
    },
    async submitDocuments(priority: Priority, jobName: string, documents: readonly SubmittedDocument[]) {
      const id = ++lastId;
      const uid = randomUUID();
      uids.set(id, uid);
      const files = documents.map(({ originalName, mimeType, content }, index) => ({
        originalName,
        mimeType,
        bytes: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
        storageKey: `${jobObjects(uid)}files/${index + 1}`,
        providers: [harness.uploader.auto ? AUTO : name],
        pages: harness.uploader.pages,
      }));
      for (const [index, { content }] of documents.entries())
        await objects.put(files[index]?.storageKey ?? '', content);
      const { tenant, auto, reuseHours, password } = harness.uploader;
      const locked = await Promise.all(
        files.map(async (file, index) => {
          if (password === undefined) return file;
          const place = { uid, jobId: id, fileId: index + 1 };
          return {
            ...file,
            passwordKeys: [await keepPassword({ objects, secrets: SECRETS }, password, place)],
          };
        }),
      );
      const job = { uid, tenant, name: jobName, files: locked, auto, reuseHours };
      const command = { type: 'SubmitJob', ...job, ...(priority === 'bulk' && { priority }) } as const;
      await executeOnJob(eventStore, id, command, { caller: { ...caller, tenant }, known: newJob });
      return id;
    },
    /** Has the provider asked to read a document. Returns its job's id. */
    async requestDocument(document: SubmittedDocument) {
      await bus.ensureTopics(topicsOf.map((topic) => ({ name: topic })));
      const id = await harness.submitDocuments('interactive', document.originalName, [document]);
      await publish(id);
      return id;
    },
    async request(...words: string[]) {
      return harness.requestAs('interactive', ...words);
    },
    /** Has these pages of a document read again, by a new execution. */
    async requestPages(id: number, pages: readonly number[], executionId = 2) {
      const executions = await readExecutions(eventStore, id, [executionId - 1]);
      const { reuseHours } = harness.uploader;
      const what = { fileId: 1, provider: name, executions, maxExecutions: 9, pages, reuseHours } as const;
      await executeOnJob(eventStore, id, { type: 'RequestExecution', ...what }, { caller });
      await publish(id);
    },
    /** What an execution came to, once it is completed. */
    async result(id: number, executionId = 1): Promise<OcrResult> {
      const done = ({ executions }: View) => executions[executionId - 1]?.status === 'completed';
      const { executions } = await harness.until(id, done);
      const key = executions[executionId - 1]?.result?.resultKey ?? '';
      return JSON.parse(Buffer.concat(await Array.fromAsync(await objects.get(key))).toString());
    },
    async requestAs(priority: Priority, ...words: string[]) {
      await bus.ensureTopics(topicsOf.map((topic) => ({ name: topic })));
      const id = await harness.submitAs(priority, ...words);
      await publish(id);
      return id;
    },
    /** Has another worker do something to an execution. */
    async act(id: number, command: ExecutionCommand, executionId = 1, traceparent?: string) {
      const key = { jobId: id, executionId };
      await executeOnExecution(eventStore, key, command, { uid: uidOf(id), caller, traceparent });
    },
    /** Has another worker begin so many attempts, and die in each. */
    async loseAttempts(id: number, count: number, executionId = 1) {
      for (let attempt = 1; attempt <= count; attempt++)
        await harness.act(id, { type: 'StartExecution', attempt, worker: 'dead' }, executionId);
    },
    /** Deletes a job as the gateway does, but for the bytes. */
    async deleteJob(id: number) {
      const { state } = await readJob(eventStore, id);
      const ids = state.status === 'open' ? state.executions.map((one) => one.id) : [];
      const executions = await readExecutions(eventStore, id, ids);
      const command = { type: 'DeleteJob', executions, force: true, reason: 'asked' } as const;
      await executeOnJob(eventStore, id, command, { caller });
      await eraseExecutions(eventStore, id, ids, 'asked', { uid: uidOf(id), caller }, objects);
    },
    /** Deletes the first file of a job as the gateway does, but for the bytes. */
    async deleteFile(id: number) {
      const executions = await readExecutions(eventStore, id, [1]);
      const command = { type: 'DeleteFile', fileId: 1, executions, force: true, reason: 'asked' } as const;
      await executeOnJob(eventStore, id, command, { caller });
      await eraseExecutions(eventStore, id, [1], 'asked', { uid: uidOf(id), caller }, objects);
    },
    /** The job once the condition holds. Rejects after 25 s. */
    async until(id: number, condition: (view: View) => boolean): Promise<View> {
      const limit = AbortSignal.timeout(25_000);
      for (;;) {
        const whole = await readWholeJob(eventStore, id);
        const view = whole && { ...whole.job, executions: whole.executions };
        if (view && condition(view)) return view;
        if (limit.aborted) throw new Error(`job ${id} stands still: ${JSON.stringify(view)}`);
        await sleep(5);
      }
    },
    final: (id: number) =>
      harness.until(id, ({ status, deleted }) => deleted || status === 'completed' || status === 'failed'),
    /** What happened to an execution. */
    async events(id: number, executionId = 1): Promise<ExecutionEventType[]> {
      const events = await Array.fromAsync(readExecutionEvents(eventStore, { jobId: id, executionId }));
      return events.map(({ type }) => type);
    },
    /** The key of an object of an attempt. */
    objectOf: (id: number, object: string, executionId = 1) =>
      `${executionObjects(uidOf(id), executionId)}${object}`,
    /** What the provider says of itself, once it says what is looked for. Rejects after 25 s. */
    async announced(
      wanted: (announcement: ProviderAnnouncement) => boolean,
      from: 'beginning' | 'end' = 'beginning',
    ): Promise<ProviderAnnouncement> {
      const { promise, resolve } = Promise.withResolvers<ProviderAnnouncement>();
      const handler = ({ value }: Delivery) => {
        const announcement: ProviderAnnouncement = JSON.parse(value);
        if (wanted(announcement)) resolve(announcement);
      };
      const tail = await bus.tail({ topic: PROVIDERS_TOPIC, from, handler });
      return await raceAbort(promise, AbortSignal.timeout(25_000)).finally(() => tail.close());
    },
    /** The reasons and keys of what went to the dead letters so far. */
    async deadLetters(): Promise<string[]> {
      const found: string[] = [];
      const count = await bus.lag(DEAD_LETTER_TOPIC, 'nobody');
      const tail = await bus.tail({
        topic: DEAD_LETTER_TOPIC,
        from: 'beginning',
        handler: ({ key, headers }) => void found.push(`${headers['x-reason']} ${key}`),
      });
      for (const limit = AbortSignal.timeout(5_000); found.length < count; ) {
        if (limit.aborted) throw new Error(`${found.length} of ${count} dead letters came`);
        await sleep(5);
      }
      await tail.close();
      return found;
    },
    /** The keys of all objects of a job, its uploads left out. */
    async results(id: number): Promise<string[]> {
      const infos = await Array.fromAsync(objects.list(jobObjects(uidOf(id))));
      return infos.map(({ key }) => key).filter((key) => !key.includes('/files/'));
    },
    /** The keys of the passwords that are stored. */
    async passwords(): Promise<string[]> {
      return (await Array.fromAsync(objects.list(PASSWORDS))).map(({ key }) => key);
    },
    async close() {
      await Promise.all(running.map((one) => one.close()));
      await closeBackends(backends);
      await rm(folder, { recursive: true });
    },
  };
  return harness;
}
export type Harness = Awaited<ReturnType<typeof openHarness>>;
