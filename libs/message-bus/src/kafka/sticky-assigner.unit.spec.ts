import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balance } from './sticky-assigner.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);
const claims = fc.uniqueArray(
  fc.record({ id: fc.string({ minLength: 1 }), owned: fc.uniqueArray(fc.nat(15), { maxLength: 16 }) }),
  { selector: ({ id }) => id, minLength: 1, maxLength: 8 },
);

describe('balance', () => {
  it('assigns each partition to one member, and to each as many as to any other or one more', () => {
    fc.assert(
      fc.property(claims, fc.nat(16), (members, count) => {
        const dealt = balance(members, upTo(count));
        expect([...dealt.values()].flat().toSorted((a, b) => a - b)).toEqual(upTo(count));
        const sizes = members.map(({ id }) => dealt.get(id)?.length ?? -1);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('moves no more partitions than a member that comes or goes makes necessary', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 24 }), (members, count) => {
        const idle = upTo(members).map((n) => ({ id: `m${n}`, owned: [] }));
        const before = [...balance(idle, upTo(count))].map(([id, owned]) => ({ id, owned }));
        expect(new Map(before.map(({ id, owned }) => [id, owned]))).toEqual(balance(before, upTo(count)));

        const joined = balance([...before, { id: 'new', owned: [] }], upTo(count));
        const moved = before.flatMap(({ id, owned }) =>
          owned.filter((one) => !joined.get(id)?.includes(one)),
        );
        expect(moved.toSorted()).toEqual(joined.get('new')?.toSorted());

        const left = before.slice(1);
        const after = balance(left, upTo(count));
        for (const { id, owned } of left) expect(after.get(id)).toEqual(expect.arrayContaining(owned));
      }),
    );
  });

  it('lets one of two keep what both claim', () => {
    const dealt = balance(
      ['a', 'b'].map((id) => ({ id, owned: [0, 1] })),
      upTo(4),
    );
    expect(dealt).toEqual(
      new Map([
        ['a', [0, 1]],
        ['b', [2, 3]],
      ]),
    );
  });
});
