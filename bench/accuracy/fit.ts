import type { Curve } from '@inkstream/receipt-fields';
import { binsOf, type Given } from './reliability.ts';

/** So many values at least are in a bin, and so many more of which as many are right as the rules said. */
const [IN_A_BIN, BELIEVED] = [12, 1];

/** A share that was counted among so many. */
interface Block {
  readonly count: number;
  readonly said: number;
  readonly right: number;
}

const joined = (a: Block, b: Block): Block => {
  const count = a.count + b.count;
  const weighed = (x: number, y: number) => (x * a.count + y * b.count) / count;
  return { count, said: weighed(a.said, b.said), right: weighed(a.right, b.right) };
};

/**
 * The curve that never falls and is nearest to what was right, by bins of equal count (isotonic regression: pool adjacent
 * violators, Ayer et al., 1955). What the rules said counts as a few values of each bin: a small one says neither never
 * nor always, and where few receipts were seen the curve stays near them.
 */
export function fitCurve(values: readonly Given[]): Curve {
  const blocks: Block[] = [];
  for (const { count, said, right } of binsOf(values, Math.max(1, Math.floor(values.length / IN_A_BIN)))) {
    let block = { count, said, right: (right * count + said * BELIEVED) / (count + BELIEVED) };
    for (let last = blocks.at(-1); last && last.right >= block.right; last = blocks.at(-1)) {
      block = joined(last, block);
      blocks.pop();
    }
    blocks.push(block);
  }
  const rounded = blocks.map(({ said, right }) => [round(said), round(right)] as const);
  const points = rounded.filter(([said], at) => said > (rounded[at - 1]?.[0] ?? 0) && said < 1);
  const [, highest] = rounded.at(-1) ?? [1, 1];
  // Below what was seen nothing is known but what the rules say.
  const lowest = round(Math.min(...values.map(({ confidence }) => confidence)));
  const [first, right] = points[0] ?? [0, 0];
  const start = lowest > 0 && lowest < first ? [[lowest, Math.min(lowest, right)] as const] : [];
  return [...start, ...points, [1, highest]];
}

const round = (value: number) => Math.round(value * 1000) / 1000;
