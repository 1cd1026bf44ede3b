import { z } from 'zod';
import { ProviderError } from './provider-error.ts';

/** A model as its vendor lists it. */
export interface ListedModel {
  readonly id: string;
  /** Other names that it is asked by. */
  readonly aliases?: readonly string[];
  /** The day on which it is shut down, ISO 8601, if the vendor says so. */
  readonly ends?: string;
}

/** The model that is asked for by this name; undefined if none is. */
export const findModel = (models: readonly ListedModel[], name: string): ListedModel | undefined =>
  models.find(({ id, aliases = [] }) => id === name || aliases.includes(name));

/**
 * For the probe of a vendor that tells by its list alone whether it has a model.
 *
 * @throws ProviderError `provider_unavailable` that pauses for `model_gone`, if the model is not listed.
 */
export function assertListed(vendor: string, models: readonly ListedModel[], name: string): void {
  if (findModel(models, name)) return;
  const message = `${vendor} does not have what is asked for: the model ${name}`;
  throw new ProviderError('provider_unavailable', message, undefined, { pause: 'model_gone' });
}

/** The day of what vendors write as a date or a time; undefined for anything else. */
export function dayOf(said: unknown): string | undefined {
  const at = said instanceof Date ? said : new Date(typeof said === 'string' ? said : Number.NaN);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString().slice(0, 10);
}

/** The variable `<NAME>_MODEL_ENDS` of a vendor whose API does not say when a model is shut down. Empty counts as absent. */
export const modelEnds = z.iso
  .date('must be a day such as 2026-12-31')
  .optional()
  .describe('The day on which the vendor shuts the model down, if it says so somewhere: `2026-12-31`.');
