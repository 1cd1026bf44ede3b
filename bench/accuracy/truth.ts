import { z } from 'zod';

const oneOrMore = z.union([z.string(), z.string().array()]).nullish();
const amount = z.union([z.number(), z.number().array()]).nullish();

/** What a picture says, where it can be told: of what is null or left out nothing is judged. Lists are alternatives. */
export const truthSchema = z.object({
  /** ISO 639. */
  language: z.string(),
  kind: z.string(),
  merchant: z.string().array().nullish(),
  date: oneOrMore,
  time: oneOrMore,
  currency: oneOrMore,
  total: amount,
  subtotal: amount,
  tax: amount,
  tip: amount,
  items: z.object({ amount: z.number() }).array().nullish(),
  /** Pieces of text that can be read on it. */
  snippets: z.string().array(),
});
export type Truth = z.infer<typeof truthSchema>;

/** A document; what it says may only be known once it is made. */
export interface Case {
  readonly id: string;
  readonly mimeType: string;
  open(): Promise<{ readonly bytes: Uint8Array; readonly truth: Truth }>;
}
