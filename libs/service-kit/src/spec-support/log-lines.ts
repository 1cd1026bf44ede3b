import { pino } from 'pino';

/** A logger whose lines can be read. */
export function createLines(level = 'info') {
  const lines: string[] = [];
  return { lines, log: pino({ level }, { write: (line) => void lines.push(line) }) };
}
