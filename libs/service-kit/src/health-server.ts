import express from 'express';
import { type Dependencies, healthRoutes } from './health.ts';
import { type ListenOptions, listen, type RunningServer } from './server.ts';

/** The HTTP side of a service that has no other: its health. */
export const serveHealth = (dependencies: Dependencies, options: ListenOptions): Promise<RunningServer> =>
  listen(express().disable('x-powered-by').use(healthRoutes(dependencies)), options);
