/** A span that has ended, whoever exported it. */
export interface TracedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Undefined for the root of a trace. */
  readonly parentId: string | undefined;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Ids of the spans that it links to. */
  readonly links: readonly string[];
  /** All that was exported of it, as text: what is not in it left the process in no span. */
  readonly exported: string;
}

/** Where spans go while a test looks at them. */
export interface Tracing {
  /** Those that have ended by now. */
  spans(): readonly TracedSpan[];
  close(): Promise<void>;
}

/** The spans whose parent is not among them. */
export function rootsOf(spans: readonly TracedSpan[]): readonly TracedSpan[] {
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
  spans: readonly TracedSpan[],
  isShown: (span: TracedSpan) => boolean = () => true,
): string {
  const byParent = Map.groupBy(spans.filter(isShown), ({ parentId }) => parentId);
  const nodeOf = (span: TracedSpan): Node => ({
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
