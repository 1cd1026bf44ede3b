import { ConfigError, metricsConfig, parsedBy, wholeNumber } from '@inkstream/service-kit';
import { z } from 'zod';
import { fieldsIn, providersIn } from './providers/auto.ts';

/** A year: what could be reused is found by entries that are kept for so long. */
const LONGEST_REUSE_HOURS = 8_760;
const hoursByTenant = z.record(z.string().min(1).max(128), z.number().int().min(0).max(LONGEST_REUSE_HOURS));

function hoursByTenantOf(text: string): ReadonlyMap<string, number> {
  try {
    return new Map(Object.entries(hoursByTenant.parse(JSON.parse(text))));
  } catch {
    throw new Error(
      `must be JSON of hours, whole numbers up to ${LONGEST_REUSE_HOURS}, by tenant, such as {"acme": 24}`,
    );
  }
}

const PROBABILITY = /^(0(\.\d+)?|1(\.0+)?)$/;

/** What the gateway reads from the environment. */
export const gatewayConfig = {
  ...metricsConfig,
  /** 100 MiB, what providers take: a photo of 200 megapixels may have 80. */
  MAX_FILE_BYTES: wholeNumber(1, 1_073_741_824).default(104_857_600),
  MAX_FILES_PER_JOB: wholeNumber(1, 500).default(100),
  /** Over all files of a job and its whole life: whoever reads a job as a whole pays for each of them. */
  MAX_EXECUTIONS_PER_JOB: wholeNumber(1, 10_000).default(1_000),
  /** Most pages that may be selected of a document, also of a provider that reads more. */
  MAX_PAGES: wholeNumber(1, 1_000).optional(),
  /** So old a result of the same bytes may be that is reused, hours; none is by default. */
  RESULT_REUSE_HOURS: wholeNumber(0, LONGEST_REUSE_HOURS).default(0),
  /** The same of some tenants, as JSON by tenant. */
  RESULT_REUSE_HOURS_BY_TENANT: z.string().transform(parsedBy(hoursByTenantOf)).optional(),
  /** Whom `auto` asks, one after another, until a reading is good enough. */
  AUTO_PROVIDERS: z.string().transform(parsedBy(providersIn)).optional(),
  /** How sure a reading has to be of each of the fields, if its provider says. */
  AUTO_CONFIDENCE: z
    .string()
    .regex(PROBABILITY, 'must be a number from 0 to 1, such as 0.8')
    .transform(Number)
    .default(0.8),
  /** Which fields of a receipt it has to have. */
  AUTO_FIELDS: z.string().transform(parsedBy(fieldsIn)).prefault('total,date,merchant'),
  MAX_UPLOADS_IN_FLIGHT: wholeNumber(1, 100_000).default(1_000),
  /** Of one client; by default a fifth of all. */
  MAX_UPLOADS_PER_ADDRESS: wholeNumber(1, 100_000).optional(),
};
export type GatewayConfig = z.output<z.ZodObject<typeof gatewayConfig>>;

/** How old a result of the same bytes may be that is reused for the tenant, hours; 0 if none is. */
export const reuseHoursOf = (
  {
    RESULT_REUSE_HOURS: others,
    RESULT_REUSE_HOURS_BY_TENANT: byTenant,
  }: Pick<GatewayConfig, 'RESULT_REUSE_HOURS' | 'RESULT_REUSE_HOURS_BY_TENANT'>,
  tenant: string,
): number => byTenant?.get(tenant) ?? others;

/** @throws ConfigError if the files of one upload would be more executions than a job may have. */
export function assertLimitsAgree({
  MAX_FILES_PER_JOB: files,
  MAX_EXECUTIONS_PER_JOB: executions,
}: GatewayConfig) {
  if (executions < files)
    throw new ConfigError(
      `MAX_EXECUTIONS_PER_JOB: must be at least MAX_FILES_PER_JOB, ${files} (it is ${executions})`,
    );
}
