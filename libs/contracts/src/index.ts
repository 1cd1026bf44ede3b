export * from './events.ts';
export * from './http.ts';
export * from './messages.ts';
export * from './ocr-result.ts';
export * from './openapi.ts';
export * from './providers.ts';
export * from './topics.ts';
