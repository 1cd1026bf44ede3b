import { checkSync } from 'recheck';
import { builtPatterns } from './built-patterns.ts';
import { findPatterns, type Pattern } from './find-patterns.ts';

/**
 * A pattern that may take more than linear time, or whose time is not known; or a file with patterns not to be seen.
 */
export interface Finding extends Partial<Pattern> {
  readonly file: string;
  readonly fault: string;
}

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

/** Checks every pattern of production below a root. */
export async function checkPatterns(root: string): Promise<{ checked: number; findings: Finding[] }> {
  const { patterns, builders } = await findPatterns(root);
  const built = await builtPatterns(root, builders);
  const unseen = builders.filter((builder) => !built.some(({ file }) => file === builder));
  const distinct = new Map([...patterns, ...built].map((pattern) => [keyOf(pattern), pattern]));
  return {
    checked: distinct.size,
    findings: [
      ...unseen.map((file) => ({ file, fault: 'builds patterns that importing its package does not show' })),
      ...[...distinct.values()].flatMap((pattern) => {
        const fault = faultOf(pattern);
        return fault === null ? [] : [{ ...pattern, fault }];
      }),
    ],
  };
}

const keyOf = ({ source, flags }: Pattern) => `/${source}/${flags}`;

function faultOf({ source, flags }: Pattern): string | null {
  // The checker's own JavaScript: its other builds are binaries, and Java.
  process.env.RECHECK_BACKEND = 'pure';
  process.env.RECHECK_SYNC_BACKEND = 'pure';
  const found = checkSync(source, flags, PARAMETERS);
  if (found.status === 'safe') return null;
  return found.status === 'vulnerable'
    ? `${found.complexity.summary}: ${found.attack.pattern}`
    : `not understood (${found.error.kind}): write it more simply`;
}
