export { type PaddleConfig, paddleConfig, paddleLocal } from './provider.ts';
