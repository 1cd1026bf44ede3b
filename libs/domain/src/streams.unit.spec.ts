import fc from 'fast-check';
import { expect, it } from 'vitest';
import { executionObjects, jobIdOf, jobObjects, jobStream } from './stream.ts';

const ids = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

it('gives a job back from the name of its stream', () => {
  expect(jobStream(123)).toBe('ocrJob-123');
  fc.assert(fc.property(ids, (id) => jobIdOf(jobStream(id)) === id));
});

it('takes no other stream for one of a job', () => {
  const others = [
    '',
    'ocrJob-',
    'ocrJob-0',
    'ocrJob-01',
    'ocrJob-1.5',
    'ocrJob--1',
    'ocrJob-1e3',
    'ocrJobs-1',
  ];
  const odd = ['ocrJob-1 ', 'ocrJob-1\n', ' ocrJob-1', 'xocrJob-1', 'ocrJob-١', 'ocrJob-9007199254740993'];
  for (const stream of [...others, ...odd]) expect([stream, jobIdOf(stream)]).toEqual([stream, null]);
  const alike = fc.oneof(fc.string(), fc.stringMatching(/^ocrJob-[ -~]{0,20}$/));
  fc.assert(
    fc.property(alike, (stream) => {
      const id = jobIdOf(stream);
      expect(id === null || jobStream(id) === stream).toBe(true);
    }),
  );
});

it('keeps the objects of each job apart, and all of a job under its prefix', () => {
  expect(jobObjects(1)).toBe('jobs/1/');
  expect(executionObjects(1, 2)).toBe('jobs/1/executions/2/');
  fc.assert(
    fc.property(ids, ids, ids, (a, b, execution) => {
      expect(executionObjects(a, execution).startsWith(jobObjects(a))).toBe(true);
      if (a !== b) expect(executionObjects(b, execution).startsWith(jobObjects(a))).toBe(false);
    }),
  );
});
