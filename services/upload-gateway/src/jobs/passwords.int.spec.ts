import { jobStream, PASSWORDS } from '@inkstream/domain';
import { readJob, readPassword } from '@inkstream/job-store';
import { ObjectStoreUnavailableError } from '@inkstream/object-store';
import { createLogger } from '@inkstream/service-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createdId, form, pdf, upload, uploaded } from '../spec-support/documents.ts';
import { override } from '../spec-support/faulty.ts';
import { provider } from '../spec-support/provider.ts';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';

const SECRETS = [Buffer.alloc(32, 1)];
const PASSWORD = 'Tr0ub4dor & 3 ß';
const lines: string[] = [];
let fails = false;
let gateway: StartedGateway;
beforeEach(async () => {
  lines.length = 0;
  fails = false;
  gateway = await startGateway({
    secrets: SECRETS,
    log: createLogger('upload-gateway', 'trace', { write: (line) => void lines.push(line) }),
    backends: ({ objects }) => ({
      objects: override(objects, {
        async put(key, ...rest) {
          if (fails && key.startsWith(PASSWORDS)) throw new ObjectStoreUnavailableError('is away');
          return objects.put(key, ...rest);
        },
      }),
    }),
  });
  await gateway.announce(provider('other'));
});
afterEach(() => gateway.close());

