import type { Edit } from './edit.ts';

const ADDED = "'by the next release'";
const DOMAIN = 'libs/domain/src';

/**
 * A release that adds fields which may be absent, and no more: to an event of jobs and one of executions, to each message
 * that carries an event, and to the announcements of providers.
 */
export const ADDITIONS: readonly Edit[] = [
  {
    file: `${DOMAIN}/ocr-job/decide.ts`,
    find: 'const submitted = { uid, tenant, name, files,',
    put: `const submitted = { added: ${ADDED}, uid, tenant, name, files,`,
  },
  {
    file: `${DOMAIN}/ocr-execution/decide.ts`,
    find: "[{ type: 'ExecutionCompleted', data }]",
    put: `[{ type: 'ExecutionCompleted', data: { ...data, added: ${ADDED} } }]`,
  },
  {
    file: 'libs/contracts/src/messages.ts',
    find: 'ce_requestid: caller.requestId,',
    put: `ce_requestid: caller.requestId, ce_added: ${ADDED},`,
  },
  {
    file: 'libs/provider-kit/src/announce.ts',
    find: '{ ...card, ...ending(), ...status(), instance, lifetimeMs }',
    put: `{ ...card, ...ending(), ...status(), instance, lifetimeMs, added: ${ADDED} }`,
  },
];

/** `JobNoted` in the stream of each job, `ExecutionNoted` in that of each execution: events of new types. */
const NEW_EVENTS: readonly Edit[] = [
  {
    file: `${DOMAIN}/upcast.ts`,
    find: '  ExecutionErased: [],',
    put: '  ExecutionErased: [], ExecutionNoted: [], JobNoted: [],',
  },
  { file: `${DOMAIN}/upcast.ts`, find: '  JobDeleted: true,', put: '  JobDeleted: true, JobNoted: true,' },
  {
    file: 'libs/contracts/src/events.ts',
    find: 'export const eventSchemas = {',
    put:
      'export const eventSchemas = { JobNoted: z.object({ note: z.string() }), ' +
      'ExecutionNoted: z.object({ attempt, note: z.string() }),',
  },
  {
    file: `${DOMAIN}/ocr-job/decide.ts`,
    find: ' }, ...requests];',
    put: ` }, { type: 'JobNoted', data: { note: ${ADDED} } }, ...requests];`,
  },
  {
    file: `${DOMAIN}/ocr-execution/decide.ts`,
    find: "[{ type: 'ExecutionCompleted', ",
    put: `[{ type: 'ExecutionNoted', data: { attempt: data.attempt, note: ${ADDED} } }, { type: 'ExecutionCompleted', `,
  },
  { file: `${DOMAIN}/ocr-job/state.ts`, find: 'return event satisfies never;', put: 'return state;' },
  { file: `${DOMAIN}/ocr-execution/state.ts`, find: 'return event satisfies never;', put: 'return state;' },
  {
    file: `${DOMAIN}/ocr-execution/view.ts`,
    find: "    case 'ExecutionStarted':",
    put: "    case 'ExecutionNoted':\n    case 'ExecutionStarted':",
  },
  {
    file: 'services/query-api/src/live-job.ts',
    find: "    case 'JobSubmitted':",
    put: "    case 'JobNoted':\n    case 'JobSubmitted':",
  },
];

/**
 * Two events in version 2: `ExecutionRequested`, the work that providers take, always says its priority; and in
 * `ExecutionStarted` a field has another name, so that whoever takes it for version 1 can't read it.
 */
const RAISED_VERSIONS: readonly Edit[] = [
  {
    file: `${DOMAIN}/upcast.ts`,
    find: '  ExecutionRequested: [],',
    put: "  ExecutionRequested: [(data) => ({ priority: 'interactive', ...data })],",
  },
  {
    file: `${DOMAIN}/ocr-job/decide.ts`,
    find: '...(priority && { priority })',
    put: "priority: priority ?? 'interactive'",
  },
  {
    file: `${DOMAIN}/upcast.ts`,
    find: '  ExecutionStarted: [],',
    put: '  ExecutionStarted: [({ worker, ...data }) => ({ ...data, startedBy: worker })],',
  },
  {
    file: 'libs/contracts/src/events.ts',
    find: 'ExecutionStarted: z.object({ attempt, worker: z.string() }),',
    put: 'ExecutionStarted: z.object({ attempt, startedBy: z.string() }),',
  },
  {
    file: `${DOMAIN}/ocr-execution/decide.ts`,
    find: "[{ type: 'ExecutionStarted', data }]",
    put: "[{ type: 'ExecutionStarted', data: { attempt: data.attempt, startedBy: data.worker } }]",
  },
];

/** A message that no event stands behind, on the feed, for each request: its consumers have nothing to do on it. */
const NEW_MESSAGE: readonly Edit[] = [
  {
    file: 'services/event-relay/src/open-batch.ts',
    find: "if (event.type === 'ExecutionRequested') {",
    put:
      "if (event.type === 'ExecutionRequested') {\n" +
      "const headers = { ...message.headers, ce_id: stored.id + '/queued', ce_type: 'ExecutionQueued' };\n" +
      'this.#addMessage(JOB_EVENTS_TOPIC, { ...message, headers });',
  },
  {
    file: 'services/projection/src/projection.ts',
    find: 'handler: (delivery, signal) =>',
    put: "handler: async (delivery, signal) => delivery.headers.ce_type === 'ExecutionQueued' ? undefined :",
  },
  {
    file: 'services/query-api/src/job-feed.ts',
    find: '#onEvent(delivery: Delivery): void {',
    put: "#onEvent(delivery: Delivery): void { if (delivery.headers.ce_type === 'ExecutionQueued') return;",
  },
];

/**
 * A release that adds those fields, and writes on each job what the one before does not know: events of new types, events
 * of known types in a raised version, and a new message.
 */
export const CHANGES: readonly Edit[] = [...ADDITIONS, ...NEW_EVENTS, ...RAISED_VERSIONS, ...NEW_MESSAGE];
