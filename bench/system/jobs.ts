import {
  absentJob,
  decide,
  evolve,
  fold,
  type JobCommand,
  type JobView,
  type RecordedJobEvent,
} from '@inkstream/domain';

export const PROVIDER = 'paddle-ocr-local';

const COMMANDS = (id: number): readonly JobCommand[] => [
  {
    type: 'SubmitJob',
    name: `Receipts of day ${id}`,
    files: [
      {
        originalName: `receipt ${id}.jpg`,
        mimeType: 'image/jpeg',
        bytes: 100_000,
        sha256: '0'.repeat(64),
        storageKey: `jobs/${id}/files/1`,
        provider: PROVIDER,
      },
    ],
  },
  { type: 'StartExecution', executionId: 1, attempt: 1, worker: 'bench' },
  {
    type: 'CompleteExecution',
    executionId: 1,
    attempt: 1,
    resultKey: `jobs/${id}/executions/1/result-1.json`,
    resultBytes: 2,
    resultSha256: '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
    pages: 1,
    model: 'bench',
    durationMs: 400,
  },
];

/** The events of a job with one receipt, read: four of them. */
export function eventsOf(id: number): RecordedJobEvent[] {
  let state = absentJob;
  const events: RecordedJobEvent[] = [];
  for (const command of COMMANDS(id)) {
    for (const event of decide(command, state)) {
      const recordedAt = new Date(Date.UTC(2026, 0, 1) + id * 1_000 + events.length).toISOString();
      events.push({ ...event, jobId: id, revision: events.length, recordedAt });
      state = evolve(state, event);
    }
  }
  return events;
}

/** The document of such a job, after the first so many of its events: all four, if nothing else is said. */
export function viewOf(id: number, events = 4): JobView {
  const view = eventsOf(id).slice(0, events).reduce<JobView | null>(fold, null);
  if (!view) throw new Error('a job without events');
  return view;
}
