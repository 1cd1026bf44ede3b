import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { bytesOf } from '../contract/bodies.ts';
import { readResponse } from './read-response.ts';

const MIB = 1024 * 1024;

it('fails if the server stalls while bytes are wanted', async () => {
  const response = new PassThrough();
  response.write('half');
  const body = readResponse(response, undefined, 30);
  await expect(bytesOf(body)).rejects.toMatchObject({ name: 'ObjectStoreUnavailableError', transient: true });
  expect(response.destroyed).toBe(true);
});

it('waits for a slow reader, and takes no more from the server than it reads', async () => {
  const response = new PassThrough({ highWaterMark: MIB });
  response.write(Buffer.alloc(MIB / 2));
  response.end(Buffer.alloc(MIB / 2));
  const body = readResponse(response, undefined, 30);
  body.read(0);
  await sleep(100);
  expect(body.readableLength).toBeLessThan(MIB);
  expect(await bytesOf(body)).toHaveLength(MIB);
});

it('releases the answer when its reader leaves', async () => {
  const response = new PassThrough();
  const body = readResponse(response, undefined, 30);
  body.destroy();
  await once(body, 'close');
  expect(response.destroyed).toBe(true);
});
