import { expect, it } from 'vitest';
import { FaultPlan } from './faults.ts';

it('has the next calls of a kind fail, in the order of the script, and no more', () => {
  const plan = new FaultPlan();
  plan.fail(2, { kind: 'hang' }, 'purchase');
  plan.fail(1, { kind: 'cut' }, 'purchase');
  plan.fail(1, { kind: 'reset' }, 'poll');
  const kinds = (['purchase', 'probe', 'purchase', 'poll', 'purchase', 'purchase', 'poll'] as const).map(
    (on) => plan.next(on)?.kind,
  );
  expect(kinds).toEqual(['hang', undefined, 'hang', 'reset', 'cut', undefined, undefined]);
});

it('has a share of the calls fail at random, the same ones for the same seed', () => {
  const faulty = (seed: number) => {
    const plan = new FaultPlan();
    plan.failAtRandom({ seed, share: 0.3, faults: [{ kind: 'cut' }, { kind: 'hang' }] });
    return Array.from({ length: 200 }, () => plan.next('purchase')?.kind ?? '');
  };
  const first = faulty(1);
  expect(faulty(1)).toEqual(first);
  expect(faulty(2)).not.toEqual(first);
  const share = first.filter(Boolean).length / first.length;
  expect(share).toBeGreaterThan(0.2);
  expect(share).toBeLessThan(0.4);
  expect(new Set(first)).toEqual(new Set(['', 'cut', 'hang']));
});
