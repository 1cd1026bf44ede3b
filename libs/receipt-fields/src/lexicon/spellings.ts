import { phrases } from './phrases.ts';

/**
 * Words so common at the head of receipts, and so unlike other words, that one letter misread in them is mended
 * ("SELANCOR", "ENTERPR1SE"). All are longer than four letters; the names of places are states and countries only.
 */
export const COMMON_WORDS: readonly string[] = phrases(`
  jalan, taman, lorong, persiaran, lebuhraya, kampung, bandar, seksyen, kawasan, perindustrian, bangunan, kompleks,
  selangor, kelantan, terengganu, sarawak, putrajaya, kuala, pahang, melaka, malaysia, wilayah, persekutuan, lumpur, darul,
  ehsan, singapore, indonesia, street, avenue, boulevard, highway, parkway, industrial, building, complex, centre,
  center, ground, floor, level, block, shopping,
  enterprise, restaurant, restoran, trading, hardware, supermarket, minimarket, pharmacy, stationery, marketing,
  services, international, industries, holdings, electrical, engineering, machinery, confectionery, syarikat,
  perniagaan, pasaraya, kedai, bakery, station, company`);
