import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import type { Response } from 'express';
import { describe, expect, it } from 'vitest';
import { sendBody } from './send-body.ts';

const response = () => new PassThrough() as PassThrough & Response;
const endless = () =>
  Readable.from(
    (async function* () {
      for (;;) yield 'x';
    })(),
  );

describe('a client that goes away', () => {
  it('ends the source before the first byte', async () => {
    const [client, source] = [response(), endless()];
    client.destroy();
    await once(client, 'close');
    await sendBody(client, source);
    expect(source.destroyed).toBe(true);
  });

  it('ends the source in the middle of it', async () => {
    const [client, source] = [response(), endless()];
    const sent = sendBody(client, source);
    await once(client, 'readable');
    client.destroy();
    await sent;
    expect(source.destroyed).toBe(true);
  });
});

it('passes on what the source fails with', async () => {
  const failing = Readable.from(
    (async function* () {
      yield 'x';
      throw new Error('broken');
    })(),
  );
  await expect(sendBody(response(), failing)).rejects.toThrow('broken');
});
