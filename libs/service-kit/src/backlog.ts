import type { Backlog } from '@inkstream/contracts';
import type { ExecutionView } from '@inkstream/domain';
import type { ReadModel } from '@inkstream/read-model';

/** How many unfinished executions are looked at, and how many of them at once: some milliseconds each time. */
const [EXAMINED, AT_ONCE] = [5_000, 1_000];
/** Later than any time. */
const EVER = '9999';

/** The requests that no provider has begun to read, by provider, among the executions that are unfinished the longest. */
export async function readBacklog(
  readModel: Pick<ReadModel, 'unfinishedExecutions'>,
  { examined = EXAMINED, atOnce = AT_ONCE } = {},
): Promise<Backlog> {
  const providers = new Map<string, Backlog['providers'][string]>();
  const backlogOf = (isWhole: boolean): Backlog => ({ providers: Object.fromEntries(providers), isWhole });
  let last: ExecutionView | undefined;
  for (let seen = 0; seen < examined; seen += atOnce) {
    const page = await readModel.unfinishedExecutions(EVER, atOnce, last);
    for (const { ocrProvider, asked = ocrProvider, status, createdAt, removed } of page) {
      if (status !== 'pending' || removed) continue;
      const { requests, oldestAt } = providers.get(asked) ?? { requests: 0, oldestAt: createdAt };
      providers.set(asked, { requests: requests + 1, oldestAt });
    }
    if (page.length < atOnce) return backlogOf(true);
    last = page.at(-1);
  }
  return backlogOf(false);
}
