import { gzipSync } from 'node:zlib';
import { jobStream } from '@inkstream/domain';
import { BOUNDARY, multipart, postBody, type RawPart } from '@inkstream/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createdId, jpeg } from '../spec-support/documents.ts';
import { uidOf } from '../spec-support/jobs.ts';
import { fieldPart, filePart } from '../spec-support/raw-multipart.ts';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';

let gateway: StartedGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const provider = fieldPart('ocrProvider_0', 'fake');
const file = filePart('filename="a.jpg"', jpeg());
const good = multipart([provider, file]);
const withHeaders = (...headers: readonly string[]): RawPart => ({ headers, body: jpeg() });
const named = (disposition: string) => [provider, filePart(disposition, jpeg())];
const inText = (change: (body: string) => string): Buffer<ArrayBuffer> =>
  Buffer.from(change(good.toString('latin1')), 'latin1');
const type = (boundary: string) => `multipart/form-data; ${boundary}`;

type Hostile = readonly [
  body: readonly RawPart[] | Buffer<ArrayBuffer>,
  answer: number | string,
  contentType?: string,
];

/** Bodies, with the status that refuses each, or the name under which its file is kept. */
const HOSTILE: Readonly<Record<string, Hostile>> = {
  'an empty boundary': [good, 400, type('boundary=')],
  'a boundary of 5,000 bytes': [good, 400, type(`boundary=${'b'.repeat(5_000)}`)],
  'two boundaries, the first of them right': [good, 'a.jpg', type(`boundary=${BOUNDARY}; boundary=x`)],
  'two boundaries, the second of them right': [good, 400, type(`boundary=x; boundary=${BOUNDARY}`)],
  'the start of the boundary alone': [good, 400, type(`boundary=${BOUNDARY.slice(0, 4)}`)],
  'a boundary of nothing but dashes': [good, 400, type('boundary=--')],
  'a boundary that is a pattern': [good, 400, type('boundary=".*"')],
  'no final boundary': [multipart([provider, file], ''), 400],
  'a final boundary cut in half': [good.subarray(0, -6), 400],
  'a boundary within a header': [
    inText((body) => body.replace('filename=', `\r\n--${BOUNDARY}\r\nfilename=`)),
    400,
  ],
  'lines that end with LF alone': [inText((body) => body.replaceAll('\r\n', '\n')), 400],
  'words before the first boundary': [Buffer.concat([Buffer.from('x\r\n'), good]), 'a.jpg'],
  'a second body behind the end': [Buffer.concat([good, good]), 400],
  'a body packed with gzip': [gzipSync(good) as Buffer<ArrayBuffer>, 400],
  'a multipart part within a part': [
    [
      provider,
      {
        headers: [
          'Content-Disposition: form-data; name="file"',
          'Content-Type: multipart/mixed; boundary=in',
        ],
        body: '--in\r\nContent-Disposition: file; filename="x.jpg"\r\n\r\nx\r\n--in--',
      },
    ],
    400,
  ],
  'the whole body as its own file': [[provider, filePart('filename="a.jpg"', good)], 415],
  'a header line of 1 MB': [[provider, withHeaders(...file.headers, `X: ${'x'.repeat(1_000_000)}`)], 400],
  '10,000 header lines': [
    [provider, withHeaders(...file.headers, ...Array<string>(10_000).fill('X: y'))],
    400,
  ],
  'a header without an end': [
    Buffer.concat([good.subarray(0, -60), Buffer.from(`\r\n--${BOUNDARY}\r\nX`)]),
    400,
  ],
  'a part without headers': [[provider, { headers: [], body: jpeg() }], 400],
  'a part that is no form-data': [
    [provider, withHeaders('Content-Disposition: attachment; name="file"; filename="a.jpg"')],
    400,
  ],
  'two dispositions': [
    [provider, withHeaders(...file.headers, 'Content-Disposition: form-data; name="x"; filename="x"')],
    'a.jpg',
  ],
  'two names of a field': [
    [provider, withHeaders('Content-Disposition: form-data; name="file"; name="x"; filename="a.jpg"')],
    'a.jpg',
  ],
  'a file in two fields': [[provider, file, filePart('filename="a.jpg"', jpeg())], 400],
  'a transfer encoding': [
    [provider, withHeaders(...file.headers, 'Content-Transfer-Encoding: base64')],
    'a.jpg',
  ],
  'another charset': [
    [provider, withHeaders(...file.headers.slice(0, 1), 'Content-Type: image/jpeg; charset=utf-7')],
    'a.jpg',
  ],
  'a part of no bytes': [[provider, filePart('filename="a.jpg"', '')], 400],
  'nothing but boundaries': [Buffer.from(`--${BOUNDARY}\r\n`.repeat(100)), 400],
  'a NUL in a file name': [named('filename="a\0b.jpg"'), 400],
  'a NUL in the name of a field': [[provider, file, fieldPart('job\0Name', 'x')], 400],
  'a NUL in the name of a provider': [[fieldPart('ocrProvider_0', 'fa\0ke'), file], 400],
  'an empty file name': [named('filename=""'), 400],
  'a file name of dots and slashes': [named('filename="../../.."'), 'file'],
  'a file name that climbs, escaped': [named('filename="..%2f..%2fetc%2fpasswd"'), '..%2f..%2fetc%2fpasswd'],
  'a file name of a device': [named('filename="/dev/zero"'), 'zero'],
  'a file name of 10,000 bytes': [named(`filename="${'n'.repeat(9_996)}.jpg"`), `${'n'.repeat(251)}.jpg`],
  'two file names': [named('filename="a.jpg"; filename="../b.jpg"'), 'a.jpg'],
  'an extended file name in an unknown charset': [named("filename*=utf-99''a.jpg"), 400],
  'an extended file name that is no such thing': [named('filename*=a.jpg'), 400],
  'an extended file name with broken escapes': [named("filename*=UTF-8''%zz%0.jpg"), 400],
  'an extended file name with a header in it': [named("filename*=UTF-8''a%0d%0aX-Evil:%201.jpg"), 400],
  'an extended file name of NULs': [named("filename*=UTF-8''%00%00"), 'file'],
  'a file name in continuations': [named('filename*0="../"; filename*1="x.jpg"'), 400],
  'an extended name of the field': [
    [provider, withHeaders('Content-Disposition: form-data; name*=UTF-8\'\'file; filename="a.jpg"')],
    400,
  ],
};

describe('a multipart body makes a job with a harmless name or a typed refusal, and leaves nothing else behind, with', () => {
  test.each(Object.keys(HOSTILE))('%s', async (name) => {
    const [body, answer, contentType] = HOSTILE[name] ?? [[], 'nothing'];
    const bytes = Buffer.isBuffer(body) ? body : multipart(body as readonly RawPart[]);
    const response = await postBody(gateway.url, bytes, contentType);
    if (typeof answer === 'number') {
      const refusal = { statusCode: answer, message: expect.any(String), details: expect.any(String) };
      expect(await response.json()).toEqual(refusal);
      expect(response.status).toBe(answer);
    } else {
      expect(response.status).toBe(201);
      const id = await createdId(response);
      const [submitted] = await Array.fromAsync(gateway.eventStore.read(jobStream(id)));
      expect(submitted?.data).toMatchObject({
        name: answer,
        files: [{ originalName: answer, bytes: 2_000 }],
      });
      expect(await gateway.keys()).toEqual([`jobs/${await uidOf(gateway, id)}/files/1`]);
      await fetch(`${gateway.url}/ocr-jobs/${id}`, { method: 'DELETE' });
    }
    expect(await gateway.keys()).toEqual([]);
  });
});
