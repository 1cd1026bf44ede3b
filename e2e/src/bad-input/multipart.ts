import { BOUNDARY, multipart, postBody, type RawPart } from '@inkstream/testing';
import { describe, expect, it } from 'vitest';
import { expectError } from '../support/api.ts';
import type { Inkstream } from '../support/inkstream.ts';
import { filePart, part, providerPart } from '../support/raw-multipart.ts';

const good = multipart([filePart, providerPart]);
const field = (name: string, body: string): RawPart => part(`name="${name}"`, body);
const times = (count: number, make: (index: number) => RawPart) =>
  Array.from({ length: count }, (_, i) => make(i));

const FORMS: Readonly<Record<string, readonly [parts: readonly RawPart[], details: RegExp]>> = {
  'no file': [[providerPart], /ocrProvider_0|file/],
  nothing: [[], /file/],
  'a file that is a mere field': [[field('file', 'x'), providerPart], /file/],
  'a file without a provider': [[filePart], /ocrProvider_0/],
  'an empty provider': [[filePart, field('ocrProvider_0', ' ')], /ocrProvider_0/],
  'a provider that does not run': [[filePart, field('ocrProvider_0', 'nobody')], /Provider 'nobody' is not/],
  'a provider of no file': [[filePart, providerPart, field('ocrProvider_1', 'scripted')], /ocrProvider_1/],
  'two providers for a file': [[filePart, providerPart, providerPart], /ocrProvider_0/],
  'two job names': [[filePart, providerPart, field('jobName', 'a'), field('jobName', 'b')], /jobName/],
  'a file in another field': [[part('name="image"; filename="x.png"', filePart.body)], /image/],
  'a file in the field of a provider': [
    [filePart, part('name="ocrProvider_0"; filename="x.png"', filePart.body)],
    /ocrProvider_0/,
  ],
  '101 files': [times(101, () => filePart), /100 files/],
  '1,000 fields': [times(1_000, (index) => field(`f${index}`, 'x')), /fields/],
  'a field with a name of 1,000 bytes': [[filePart, providerPart, field('n'.repeat(1_000), 'x')], /name/],
  'a field of 10,000 bytes': [[filePart, providerPart, field('jobName', 'x'.repeat(10_000))], /jobName/],
  'an empty file': [[{ ...filePart, body: '' }, providerPart], /receipt\.png.* is empty/],
  'a part without a name': [[part('filename="x.png"', filePart.body)], /./],
  'a control character in a name': [
    [part('name="file"; filename="a\0b.png"', filePart.body), providerPart],
    /./,
  ],
  'a header of 100 kB in a part': [
    [{ ...filePart, headers: [...filePart.headers, `X-Long: ${'x'.repeat(100_000)}`] }],
    /./,
  ],
};

const BODIES: Readonly<
  Record<string, readonly [body: Buffer<ArrayBuffer>, contentType: string, status: number]>
> = {
  'a body that ends within a file': [good.subarray(0, 200), `multipart/form-data; boundary=${BOUNDARY}`, 400],
  'a body without its end': [
    multipart([filePart, providerPart], ''),
    `multipart/form-data; boundary=${BOUNDARY}`,
    400,
  ],
  'another boundary than the one announced': [good, 'multipart/form-data; boundary=another', 400],
  'no boundary': [good, 'multipart/form-data', 400],
  'a boundary without end': [good, `multipart/form-data; boundary=${'b'.repeat(5_000)}`, 400],
  'no body': [Buffer.alloc(0), `multipart/form-data; boundary=${BOUNDARY}`, 400],
  'no content type': [good, '', 400],
  'a body of JSON': [Buffer.from('{}'), 'application/json', 415],
  'a form without files': [Buffer.from('a=b'), 'application/x-www-form-urlencoded', 415],
  'another multipart': [good, `multipart/mixed; boundary=${BOUNDARY}`, 415],
};

/** Uploads that are no proper forms. */
export function multipartTests(inkstream: Inkstream): void {
  describe('an upload is refused that has', () => {
    it.each(Object.keys(FORMS))('%s', async (name) => {
      const [parts, details] = FORMS[name] ?? [[], /never/];
      await expectError(await postBody(inkstream.process.url, multipart(parts)), 400, details);
    });

    it.each(Object.keys(BODIES))('%s', async (name) => {
      const [body, contentType, status] = BODIES[name] ?? [good, '', 0];
      await expectError(await postBody(inkstream.process.url, body, contentType), status);
    });
  });

  it('takes a form with names that are properties of every object, and minds none of them', async () => {
    const odd = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((name) => field(name, 'x'));
    const response = await postBody(inkstream.process.url, multipart([...odd, filePart, providerPart]));
    expect(response.status, await response.text()).toBe(201);
  });
}
