import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobObjects } from '@inkstream/domain';
import { executeOnJob, readJobEvents } from '@inkstream/job-store';
import { closeBackends, listen, openBackends, silentLogger } from '@inkstream/service-kit';
import { createProviderDoor } from '../provider-door.ts';

export const SECRET = 'secret-of-acme-that-nobody-guesses';
export const OTHER_SECRET = 'secret-of-other-and-not-that-of-acme';
const UID = '0193b1c4-0000-7000-8000-000000000001';
const caller = { tenant: 'default', actor: 'anonymous', requestId: 'spec' };

/** The door on real embedded backends and a socket, with one job whose document waits for `acme`. */
export async function openDoor(content: string, traceparent?: string) {
  const folder = await mkdtemp(join(tmpdir(), 'provider-door-'));
  const log = silentLogger();
  const backends = await openBackends({ INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder }, log);
  const { eventStore, objects } = backends;
  const secrets = new Map([
    ['acme', SECRET],
    ['other', OTHER_SECRET],
  ]);
  const server = await listen(createProviderDoor({ eventStore, objects, log, secrets }), {
    host: '127.0.0.1',
    port: 0,
  });
  const bytes = Buffer.from(content);
  const storageKey = `${jobObjects(UID)}files/1`;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const file = {
    ...{ originalName: 'receipt.png', mimeType: 'image/png', bytes: bytes.length, sha256, storageKey },
    providers: ['acme'],
  };
  await objects.put(storageKey, bytes);
  await executeOnJob(
    eventStore,
    1,
    { type: 'SubmitJob', uid: UID, tenant: 'default', name: 'spec', files: [file] },
    { caller, traceparent },
  );
  const events = await Array.fromAsync(readJobEvents(eventStore, 1));
  const { revision } = events.find(({ type }) => type === 'ExecutionRequested') ?? {};
  const path = `/requests/ocrJob-1/${UID}/${revision}`;
  return {
    ...{ eventStore, objects, storageKey, url: server.url, path },
    /** Calls the door for a provider, with its secret unless told otherwise. */
    call(
      method: string,
      rest: string,
      {
        body,
        secret = SECRET,
        provider = 'acme',
        traceparent: carried,
      }: { body?: unknown; secret?: string; provider?: string; traceparent?: string } = {},
    ): Promise<Response> {
      return fetch(`${server.url}/providers/${provider}${rest}`, {
        method,
        headers: {
          ...(carried && { traceparent: carried }),
          ...(secret && { Authorization: `Bearer ${secret}` }),
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    },
    async close() {
      await server.close();
      await closeBackends(backends);
      await rm(folder, { recursive: true });
    },
  };
}
export type OpenDoor = Awaited<ReturnType<typeof openDoor>>;
