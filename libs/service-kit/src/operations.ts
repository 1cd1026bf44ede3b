import express from 'express';
import { type Dependencies, type HealthDetails, healthRoutes } from './health.ts';
import { errorHandler, HttpError, notFound } from './http-error.ts';
import type { Logger } from './log.ts';
import { type ListenOptions, listen, type RunningServer } from './server.ts';

/** An action may take as long as a rebuild of everything does. */
const LONGEST_ACTION_MS = 3_600_000;

export interface Operations {
  readonly log: Logger;
  readonly dependencies: Dependencies;
  readonly details?: HealthDetails;
  /** What an operator may ask of the service: `POST /<name>` runs it and answers with what it returns, as JSON. */
  readonly actions?: Readonly<Record<string, () => Promise<object>>>;
}

/** The internal port of a service: its health, and its actions. */
export function serveOperations(
  { log, dependencies, details, actions = {} }: Operations,
  options: ListenOptions,
): Promise<RunningServer> {
  const health = healthRoutes(dependencies, undefined, undefined, details);
  const app = express().disable('x-powered-by').use(health);
  for (const [name, action] of Object.entries(actions)) {
    const route = app.route(`/${name}`).post(async (_request, response) => {
      response.json(await action());
    });
    route.all(() => {
      throw new HttpError(405, `/${name} takes POST`, { Allow: 'POST' });
    });
  }
  app.use(notFound).use(errorHandler(log));
  return listen(app, { ...options, idleTimeoutMs: LONGEST_ACTION_MS, requestTimeoutMs: LONGEST_ACTION_MS });
}
