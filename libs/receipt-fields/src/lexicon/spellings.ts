import { phrases } from './phrases.ts';

/**
 * Words of addresses in a country (ISO 3166-1 alpha-2), so common there and so unlike other words that one letter misread
 * in them is mended ("SELANCOR"): only in an address, and only of a receipt that is from there.
 */
export const ADDRESS_SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  MY: phrases(`
    jalan, taman, lorong, persiaran, lebuhraya, kampung, bandar, seksyen, kawasan, perindustrian, bangunan, kompleks, selangor, kelantan, terengganu,
    sarawak, putrajaya, kuala, pahang, melaka, malaysia, wilayah, persekutuan, lumpur, darul, ehsan, ground, floor`),
};
