import { setTimeout } from 'node:timers/promises';
import { EventStoreRefusedError } from '@inkstream/event-store';
import { ObjectStoreFullError } from '@inkstream/object-store';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { type Dependencies, healthRoutes } from './health.ts';
import { listen, type RunningServer } from './server.ts';

const NOW = new Date('2026-11-24T18:05:09.123Z');

describe('health', () => {
  let server: RunningServer;
  const start = async (dependencies: Dependencies) => {
    const app = express().use(healthRoutes(dependencies, () => NOW, 100));
    server = await listen(app, { host: '127.0.0.1', port: 0 });
  };
  afterEach(() => server.close(0));
  const ask = async (path: string) => {
    const response = await fetch(server.url + path);
    return { status: response.status, body: await response.json() };
  };
  const timestamp = NOW.toISOString();

  it('reports that the process is alive though all its dependencies are down', async () => {
    await start({ store: () => Promise.reject(new Error()) });
    expect(await ask('/health')).toEqual({ status: 200, body: { status: 'ok', timestamp } });
  });

  it('is ready if every dependency answers', async () => {
    await start({ store: async () => {}, bus: async () => {} });
    const dependencies = { store: 'ok', bus: 'ok' };
    expect(await ask('/health/ready')).toEqual({
      status: 200,
      body: { status: 'ok', timestamp, dependencies },
    });
  });

  it('is not ready if one does not, and names it', async () => {
    const broken = () => {
      throw new Error('at once');
    };
    await start({ store: async () => {}, bus: () => Promise.reject(new Error('no')), objects: broken });
    const dependencies = { store: 'ok', bus: 'unavailable', objects: 'unavailable' };
    expect(await ask('/health/ready')).toEqual({
      status: 503,
      body: { status: 'unavailable', timestamp, dependencies },
    });
    await setTimeout(150);
    expect((await ask('/health')).status).toBe(200);
  });

  it('is not ready if one refuses, and names the right that is missing', async () => {
    const refused = () => Promise.reject(new EventStoreRefusedError('subscribe', 'may not subscribe'));
    await start({ eventStore: refused });
    expect(await ask('/health/ready')).toEqual({
      status: 503,
      body: { status: 'unavailable', timestamp, dependencies: { eventStore: 'refused: subscribe' } },
    });
  });

  it('serves though what its peers need too is away, and not if it is refused a right that they may have', async () => {
    const away = () => Promise.reject(new Error('no answer'));
    await start({ eventStore: away, bus: () => new Promise(() => {}) });
    const dependencies = { eventStore: 'unavailable', bus: 'unavailable' };
    expect(await ask('/health/serving')).toEqual({
      status: 200,
      body: { status: 'ok', timestamp, dependencies },
    });
    await server.close(0);

    await start({ eventStore: () => Promise.reject(new EventStoreRefusedError('append', 'may not append')) });
    expect(await ask('/health/serving')).toEqual({
      status: 503,
      body: { status: 'unavailable', timestamp, dependencies: { eventStore: 'refused: append' } },
    });
  });

  it('is not ready if one is full, and names it', async () => {
    const objects = () => Promise.reject(new ObjectStoreFullError('server', 'no room'));
    await start({ eventStore: async () => {}, objects });
    expect(await ask('/health/ready')).toEqual({
      status: 503,
      body: { status: 'unavailable', timestamp, dependencies: { eventStore: 'ok', objects: 'full' } },
    });
  });

  it('waits for a dependency that hangs no longer than its timeout, and aborts it', async () => {
    let stopped = false;
    const hang = (signal: AbortSignal) =>
      new Promise<void>(() => {
        signal.addEventListener('abort', () => {
          stopped = true;
        });
      });
    await start({ store: hang, bus: async () => {} });
    const started = performance.now();
    expect(await ask('/health/ready')).toMatchObject({
      status: 503,
      body: { dependencies: { store: 'unavailable', bus: 'ok' } },
    });
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(stopped).toBe(true);
  });
});
