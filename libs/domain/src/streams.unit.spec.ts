import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  DOMAIN_STREAM_PREFIX,
  executionObjects,
  executionStream,
  jobObjects,
  jobStream,
  subjectOf,
} from './streams.ts';

const ids = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

it('finds a job and an execution by the names of their streams', () => {
  expect(jobStream(123)).toBe('ocrJob-123');
  expect(executionStream({ jobId: 123, executionId: 4 })).toBe('ocrExecution-123-4');
  fc.assert(
    fc.property(ids, ids, (jobId, executionId) => {
      expect(subjectOf(jobStream(jobId))).toEqual({ kind: 'job', jobId });
      const stream = executionStream({ jobId, executionId });
      expect(subjectOf(stream)).toEqual({ kind: 'execution', jobId, executionId });
      expect([stream, jobStream(jobId)].every((one) => one.startsWith(DOMAIN_STREAM_PREFIX))).toBe(true);
    }),
  );
});

it('takes no other stream for one of the domain', () => {
  const numbers = ['', '0', '01', '1.5', '-1', '1e3', '1 ', '1\n', '١', '9007199254740993'];
  const odd = numbers.flatMap((text) => [
    `ocrJob-${text}`,
    `ocrExecution-${text}-1`,
    `ocrExecution-1-${text}`,
  ]);
  const others = [
    '',
    'ocrJobs-1',
    ' ocrJob-1',
    'xocrJob-1',
    'ocrExecution-1',
    'ocrJob-1-1',
    'ocrExecution-1-1-1',
  ];
  for (const stream of [...others, ...odd]) expect([stream, subjectOf(stream)]).toEqual([stream, null]);
  const alike = fc.oneof(fc.string(), fc.stringMatching(/^ocr(Job|Execution)-[ -~]{0,20}$/));
  fc.assert(
    fc.property(alike, (stream) => {
      const subject = subjectOf(stream);
      const name = subject?.kind === 'job' ? jobStream(subject.jobId) : subject && executionStream(subject);
      expect(name === null || name === stream).toBe(true);
    }),
  );
});

it('keeps the objects of each job apart, and all of a job under its prefix', () => {
  expect(jobObjects('u')).toBe('jobs/u/');
  expect(executionObjects('u', 2)).toBe('jobs/u/executions/2/');
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), ids, (a, b, execution) => {
      expect(executionObjects(a, execution).startsWith(jobObjects(a))).toBe(true);
      if (a !== b) expect(executionObjects(b, execution).startsWith(jobObjects(a))).toBe(false);
    }),
  );
});
