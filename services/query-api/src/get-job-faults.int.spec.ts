import { jobSchema } from '@inkstream/contracts';
import { jobObjects } from '@inkstream/domain';
import { type EventStore, EventStoreUnavailableError } from '@inkstream/event-store';
import { ObjectStoreUnavailableError } from '@inkstream/object-store';
import { ReadModelUnavailableError } from '@inkstream/read-model';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { photo, type QueryApiFixture, startQueryApi, uidOf } from './spec-support/query-api-fixture.ts';

let query: QueryApiFixture;
const start = async (options?: Parameters<typeof startQueryApi>[0]) => {
  query = await startQueryApi(options);
};
afterEach(() => query.stop());

const override = (store: EventStore, methods: Partial<EventStore>): EventStore =>
  new Proxy(store, {
    get: (target, name) => Reflect.get(methods, name) ?? Reflect.get(target, name).bind(target),
  });

const job = async (path: string) => jobSchema.parse(await (await query.get(path)).json());

describe('GET /ocr-jobs/:id when something is wrong', () => {
  it('does not pass on a result that is not the one that was written, and returns the others', async () => {
    await start();
    await query.submit(1, [photo, photo]);
    await query.start(1, 1);
    const key = await query.complete(1, 1);
    await query.start(1, 2);
    await query.complete(1, 2);
    await query.objects.put(key, Buffer.from('{"text":"TOTAL 9.50"}'));
    const executions = (await job('/ocr-jobs/1')).files.flatMap((file) => file.executions);
    expect(executions).toMatchObject([
      { status: 'completed', ocrData: null, error: { code: 'result_unreadable' } },
      { status: 'completed', ocrData: '{"schemaVersion":2,"text":"TOTAL 4.50"}' },
    ]);
  });

  it('is 503 as long as a result is of a later version than this release knows, and nothing of it is shown', async () => {
    await start();
    await query.submit(1, [photo, photo]);
    await query.start(1, 1);
    await query.complete(1, 1, '{"schemaVersion":3,"words":"TOTAL 4.50"}');
    const refused = await query.get('/ocr-jobs/1');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '10']);
    const body = await refused.text();
    expect(body).toContain('later release');
    expect(body).not.toContain('TOTAL');
  });

  it('says that a result cannot be read if it is not what its version says', async () => {
    await start();
    await query.submit(1);
    await query.start(1);
    await query.complete(1, 1, '{"schemaVersion":1,"pages":"none"}');
    expect((await job('/ocr-jobs/1')).files[0]?.executions).toMatchObject([
      { status: 'completed', ocrData: null, error: { code: 'result_unreadable' } },
    ]);
  });

  it.each(['', '/history', '/events', '/files/1'])(
    'is 503 and no 404 if nothing is read of it by a store that is cut off (%s)',
    async (path) => {
      let cutOff = true;
      await start({
        backends: ({ eventStore }) => ({
          eventStore: override(eventStore, {
            // What a leader shows that does not know yet that it was deposed.
            async *read() {},
            async ping() {
              if (cutOff) throw new EventStoreUnavailableError('Nobody commits what is appended here');
            },
          }),
        }),
      });
      await query.submit(1);
      const unknown = await query.get(`/ocr-jobs/1${path}`);
      expect(unknown.status).toBe(503);
      expect(unknown.headers.get('retry-after')).toBe('1');
      cutOff = false;
      expect((await query.get(`/ocr-jobs/1${path}`)).status).toBe(404);
    },
  );

  it('asks a store whether it is cut off only if nothing was read', async () => {
    const ping = vi.fn(async () => {});
    await start({ backends: ({ eventStore }) => ({ eventStore: override(eventStore, { ping }) }) });
    await query.submit(1);
    await query.submit(2);
    await query.remove(2);
    expect((await query.get('/ocr-jobs/1')).status).toBe(200);
    expect((await query.get('/ocr-jobs/2')).status).toBe(404);
    expect(ping).not.toHaveBeenCalled();
    expect((await query.get('/ocr-jobs/3')).status).toBe(404);
    expect(ping).toHaveBeenCalledOnce();
  });

  it('is 404 if the job is deleted while its results are loaded', async () => {
    await start({
      backends: ({ objects }) => ({
        objects: {
          ...objects,
          async get(key, options) {
            await query.remove(1);
            await objects.deletePrefix(jobObjects(uidOf(1)));
            return objects.get(key, options);
          },
        },
      }),
    });
    await query.submit(1);
    await query.start(1);
    await query.complete(1);
    expect((await query.get('/ocr-jobs/1')).status).toBe(404);
  });

  it('is served without the read model, and without the event store as far as the read model knows', async () => {
    const down = { eventStore: false, readModel: false };
    await start({
      backends: ({ eventStore, readModel }) => ({
        readModel: {
          ...readModel,
          getJobs: async (ids) => {
            if (down.readModel) throw new ReadModelUnavailableError('down');
            return readModel.getJobs(ids);
          },
        },
        eventStore: {
          ...eventStore,
          async *read(stream, options) {
            if (down.eventStore) throw new EventStoreUnavailableError('down');
            yield* eventStore.read(stream, options);
          },
        },
      }),
    });
    await query.submit(1);
    await query.project(1);
    down.readModel = true;
    expect((await job('/ocr-jobs/1')).id).toBe(1);
    const warning = async () => (await query.get('/ocr-jobs/1?ocrData=false')).headers.get('warning');
    expect(await warning()).toBeNull();
    down.readModel = false;
    down.eventStore = true;
    // It may be older than what was read just before, and says so.
    expect(await warning()).toBe('110 - "Response is Stale"');
    expect((await job('/ocr-jobs/1')).id).toBe(1);
    expect((await query.get('/ocr-jobs/2')).status).toBe(503);
  });

  it('does not wait for a read model that leaves it without an answer', async () => {
    await start({
      backends: ({ readModel }) => ({ readModel: { ...readModel, getJobs: () => new Promise(() => {}) } }),
    });
    await query.submit(1);
    const asked = performance.now();
    expect((await job('/ocr-jobs/1')).id).toBe(1);
    expect(performance.now() - asked).toBeLessThan(2_000);
  });

  it('is 503 if results cannot be read, and comes again', async () => {
    let down = true;
    await start({
      backends: ({ objects }) => ({
        objects: {
          ...objects,
          get: async (...args) => {
            if (down) throw new ObjectStoreUnavailableError('down at /secret/path');
            return objects.get(...args);
          },
        },
      }),
    });
    await query.submit(1);
    await query.start(1);
    await query.complete(1);
    const response = await query.get('/ocr-jobs/1');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await response.text()).not.toContain('secret');
    down = false;
    expect((await job('/ocr-jobs/1')).status).toBe('completed');
  });
});
