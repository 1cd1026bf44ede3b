import type { Random } from '../../random.ts';
import type { ReceiptContent } from '../rows.ts';
import { cafeMy } from './cafe-my.ts';
import { dinerUs } from './diner-us.ts';
import { kassenbonDe } from './kassenbon-de.ts';
import { restaurantUk } from './restaurant-uk.ts';
import { supermarketMy } from './supermarket-my.ts';

export const layouts = {
  'supermarket-my': supermarketMy,
  'cafe-my': cafeMy,
  'restaurant-uk': restaurantUk,
  'kassenbon-de': kassenbonDe,
  'diner-us': dinerUs,
} satisfies Record<string, (random: Random) => ReceiptContent>;

export type LayoutName = keyof typeof layouts;
export const layoutNames = Object.keys(layouts) as LayoutName[];
