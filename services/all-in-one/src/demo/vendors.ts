import { doubledVendors, startDouble } from '@inkstream/testing/provider-doubles';

/** Nobody waits in a demo. */
const AT_ONCE = { TAB_SCANNER_FIRST_POLL_MS: '100', TAB_SCANNER_POLL_MS: '100' };

/** Starts a double of every vendor in `opened`. Returns an environment in which their providers run. */
export async function startVendors(opened: AsyncDisposableStack): Promise<NodeJS.ProcessEnv> {
  const variables = Object.values(doubledVendors).map(async ({ vendor, env }) =>
    env(opened.use(await startDouble(vendor))),
  );
  return Object.assign({}, AT_ONCE, ...(await Promise.all(variables)));
}
