import { ConfigError, wholeNumber } from '@inkstream/service-kit';
import type { z } from 'zod';

/** What the gateway reads from the environment. */
export const gatewayConfig = {
  MAX_FILE_BYTES: wholeNumber(1, 1_073_741_824).default(26_214_400),
  MAX_FILES_PER_JOB: wholeNumber(1, 500).default(100),
  /** Over all files of a job and its whole life: whoever reads a job as a whole pays for each of them. */
  MAX_EXECUTIONS_PER_JOB: wholeNumber(1, 10_000).default(1_000),
  /** Most pages that may be selected of a document, also of a provider that reads more. */
  MAX_PAGES: wholeNumber(1, 1_000).optional(),
  MAX_UPLOADS_IN_FLIGHT: wholeNumber(1, 100_000).default(1_000),
  /** Of one client; by default a fifth of all. */
  MAX_UPLOADS_PER_ADDRESS: wholeNumber(1, 100_000).optional(),
};
export type GatewayConfig = z.output<z.ZodObject<typeof gatewayConfig>>;

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
