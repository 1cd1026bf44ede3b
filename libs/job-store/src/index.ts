export { type AppendContext, fromStored, toStored } from './job-events.ts';
export {
  type Executed,
  execute,
  type KnownJob,
  lastEventOfJob,
  newJob,
  readJob,
  readJobEvents,
  readJobView,
} from './job-store.ts';
