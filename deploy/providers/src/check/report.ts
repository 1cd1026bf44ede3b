import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';

const reading = z.object({
  model: z.string(),
  fields: z.record(z.string(), z.string()),
  at: z.iso.datetime(),
});
/** What each provider read last of each receipt, and when. */
const reportSchema = z.object({
  version: z.literal(1),
  providers: z.record(z.string(), z.record(z.string(), reading)),
});
export type Report = z.output<typeof reportSchema>;

/**
 * The report of the last time; an empty one if there is none.
 *
 * @throws Error if the file is something else.
 */
export async function loadReport(path: string): Promise<Report> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return null;
  });
  if (text === null) return { version: 1, providers: {} };
  try {
    return reportSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${path} is no report of this command`, { cause });
  }
}

/** Replaces the report as a whole. */
export async function saveReport(path: string, report: Report): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(report, null, 2)}\n`);
  await rename(`${path}.new`, path);
}
