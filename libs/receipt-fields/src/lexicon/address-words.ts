import { phrases } from './phrases.ts';

/** Words that name a road, a quarter or an estate, and hardly anything else. A `*` before one lets it end a word. */
export const STREET_WORDS: readonly string[] = phrases(`
  jalan, jln, jl, taman, tmn, lorong, lrg, bandar, bdr, persiaran, lebuh, lebuhraya, leboh, kampung, kampong, kg,
  mukim, seksyen, pekan, pusat bandar, pusat perniagaan, kawasan, kws, perindustrian, simpang,
  street, st, road, rd, avenue, ave, drive, lane, boulevard, blvd, highway, hwy, parkway, pkwy, terrace, crescent,
  industrial park, industrial estate, industrial area, p.o. box, po box, shopping centre, shopping center,
  *straße, *strasse, *str, *platz, *weg, *allee, *gasse, *ufer, *damm, rue, boulevard, chemin, impasse, quai, cedex,
  calle, avda, avenida, paseo, carretera, ctra, camino, rambla, polígono, via, viale, piazza, corso, vicolo, strada,
  *straat, *laan, *plein, *gracht, *kade, *dijk, rua, praça, travessa, estrada, *gade, *vej, *gata, *gatan, *vägen,
  *veien, ul., ulica, rynek, marg, nagar,
  주소, 地址, 住所, адрес, адреса, ул, вул, διεύθυνση, οδός, כתובת, רחוב, العنوان, شارع, ที่อยู่, ถนน, पता`);

/** Words for a part of a place that also have other uses: two of them, or one with a number, make an address. */
export const UNIT_WORDS: readonly string[] = phrases(`
  no, lot, blok, block, blk, unit, level, lvl, floor, flr, ground floor, tingkat, aras, batu, sek, sec, section, sector,
  suite, ste, pt, ptd, hs, off, desa, medan, dataran, plaza, mall, complex, kompleks, wisma, menara, bangunan, arcade,
  airport, terminal, km, bkt, bukit, sungai, sg, ulu, hulu, kota, seri, sri, pusat, kompleks, phase, fasa, house, tower,
  building, bldg, park, court, square, sq, close, row, way, place, avenue, av, al., ring, markt, cours, route, largo`);

/**
 * Countries, their states where addresses name them (of Malaysia those of ISO 3166-2:MY with their honorifics), and
 * capitals and other great cities.
 */
export const PLACES: readonly string[] = phrases(`
  malaysia, johor, johore, kedah, kelantan, melaka, malacca, negeri sembilan, n sembilan, pahang, perak, perlis,
  pulau pinang, penang, sabah, sarawak, selangor, selangor d e, terengganu, kuala lumpur, k lumpur, kl, labuan,
  putrajaya, wilayah persekutuan, wilayah, w.p, darul*, ehsan, east malaysia, west malaysia,
  singapore, indonesia, jakarta, philippines, manila, thailand, bangkok, việt nam, india, new delhi, mumbai, dubai, uae,
  england, scotland, wales, northern ireland, united kingdom, uk, london, ireland, dublin, usa, united states, canada,
  ontario, australia, nsw, new zealand, deutschland, germany, berlin, hamburg, münchen, köln, frankfurt, österreich,
  austria, wien, schweiz, suisse, svizzera, zürich, genève, france, paris, lyon, belgië, belgique, brussel, bruxelles,
  nederland, amsterdam, rotterdam, den haag, utrecht, españa, madrid, barcelona, sevilla, valencia, italia, roma,
  milano, torino, napoli, portugal, lisboa, porto, sverige, stockholm, norge, oslo, danmark, københavn, polska,
  warszawa, japan, tokyo`);

/** Postal codes, by the shape that their countries give them. */
export const POSTAL_CODES: readonly RegExp[] = [
  /(?<![\d-])\d{5}(?:-\d{4})?(?![\d-])/u,
  /(?<![\p{L}\d])(?:[A-Z]{1,2}|0[A-Z]|[A-Z]0)\d[A-Z\d]? ?\d[A-Z]{2}(?![\p{L}\d])/u,
  /(?<![\p{L}\d])[A-Z]\d[A-Z] ?\d[A-Z]\d(?![\p{L}\d])/u,
  /(?<!\d)\d{4} ?[A-Z]{2}(?![\p{L}\d])/u,
  /(?<![\d-])\d{4} \p{L}{3}/u,
  /〒? ?\d{3}-\d{4}(?!\d)/u,
  /(?<!\d)\d{3} \d{2} \p{L}{3}/u,
  /(?<!\d)\d{2}-\d{3} \p{L}{3}/u,
  /(?<![\d-])\d{6}(?![\d-])/u,
];
