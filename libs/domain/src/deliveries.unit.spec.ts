import fc from 'fast-check';
import { expect, it } from 'vitest';
import { foldJob } from './ocr-job/view.ts';
import type { RecordedDomainEvent } from './recorded.ts';
import { histories, logOf } from './spec-support/histories.ts';
import { type Documents, foldAll, noDocuments } from './spec-support/views.ts';
import { isJobEvent } from './upcast.ts';

const logs = histories.map(logOf);
const whole = (log: readonly RecordedDomainEvent[]) => log.reduce(foldAll, noDocuments);
const streamOf = (event: RecordedDomainEvent) => ('executionId' in event ? event.executionId : 'job');

it('makes the same documents however the streams are interleaved, if each request comes before its execution', () =>
  fc.assert(
    fc.property(logs, fc.infiniteStream(fc.nat()), (log, random) => {
      const job = log.filter(isJobEvent) as RecordedDomainEvent[];
      const streams = [...Map.groupBy(log, streamOf)]
        .filter(([key]) => key !== 'job')
        .map(([, events]) => [...events]);
      const dealt = [...job];
      let left = streams.filter((events) => events.length > 0);
      while (left.length > 0) {
        const next = left[random.next().value % left.length]?.shift();
        if (next) dealt.push(next);
        left = left.filter((events) => events.length > 0);
      }
      expect(whole(dealt)).toEqual(whole(log));
    }),
    { numRuns: 200 },
  ));

it('makes the same documents from any on the way', () =>
  fc.assert(
    fc.property(logs, fc.nat(), (log, at) => {
      const middle = at % (log.length + 1);
      const { record, executions } = whole(log.slice(0, middle));
      // Documents come back from the read model as JSON.
      const read: Documents = {
        record: JSON.parse(JSON.stringify(record)),
        executions: new Map([...executions].map(([id, view]) => [id, JSON.parse(JSON.stringify(view))])),
      };
      expect(log.slice(middle).reduce(foldAll, read)).toEqual(whole(log));
    }),
    { numRuns: 200 },
  ));

it('makes the same documents of what truncation leaves: the last event of each erased execution', () =>
  fc.assert(
    fc.property(logs, (log) => {
      const truth = whole(log);
      const gone = [...truth.executions.values()].filter(({ removed }) => removed).map(({ id }) => id);
      const last = new Map(log.map((event) => [streamOf(event), event]));
      const left = log.filter((event) => {
        const stream = streamOf(event);
        return stream === 'job' || !gone.includes(stream) || last.get(stream) === event;
      });
      expect(whole(left)).toEqual(truth);
    }),
    { numRuns: 200 },
  ));

it('makes the tombstone of the deletion alone, which is all that is left of the job', () =>
  fc.assert(
    fc.property(logs, (log) => {
      const last = log.findLast(isJobEvent);
      if (last && isJobEvent(last) && last.type === 'JobDeleted')
        expect(foldJob(null, last)).toEqual(whole(log).record);
    }),
    { numRuns: 200 },
  ));
