import { expect, it } from 'vitest';
import { createAsyncApiDocument } from './asyncapi.ts';
import { exampleEvents } from './examples.ts';
import { toMessage } from './messages.ts';

const text = `${JSON.stringify(createAsyncApiDocument(), null, 2)}\n`;

it('is what docs/asyncapi.json says: `npx vitest run libs/contracts -u` writes that anew', async () => {
  await expect(text).toMatchFileSnapshot('../../../docs/asyncapi.json');
});

it('has everything that it refers to', () => {
  const document: unknown = JSON.parse(text);
  const at = (path: string) => path.split('/').reduce<unknown>((part, key) => Object(part)[key], document);
  const references = Array.from(text.matchAll(/"\$ref": "#\/([^"]+)"/g), ([, path = '']) => path);
  expect(references.length).toBeGreaterThan(20);
  expect(references.filter((path) => at(path) === undefined)).toEqual([]);
});

it('names the headers that an event is published with', () => {
  const { headers } = toMessage(
    {
      type: 'ExecutionStarted',
      data: exampleEvents.ExecutionStarted,
      jobId: 1,
      executionId: 1,
      uid: 'uid',
      revision: 0,
      recordedAt: '2026-11-24T12:00:00.000Z',
      schemaVersion: 1,
      caller: { tenant: 'default', actor: 'anonymous', requestId: 'request-1' },
    },
    'event-1',
  );
  const { properties = {}, required = [] } = createAsyncApiDocument().components.schemas.CloudEventHeaders;
  expect(Object.keys(headers)).toEqual(expect.arrayContaining(required));
  expect(Object.keys(properties).filter((name) => !(name in headers))).toEqual([]);
});
