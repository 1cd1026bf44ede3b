import { jobStream } from '@inkstream/domain';
import { multipart, postBody } from '@inkstream/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { form, jpeg, upload } from '../spec-support/documents.ts';
import { provider } from '../spec-support/provider.ts';
import { fieldPart, filePart } from '../spec-support/raw-multipart.ts';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';

let gateway: StartedGateway;
beforeAll(async () => {
  gateway = await startGateway({ config: { MAX_FILES_PER_JOB: 5, MAX_EXECUTIONS_PER_JOB: 6 } });
  await gateway.announce(provider('fake', { aliases: ['theFake'] }));
  await gateway.announce(provider('pdf-only', { accepts: ['application/pdf', 'text/html'] }));
  await gateway.announce(provider('small', { limits: { maxBytes: 1_000, maxPages: 1 } }));
  await gateway.announce(provider('keyless', { state: 'unavailable', reason: 'The key was refused' }));
  await gateway.announce(provider('gone', { lifetimeMs: 200 }));
});
afterAll(async () => {
  for (let id = 1; id <= 100; id++)
    expect(await Array.fromAsync(gateway.eventStore.read(jobStream(id)))).toEqual([]);
  await gateway.close();
});
afterEach(async () => {
  expect(await gateway.keys(), 'objects left behind').toEqual([]);
});

/** A reason; then the limit, or what would be accepted. */
const REFUSAL = /^[^;]{10,}; [^;]{4,}[^.;]$/;
const NAMES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  503: 'Service Unavailable',
};

async function expectRefusal(answer: Promise<Response>, statusCode: number, details: unknown) {
  const response = await answer;
  const answered = (await response.json()) as { readonly details: string };
  expect(answered).toEqual({ statusCode, message: NAMES[statusCode], details });
  expect(response.status).toBe(statusCode);
  if (statusCode !== 503) expect(answered.details).toMatch(REFUSAL);
}

const containing = (part: string) => expect.stringContaining(part);
const text = (content: string) => new TextEncoder().encode(content);

