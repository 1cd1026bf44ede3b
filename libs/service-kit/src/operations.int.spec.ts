import { afterEach, describe, expect, it } from 'vitest';
import { HttpError } from './http-error.ts';
import { silentLogger } from './log.ts';
import { serveOperations } from './operations.ts';
import type { RunningServer } from './server.ts';

describe('the operations port', () => {
  let server: RunningServer;
  const start = async (actions?: Record<string, () => Promise<object>>) => {
    const operations = {
      log: silentLogger(),
      dependencies: { store: async () => {} },
      ...(actions && { actions }),
    };
    server = await serveOperations(operations, { host: '127.0.0.1', port: 0 });
  };
  afterEach(() => server.close(0));
  const ask = async (method: string, path: string) => {
    const response = await fetch(server.url + path, { method });
    return { status: response.status, body: await response.json() };
  };

  it('serves health', async () => {
    await start();
    expect(await ask('GET', '/health')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await ask('GET', '/health/ready')).toMatchObject({ body: { dependencies: { store: 'ok' } } });
  });

  it('reports the role of the service', async () => {
    server = await serveOperations(
      { log: silentLogger(), dependencies: {}, details: () => ({ role: 'standby' }) },
      { host: '127.0.0.1', port: 0 },
    );
    expect(await ask('GET', '/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'ok', role: 'standby' },
    });
  });

  it('runs an action and answers with what it returns', async () => {
    await start({ rebuild: async () => ({ jobs: 3 }) });
    expect(await ask('POST', '/rebuild')).toEqual({ status: 200, body: { jobs: 3 } });
    expect(await ask('GET', '/rebuild')).toMatchObject({ status: 405, body: { statusCode: 405 } });
  });

  it('answers an action that fails in the shape of every error', async () => {
    await start({ rebuild: () => Promise.reject(new HttpError(409, 'It runs')) });
    const body = { statusCode: 409, message: 'Conflict', details: 'It runs' };
    expect(await ask('POST', '/rebuild')).toEqual({ status: 409, body });
  });
});
