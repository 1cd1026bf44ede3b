import { defaultLimits } from '../../limits.ts';
import { openDocument } from '../../open-document.ts';
import { type Open, readAlone } from './alone.ts';
import { inputOf, type Whole } from './inputs.ts';
import type { Outcome } from './outcome.ts';
import { type SharedAnswer, SharedDecoder } from './shared-decoder.ts';
import { Watch } from './watch.ts';

export interface FuzzOptions {
  readonly wholes: readonly Whole[];
  readonly seed: number;
  /** The number of the first input. */
  readonly first: number;
  /** Ends once so many inputs are done, so much time is up (preparing does not count) or the signal aborts. */
  readonly count: number;
  readonly seconds?: number;
  readonly signal?: AbortSignal;
  readonly jobs: number;
  /** One input of so many is read in a process of its own, as services do; so is each that was odd in a shared one. */
  readonly aloneEvery: number;
  /** What reads those. */
  readonly open?: Open;
  readonly onFinding?: (finding: Finding, bytes: Buffer) => void;
}

/** An input that showed what must not be. */
export interface Finding {
  readonly number: number;
  readonly name: string;
  readonly faults: readonly string[];
}

export interface FuzzReport {
  readonly inputs: number;
  /** Inputs that were read in a process of their own. */
  readonly alone: number;
  readonly outcomes: ReadonlyMap<Outcome, number>;
  /** Shared processes that died or were late over an input, and crashes in WebAssembly that they survived. */
  readonly deaths: number;
  readonly crashes: number;
  readonly findings: readonly Finding[];
  /** What was left behind. */
  readonly leaks: readonly string[];
  /** Most memory of a decoder, MiB. */
  readonly peakMib: number;
}

/** After so many inputs a sound file has to be read as ever. */
const soundEvery = 500;
const atOnce = 50;
/** The first of them fill caches. */
const warmAfter = 500;

/** Reads mutated files, and looks whether each ends as pages or a DocumentError, within its limits, leaving nothing. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { wholes, seed, first, count, jobs, aloneEvery, open = openDocument } = options;
  const soundNames = await soundOf(wholes, open);
  // What all decoders share of Node is loaded by now.
  const watch = new Watch();
  const outcomes = new Map<Outcome, number>();
  const findings: Finding[] = [];
  let [next, inputs, alone, deaths, crashes] = [first, 0, 0, 0, 0];

  const found = (number: number, faults: readonly string[], input: Whole = inputOf(wholes, seed, number)) => {
    const finding = { number, name: input.name, faults };
    findings.push(finding);
    options.onFinding?.(finding, Buffer.from(input.bytes));
  };
  const readSound = async (number: number) => {
    const sound = wholes[(number / soundEvery) % wholes.length] as Whole;
    const { outcome, faults } = await readAlone(open, sound.bytes);
    const isSame = outcome === 'pages' || !soundNames.has(sound.name);
    const all = isSame ? faults : [`a sound file: ${outcome}`];
    if (all.length > 0) found(number, all, sound);
  };
  const one = async (number: number, answer: SharedAnswer | undefined) => {
    let outcome = answer?.outcome;
    const faults = [...(answer?.faults ?? [])];
    if (!answer || answer.crashed || faults.length > 0) {
      alone++;
      const verdict = await readAlone(open, inputOf(wholes, seed, number).bytes);
      outcome = verdict.outcome;
      faults.push(...verdict.faults);
    }
    inputs++;
    if (outcome) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (faults.length > 0) found(number, faults);
    if (number % soundEvery === 0) await readSound(number);
    if (inputs > warmAfter) watch.warm();
  };
  /** The next numbers: those that are read alone, and the others. */
  const take = () => {
    const numbers = Array.from({ length: Math.min(atOnce, first + count - next) }, () => next++);
    const isAlone = (number: number) => number % aloneEvery === 0;
    return [numbers.filter(isAlone), numbers.filter((number) => !isAlone(number))] as const;
  };
  const isOver = endOf(options);
  const lanes = Array.from({ length: jobs }, async () => {
    const shared = new SharedDecoder(wholes, seed);
    while (next < first + count && !isOver()) {
      const [apart, together] = take();
      for (const number of apart) await one(number, undefined);
      for await (const [number, answer] of shared.decode(together)) {
        if (!answer) deaths++;
        if (answer?.crashed) crashes++;
        await one(number, answer);
      }
    }
    await shared.end();
  });
  await Promise.all(lanes);
  const leaks = watch.end(defaultLimits.memoryMb);
  return { inputs, alone, outcomes, deaths, crashes, findings, leaks, peakMib: watch.peakMib };
}

/** From now on. */
function endOf({ seconds, signal }: FuzzOptions): () => boolean {
  const end = performance.now() + 1000 * (seconds ?? Number.POSITIVE_INFINITY);
  return () => signal?.aborted === true || performance.now() >= end;
}

/** The names of the files that can be read. */
async function soundOf(wholes: readonly Whole[], open: Open): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for (const { name, bytes } of wholes)
    if ((await readAlone(open, bytes)).outcome === 'pages') names.add(name);
  return names;
}
