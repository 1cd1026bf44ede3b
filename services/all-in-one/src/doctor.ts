// `inkstream doctor [--json]`: looks at all that Inkstream needs, and ends with 1 if it could not work.
import { examine } from './doctor/examine.ts';
import { isWell, jsonOf, reportOf } from './doctor/report.ts';

const findings = await examine(process.env, () => new Date());
console.log(process.argv.includes('--json') ? jsonOf(findings) : reportOf(findings));
// Clients of backends may hold what would keep the process.
process.exit(isWell(findings) ? 0 : 1);
