import type { ExecutionErrorCode } from '@inkstream/domain';
import { type GeneratedReceipt, generateReceipt } from '@inkstream/testing';
import {
  type Answer,
  type CallKind,
  type Fault,
  type ProviderDouble,
  startDouble,
  type Vendor,
} from '@inkstream/testing/provider-doubles';
import type { Engine } from '../engine.ts';
import type { ProviderPlugin } from '../plugin.ts';
import type { ProviderDefinition } from '../provider.ts';

/** A provider, its vendor's double, and what is the vendor's own. */
export interface ProviderSubject {
  readonly plugin: ProviderPlugin;
  readonly vendor: Vendor;
  /** The variables by which it calls the double, with the double's key. */
  env(double: Pick<ProviderDouble, 'url' | 'key'>): NodeJS.ProcessEnv;
  /** A key as the vendor makes them, if its client looks at it; null if the vendor has none. */
  readonly key?: string | null;
  /** The variable that it wants if none is set. */
  readonly wants: string;
  /** How the vendor says what went wrong, and the code that it becomes. The call of that kind fails once. */
  readonly errors: readonly VendorCase[];
  /**
   * Its answer beyond the rate limit without a word of when to come back. `waits`: it usually says so, as the double
   * does.
   */
  readonly rateLimit: { readonly silent: Answer; readonly waits: boolean };
  /** A reading that it refuses for its content, if it does that. */
  readonly refusal?: Answer;
  /** It has a balance to use up, and says so: `credit` of the vendor's double is the answer. */
  readonly prepaid: boolean;
  /** Its vendor retires models: a call for one that is gone is refused. */
  readonly retires?: boolean;
  /** It tells the whole text, and not only fields. */
  readonly readsText: boolean;
  /** A call is bought by one request, and asked for by others: whoever goes on asks again, and buys nothing. */
  readonly resumes: boolean;
}

export interface VendorCase {
  /** In words, for the title of the test. */
  readonly says: string;
  readonly fault: Fault;
  /** Purchases by default. */
  readonly on?: CallKind;
  readonly code: ExecutionErrorCode;
}

/** One that no log and no message may show. */
const SECRET = 'secret-9f27c1d0b4';

/** The provider and its double, and a receipt that the double knows. */
export interface Opened {
  readonly double: ProviderDouble;
  readonly definition: ProviderDefinition;
  readonly engine: Engine;
  readonly receipt: GeneratedReceipt;
}

/** A small one, so that it is quickly made and sent. */
export const RECEIPT = { seed: 103, layout: 'cafe-my', width: 320, format: 'png' } as const;

/** Made once: every test reads the same. */
let made: Promise<GeneratedReceipt> | undefined;

export async function openSubject({ plugin, vendor, env, key }: ProviderSubject): Promise<Opened> {
  made ??= generateReceipt(RECEIPT);
  const receipt = await made;
  // A window of its rate limit never ends, however busy the machine is.
  const double = await startDouble(vendor, { key: key === undefined ? SECRET : key, now: () => 0 });
  await double.know(receipt.image, receipt.truth);
  const definition = await plugin.configure(env(double));
  if ('wants' in definition) throw new Error(`${plugin.name} wants ${definition.wants}`);
  const { engine } = definition;
  if ('module' in engine) throw new Error(`${plugin.name} calls no vendor`);
  return { double, definition, engine, receipt };
}

/** Words that a text has in common with another, of all words of that. */
export function shareOfWords(text: string, truth: string): number {
  const words = (of: string) =>
    of
      .toLowerCase()
      .split(/[\s|*#]+/)
      .filter(Boolean);
  const left = words(text);
  const wanted = words(truth);
  const found = wanted.filter((word) => {
    const at = left.indexOf(word);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
  return found.length / wanted.length;
}

/** How often pictures were bought. */
export const purchases = ({ bought }: ProviderDouble): number =>
  [...bought.values()].reduce((sum, times) => sum + times, 0);
