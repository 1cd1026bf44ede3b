import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { ErrorBody, ProblemBody } from '@inkstream/contracts';

const PROBLEM = 'application/problem+json';

/** The one shape of errors. */
export const errorBody = (statusCode: number, details: string): ErrorBody => ({
  statusCode,
  message: STATUS_CODES[statusCode] ?? 'Error',
  details,
});

/** The weight from 0 to 1 that an `Accept` header has for a type (RFC 9110, 12.5.1); 0 if it does not name it. */
function weightOf(accept: string, type: string): number {
  for (const range of accept.toLowerCase().split(',')) {
    const [name, ...parameters] = range.split(';').map((part) => part.trim());
    if (name !== type) continue;
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1;
    return Number(weight) || 0;
  }
  return 0;
}

function prefersProblem({ headers: { accept = '' } }: IncomingMessage): boolean {
  const weight = weightOf(accept, PROBLEM);
  return weight > 0 && weight >= weightOf(accept, 'application/json');
}

/**
 * The body of an error for a client and the headers that describe it: problem details (RFC 9457) with the usual members
 * as extensions if it asks for `application/problem+json`, and by no less than for plain JSON; else these alone.
 * `request` is undefined if what came is none.
 */
export function errorAnswer(request: IncomingMessage | undefined, statusCode: number, details: string) {
  const usual = errorBody(statusCode, details);
  const asProblem = request !== undefined && prefersProblem(request);
  const problem: ProblemBody = {
    type: 'about:blank',
    title: usual.message,
    status: statusCode,
    detail: details,
    ...usual,
  };
  return {
    body: JSON.stringify(asProblem ? problem : usual),
    headers: { 'Content-Type': `${asProblem ? PROBLEM : 'application/json'}; charset=utf-8` },
  };
}
