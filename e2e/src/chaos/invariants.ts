import { isDeepStrictEqual } from 'node:util';
import { jobListSchema } from '@inkstream/contracts';
import { sweepOrphans } from '@inkstream/housekeeper';
import type { Backends } from '@inkstream/service-kit';
import type { Ledger, LedgerJob } from './ledger.ts';
import { deadLetters, lags } from './messages.ts';
import type { Sightings } from './sightings.ts';
import { documentsOf, faultsOfJob, foldedDocuments, orphanObjects } from './verdict.ts';

/** The default of `ORPHAN_AGE_MS`. */
const ORPHAN_AGE_MS = 3_600_000;

/** What was played, and where it can be looked at now that all has settled. */
export interface Played {
  /** A gateway. */
  readonly url: string;
  /** Asks the projection for a rebuild. */
  rebuild(): Promise<{ readonly status: number; readonly body: string }>;
  readonly stores: Backends;
  readonly providers: readonly string[];
  readonly ledger: Ledger;
  readonly sightings: Sightings;
  /** How often each service ended by itself. */
  readonly ownEnds: ReadonlyMap<string, number>;
}

/** Something that no fault may break. */
export interface Invariant {
  readonly name: string;
  /** What breaks it, in words; empty if it holds. */
  breaches(played: Played): Promise<readonly string[]>;
}

const living = ({ jobs }: Ledger): LedgerJob[] =>
  [...jobs.values()].filter(({ deletion }) => deletion === 'none');
const gone = ({ jobs }: Ledger): LedgerJob[] =>
  [...jobs.values()].filter(({ deletion }) => deletion !== 'none');

async function unfinished(url: string): Promise<string[]> {
  const found: string[] = [];
  for (const status of ['pending', 'running']) {
    const list = await (await fetch(`${url}/ocr-jobs?status=${status}&limit=100`)).json();
    found.push(...jobListSchema.parse(list).data.map(({ id }) => `job ${id} is ${status}`));
  }
  return found;
}

/** What differs between two sets of documents, by job. */
function differences(
  what: string,
  some: ReadonlyMap<number, unknown>,
  others: ReadonlyMap<number, unknown>,
): string[] {
  const ids = new Set([...some.keys(), ...others.keys()]);
  return [...ids]
    .filter((id) => !isDeepStrictEqual(some.get(id), others.get(id)))
    .map((id) => `job ${id} ${what}`);
}

/** In this order, since the later ones change the stores. */
export const INVARIANTS: readonly Invariant[] = [
  {
    name: 'no service ended by itself',
    breaches: async ({ ownEnds }) =>
      [...ownEnds].filter(([, ends]) => ends > 0).map(([name, ends]) => `${name} ended ${ends} times`),
  },
  {
    name: 'every acknowledged upload is a job of its own',
    breaches: async ({ ledger }) => ledger.repeatedIds.map((id) => `id ${id} was given twice`),
  },
  {
    name: 'no answer was one that only a fault of ours explains',
    breaches: async ({ ledger }) => ledger.complaints,
  },
  {
    name: 'no read ever went back in time',
    breaches: async ({ sightings }) => sightings.backwards,
  },
  {
    name: 'every accepted execution has ended',
    breaches: ({ url }) => unfinished(url),
  },
  {
    name: 'no message waits',
    async breaches({ stores, providers }) {
      const waiting = Object.entries(await lags(stores.bus, providers)).filter(([, lag]) => lag > 0);
      return waiting.map(([group, lag]) => `${lag} messages wait for ${group}`);
    },
  },
  {
    name: 'the dead letters are empty',
    breaches: ({ stores }) => deadLetters(stores.bus),
  },
  {
    name: 'every execution ended once, with a result that can be read and is right',
    async breaches({ url, ledger }) {
      const found: string[] = [];
      for (const { id, files } of living(ledger)) {
        const { wrong } = await faultsOfJob(url, id, files).catch((error) => ({ wrong: [String(error)] }));
        found.push(...wrong.map((what) => `job ${id}: ${what}`));
      }
      return found;
    },
  },
  {
    name: 'what was deleted is gone',
    async breaches({ url, ledger }) {
      const found: string[] = [];
      for (const { id } of gone(ledger)) {
        const { status } = await fetch(`${url}/ocr-jobs/${id}`);
        if (status !== 404) found.push(`job ${id} is answered with ${status}`);
      }
      return found;
    },
  },
  {
    name: 'the read model is what the event store says',
    async breaches({ stores, ledger }) {
      const documents = await documentsOf(stores);
      const ids = new Set([...documents.keys(), ...living(ledger).map(({ id }) => id)]);
      return differences('is not as its streams say', documents, await foldedDocuments(stores, ids));
    },
  },
  {
    name: 'a rebuild makes the same documents',
    async breaches({ stores, rebuild }) {
      const before = await documentsOf(stores);
      const { status, body } = await rebuild();
      if (status !== 200) return [`the rebuild is answered with ${status} ${body}`];
      return differences('is another one after the rebuild', before, await documentsOf(stores));
    },
  },
  {
    name: 'every object belongs to a living job, once orphans are as old as they may be',
    async breaches({ stores }) {
      const sweep = { ...stores, orphanAgeMs: ORPHAN_AGE_MS, mayAct: () => true };
      const later = new Date(Date.now() + 2 * ORPHAN_AGE_MS);
      await sweepOrphans(sweep, later, new AbortController().signal);
      return orphanObjects(stores, await documentsOf(stores));
    },
  },
];

/** The invariants that are broken, by name, each with what breaks it. */
export async function judge(played: Played): Promise<Record<string, readonly string[]>> {
  const broken: Record<string, readonly string[]> = {};
  for (const { name, breaches } of INVARIANTS) {
    const found = await breaches(played);
    if (found.length > 0) broken[name] = found;
  }
  return broken;
}