describe('an upload is refused, and leaves nothing behind, with', () => {
  test.each([
    [
      'an unknown provider',
      form([{}], { ocrProvider_0: 'invalid' }),
      400,
      expect.stringMatching(
        /^Provider 'invalid' is not available; these are: fake,( gone,)? pdf-only, small$/,
      ),
    ],
    [
      'an unknown provider beside a known one',
      form([{}], { ocrProvider_0: 'fake,invalid' }),
      400,
      containing("Provider 'invalid' is not available; these are: "),
    ],
    [
      'a provider twice, once by its alias',
      form([{}], { ocrProvider_0: 'fake, theFake' }),
      400,
      "Field 'ocrProvider_0' names provider 'fake' twice; name it once",
    ],
    [
      'a provider without a name',
      form([{}], { ocrProvider_0: 'fake,' }),
      400,
      "Field 'ocrProvider_0' has an empty name; it may name one provider, or several as in a,b",
    ],
    [
      'more executions than a job may have',
      form([{}, {}, {}, {}], { ocrProvider_0: 'fake,small', ocrProvider_3: 'fake,small,pdf-only' }),
      400,
      'The upload asks for 7 executions, one for each provider of each file; it may ask for 6',
    ],
    [
      'a second provider that does not take the file',
      form([{ name: 'a.jpg' }], { ocrProvider_0: 'fake,pdf-only' }),
      415,
      "File 'a.jpg' is a JPEG file; provider 'pdf-only' takes PDF",
    ],
    [
      'pages that are none',
      form([{}], { pages_0: '0' }),
      400,
      "pages_0: '0' is neither a page nor a range of pages; write pages counted from 1, such as 1-3,7",
    ],
    [
      'pages out of order',
      form([{}], { pages_0: '7,1-3' }),
      400,
      'pages_0: is not in ascending order, or has a page twice; write 1-3,7',
    ],
    [
      'more pages than one of its providers reads',
      form([{}], { ocrProvider_0: 'fake,small', pages_0: '1-2' }),
      400,
      "pages_0: selects 2 pages; provider 'small' reads 1 at most",
    ],
    ['pages of no file', form([{}], { pages_1: '1' }), 400, containing("'pages_1'")],
    [
      'a provider that never could read',
      form([{}], { ocrProvider_0: 'keyless' }),
      503,
      "Provider 'keyless' is unavailable: The key was refused",
    ],
    ['no file', form([], { jobName: 'Nothing' }), 400, containing('There is no file')],
    [
      'an empty file',
      form([{ name: 'void.jpg', bytes: new Uint8Array() }]),
      400,
      "File 'void.jpg' is empty; upload it anew, with what is in it",
    ],
    ['a provider for no file', form([{}], { ocrProvider_1: 'fake' }), 400, containing("'ocrProvider_1'")],
    ['an index that is no number', form([{}], { ocrProvider_x: 'fake' }), 400, containing("'ocrProvider_x'")],
    [
      'an index with a zero before it',
      form([{}], { ocrProvider_00: 'fake' }),
      400,
      containing("'ocrProvider_00'"),
    ],
    ['a long job name', form([{}], { jobName: 'x'.repeat(256) }), 400, containing('jobName')],
    ['a huge field', form([{}], { jobName: 'x'.repeat(5_000) }), 400, containing("'jobName'")],
    ['a huge field name', form([{}], { ['x'.repeat(101)]: '' }), 400, containing('100 bytes')],
    [
      'a nested field',
      form([{}], { 'jobName[__proto__][x]': 'y' }),
      400,
      containing('jobName[__proto__][x]'),
    ],
    [
      'a sixth file',
      form([{}, {}, {}, {}, {}, {}]),
      400,
      'There are more than 5 files; a job takes 5 at most',
    ],
    ['a type of no provider', form([{ name: 'a.jpg', bytes: text('hello') }]), 415, containing("'a.jpg'")],
    [
      'a type that this provider does not take',
      form([{ name: 'a.jpg' }], { ocrProvider_0: 'pdf-only' }),
      415,
      "File 'a.jpg' is a JPEG file; provider 'pdf-only' takes PDF",
    ],
    [
      'a type that is no document, whatever a provider says',
      form([{ name: 'a.html', bytes: text('<!doctype html>') }], { ocrProvider_0: 'pdf-only' }),
      415,
      containing("'a.html'"),
    ],
    [
      'a message of Outlook',
      form([
        { name: 'a.msg', bytes: Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]) },
      ]),
      415,
      containing('an Outlook message'),
    ],
    [
      'more bytes than the provider takes',
      form([{ name: 'a.jpg', bytes: jpeg(1_001) }], { ocrProvider_0: 'small' }),
      413,
      "File 'a.jpg' has 1001 bytes; provider 'small' takes 1000 bytes at most",
    ],
    [
      'more bytes than anybody takes',
      form([{ name: 'a.jpg', bytes: jpeg(104_857_601) }]),
      413,
      "File 'a.jpg' has more than 104857600 bytes (100 MiB), the most that is taken; make it smaller, or split it",
    ],
  ] as const)('%s', async (_name, body, status, details) => {
    await expectRefusal(upload(gateway.url, body), status, details);
  });

  test('a provider whose announcement has expired', async () => {
    const body = form([{}], { ocrProvider_0: 'gone' });
    await new Promise((resolve) => setTimeout(resolve, 250));
    await expectRefusal(upload(gateway.url, body), 400, containing("Provider 'gone' is not available"));
  });

  test('a file whose provider is not named', async () => {
    const body = form([{}, { name: 'second.jpg' }]);
    body.delete('ocrProvider_1');
    await expectRefusal(upload(gateway.url, body), 400, containing("'ocrProvider_1'"));
  });

  test('two providers for one file', async () => {
    const body = form([{}]);
    body.append('ocrProvider_0', 'fake');
    await expectRefusal(
      upload(gateway.url, body),
      400,
      "Field 'ocrProvider_0' comes more than once; send it once",
    );
  });

  test('a file in another field, also behind a good one', async () => {
    const body = form([{}]);
    body.append('document', new Blob([jpeg(200_000)]), 'b.jpg');
    await expectRefusal(upload(gateway.url, body), 400, containing("'document'"));
  });

  test.each([
    ['of text', 'text/plain', 'x'],
    ['of a picture', 'image/jpeg', jpeg(10_000)],
    ['of bytes', 'application/octet-stream', jpeg(10_000)],
  ])('a file %s that is sent without a file name, by name', async (_what, type, content) => {
    const headers = ['Content-Disposition: form-data; name="file"', `Content-Type: ${type}`];
    const body = multipart([fieldPart('ocrProvider_0', 'fake'), { headers, body: content }]);
    await expectRefusal(postBody(gateway.url, body), 400, containing("part 'file' has no file name"));
  });

  test('a file without a name', async () => {
    const body = form([{}]);
    body.append('file', 'not a file');
    await expectRefusal(upload(gateway.url, body), 400, containing("'file'"));
  });

  test('too many fields', async () => {
    const fields = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`extra${index}`, '']));
    await expectRefusal(upload(gateway.url, form([{}], fields)), 400, containing('fields'));
  });
});

describe('a body is refused, and leaves nothing behind, that', () => {
  const good = [fieldPart('ocrProvider_0', 'fake'), filePart('filename="a.jpg"', jpeg())];

  test.each([
    ['is not multipart', Buffer.from('{}'), 'application/json', 415, containing('application/json')],
    [
      'is another kind of multipart',
      multipart(good),
      'multipart/mixed; boundary=inkstream-boundary',
      415,
      containing('multipart/mixed'),
    ],
    ['says nothing of its type', Buffer.from('{}'), '', 400, containing('multipart/form-data')],
    ['has no boundary', multipart(good), 'multipart/form-data', 400, containing('Boundary')],
    [
      'has another boundary',
      multipart(good),
      'multipart/form-data; boundary=other',
      400,
      containing('not valid'),
    ],
    ['ends before its end', multipart(good, ''), undefined, 400, containing('not valid')],
    ['ends in the middle of a file', multipart(good).subarray(0, 1_000), undefined, 400, expect.any(String)],
    ['is empty', Buffer.alloc(0), undefined, 400, expect.any(String)],
    ['is no multipart body at all', Buffer.alloc(5_000, 7), undefined, 400, containing('not valid')],
    [
      'has a broken part header',
      multipart([{ headers: ['\u0001: x'], body: '' }]),
      undefined,
      400,
      containing('not valid'),
    ],
    [
      'has a part without a name',
      multipart([{ headers: ['Content-Disposition: form-data; filename="a"'], body: 'x' }]),
      undefined,
      400,
      containing('name'),
    ],
  ] as const)('%s', async (_name, body, contentType, status, details) => {
    await expectRefusal(postBody(gateway.url, body, contentType), status, details);
  });

  test('is compressed', async () => {
    const compressed = upload(gateway.url, form([{}]), { 'Content-Encoding': 'gzip' });
    await expectRefusal(compressed, 415, containing('gzip'));
  });
});
