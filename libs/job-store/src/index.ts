export { type AppendContext, fromStored, toStored } from './job-events.ts';
export { type Executed, execute, readJob, readJobEvents, readJobView } from './job-store.ts';
