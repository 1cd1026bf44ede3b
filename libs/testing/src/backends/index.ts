export { type Backend, backend } from './backend.ts';
export { type Backends, openBackends } from './backends.ts';
