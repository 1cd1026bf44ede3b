import { setTimeout as sleep } from 'node:timers/promises';

const AGAIN_MS = 250;

/** A client that calls once more where the connection broke or the answer is a 5xx, and says what that did not mend. */
export class OneRetry {
  /** What the first try of a call met. */
  readonly once: string[] = [];
  /** What its second try met too; there should be none. */
  readonly twice: string[] = [];

  /** The answer; null if there was none that is below 500. */
  async call(what: string, ask: () => Promise<Response>): Promise<Response | null> {
    for (const met of [this.once, this.twice]) {
      const answer = await ask().catch((error: unknown) => String(error));
      if (typeof answer !== 'string' && answer.status < 500) return answer;
      met.push(`${what}: ${typeof answer === 'string' ? answer : `${answer.status} ${await answer.text()}`}`);
      const after = typeof answer === 'string' ? null : answer.headers.get('retry-after');
      if (met === this.once) await sleep(after === null ? AGAIN_MS : Number(after) * 1_000);
    }
    return null;
  }
}
