import { americasAndAsia } from './americas-and-asia.ts';
import { english } from './english.ts';
import type { Locale } from './locale.ts';
import { northernAndEasternEurope } from './northern-and-eastern-europe.ts';
import { otherScripts } from './other-scripts.ts';
import { westernEurope } from './western-europe.ts';

/** The locales that receipts can be generated for. */
export const locales: readonly Locale[] = [
  ...westernEurope,
  ...english,
  ...northernAndEasternEurope,
  ...americasAndAsia,
  ...otherScripts,
];
