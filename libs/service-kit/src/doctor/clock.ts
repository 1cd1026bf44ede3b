import { fault, ok, warning } from './finding.ts';

/** Tokens, certificates and signed requests of S3 bear 15 minutes; logs and traces are hard to read from a second on. */
const WARN_S = 2;
const FAULT_S = 300;

/**
 * How another machine's clock stands to this one's. What was told between `asked` and `heard`, ms since 1970, may have
 * been told at any moment in between, and is known to `precisionMs`.
 */
export function clockFinding(told: Date, asked: number, heard: number, precisionMs = 0) {
  const early = told.getTime() + precisionMs < asked ? told.getTime() + precisionMs - asked : 0;
  const late = told.getTime() > heard ? told.getTime() - heard : 0;
  const seconds = Math.round((early + late) / 100) / 10;
  if (Math.abs(seconds) < WARN_S) return ok('its clock agrees with the one here');
  const says = `its clock is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} the one here`;
  const todo = 'synchronise both with a time server (chrony, systemd-timesyncd); look at the one here first';
  return Math.abs(seconds) < FAULT_S ? warning(says, todo) : fault(says, todo);
}
