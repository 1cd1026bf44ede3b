import { setTimeout as sleep } from 'node:timers/promises';
import { pick } from '@inkstream/testing';
import { eventsOf } from '../../support/event-stream.ts';
import { type Client, type ClientWorld, client } from './client.ts';

const RETRY_MS = 500;
/** A connection on which nothing came for so long, heartbeats included, may be dead: EventSource's users do the same. */
const PATIENCE_MS = 30_000;
const AT_ONCE = 5;

/** How a follower's connection ended: `over` if the job is, or is gone. */
type End = 'over' | 'broken';

/** What a follower has heard last: the id of the event, which begins with the count of the job's changes. */
interface Heard {
  id: string;
  changes: number;
}

/** Follows a job on one connection, from the change that it knows of on. */
async function follow(world: ClientWorld, id: number, known: Heard): Promise<End> {
  const url = `${pick(world.random, world.gateways)}/ocr-jobs/${id}/events`;
  const headers = known.id === '' ? {} : { 'Last-Event-ID': known.id };
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
  if (response.status !== 200) {
    world.ledger.judge(`GET ${url}`, response.status, [204, 404], await response.text());
    return response.status === 204 || response.status === 404 ? 'over' : 'broken';
  }
  const stale = response.headers.has('warning');
  for await (const { event, id: heard } of eventsOf(response)) {
    const changes = Number.parseInt(heard, 10);
    if (changes < known.changes && !stale)
      world.ledger.complaints.push(`a follower of job ${id} heard change ${changes} after ${known.changes}`);
    if (changes >= known.changes) Object.assign(known, { id: heard, changes });
    if (event === 'end' || event === 'deleted') return 'over';
  }
  return 'broken';
}

/**
 * Follows a new job now and then until it is over, on as many connections as it takes. `stop` resolves once all have
 * heard of their end.
 */
export function startFollowers(
  world: ClientWorld,
  everyMs: number,
): Client & { readonly ended: () => number } {
  const following = new Set<Promise<void>>();
  let ended = 0;
  const followToTheEnd = async (id: number) => {
    const known: Heard = { id: '', changes: 0 };
    while ((await follow(world, id, known).catch((): End => 'broken')) === 'broken') await sleep(RETRY_MS);
    ended++;
  };
  const running = client(everyMs, async () => {
    const newest = [...world.ledger.jobs.values()].at(-1);
    if (!newest || following.size >= AT_ONCE) return;
    const one = followToTheEnd(newest.id).finally(() => following.delete(one));
    following.add(one);
  });
  return {
    async stop() {
      await running.stop();
      await Promise.all(following);
    },
    ended: () => ended,
  };
}
