import { randomInt } from 'node:crypto';

/**
 * The version of a document that is being written. Drawn and not counted, so that none comes twice: not in the next
 * generation, and not if the document was dropped in between.
 */
export const newVersion = (): number => randomInt(2 ** 48 - 1);
