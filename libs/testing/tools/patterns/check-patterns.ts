import { Piscina } from 'piscina';
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
 * Checks every pattern of production below a root, but those that are `known` to be harmless; `harmless` has all that
 * are.
 */
export async function checkPatterns(
  root: string,
  known: ReadonlySet<string> = new Set(),
): Promise<{ checked: number; findings: Finding[]; harmless: string[] }> {
  const { patterns, builders } = await findPatterns(root);
  const built = await builtPatterns(root, builders);
  const unseen = builders.filter((builder) => !built.some(({ file }) => file === builder));
  const distinct = new Map([...patterns, ...built].map((pattern) => [keyOf(pattern), pattern]));
  const threads = new Piscina<Pattern, string | null>({
    filename: new URL('./pattern-fault-worker.ts', import.meta.url).href,
  });
  const checked = await Promise.all(
    [...distinct].map(async ([key, pattern]) => ({
      key,
      pattern,
      fault: known.has(key) ? null : await threads.run(pattern),
    })),
  );
  await threads.close();
  return {
    checked: checked.length,
    harmless: checked.flatMap(({ key, fault }) => (fault === null ? [key] : [])),
    findings: [
      ...unseen.map((file) => ({ file, fault: 'builds patterns that importing its package does not show' })),
      ...checked.flatMap(({ pattern, fault }) => (fault === null ? [] : [{ ...pattern, fault }])),
    ],
  };
}

const keyOf = ({ source, flags }: Pattern) => `/${source}/${flags}`;
