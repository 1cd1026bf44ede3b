import { z } from 'zod';

/**
 * Pixel rectangle `[left, top, right, bottom]` on the upright page: origin top left, right and bottom exclusive.
 */
export const boxSchema = z.tuple([z.number(), z.number(), z.number(), z.number()]);
export type Box = z.infer<typeof boxSchema>;

/** One line of text as the engine read it. `confidence` is a probability, 0 to 1. */
export const ocrLineSchema = z.object({
  text: z.string(),
  confidence: z.number().min(0).max(1),
  box: boxSchema,
});
export type OcrLine = z.infer<typeof ocrLineSchema>;

/** One page: its size in pixels once upright, the clockwise turn (degrees) that made it so, and its lines in reading order. */
export const ocrPageSchema = z.object({
  width: z.number().int().nonnegative(),
  height: z.number().int().nonnegative(),
  rotation: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
  lines: z.array(ocrLineSchema),
});
export type OcrPage = z.infer<typeof ocrPageSchema>;

/**
 * A value read from the receipt: its text, a probability that it is right, and the lines that it came from,
 * as indices into the lines of all pages put one after another.
 */
const field = z.object({
  value: z.string(),
  confidence: z.number().min(0).max(1),
  lines: z.array(z.number().int().nonnegative()),
});
export type ReceiptField = z.infer<typeof field>;

/** One thing bought. Numbers are decimal strings ("2", "4.50"), null where the receipt does not say. */
export const receiptItemSchema = z.object({
  description: z.string(),
  quantity: z.string().nullable(),
  unitPrice: z.string().nullable(),
  amount: z.string().nullable(),
  confidence: z.number().min(0).max(1),
  lines: z.array(z.number().int().nonnegative()),
});
export type ReceiptItem = z.infer<typeof receiptItemSchema>;

/**
 * What a receipt says. A field that was not found is null. `date` is ISO 8601 (`2026-11-24`), `time` is 24-hour
 * (`18:05` or `18:05:09`), `currency` is ISO 4217, amounts are decimal strings with a point (`1234.50`).
 */
export const receiptSchema = z.object({
  merchant: field.nullable(),
  address: field.nullable(),
  date: field.nullable(),
  time: field.nullable(),
  currency: field.nullable(),
  total: field.nullable(),
  subtotal: field.nullable(),
  tax: field.nullable(),
  paymentMethod: field.nullable(),
  items: z.array(receiptItemSchema),
});
export type Receipt = z.infer<typeof receiptSchema>;

/** The result of an execution: the same shape from every provider. It is `ocrData` once stringified. */
export const ocrResultSchema = z.object({
  markdown: z.string(),
  text: z.string(),
  pages: z.array(ocrPageSchema),
  receipt: receiptSchema,
});
export type OcrResult = z.infer<typeof ocrResultSchema>;
