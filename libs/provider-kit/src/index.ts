export { type CircuitOptions, defaultCircuitOptions } from './circuit.ts';
export { createProvider, type ProviderDependencies } from './create-provider.ts';
export { type DocumentEngineOptions, documentEngine } from './document-engine.ts';
export type {
  CreateEngine,
  Document,
  Engine,
  EngineThread,
  Reading,
  Recognition,
  WorkerEngine,
} from './engine.ts';
export { type PageEngineOptions, type PagePicture, type PictureLimits, pageEngine } from './page-engine.ts';
export type { PageCall, PageNote, PageReading } from './page-reading.ts';
export { definePlugin, type NotConfigured, type ProviderPlugin } from './plugin.ts';
export { defineProvider, type ProviderDefinition } from './provider.ts';
export { ProviderError } from './provider-error.ts';
export { type ReadPagesOptions, readPages } from './read-pages.ts';
export { readDocument } from './recognise.ts';
export { defaultRetryPolicy, type RetryPolicy } from './retry-policy.ts';
export { startProvider } from './run-provider.ts';
