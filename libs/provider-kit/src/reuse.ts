import { createHash } from 'node:crypto';
import { RESULT_VERSION, upcastResult } from '@inkstream/contracts';
import type { Cost, Spent, Usage } from '@inkstream/domain';
import { type Content, enterReusable, type ReusableResult, reusableResults } from '@inkstream/job-store';
import { ObjectNotFoundError } from '@inkstream/object-store';
import type { StorableResult } from './complete-result.ts';
import type { ProviderContext } from './context.ts';
import type { ProviderDefinition } from './provider.ts';
import { idsOf, type Request } from './request.ts';

const HOUR_MS = 3_600_000;
const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** What of a provider decides on what it reads. */
type Reader = Pick<ProviderDefinition, 'name' | 'version' | 'model' | 'settings'>;

/**
 * A hash of all that a result depends on beside the bytes: the provider and its version, its model as it is configured,
 * its settings, and what was asked for.
 */
export const settingsOf = (
  { name, version, model, settings }: Reader,
  { document, pages }: Pick<Request, 'document' | 'pages'>,
): string => hashOf([RESULT_VERSION, name, version, model, settings, document.mimeType, pages]);

const contentOf = ({ caller, document }: Request): Content => ({
  tenant: caller.tenant,
  sha256: document.sha256,
});

/** Nothing of all that was spent. */
function nothingOf({ usage, cost }: Spent): Spent {
  const none: Usage | undefined = usage && Object.fromEntries(Object.keys(usage).map((unit) => [unit, 0]));
  const free: Cost | undefined = cost && { ...cost, amount: '0' };
  return { ...(none && { usage: none }), ...(free && { cost: free }) };
}

/** A result that need not be read, and what that costs: nothing of each unit that the reading was counted in. */
export interface Reused {
  readonly result: StorableResult;
  readonly spent: Spent;
}

/** The stored result as this execution has it; null if it is missing or damaged. */
async function copyOf(
  { objects }: Pick<ProviderContext, 'objects'>,
  { resultKey, resultSha256, pages, model }: ReusableResult,
): Promise<StorableResult | null> {
  try {
    const bytes = Buffer.concat(await Array.fromAsync(await objects.get(resultKey)));
    if (createHash('sha256').update(bytes).digest('hex') !== resultSha256) return null;
    const result = { ...upcastResult(Object(JSON.parse(bytes.toString()))), reused: true as const };
    const json = new TextEncoder().encode(JSON.stringify(result));
    const sha256 = createHash('sha256').update(json).digest('hex');
    return { json, sha256, pages, model, rawPages: [], reused: true };
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return null;
    throw error;
  }
}

/**
 * A result of the same bytes, tenant, provider, model and options that may stand in for the reading that is asked for;
 * null if there is none, or if a policy asks: that judges what is read. Rejects if a store does not answer.
 */
export async function findReusable(context: ProviderContext, request: Request): Promise<Reused | null> {
  const { reuse, escalation } = request;
  if (!reuse || reuse.anew || escalation) return null;
  const { eventStore, knownJobs: jobs, reader, storeClock, log } = context;
  const since = (await storeClock.now()) - reuse.hours * HOUR_MS;
  const settings = settingsOf(reader, request);
  for await (const found of reusableResults({ eventStore, jobs }, contentOf(request), settings, since)) {
    const result = await copyOf(context, found);
    if (!result) continue;
    log.info({ ...idsOf(request), from: idsOf(found) }, 'a result of the same bytes is reused');
    return { result, spent: nothingOf(found) };
  }
  return null;
}

/** Says that the result may be reused, if it was read now, and not by a policy, for a tenant that reuses results. */
export async function offerForReuse(
  { eventStore, reader }: Pick<ProviderContext, 'eventStore'> & Partial<Pick<ProviderContext, 'reader'>>,
  request: Request,
  { reused }: StorableResult,
  attempt: number,
): Promise<void> {
  const { reuse, escalation, uid, fileId } = request;
  if (!reuse || reused || escalation || !reader) return;
  const settings = settingsOf(reader, request);
  const entry = { ...idsOf(request), uid, fileId, settings, hours: reuse.hours };
  await enterReusable(eventStore, contentOf(request), entry, attempt);
}
