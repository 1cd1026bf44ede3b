import type { RecordedSpan } from './recorded.ts';

/** The spans whose parent is not among them. */
export function rootsOf(spans: readonly RecordedSpan[]): readonly RecordedSpan[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  return spans.filter(({ parentId }) => parentId === undefined || !known.has(parentId));
}

interface Node {
  readonly line: string;
  readonly children: readonly Node[];
}

/**
 * The spans as a text: kind and name of each, those below it indented, in an order that is always the same. Of those that
 * are left out, what is below them is too.
 */
export function spanTree(
  spans: readonly RecordedSpan[],
  isShown: (span: RecordedSpan) => boolean = () => true,
): string {
  const byParent = Map.groupBy(spans.filter(isShown), ({ parentId }) => parentId);
  const nodeOf = (span: RecordedSpan): Node => ({
    line: `${span.kind} ${span.name}`,
    children: sorted((byParent.get(span.spanId) ?? []).map(nodeOf)),
  });
  return sorted(rootsOf(spans).filter(isShown).map(nodeOf))
    .map((node) => textOf(node))
    .join('\n');
}

const textOf = ({ line, children }: Node, indent = ''): string =>
  [indent + line, ...children.map((child) => textOf(child, `${indent}  `))].join('\n');

function sorted(nodes: readonly Node[]): readonly Node[] {
  const texts = new Map(nodes.map((node) => [node, textOf(node)]));
  return nodes.toSorted((a, b) => ((texts.get(a) ?? '') < (texts.get(b) ?? '') ? -1 : 1));
}
