/** Asks each configured vendor for its models, and has it read five fixed receipts: what has changed since the last time? */
import { fileURLToPath } from 'node:url';
import { readArguments, runCommand } from '../../../command/src/command.ts';
import { checkVendor, hasFailed, linesOf, reportOf } from './check.ts';
import { fixedReceipts } from './receipts.ts';
import { loadReport, saveReport } from './report.ts';
import { vendorsOf } from './vendors.ts';

const usage = `npm run providers:check [-- [--models] [--report FILE]]
  --models  asks for the models alone, and buys nothing
  --report  where what was read is kept for the next time, by default provider-check.json
The variables are those of the providers: OPENAI_API_KEY and so on.`;

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

await runCommand(async () => {
  const { values, positionals } = readArguments(usage, {
    models: { type: 'boolean', default: false },
    report: { type: 'string', default: 'provider-check.json' },
  });
  if (positionals.length > 0) throw new Error(usage);
  const { configured, missing } = await vendorsOf(ROOT, process.env);
  if (missing.length > 0) console.error(`Not configured: ${missing.join(', ')}`);
  if (configured.length === 0) return console.error('There is no vendor to ask');
  const receipts = values.models ? [] : await fixedReceipts(ROOT);
  const last = await loadReport(values.report);
  const now = new Date();
  const checks = await Promise.all(configured.map((vendor) => checkVendor(vendor, { receipts, last, now })));
  for (const line of checks.flatMap(linesOf)) console.log(line);
  if (!values.models) await saveReport(values.report, reportOf(last, checks, now));
  if (checks.some(hasFailed)) process.exitCode = 1;
});
