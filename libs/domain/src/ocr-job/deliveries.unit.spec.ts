import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eventsOf, histories } from './spec-support/histories.ts';
import { fold, type JobView, type RecordedJobEvent } from './view.ts';

/** The stream of a job, whose events are a second apart. */
const streams = histories.map((steps) =>
  eventsOf(steps).map(
    (event, revision): RecordedJobEvent => ({
      ...event,
      jobId: 1,
      revision,
      recordedAt: new Date(Date.UTC(2026, 10, 24) + revision * 1_000).toISOString(),
    }),
  ),
);

/** A stream, and its events as a consumer might get them: each at least once, in any order. */
const deliveries = streams.chain((stream) =>
  fc.record({
    stream: fc.constant(stream),
    delivered: fc.array(fc.constantFrom(...stream), { maxLength: 2 * stream.length }).chain((repeats) => {
      const all = [...stream, ...repeats];
      return fc.shuffledSubarray(all, { minLength: all.length });
    }),
  }),
);

const foldAll = (view: JobView | null, events: readonly RecordedJobEvent[]) => events.reduce(fold, view);

/** What the projection does with an event: it ignores a repeat and fetches what is missing from the stream. */
function project(view: JobView | null, event: RecordedJobEvent, stream: readonly RecordedJobEvent[]) {
  const next = view ? view.revision + 1 : 0;
  if (event.revision < next) return view;
  return foldAll(view, stream.slice(next, event.revision + 1));
}

it('gives the same view, in whatever order and how often events are delivered', () =>
  fc.assert(
    fc.property(deliveries, ({ stream, delivered }) => {
      const projected = delivered.reduce((view: JobView | null, event) => project(view, event, stream), null);
      expect(projected).toEqual(foldAll(null, stream));
    }),
    { numRuns: 200 },
  ));

it('gives the same view from any document on the way', () =>
  fc.assert(
    fc.property(streams, fc.nat(), (stream, at) => {
      const middle = at % (stream.length + 1);
      // A document comes back from the read model as JSON.
      const document = JSON.parse(JSON.stringify(foldAll(null, stream.slice(0, middle))));
      expect(foldAll(document, stream.slice(middle))).toEqual(foldAll(null, stream));
    }),
    { numRuns: 200 },
  ));

it('gives the tombstone from the deletion alone, which is all that is left of the stream', () =>
  fc.assert(
    fc.property(streams, (stream) => {
      const last = stream.at(-1);
      if (last?.type === 'JobDeleted') expect(fold(null, last)).toEqual(foldAll(null, stream));
    }),
    { numRuns: 200 },
  ));
