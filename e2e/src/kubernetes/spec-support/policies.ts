import { BlockList, isIPv6 } from 'node:net';
import type { Manifest } from './overlays.ts';

type Labels = Readonly<Record<string, string>>;

/** Who sends or is sent to: a Pod of our namespace, one of another, or an address outside. */
export type Peer =
  | { readonly pod: Labels }
  | { readonly namespace: string; readonly pod?: Labels }
  | { readonly address: string };

// NetworkPolicy as its API defines it, as far as the manifests use it.
interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values: readonly string[];
  }[];
}
interface Rule {
  readonly from?: readonly Block[];
  readonly to?: readonly Block[];
  readonly ports?: readonly { readonly port: number | string; readonly endPort?: number }[];
}
interface Block {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

/** The ports that policies call by name. */
const NAMED: Readonly<Record<string, number>> = { http: 3000 };

const selects = ({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
  matchExpressions.every(({ key, operator, values }) => {
    const among = values.includes(labels[key] ?? '');
    if (operator === 'In') return among;
    if (operator === 'NotIn') return !among;
    throw new Error(`${operator} is not known here`);
  });

function contains(range: string, address: string): boolean {
  const [network = '', bits] = range.split('/');
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  if (family !== (isIPv6(address) ? 'ipv6' : 'ipv4')) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(address, family);
}

function isOf({ podSelector, namespaceSelector, ipBlock }: Block, peer: Peer): boolean {
  if ('address' in peer)
    return (
      ipBlock !== undefined &&
      contains(ipBlock.cidr, peer.address) &&
      !(ipBlock.except ?? []).some((range) => contains(range, peer.address))
    );
  if (ipBlock) return false;
  if (!('namespace' in peer)) return namespaceSelector === undefined && selects(podSelector ?? {}, peer.pod);
  return (
    namespaceSelector !== undefined &&
    selects(namespaceSelector, { 'kubernetes.io/metadata.name': peer.namespace }) &&
    selects(podSelector ?? {}, peer.pod ?? {})
  );
}

const hasPort = ({ ports }: Rule, port: number): boolean =>
  ports === undefined ||
  ports.some(({ port: from, endPort }) => {
    const first = typeof from === 'number' ? from : (NAMED[from] ?? Number.NaN);
    return port >= first && port <= (endPort ?? first);
  });

/** Whether policies let a Pod with these labels send to (`Egress`), or receive from (`Ingress`), a peer at a port. */
export function lets(
  policies: readonly Manifest[],
  labels: Labels,
  direction: 'Egress' | 'Ingress',
  peer: Peer,
  port: number,
): boolean {
  const of = policies.filter(
    ({ spec }) => spec.policyTypes.includes(direction) && selects(spec.podSelector, labels),
  );
  // Without a policy everything is let through.
  if (of.length === 0) return true;
  const rules: Rule[] = of.flatMap(({ spec }) => spec[direction.toLowerCase()] ?? []);
  return rules.some((rule) => {
    const peers = rule.from ?? rule.to;
    return hasPort(rule, port) && (peers === undefined || peers.some((block) => isOf(block, peer)));
  });
}
