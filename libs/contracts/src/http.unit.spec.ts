import { emptyTally, foldJob, type JobStatus, viewOf } from '@inkstream/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import * as http from './http.ts';

/** The errors of the schema for the input: `field: message` for each; the value if there are none. */
function parsed(schema: z.ZodType, input: unknown): unknown {
  const result = schema.safeParse(input);
  return result.success
    ? result.data
    : result.error.issues.map(({ path, message }) => [...path, message].join(': '));
}

describe('ids in paths', () => {
  it('are whole numbers from 1', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: http.MAX_ID }), (id) => {
        expect(parsed(http.idParamSchema, String(id))).toBe(id);
      }),
    ));

  it('are refused in any other spelling', () => {
    const others = [
      '',
      '0',
      '00',
      '01',
      '-1',
      '+1',
      '1.0',
      '1e3',
      '0x1',
      ' 1',
      '1 ',
      '1\n',
      '١',
      'NaN',
      '__proto__',
    ];
    for (const text of others)
      expect(parsed(http.idParamSchema, text)).toEqual(['must be a positive integer']);
  });

  it('are refused if they are too large', () => {
    for (const text of [String(http.MAX_ID + 1), '9999999999'])
      expect(parsed(http.idParamSchema, text)).toEqual([`must be at most ${http.MAX_ID}`]);
    expect(parsed(http.idParamSchema, '9'.repeat(400))).toEqual(['must be a positive integer']);
  });
});

describe('the query of a list', () => {
  const query = (input: unknown) => parsed(http.listQuerySchema, input);
  const defaults = { page: 1, limit: 20, sort: 'createdAt:desc' };

  it('has defaults', () => expect(query({})).toEqual(defaults));

  it('is accepted up to its bounds', () =>
    expect(
      query({
        page: '1000000',
        limit: '100',
        sort: 'name:asc',
        status: 'failed',
        search: `  ${'x'.repeat(255)} `,
      }),
    ).toEqual({ page: 1_000_000, limit: 100, sort: 'name:asc', status: 'failed', search: 'x'.repeat(255) }));

  it.each([
    '0',
    '-1',
    '1e9',
    '1.5',
    '',
    ' ',
    'all',
    '__proto__',
    '0x10',
    '1000001',
    '9'.repeat(400),
    ['1', '2'],
  ])('is refused with page and limit %j, in clear words', (value) =>
    expect(query({ page: value, limit: value })).toEqual([
      'page: must be a whole number from 1 to 1000000',
      'limit: must be a whole number from 1 to 100',
    ]),
  );

  it('is refused with a limit that is too large', () =>
    expect(query({ limit: '101' })).toEqual(['limit: must be a whole number from 1 to 100']));

  it.each([
    '',
    'name',
    'name:up',
    'size:asc',
    'name:asc,id:asc',
    '__proto__',
    'constructor',
    ['id:asc', 'id:asc'],
  ])('is refused with sort %j', (sort) =>
    expect(query({ sort })).toEqual([
      'sort: must be one of id:asc, id:desc, name:asc, name:desc, status:asc, status:desc, createdAt:asc, ' +
        'createdAt:desc, updatedAt:asc, updatedAt:desc',
    ]),
  );

  it.each(['', 'PENDING', 'cancelled', 'deleted', '__proto__', ['failed', 'failed']])(
    'is refused with status %j',
    (status) =>
      expect(query({ status })).toEqual(['status: must be one of pending, running, completed, failed']),
  );

  it('is refused with a search that is too long or no text', () => {
    expect(query({ search: 'x'.repeat(256) })).toEqual(['search: must have at most 255 characters']);
    expect(query({ search: { $ne: '' } })).toEqual(['search: must be a text']);
  });

  it('ignores keys that it does not know', () => {
    expect(query({ offset: '7', constructor: 'x' })).toEqual(defaults);
    expect(query(JSON.parse('{"__proto__": {"page": "3"}}'))).toEqual(defaults);
  });

  it('never throws, whatever it gets', () =>
    fc.assert(
      fc.property(
        fc.object({ key: fc.constantFrom('page', 'limit', 'sort', 'status', 'search') }),
        (input) => {
          http.listQuerySchema.safeParse(input);
        },
      ),
    ));
});

describe('bodies and flags', () => {
  it('asks for an execution by the name of a provider, and nothing else', () => {
    const body = (input: unknown) => http.requestExecutionSchema.safeParse(input).success;
    expect(body({ ocrProvider: 'mistral' })).toBe(true);
    for (const input of [
      {},
      { ocrProvider: '' },
      { ocrProvider: 1 },
      { ocrProvider: 'x'.repeat(51) },
      [],
      null,
    ])
      expect(body(input)).toBe(false);
    expect(body({ ocrProvider: 'mistral', force: true })).toBe(false);
    expect(body(JSON.parse('{"ocrProvider": "mistral", "__proto__": {}}'))).toBe(false);
  });

  it('takes force as true or false, false by default', () => {
    expect(parsed(http.forceQuerySchema, {})).toEqual({ force: 'false' });
    expect(parsed(http.forceQuerySchema, { force: 'true' })).toEqual({ force: 'true' });
    for (const force of ['', '1', 'yes', 'TRUE', ['true', 'true']])
      expect(http.forceQuerySchema.safeParse({ force }).success).toBe(false);
  });
});

describe('answers', () => {
  const times = { createdAt: '2026-11-24T12:00:00.000Z', updatedAt: '2026-11-24T12:00:01.000Z' };
  const execution = { id: 1, status: 'completed', ocrProvider: 'mistral', ocrData: '{}', ...times };
  const file = { id: 1, originalName: 'a.png', storageKey: 'jobs/7/files/1', executions: [execution] };
  const job = { id: 7, name: 'Trip', status: 'completed', ...times, files: [file] };

  it('are jobs as clients know them', () => {
    expect(parsed(http.jobSchema, job)).toEqual(job);
    const failed = {
      ...execution,
      status: 'failed',
      ocrData: null,
      error: { code: 'timeout', message: 'late' },
    };
    expect(parsed(http.executionSchema, failed)).toEqual(failed);
  });

  it('have times in UTC and statuses of the API', () => {
    for (const change of [
      { createdAt: '2026-11-24' },
      { createdAt: '2026-11-24T12:00:00+01:00' },
      { status: 'cancelled' as JobStatus },
      { id: 0 },
    ])
      expect(http.jobSchema.safeParse({ ...job, ...change }).success).toBe(false);
  });

  it('have the times that the domain records', () => {
    const recordedAt = new Date(0).toISOString();
    const uid = '0193b1c4-5d6e-7f80-9a1b-2c3d4e5f6071';
    const record = foldJob(null, {
      type: 'JobSubmitted',
      data: { uid, tenant: 'default', name: '', files: [] },
      jobId: 1,
      uid,
      revision: 0,
      schemaVersion: 1,
      caller: { tenant: 'default', actor: 'anonymous', requestId: 'r' },
      recordedAt,
    });
    const view = record && viewOf(record, { tally: emptyTally, changedAt: null });
    expect(http.jobSchema.safeParse(view).success).toBe(true);
  });
});
