import type { Engine } from './engine.ts';
import { findModel } from './listed-models.ts';
import { daysUntil } from './model-watch.ts';
import type { ProviderDefinition } from './provider.ts';
import { ProviderError } from './provider-error.ts';

/** A provider that calls a vendor, as it is configured. */
export interface Vendor extends ProviderDefinition {
  readonly engine: Engine;
}

/**
 * How a vendor and the model that is configured are.
 *
 * - `there`: the vendor lists it.
 * - `no_list`: the vendor answers, and lists no models.
 * - `gone`: the vendor does not have it.
 * - `failed`: the vendor could not be asked, or would not read: no credit, a key that it refuses.
 */
export interface ModelCheck {
  readonly state: 'there' | 'no_list' | 'gone' | 'failed';
  /** What is wrong. */
  readonly reason?: string;
  /** The day on which the model is shut down, ISO 8601, and the days that are left; less than 0 once it is past. */
  readonly ends?: string;
  readonly daysLeft?: number;
}

/** Asks a vendor how it is, and for the model that is configured. */
export async function checkModel(vendor: Vendor, now: Date, signal: AbortSignal): Promise<ModelCheck> {
  const { engine, model, modelEnds } = vendor;
  const ending = (ends = modelEnds) => ends !== undefined && { ends, daysLeft: daysUntil(ends, now) };
  try {
    await engine.probe?.(signal);
    const models = await engine.models?.(signal);
    if (!models) return { state: 'no_list', ...ending() };
    if (model === undefined) return { state: 'there', ...ending() };
    const listed = findModel(models, model);
    if (!listed) return { state: 'gone', reason: `is not among the ${models.length} models that are listed` };
    return { state: 'there', ...ending(listed.ends) };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { state: error.pause === 'model_gone' ? 'gone' : 'failed', reason: error.message };
  }
}
