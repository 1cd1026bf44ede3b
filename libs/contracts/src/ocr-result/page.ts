import { z } from 'zod';
import { executionFaultSchema } from '../events.ts';

/** Pixel rectangle `[left, top, right, bottom]` on the upright page: origin top left, right and bottom exclusive. */
export const boxSchema = z.tuple([z.number(), z.number(), z.number(), z.number()]).meta({
  description: 'Left, top, right and bottom in pixels on the upright page; right and bottom are exclusive',
});
export type Box = z.infer<typeof boxSchema>;

const point = z.tuple([z.number(), z.number()]);
const quadSchema = z.tuple([point, point, point, point]).meta({
  description: "Corners in pixels on the upright page, clockwise from the text's own top left",
});

/** A probability, 0 to 1. */
export const confidenceSchema = z.number().min(0).max(1).meta({ description: 'A probability, 0 to 1' });

/** One line of text as the engine read it. An engine that has no place or confidence for it leaves that out. */
export const ocrLineSchema = z.object({
  text: z.string(),
  confidence: confidenceSchema.exactOptional(),
  box: boxSchema.exactOptional(),
  quad: quadSchema.exactOptional(),
});
export type OcrLine = z.infer<typeof ocrLineSchema>;

/**
 * One page: its size in pixels once upright (0 if that is not known), the clockwise turn in degrees that made it so,
 * and its lines in reading order. A page that could not be read has an `error` and the lines that were read before it.
 */
export const ocrPageSchema = z.object({
  number: z.number().int().positive().meta({ description: 'Its place in the document, from 1' }),
  width: z.number().int().nonnegative(),
  height: z.number().int().nonnegative(),
  rotation: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
  lines: z.array(ocrLineSchema),
  error: executionFaultSchema.exactOptional(),
});
export type OcrPage = z.infer<typeof ocrPageSchema>;
/** A page as an engine returns it: its place among the others is its number, unless it has one. */
export type RecognisedPage = Omit<OcrPage, 'number'> & Partial<Pick<OcrPage, 'number'>>;
