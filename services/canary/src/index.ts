export { Api } from './api.ts';
export { type Canary, startCanary } from './canary.ts';
export { canaryConfig } from './config.ts';
export { canaryReceipt } from './receipt.ts';
export { type Run, runOnce } from './run.ts';
