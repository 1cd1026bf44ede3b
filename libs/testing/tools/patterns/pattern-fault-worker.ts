import { checkSync } from 'recheck';
import type { Pattern } from './find-patterns.ts';

/**
 * How patterns are checked: by automata, exactly, wherever no look-around or back-reference stands against it, even if
 * they repeat a class up to 300 times; else by trying out texts, the same ones in every run. No limit is in time, which
 * a busy machine would reach, but the last, beyond which a pattern counts as not understood.
 */
const PARAMETERS = {
  maxRepeatCount: 300,
  randomSeed: 1,
  attackTimeout: null,
  incubationTimeout: null,
  timeout: 120_000,
};

/** What is wrong with a pattern; null if nothing is. */
export default function faultOf({ source, flags }: Pattern): string | null {
  // The checker's own JavaScript: its other builds are binaries, and Java.
  process.env.RECHECK_BACKEND = 'pure';
  process.env.RECHECK_SYNC_BACKEND = 'pure';
  const found = checkSync(source, flags, PARAMETERS);
  if (found.status === 'safe') return null;
  return found.status === 'vulnerable'
    ? `${found.complexity.summary}: ${found.attack.pattern}`
    : `not understood (${found.error.kind}): write it more simply`;
}
