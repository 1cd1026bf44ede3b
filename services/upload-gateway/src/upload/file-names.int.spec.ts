import { jobStream } from '@inkstream/domain';
import { multipart, postBody } from '@inkstream/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createdId, jpeg } from '../spec-support/documents.ts';
import { uidOf } from '../spec-support/jobs.ts';
import { fieldPart, filePart } from '../spec-support/raw-multipart.ts';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';

let gateway: StartedGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

test.each([
  ['plain', 'filename="receipt.jpg"', 'receipt.jpg'],
  ['in UTF-8', 'filename="Beleg für 東京.jpg"', 'Beleg für 東京.jpg'],
  ['as RFC 5987 has it', "filename*=UTF-8''Beleg%20f%C3%BCr%20%E2%82%AC.jpg", 'Beleg für €.jpg'],
  ['in both forms, one quoted', `filename="r.png"; filename*="UTF-8''%E5%8A%B3%E5%8A%A8.jpg"`, '劳动.jpg'],
  ['in both forms', `filename="fallback.jpg"; filename*=UTF-8''na%C3%AFve.jpg`, 'naïve.jpg'],
  ['that climbs', 'filename="../../../etc/passwd"', 'passwd'],
  ['that climbs on Windows', String.raw`filename="..\\..\\boot.ini"`, 'boot.ini'],
  ['that climbs in RFC 5987', "filename*=UTF-8''..%2F..%2Fx.jpg", 'x.jpg'],
  ['of dots', 'filename=".."', 'file'],
  ['with a header in it', 'filename="a%0D%0ASet-Cookie: x=1.jpg"', 'aSet-Cookie: x=1.jpg'],
  ['with a quote', 'filename="a%22b.jpg"', 'a"b.jpg'],
  ['that shows another extension', 'filename="invoice\u202egpj.exe"', 'invoicegpj.exe'],
  ['in broken UTF-8', "filename*=UTF-8''a%FF.jpg", 'a\ufffd.jpg'],
] as const)('a name %s is kept harmless, and leads to no other key', async (_name, disposition, kept) => {
  const body = multipart([fieldPart('ocrProvider_0', 'fake'), filePart(disposition, jpeg())]);
  const response = await postBody(gateway.url, body);
  expect(response.status).toBe(201);
  const id = await createdId(response);
  const [submitted] = await Array.fromAsync(gateway.eventStore.read(jobStream(id)));
  expect(submitted?.data).toMatchObject({ name: kept, files: [{ originalName: kept }] });
  expect(await gateway.keys()).toContain(`jobs/${await uidOf(gateway, id)}/files/1`);
  expect((await gateway.keys()).filter((key) => !/^jobs\/[0-9a-f-]{36}\/files\/1$/.test(key))).toEqual([]);
});

test('a name in bytes of ISO 8859-1 is read as such', async () => {
  const name = 'Quittung-Müller.jpg';
  const whole = multipart([fieldPart('ocrProvider_0', 'fake'), filePart(`filename="${name}"`, jpeg())]);
  const at = whole.indexOf(name);
  const body = Buffer.concat([
    whole.subarray(0, at),
    Buffer.from(name, 'latin1'),
    whole.subarray(at + Buffer.byteLength(name)),
  ]);
  const id = await createdId(await postBody(gateway.url, body));
  const [submitted] = await Array.fromAsync(gateway.eventStore.read(jobStream(id)));
  expect(submitted?.data).toMatchObject({ files: [{ originalName: name }] });
});

test('the names of fields are no way to the prototype of anything', async () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const parts = [
      fieldPart(name, 'x'),
      fieldPart('ocrProvider_0', 'fake'),
      filePart('filename="a.jpg"', jpeg()),
    ];
    expect((await postBody(gateway.url, multipart(parts))).status).toBe(201);
  }
  const refused = await postBody(
    gateway.url,
    multipart([fieldPart('ocrProvider_0', '__proto__'), filePart('filename="a.jpg"', jpeg())]),
  );
  expect(await refused.json()).toMatchObject({
    details: "Provider '__proto__' is not available; these are: fake",
  });
});
