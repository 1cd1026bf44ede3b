import { type Finding, scrub } from '@inkstream/service-kit';

const count = (findings: readonly Finding[], level: Finding['level']) =>
  findings.filter((finding) => finding.level === level).length;
const some = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;

/** Whether anything keeps Inkstream from working. */
export const isWell = (findings: readonly Finding[]): boolean => count(findings, 'fault') === 0;

/** For people: a line for each finding, and below it what to do. Credentials in what others said are taken out. */
export function reportOf(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ level, subject, says, todo }) => [
    `${level.padEnd(7)}  ${subject}: ${says}`,
    ...(todo === undefined ? [] : [`         -> ${todo}`]),
  ]);
  const sum = `${some(count(findings, 'fault'), 'fault')}, ${some(count(findings, 'warning'), 'warning')}`;
  return scrub([...lines, '', sum].join('\n'));
}

/** For programs: `{ok, findings: [{level, subject, says, todo?}]}`. */
export const jsonOf = (findings: readonly Finding[]): string =>
  scrub(JSON.stringify({ ok: isWell(findings), findings }, null, 2));
