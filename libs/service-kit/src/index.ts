export { type BackendConfig, backendConfig } from './backends/backend-config.ts';
export { type Backends, closeBackends, openBackends, openScavenger } from './backends/backends.ts';
export { dataFolderFault, ensureDataFolder } from './backends/data-folder.ts';
export { backendChecks } from './backends/doctor/backend-checks.ts';
export { needData } from './backends/embedded.ts';
export { type SetUpConfig, setUpBackends, setUpConfig } from './backends/set-up.ts';
export { readBacklog } from './backlog.ts';
export { busDetails } from './bus-status.ts';
export { certificatesOf } from './certificates.ts';
export {
  ConfigError,
  duration,
  flag,
  NotConfiguredError,
  parsedBy,
  readConfig,
  type ServerConfig,
  StartError,
  sentencesOf,
  serverConfig,
  wholeNumber,
} from './config.ts';
export { type Check, CORRECT_IT, diagnose, type Finding, fault, ok, warning } from './doctor/finding.ts';
export { machineCheck, metricsPortCheck, portCheck, temporaryFolderCheck } from './doctor/machine.ts';
export { domainEventOf } from './domain-event-of.ts';
export { editDistance } from './edit-distance.ts';
export { errorBody } from './error-answer.ts';
export { type Dependencies, healthRoutes } from './health.ts';
export type { AllowedHosts } from './http/allowed-hosts.ts';
export { addressKey, type TrustProxy } from './http/client-address.ts';
export { ClientSemaphore, shareOf } from './http/client-semaphore.ts';
export type { CorsOrigins } from './http/cross-site.ts';
export {
  CONTEXT_HEADER,
  internalConfig,
  internalSecret,
  privateDoor,
  publicDoor,
  signContext,
} from './http/doors.ts';
export { errorHandler, HttpError, notFound, parseInput, sendError, toHttpError } from './http-error.ts';
export { createLogger, type Logger, scrub, silentLogger } from './log.ts';
export { EventLostError, orProveLost } from './lost-events.ts';
export { type Operations, serveOperations } from './operations.ts';
export {
  type PasswordConfig,
  passwordConfig,
  passwordSecretIn,
  passwordSecrets,
} from './password-secret.ts';
export { internalPort, publicPort } from './ports.ts';
export {
  contextOf,
  logFor,
  type RequestContext,
  requestContextSchema,
  withContext,
} from './request-context.ts';
export { closeInOrder, type Running, type RunningService, runOnce, runService } from './run-service.ts';
export { type ListenOptions, listen, type RunningServer } from './server.ts';
export { eventAttributes, takeEvent } from './take-event.ts';
export { type Subject, subjectAttributes } from './telemetry/attributes.ts';
export { metricsAddress, telemetryConfig } from './telemetry/config.ts';
export { errorType } from './telemetry/error-type.ts';
export { type ClientCall, startCall, tracedFetch } from './telemetry/http-client.ts';
export { declareRoute, mountedAt } from './telemetry/http-route.ts';
export { counter, histogram, type Measurement, observe, observeAll } from './telemetry/instruments.ts';
export { profilingConfig } from './telemetry/profiling.ts';
export {
  currentSpan,
  currentTraceparent,
  describeSpan,
  failSpan,
  inSpan,
  type Span,
  type SpanOf,
  startSpan,
  traceparentIn,
} from './telemetry/spans.ts';
export { startTelemetry } from './telemetry/start.ts';
export { metricsConfig, tenantLabel } from './telemetry/tenants.ts';
export { isTransientFault } from './transient.ts';
export { similarVariables } from './unknown-variables.ts';
