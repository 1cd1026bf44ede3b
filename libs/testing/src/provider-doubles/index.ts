export { awsTextract, textractException } from './aws-textract.ts';
export { type AnsweredCall, type DoubleOptions, type ProviderDouble, startDouble } from './double.ts';
export type { Answer, CallKind, Fault, RandomFaults } from './faults.ts';
export { paddleFailure, paddleHosted, paddleHostedFailure, paddleServing } from './paddle-ocr.ts';
export { hashOf, type PictureContent, type PictureText, textOf } from './picture-content.ts';
export { PictureReader } from './picture-reader.ts';
export type { RateLimit, RateState } from './rate-limit.ts';
export { tabScanner, tabScannerFailure } from './tab-scanner.ts';
export type { Desk, Vendor, VendorRequest, VendorRoute } from './vendor.ts';
