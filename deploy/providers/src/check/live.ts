/**
 * Reads the five fixed receipts by every vendor whose key is in the environment, and says what that cost. No test of
 * `npm test`: it calls the vendors themselves, and is paid for.
 */
import { fileURLToPath } from 'node:url';
import { addSpent, type Spent } from '@inkstream/domain';
import type { Vendor } from '@inkstream/provider-kit';
import { readArguments, runCommand } from '../../../command/src/command.ts';
import { centsOf, readReceipts } from './read-receipts.ts';
import { type FixedReceipt, fixedReceipts } from './receipts.ts';
import { vendorsOf } from './vendors.ts';

const usage = 'npm run test:live';
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
/** Of five receipts, one of which is faded, one turned and one a photo, a vendor may take so many totals wrong. */
const MAY_BE_WRONG = 1;

async function test(vendor: Vendor, receipts: readonly FixedReceipt[]) {
  const { byReceipt, spent } = await readReceipts(vendor, receipts);
  const wrong = receipts.flatMap(({ name, total }) => {
    const reading = byReceipt[name] ?? { error: 'it was not read' };
    if ('error' in reading) return [{ failed: true, line: `  ${name}: ${reading.error}` }];
    const said = reading.fields.total ?? 'missing';
    return said === total
      ? []
      : [{ failed: false, line: `  ${name}: the total is ${said}, and should be ${total}` }];
  });
  await vendor.engine.close?.();
  const passed = !wrong.some(({ failed }) => failed) && wrong.length <= MAY_BE_WRONG;
  const right = receipts.length - wrong.length;
  const lines = [
    `${passed ? 'passed' : 'FAILED'} ${vendor.name}: ${right} of ${receipts.length} totals, for ${centsOf(spent)}`,
    ...wrong.map(({ line }) => line),
  ];
  return { name: vendor.name, passed, spent, lines };
}

await runCommand(async () => {
  if (readArguments(usage, {}).positionals.length > 0) throw new Error(usage);
  const { configured, missing } = await vendorsOf(ROOT, process.env);
  for (const one of missing) console.log(`not run ${one}`);
  if (configured.length === 0)
    return console.log('No vendor was called: none is configured. Nothing was tested');
  const receipts = await fixedReceipts(ROOT);
  const tests = await Promise.all(configured.map((vendor) => test(vendor, receipts)));
  for (const line of tests.flatMap(({ lines }) => lines)) console.log(line);
  const spent = tests.reduce<Spent>((sum, one) => addSpent(sum, one.spent), {});
  const passed = tests.filter((one) => one.passed).length;
  const unpriced = tests.filter((one) => !one.spent.cost).map(({ name }) => name);
  const beside = spent.cost && unpriced.length > 0 ? `, and what is not known of ${unpriced.join(', ')}` : '';
  console.log(
    `${passed} of ${tests.length} vendors passed, ${missing.length} not run; all together for ${centsOf(spent)}${beside}`,
  );
  if (passed < tests.length) process.exitCode = 1;
});
