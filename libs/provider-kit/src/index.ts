export { duration, flag, type Logger, runService, startCall, wholeNumber } from '@inkstream/service-kit';
export { checkModel, type ModelCheck, type Vendor } from './check-model.ts';
export { type CircuitOptions, defaultCircuitOptions } from './circuit.ts';
export { completeResult, type StorableResult } from './complete-result.ts';
export { createProvider, type ProviderDependencies } from './create-provider.ts';
export { type DocumentEngineOptions, documentEngine } from './document-engine.ts';
export type {
  CallOptions,
  CreateEngine,
  Document,
  Engine,
  EngineThread,
  MakeCall,
  Reading,
  Recognition,
  WorkerEngine,
} from './engine.ts';
export { probeEngine } from './engine-pool.ts';
export { apiKey, Secret } from './http/api-key.ts';
export { callJson, type JsonCall } from './http/call-json.ts';
export { connectionFault } from './http/connection-fault.ts';
export { type ModelAccess, modelVariables } from './http/model-variables.ts';
export { headersBesideOpenAi } from './http/openai-headers.ts';
export { chargeOf, costOf, type Prices, prices } from './http/prices.ts';
export { durationMs, retryAfterMs } from './http/retry-after.ts';
export { codeOfStatus, type StatusFault, statusFault } from './http/status-fault.ts';
export { type Order, takeUp } from './http/take-up.ts';
export {
  createVendorErrors,
  type VendorAnswer,
  type VendorErrors,
  type VendorErrorsOptions,
  type VendorSays,
} from './http/vendor-errors.ts';
export { fetchThrough, vendorFetch } from './http/vendor-fetch.ts';
export { vendorUrl } from './http/vendor-url.ts';
export { type AccountLimits, Limiter, type LimiterOptions } from './limits/limiter.ts';
export {
  allowsNothing,
  learningFetch,
  type RateHeaders,
  type RateWindow,
  rateHeadersOf,
} from './limits/rate-headers.ts';
export { type LimitVariables, limitVariables } from './limits/variables.ts';
export { assertListed, dayOf, findModel, type ListedModel, modelEnds } from './listed-models.ts';
export { daysUntil, WARN_DAYS } from './model-watch.ts';
export { type PageEngineOptions, type PagePicture, type PictureLimits, pageEngine } from './page-engine.ts';
export { documentLimits, pageLimit } from './page-limit.ts';
export type { PageCall, PageNote, PageReading } from './page-reading.ts';
export { definePlugin, type NotConfigured, type ProviderPlugin } from './plugin.ts';
export { defineProvider, type ProviderDefinition } from './provider.ts';
export { type Charge, ProviderError, type ProviderErrorDetails } from './provider-error.ts';
export { readDocument } from './recognise.ts';
export { defaultRetryPolicy, type RetryPolicy } from './retry-policy.ts';
export { startProvider } from './run-provider.ts';
export { visionSchema } from './vision/answer-schema.ts';
export { chatReading, chatRequest } from './vision/chat.ts';
export { PROMPT } from './vision/prompt-v1.ts';
export {
  dataUrl,
  type ModelCall,
  meaningOf,
  responsesReading,
  responsesRequest,
} from './vision/responses.ts';
export {
  cutAnswer,
  invalidAnswer,
  paidFor,
  parseVisionAnswer,
  refusedAnswer,
  type VisionAnswer,
} from './vision/vision-answer.ts';
