import { phrases } from './phrases.ts';

/** Words for roads, buildings and parts of towns. A `*` before a word lets it end a longer one ("Hauptstraße"). */
export const STREET_WORDS: readonly string[] = phrases(`
  jalan, jln, jl, jin, taman, tmn, lorong, lrg, bandar, bdr, persiaran, lebuh, lebuhraya, leboh, kampung, kampong, kg, lot, blok, block, blk, unit, level, lvl, floor, flr, ground floor, tingkat, aras, batu, mukim, seksyen, sek, pekan, pusat bandar, kawasan,
  kws, perindustrian, desa, medan, dataran, plaza, mall, complex, kompleks, wisma, menara, bangunan, arcade, shopping centre, shopping center, airport, section, suite, ste, no, pt, ptd, simpang, off, kompleks, bukit, sungai, ulu, kota, seri, sri,
  street, st, road, rd, avenue, ave, av, drive, dr, lane, ln, boulevard, blvd, highway, hwy, way, square, sq, court, ct, place, pl, parkway, pkwy, terrace, crescent, close, row, house, tower, building, bldg, park, industrial park, p.o. box, po box,
  *straße, *strasse, *str, *platz, *weg, *allee, *gasse, *ring, *damm, *ufer, *markt, rue, av., avenue, bd, boulevard, place, chemin, route, quai, impasse, cours, cedex, calle, c/, avda, avenida, plaza, paseo, carretera, ctra, camino, rambla, polígono,
  via, viale, piazza, corso, largo, vicolo, strada, *straat, *laan, *plein, *gracht, *kade, *dijk, rua, praça, travessa, estrada, *gade, *vej, *gata, *gatan, *vägen, *veien, ul., ulica, al., rynek, marg, nagar, sector, phase, cross`);

/** Countries, states and great cities that stand in addresses, mostly in the last row. */
export const PLACES: readonly string[] = phrases(`
  malaysia, selangor, selangor d e, selangor de, sel, darul ehsan, darul*, johor, johor bahru, johor bharu, jb, kuala lumpur, kl, k lumpur, w.p, wilayah persekutuan, wilayah, petaling jaya, pj, shah alam, penang, pulau pinang, perak, ipoh, melaka, malacca, pahang, kedah, kelantan,
  terengganu, perlis, negeri sembilan, n sembilan, sabah, sarawak, labuan, putrajaya, klang, puchong, kajang, cheras, ampang, rawang, subang jaya, seremban, kuching, kota kinabalu, cyberjaya, singapore, indonesia, jakarta,
  england, scotland, wales, united kingdom, uk, london, ireland, dublin, usa, united states, canada, ontario, australia, nsw, new zealand, deutschland, germany, berlin, hamburg, münchen, köln, frankfurt, österreich, austria, wien, schweiz, suisse, zürich, genève,
  france, paris, lyon, marseille, belgië, belgique, brussel, bruxelles, nederland, amsterdam, rotterdam, den haag, utrecht, españa, madrid, barcelona, sevilla, valencia, italia, roma, milano, torino, napoli, portugal, lisboa, porto,
  sverige, stockholm, norge, oslo, danmark, københavn, polska, warszawa, india, mumbai, delhi, new delhi, bengaluru, bangalore, chennai, dubai, uae, philippines, manila, japan, tokyo`);

/** Postal codes, by the shape that their countries give them. */
export const POSTAL_CODES: readonly RegExp[] = [
  /(?<![\d-])\d{5}(?:-\d{4})?(?![\d-])/u,
  /(?<![\p{L}\d])[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}(?![\p{L}\d])/u,
  /(?<![\p{L}\d])[A-Z]\d[A-Z] ?\d[A-Z]\d(?![\p{L}\d])/u,
  /(?<!\d)\d{4} ?[A-Z]{2}(?![\p{L}\d])/u,
  /(?<![\d-])\d{4} \p{L}{3}/u,
  /〒? ?\d{3}-\d{4}(?!\d)/u,
  /(?<!\d)\d{3} \d{2} \p{L}{3}/u,
  /(?<!\d)\d{2}-\d{3} \p{L}{3}/u,
  /(?<![\d-])\d{6}(?![\d-])/u,
];
