export { ConfigError, flag, readConfig, serverConfig, wholeNumber } from './config.ts';
export { closeEngines, type EngineConfig, type Engines, engineConfig, openEngines } from './engines.ts';
export { type Dependencies, healthRoutes } from './health.ts';
export { errorBody, errorHandler, HttpError, notFound, parseInput, toHttpError } from './http-error.ts';
export { createLogger, type Logger, silentLogger } from './log.ts';
export { closeInOrder, type Running, runService } from './run-service.ts';
export { type ListenOptions, listen, type RunningServer } from './server.ts';
export { currentTraceparent, inSpan, startTelemetry } from './telemetry.ts';
