import { expect, it } from 'vitest';
import { claimBatchMode, releaseBatchMode } from './batch-mode.ts';

it('gives batch appends to one owner at a time, until that one gives them back', () => {
  const [first, second] = [{}, {}];
  expect([claimBatchMode(first), claimBatchMode(second), claimBatchMode(first)]).toEqual([true, false, true]);
  releaseBatchMode(second);
  expect(claimBatchMode(second)).toBe(false);
  releaseBatchMode(first);
  expect([claimBatchMode(second), claimBatchMode(first)]).toEqual([true, false]);
});
