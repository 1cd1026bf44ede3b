export { type AnsweredCall, type DoubleOptions, type ProviderDouble, startDouble } from './double.ts';
export type { Answer, CallKind, Fault, RandomFaults } from './faults.ts';
export { type LlamaServerOptions, llamaServer } from './llama-cpp.ts';
export { openai } from './openai.ts';
export { hashOf, type PictureContent, type PictureText, textOf } from './picture-content.ts';
export { PictureReader } from './picture-reader.ts';
export type { RateLimit, RateState } from './rate-limit.ts';
export type { Desk, Vendor, VendorRequest, VendorRoute } from './vendor.ts';
export { xai } from './xai.ts';
