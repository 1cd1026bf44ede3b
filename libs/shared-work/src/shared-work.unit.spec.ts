import { expect, it } from 'vitest';
import { SharedWork } from './shared-work.ts';

/** Work whose runs end on demand. */
function manual() {
  const runs: PromiseWithResolvers<void>[] = [];
  const shared = new SharedWork(() => {
    const run = Promise.withResolvers<void>();
    runs.push(run);
    return run.promise;
  });
  return { runs, shared };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('lets all who ask while it runs share the next run', async () => {
  const { runs, shared } = manual();
  const ended: string[] = [];
  void shared.run().then(() => ended.push('first'));
  void shared.run().then(() => ended.push('second'));
  void shared.run().then(() => ended.push('third'));
  expect(runs).toHaveLength(1);
  expect(shared.idle).toBe(false);
  runs[0]?.resolve();
  await turn();
  expect(ended).toEqual(['first']);
  expect(runs).toHaveLength(2);
  runs[1]?.resolve();
  await turn();
  expect(ended).toEqual(['first', 'second', 'third']);
  expect(shared.idle).toBe(true);
});

it('rejects only those whose run failed', async () => {
  const { runs, shared } = manual();
  const first = shared.run();
  const second = shared.run();
  runs[0]?.reject(new Error('no room'));
  await expect(first).rejects.toThrow('no room');
  await turn();
  runs[1]?.resolve();
  await second;
});
