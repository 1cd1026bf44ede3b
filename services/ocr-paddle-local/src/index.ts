export { type PaddleConfig, paddleConfig, paddleLocal, provider } from './provider.ts';
