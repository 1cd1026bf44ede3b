export { SharedWork } from './shared-work.ts';
