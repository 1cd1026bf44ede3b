import { z } from 'zod';

/** What every answer of the vendor says, whatever its HTTP status. */
export const answer = z.object({
  code: z.number(),
  message: z.string().default(''),
  token: z.string().optional(),
});

/** Unknown is 0 or empty. */
const amount = z.union([z.number(), z.string()]).optional();
const words = z.string().optional();
const confidence = z.number().min(0).max(1).optional().catch(undefined);

/** What the vendor reads of a receipt, as far as we use it. */
export const result = z.object({
  establishment: words,
  address: words,
  phoneNumber: words,
  date: words,
  currency: words,
  paymentMethod: words,
  total: amount,
  subTotal: amount,
  tax: amount,
  tip: amount,
  rounding: amount,
  cash: amount,
  change: amount,
  lineItems: z
    .array(z.object({ qty: amount, desc: words, descClean: words, price: amount, lineTotal: amount }))
    .default([]),
  summaryItems: z.array(z.object({ desc: words })).default([]),
  totalConfidence: confidence,
  subTotalConfidence: confidence,
  dateConfidence: confidence,
  establishmentConfidence: confidence,
  tipConfidence: confidence,
  cashConfidence: confidence,
  changeConfidence: confidence,
  roundingConfidence: confidence,
});
export type TabScannerResult = z.infer<typeof result>;

export const resultAnswer = answer.extend({ result: z.unknown().optional() });
