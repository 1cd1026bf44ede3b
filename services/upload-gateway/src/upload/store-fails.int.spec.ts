import { setTimeout as sleep } from 'node:timers/promises';
import { ObjectStoreUnavailableError } from '@inkstream/object-store';
import { afterEach, expect, it } from 'vitest';
import { form, jpeg, upload } from '../spec-support/documents.ts';
import { override } from '../spec-support/faulty.ts';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';

const MIB = 1024 * 1024;

let gateway: StartedGateway;
afterEach(() => gateway.close());

it('is 503 and not the fault of the client, though the store needs time to give an upload up', async () => {
  gateway = await startGateway({
    backends: ({ objects }) => ({
      objects: override(objects, {
        async put(_key, body) {
          for await (const _ of body as AsyncIterable<Uint8Array>) break;
          // An S3 is told to forget the parts.
          await sleep(300);
          throw new ObjectStoreUnavailableError('cut off');
        },
      }),
    }),
  });
  for (const bytes of [2_000, 3 * MIB]) {
    const response = await upload(gateway.url, form([{ bytes: jpeg(bytes) }]));
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
  }
});