const twoFiles = (fields: Record<string, string>) => form([{ bytes: pdf() }, { bytes: pdf() }], fields);
const readAgain = (id: number, body: object | string) =>
  fetch(`${gateway.url}/ocr-jobs/${id}/files/1/executions`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
const passwordKeys = async () =>
  (await Array.fromAsync(gateway.objects.list(PASSWORDS))).map(({ key }) => key).toSorted();
/** The password of each execution of a job, as its provider would read it. */
async function passwordsOf(id: number) {
  const { state } = await readJob(gateway.eventStore, id);
  if (state.status !== 'open') throw new Error('The job is not there');
  const { uid, executions } = state;
  return Promise.all(
    executions.map(async ({ fileId, passwordKey: key }) =>
      key === undefined ? null : readPassword({ ...gateway, secrets: SECRETS }, { uid, fileId, key }),
    ),
  );
}
/** All that is stored or was said, as text. */
async function everything(id: number): Promise<string> {
  const objects: string[] = [];
  for await (const { key } of gateway.objects.list(''))
    objects.push(Buffer.concat(await Array.fromAsync(await gateway.objects.get(key))).toString('latin1'));
  const events = await Array.fromAsync(gateway.eventStore.read(jobStream(id)));
  return [JSON.stringify(events), ...objects, ...lines].join('\n');
}

describe('a password that comes with a file', () => {
  test('is stored encrypted, once for each provider, and named by the requests of that file alone', async () => {
    const id = await uploaded(gateway.url, twoFiles({ ocrProvider_1: 'fake,other', password_1: PASSWORD }));
    const password = { password: PASSWORD };
    expect(await passwordsOf(id)).toEqual([null, password, password]);
    expect(await passwordKeys()).toHaveLength(2);
    const all = await everything(id);
    for (const form of ['utf8', 'base64', 'hex', 'latin1'] as const)
      expect(all).not.toContain(Buffer.from(PASSWORD).toString(form));
    expect(lines.join()).toContain('job accepted');
  });

  test('is none if it is empty', async () => {
    expect(await passwordsOf(await uploaded(gateway.url, twoFiles({ password_0: '' })))).toEqual([
      null,
      null,
    ]);
  });

  test('that is too long, belongs to no file or comes twice is refused, is not told, and nothing is left', async () => {
    const twice = twoFiles({ password_0: PASSWORD });
    twice.append('password_0', PASSWORD);
    for (const [body, details] of [
      [twoFiles({ password_0: PASSWORD.repeat(20) }), "Field 'password_0' is too long"],
      [twoFiles({ password_2: PASSWORD }), "Field 'password_2' belongs to no file"],
      [twice, "Field 'password_0' comes more than once"],
    ] as const) {
      const response = await upload(gateway.url, body);
      expect(response.status).toBe(400);
      const text = await response.text();
      expect(text).toContain(details);
      expect(text).not.toContain(PASSWORD);
    }
    expect(await gateway.keys()).toEqual([]);
    expect(lines.join()).not.toContain(PASSWORD);
  });

  test('that cannot be stored is 503, and nothing is left', async () => {
    fails = true;
    expect((await upload(gateway.url, twoFiles({ password_0: PASSWORD }))).status).toBe(503);
    expect(await gateway.keys()).toEqual([]);
  });

  test('is not stored for a repeat of its upload', async () => {
    const headers = { 'idempotency-key': 'k' };
    const send = () => upload(gateway.url, twoFiles({ password_0: PASSWORD }), headers);
    const [first, second] = [await createdId(await send()), await createdId(await send())];
    expect(second).toBe(first);
    expect(await passwordKeys()).toHaveLength(1);
    expect(await passwordsOf(first)).toEqual([{ password: PASSWORD }, null]);
  });
});

describe('to read a file again', () => {
  test('takes the password anew', async () => {
    const id = await uploaded(gateway.url, twoFiles({}));
    const again = await readAgain(id, { ocrProvider: 'other', password: PASSWORD });
    expect(again.status).toBe(201);
    expect(await passwordsOf(id)).toEqual([null, null, { password: PASSWORD }]);
    expect((await readAgain(id, { ocrProvider: 'other', password: PASSWORD })).status).toBe(409);
    expect(await passwordKeys()).toHaveLength(1);
  });

  test('says nothing of the password when it refuses, though the body is broken', async () => {
    const id = await uploaded(gateway.url, twoFiles({}));
    for (const body of [
      { ocrProvider: 'other', password: PASSWORD.repeat(20) },
      { ocrProvider: 'other', password: [PASSWORD] },
      { ocrProvider: 'missing', password: PASSWORD },
      `{"password": ${PASSWORD}`,
      `{"password": "${PASSWORD}" "`,
    ]) {
      const response = await readAgain(id, body);
      expect(response.status).toBe(400);
      expect(await response.text()).not.toContain(PASSWORD.slice(0, 5));
    }
    expect(await passwordKeys()).toEqual([]);
    expect(lines.join()).not.toContain(PASSWORD.slice(0, 5));
  });
});

describe('the passwords of a job are erased', () => {
  const remove = (id: number, path = '') =>
    fetch(`${gateway.url}/ocr-jobs/${id}${path}?force=true`, { method: 'DELETE' });

  test('with the job, and those of a file with the file', async () => {
    const id = await uploaded(gateway.url, twoFiles({ password_0: PASSWORD, password_1: PASSWORD }));
    const [, second] = (await readJobKeys(id)) ?? [];
    expect((await remove(id, '/files/1')).status).toBe(200);
    expect(await passwordKeys()).toEqual([second]);
    expect((await remove(id)).status).toBe(200);
    expect(await gateway.keys()).toEqual([]);
  });

  async function readJobKeys(id: number) {
    const { state } = await readJob(gateway.eventStore, id);
    return state.status === 'open' ? state.executions.map(({ passwordKey }) => passwordKey) : undefined;
  }
});

test('without a secret a password is refused, and what the operator must set is named; other uploads go on', async () => {
  await gateway.close();
  gateway = await startGateway({ secrets: [] });
  const id = await uploaded(gateway.url, twoFiles({ password_0: '' }));
  for (const response of [
    await upload(gateway.url, twoFiles({ password_1: PASSWORD })),
    await readAgain(id, { ocrProvider: 'fake', password: PASSWORD }),
  ]) {
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('PASSWORD_SECRET must be set');
  }
  expect(await gateway.keys()).toHaveLength(2);
});
