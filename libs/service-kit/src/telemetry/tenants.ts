import { z } from 'zod';
import { parsedBy } from '../config.ts';

const MOST_TENANTS = 50;
const OTHERS = 'other';

function tenantsIn(text: string): ReadonlySet<string> {
  const tenants = text.split(',').map((one) => one.trim());
  if (tenants.some((one) => one === '' || one.length > 128))
    throw new Error('must be tenants parted by commas, such as acme,other');
  if (tenants.length > MOST_TENANTS) throw new Error(`must be ${MOST_TENANTS} tenants at most`);
  return new Set(tenants);
}

/** Which tenants have series of their own: each is one more of several metrics, for ever. */
export const metricsConfig = {
  METRICS_TENANTS: z.string().transform(parsedBy(tenantsIn)).prefault('default'),
};

/** The tenant as metrics name it. */
export const tenantLabel = (tenant: string, named: ReadonlySet<string>): string =>
  named.has(tenant) ? tenant : OTHERS;
