import { pick, type Random } from '@inkstream/testing';

/** A file that was uploaded, and what must become of it: a text, or the error of one that can't be read. */
export interface Expected {
  readonly provider: string;
  readonly text: string | null;
}

/** How often a file was to be read once more: surely, and at most, since some requests were never answered. */
export interface Reruns {
  acknowledged: number;
  asked: number;
}

/** What clients know of a job that was acknowledged to them. */
export interface LedgerJob {
  readonly id: number;
  readonly files: readonly (Expected & { readonly reruns: Reruns })[];
  /** `asked`: perhaps done already. */
  deletion: 'none' | 'asked' | 'acknowledged';
}

/** All that clients were promised, and whatever they saw that they should not have. */
export class Ledger {
  readonly jobs = new Map<number, LedgerJob>();
  /** Ids that were given to two uploads. */
  readonly repeatedIds: number[] = [];
  /** Answers that no fault of ours excuses: a 500, or a 4xx that blames the client. */
  readonly complaints: string[] = [];

  acknowledge(id: number, files: readonly Expected[]): void {
    if (this.jobs.has(id)) this.repeatedIds.push(id);
    const withReruns = files.map((file) => ({ ...file, reruns: { acknowledged: 0, asked: 0 } }));
    this.jobs.set(id, { id, files: withReruns, deletion: 'none' });
  }

  /** One that nobody has asked to delete; undefined if there is none. */
  living(random: Random): LedgerJob | undefined {
    const living = [...this.jobs.values()].filter(({ deletion }) => deletion === 'none');
    return living.length > 0 ? pick(random, living) : undefined;
  }

  /** Notes an answer, if it should not have been given. */
  judge(what: string, status: number, accepted: readonly number[], body: string): void {
    // 408 (a gateway that stood still takes its clients for too slow), 429, and 5xx but for 500: come again.
    const comeAgain = status === 408 || status === 429 || (status > 500 && status < 600);
    // No replica of the provider has announced itself for 30 s, as all are being started again.
    const noProvider = status === 400 && /Provider '\S+' is not available/.test(body);
    if (!accepted.includes(status) && !comeAgain && !noProvider)
      this.complaints.push(`${what}: ${status} ${body.slice(0, 300)}`);
  }
}
