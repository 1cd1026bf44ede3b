import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from '@swc/core';

/** A regular expression of the program. */
export interface Pattern {
  /** The file that it stands in, relative to the root. */
  readonly file: string;
  readonly source: string;
  readonly flags: string;
}

/** The patterns that stand in files, and the files that build others of strings while they run. */
export interface WrittenPatterns {
  readonly patterns: readonly Pattern[];
  readonly builders: readonly string[];
}

/** What runs in production: no tests, nothing that supports them. */
const PROGRAM = '{libs,services,deploy}/**/*.{ts,mts,js,mjs}';
const NOT_PROGRAM =
  /(?:^|\/)(?:node_modules|spec-support|fixtures|tools)\/|^libs\/testing\/|\.(?:spec|d)\.m?ts$/;

/** Reads the patterns from every file of production below the root. */
export async function findPatterns(root: string): Promise<WrittenPatterns> {
  const patterns: Pattern[] = [];
  const builders = new Set<string>();
  const exclude = (path: string) => NOT_PROGRAM.test(`${path}/`) || NOT_PROGRAM.test(path);
  for await (const file of glob(PROGRAM, { cwd: root, exclude })) {
    const tree = await parse(await readFile(join(root, file), 'utf8'), {
      syntax: 'typescript',
      target: 'esnext',
    });
    for (const node of nodesOf(tree)) {
      const pattern = patternOf(node);
      if (pattern === 'built') builders.add(file);
      else if (pattern) patterns.push({ file, ...pattern });
    }
  }
  return { patterns, builders: [...builders] };
}

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** Every object in a syntax tree. */
function* nodesOf(value: unknown): Generator<Node> {
  if (!isNode(value)) return;
  yield value;
  for (const child of Object.values(value)) yield* nodesOf(child);
}

/** The pattern of a literal, or of a call of RegExp with literals; `built` if the call has others. */
function patternOf(node: Node): Omit<Pattern, 'file'> | 'built' | null {
  if (node.type === 'RegExpLiteral') return { source: String(node.pattern), flags: String(node.flags) };
  if (node.type !== 'NewExpression' && node.type !== 'CallExpression') return null;
  if (!isNode(node.callee) || node.callee.type !== 'Identifier' || node.callee.value !== 'RegExp')
    return null;
  const values = (Array.isArray(node.arguments) ? node.arguments : []).map((argument: unknown) =>
    isNode(argument) && isNode(argument.expression) && argument.expression.type === 'StringLiteral'
      ? String(argument.expression.value)
      : null,
  );
  const [source, flags = ''] = values;
  return typeof source === 'string' && flags !== null ? { source, flags } : 'built';
}
