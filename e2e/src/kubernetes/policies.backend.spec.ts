import { installCheckers } from '@inkstream/native-stack';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, type Manifest, manifestsIn, overlay } from './spec-support/overlays.ts';
import { lets, type Peer } from './spec-support/policies.ts';

/** Backends are outside, at addresses that the policies do not know. */
const BACKEND: Peer = { address: '10.1.2.3' };
const VENDOR: Peer = { address: '93.184.216.34' };
const PRIVATE: readonly Peer[] = ['10.0.0.1', '169.254.169.254', '192.168.1.1', 'fd00::1'].map((address) => ({
  address,
}));
const PORTS = { eventStore: 2113, bus: 9093, readModel: 27_017, objects: 9_000 } as const;

/** What each asks, as docs/architecture.md draws it. */
const ASKS: Readonly<Record<string, readonly (keyof typeof PORTS)[]>> = {
  'upload-gateway': ['eventStore', 'bus', 'objects'],
  'query-api': ['eventStore', 'bus', 'readModel', 'objects'],
  projection: ['eventStore', 'bus', 'readModel'],
  'event-relay': ['eventStore', 'bus'],
  housekeeper: ['eventStore', 'readModel', 'objects'],
  setup: ['eventStore', 'bus', 'readModel', 'objects'],
  'ocr-mistral': ['eventStore', 'bus', 'objects'],
  'ocr-paddle-local': ['eventStore', 'bus', 'objects'],
  'provider-door': ['eventStore', 'objects'],
  canary: [],
};

describe('the network policies', () => {
  let policies: readonly Manifest[];
  let labels: ReadonlyMap<string, Readonly<Record<string, string>>>;
  beforeAll(async () => {
    const { kustomize } = await installCheckers(console.error);
    let remove = async () => {};
    const folder = await overlay(
      {
        resources: ['overlays/production'],
        components: ['components/provider-door', 'components/canary', 'components/prometheus'],
      },
      (removed) => {
        remove = removed;
      },
    );
    const all = manifestsIn(await build(kustomize, folder));
    await remove();
    policies = all.filter(({ kind }) => kind === 'NetworkPolicy');
    labels = new Map(
      all
        .filter(({ kind }) => kind === 'Deployment' || kind === 'Job')
        .map(({ metadata, spec }) => [metadata.name, spec.template.metadata.labels]),
    );
  }, 600_000);

  const of = (name: string) => labels.get(name) ?? expect.fail(`There is no ${name}`);
  const sends = (name: string, peer: Peer, port: number) => lets(policies, of(name), 'Egress', peer, port);
  const receives = (name: string, peer: Peer, port: number) =>
    lets(policies, of(name), 'Ingress', peer, port);

  it('let each service ask the backends that the flow draws, and no other', () => {
    for (const [name, asks] of Object.entries(ASKS)) {
      const open = Object.entries(PORTS).filter(([, port]) => sends(name, BACKEND, port));
      expect([name, open.map(([backend]) => backend).toSorted()]).toEqual([name, asks.toSorted()]);
      expect(sends(name, { namespace: 'kube-system' }, 53)).toBe(true);
      expect(sends(name, BACKEND, 22)).toBe(false);
    }
  });

  it('let the gateway alone ask query-api, and clients ask the gateway and the door alone', () => {
    const client: Peer = { namespace: 'ingress' };
    for (const name of labels.keys()) {
      const peer: Peer = { pod: of(name) };
      const asks = sends(name, { pod: of('query-api') }, 3000) && receives('query-api', peer, 3000);
      expect([name, asks]).toEqual([name, name === 'upload-gateway']);
      const isDoor = name === 'upload-gateway' || name === 'provider-door';
      expect([name, receives(name, client, 3000)]).toEqual([name, isDoor]);
    }
  });

  it('let providers of vendors ask them by HTTPS, and nothing of private networks', () => {
    expect(sends('ocr-mistral', VENDOR, 443)).toBe(true);
    expect(sends('ocr-mistral', VENDOR, 80)).toBe(false);
    expect(sends('event-relay', VENDOR, 443)).toBe(false);
    for (const name of labels.keys())
      for (const peer of PRIVATE) expect([name, peer, sends(name, peer, 443)]).toEqual([name, peer, false]);
  });

  it('let every service send telemetry to a collector, and Prometheus alone ask for metrics', () => {
    for (const name of labels.keys()) {
      expect([name, sends(name, { namespace: 'observability' }, 4318)]).toEqual([name, true]);
      expect([name, receives(name, { namespace: 'monitoring' }, 9464)]).toEqual([name, true]);
      expect([name, receives(name, { namespace: 'default' }, 9464)]).toEqual([name, false]);
      expect([name, receives(name, { pod: of('upload-gateway') }, 9464)]).toEqual([name, false]);
    }
  });
});
