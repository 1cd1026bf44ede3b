import { z } from 'zod';

/** What a provider's folder says of itself beside its code: `inkstream` in its package.json. All of it is optional. */
export const declarationSchema = z.strictObject({
  compose: z
    .strictObject({
      /** Runs with the core; any other provider waits for the profile of its name. */
      always: z.boolean().default(false),
      comment: z.string().optional(),
      /** Defaults of variables in a container, where they differ from the code's, and variables that only an SDK reads. */
      environment: z.record(z.string(), z.string()).default({}),
      /** Keys of the service beside those that all providers have, such as `mem_limit`. */
      service: z.record(z.string(), z.string()).default({}),
    })
    .prefault({}),
  /** Cells of its row in docs/providers.md. */
  docs: z
    .strictObject({
      /** When it runs, if the variable that it wants is not all of it. */
      runs: z.string().optional(),
      returns: z.string().default(''),
      fails: z.string().default(''),
      cost: z.string().default(''),
    })
    .prefault({}),
  /** Variables to describe it by, if it is none that it makes do with. */
  example: z.record(z.string(), z.string()).default({}),
});

export type Declaration = z.output<typeof declarationSchema>;
