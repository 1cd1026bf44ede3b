export { type CircuitOptions, defaultCircuitOptions } from './circuit.ts';
export { createProvider, type ProviderDependencies } from './create-provider.ts';
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
export { type AccountLimits, Limiter, type LimiterOptions } from './limits/limiter.ts';
export { allowsNothing, type RateHeaders, type RateWindow } from './limits/rate-headers.ts';
export { type LimitVariables, limitVariables } from './limits/variables.ts';
export {
  type PageCall,
  type PageEngineOptions,
  type PageNote,
  type PagePicture,
  type PageReading,
  type PictureLimits,
  pageEngine,
} from './page-engine.ts';
export { definePlugin, type NotConfigured, type ProviderPlugin } from './plugin.ts';
export { defineProvider, type ProviderDefinition } from './provider.ts';
export { ProviderError, type ProviderErrorDetails } from './provider-error.ts';
export { defaultRetryPolicy, type RetryPolicy } from './retry-policy.ts';
export { startProvider } from './run-provider.ts';
