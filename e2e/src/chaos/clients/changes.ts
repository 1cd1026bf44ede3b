import { setTimeout as sleep } from 'node:timers/promises';
import { pick } from '@inkstream/testing';
import { ask, type Client, type ClientWorld, client } from './client.ts';

const RETRY_MS = 250;
/** Longer than anything may be away. */
const RETRIES = 1_200;

/** Deletes a job now and then, until that is acknowledged. */
export const startDeletions = (world: ClientWorld, everyMs: number): Client =>
  client(everyMs, async () => {
    const job = world.ledger.living(world.random);
    if (!job) return;
    for (let retry = 0; retry < RETRIES; retry++) {
      // One that was not answered may have been done.
      const accepted = job.deletion === 'asked' ? [200, 404] : [200];
      job.deletion = 'asked';
      const answer = await ask(world, `/ocr-jobs/${job.id}?force=true`, {
        method: 'DELETE',
        accepted: () => accepted,
      });
      if (answer && accepted.includes(answer.status)) {
        job.deletion = 'acknowledged';
        return;
      }
      await sleep(RETRY_MS);
    }
    world.ledger.complaints.push(`job ${job.id} could not be deleted`);
  });

/** Has a file read once more now and then, by `echo`. */
export const startReruns = (world: ClientWorld, everyMs: number): Client =>
  client(everyMs, async () => {
    const job = world.ledger.living(world.random);
    if (!job) return;
    const index = Math.floor(world.random() * job.files.length);
    const file = job.files[index];
    if (file?.provider !== 'echo') return;
    file.reruns.asked++;
    const answer = await ask(world, `/ocr-jobs/${job.id}/files/${index + 1}/executions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ocrProvider: 'echo' }),
      // 409 while it is being read; 404 once somebody has deleted it.
      accepted: () => (job.deletion === 'none' ? [201, 409] : [201, 409, 404]),
    });
    if (answer?.status === 201) file.reruns.acknowledged++;
    if (answer?.status === 409 || answer?.status === 404) file.reruns.asked--;
  });

/** Rebuilds the read model now and then, at any replica; how often that succeeded is for the report. */
export function startRebuilds(
  { ledger, random }: ClientWorld,
  projections: readonly string[],
  everyMs: number,
): Client & { readonly rebuilds: () => number } {
  let rebuilds = 0;
  const running = client(everyMs, async () => {
    const url = `${pick(random, projections)}/rebuild`;
    const response = await fetch(url, { method: 'POST', signal: AbortSignal.timeout(60_000) }).catch(
      () => null,
    );
    if (!response) return;
    if (response.ok) rebuilds++;
    // 409: one is under way.
    ledger.judge('POST /rebuild', response.status, [200, 409], await response.text().catch(() => ''));
  });
  return { ...running, rebuilds: () => rebuilds };
}
