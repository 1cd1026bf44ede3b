import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeEvents, MAX_APPEND_BYTES } from './encode-events.ts';
import { InvalidAppendError } from './errors.ts';
import type { EventToAppend, JsonObject } from './event-store.ts';

const event = (changes: Partial<EventToAppend> = {}): EventToAppend => ({
  id: randomUUID(),
  type: 'Happened',
  data: {},
  metadata: {},
  ...changes,
});

describe('encodeEvents', () => {
  it('returns JSON text that parses to the same data', () => {
    // Any UTF-16, halves of surrogate pairs and NUL included.
    const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }),
        (value) => {
          const data = JSON.parse(JSON.stringify(value)) as JsonObject;
          const [encoded] = encodeEvents('s', [event({ data, metadata: data })]);
          expect(JSON.stringify(JSON.parse(encoded?.data ?? ''))).toBe(JSON.stringify(data));
          expect(encoded?.metadata).toBe(encoded?.data);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('accepts exactly as many bytes as EventStoreDB does, counted over the whole append', () => {
    const frame = Buffer.byteLength('{"text":""}{}') + 2 * 'Happened'.length;
    const ofBytes = (bytes: number) => event({ data: { text: `ü${'x'.repeat(bytes - frame - 2)}` } });
    expect(encodeEvents('s', [ofBytes(MAX_APPEND_BYTES)])).toHaveLength(1);
    expect(encodeEvents('s', [ofBytes(500_000), ofBytes(MAX_APPEND_BYTES - 500_000)])).toHaveLength(2);
    for (const some of [
      [ofBytes(MAX_APPEND_BYTES + 1)],
      [ofBytes(500_000), ofBytes(MAX_APPEND_BYTES - 499_999)],
    ])
      expect(() => encodeEvents('s', some)).toThrow(InvalidAppendError);
  });

  it('treats ids that differ only in case as the same, as UUIDs are', () => {
    const id = randomUUID();
    expect(encodeEvents('s', [event({ id: id.toUpperCase() })])[0]?.id).toBe(id);
    const twice = [event({ id }), event({ id: id.toUpperCase() })];
    expect(() => encodeEvents('s', twice)).toThrow('twice');
  });

  it('refuses what cannot be stored', () => {
    const circular: { [key: string]: JsonObject } = {};
    circular.self = circular;
    const refused: [string, EventToAppend[]][] = [
      ['', [event()]],
      ['$system', [event()]],
      ['s', []],
      ['s', [event({ id: '1' })]],
      ['s', [event({ id: `${randomUUID()}\n` })]],
      ['s', [event({ type: '' })]],
      ['s', [event({ data: circular })]],
      ['s', [event({ data: { n: 1n } as unknown as JsonObject })]],
    ];
    for (const [stream, some] of refused)
      expect(() => encodeEvents(stream, some)).toThrow(InvalidAppendError);
  });
});
