import type { DateOrder } from '../date-time/dates.ts';
import { phrases } from './phrases.ts';

/** A country by its currency and by what its receipts say and others do not. */
export interface Country {
  /** ISO 3166-1 alpha-2. */
  readonly code: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly dateOrder: DateOrder;
  /** Tax names, company forms, places. */
  readonly cues: readonly string[];
  /** How the country writes postal codes or tax numbers, if nobody else does so. */
  readonly shape?: RegExp;
}

const country = (
  code: string,
  currency: string,
  cues: string,
  more: Partial<Pick<Country, 'dateOrder' | 'shape'>> = {},
): Country => ({ code, currency, dateOrder: 'dmy', cues: phrases(cues), ...more });

/** A state's letters and a ZIP code (USPS Publication 28, appendix B). */
const US_STATE =
  /(?<!\p{L})(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]) \d{5}(?:-\d{4})?(?!\d)/u;

export const COUNTRIES: readonly Country[] = [
  country(
    'MY',
    'MYR',
    `sdn bhd, sdn, bhd, berhad, kuala lumpur, selangor, johor, penang, pulau pinang, perak,
    melaka, pahang, sabah, sarawak, malaysia, jalan, tarikh, jumlah, cukai`,
  ),
  country('SG', 'SGD', 'singapore, pte ltd, uen'),
  country('ID', 'IDR', 'indonesia, jakarta, bandung, surabaya, npwp, ppn, tbk'),
  country(
    'US',
    'USD',
    `sales tax, usa, new york, los angeles, chicago, san francisco, california,
    texas, florida, state tax, llc, ebt`,
    { dateOrder: 'mdy', shape: US_STATE },
  ),
  country('CA', 'CAD', 'canada, ontario, quebec, toronto, vancouver, hst, pst, qst, tvq, tps', {
    shape: /(?<![\p{L}\d])[A-Z]\d[A-Z] \d[A-Z]\d(?![\p{L}\d])/u,
  }),
  country('GB', 'GBP', 'united kingdom, england, scotland, wales, london, manchester, vat no, vat reg, plc', {
    shape: /(?<![\p{L}\d])[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}(?![\p{L}\d])/u,
  }),
  country('IE', 'EUR', 'ireland, dublin, cork, eircode'),
  country('AU', 'AUD', 'australia, abn, sydney, melbourne, nsw, vic, qld, pty ltd'),
  country('NZ', 'NZD', 'new zealand, auckland, wellington'),
  country(
    'DE',
    'EUR',
    'deutschland, mwst, ust-id, ust-idnr, steuernummer, steuer-nr, gmbh, berlin, münchen, hamburg',
  ),
  country('AT', 'EUR', 'österreich, wien, graz, salzburg', { shape: /(?<!\p{L})ATU ?\d{8}/u }),
  country('CH', 'CHF', 'schweiz, suisse, svizzera, zürich, genève, basel, bern', {
    shape: /(?<!\p{L})CHE-?\d{3}/u,
  }),
  country('FR', 'EUR', 'france, tva, ttc, siret, siren, sarl, paris, lyon, marseille'),
  country('BE', 'EUR', 'belgië, belgique, bruxelles, brussel, antwerpen, btw be'),
  country('NL', 'EUR', 'nederland, btw, kvk, amsterdam, rotterdam, utrecht, b.v'),
  country('ES', 'EUR', 'españa, nif, cif, madrid, barcelona, valencia, factura simplificada'),
  country('IT', 'EUR', 'italia, p.iva, partita iva, scontrino, documento commerciale, roma, milano, s.r.l'),
  country('PT', 'EUR', 'portugal, nif, lisboa, porto, fatura, contribuinte'),
  country('JP', 'JPY', '合計, 税込, 株式会社, 領収証, 領収書, tokyo, osaka, 内税'),
  country('CN', 'CNY', '人民币, 发票, 有限公司, beijing, shanghai'),
  country('KR', 'KRW', '합계, 부가세, 영수증, seoul'),
  country('TH', 'THB', 'thailand, bangkok, รวม'),
  country('PH', 'PHP', 'philippines, manila, vatable sales, vat exempt, tin, quezon city', {
    dateOrder: 'mdy',
  }),
  country('VN', 'VND', 'việt nam, hà nội, hồ chí minh, tổng cộng'),
  country(
    'IN',
    'INR',
    'india, gstin, cgst, sgst, igst, fssai, mumbai, delhi, bengaluru, bangalore, pvt ltd, hsn',
  ),
  country('SE', 'SEK', 'sverige, moms, stockholm, göteborg, org.nr, öresavrundning'),
  country('NO', 'NOK', 'norge, mva, oslo, bergen, foretaksregisteret'),
  country('DK', 'DKK', 'danmark, københavn, cvr, aarhus'),
  country('PL', 'PLN', 'polska, paragon fiskalny, ptu, warszawa, kraków, suma pln'),
  country('CZ', 'CZK', 'česko, dph, praha, brno, dič'),
  country('BR', 'BRL', 'brasil, cnpj, cpf, cupom fiscal, são paulo'),
  country('MX', 'MXN', 'méxico, rfc, s.a. de c.v'),
  country('AE', 'AED', 'dubai, abu dhabi, u.a.e, trn'),
  country('ZA', 'ZAR', 'south africa, johannesburg, cape town'),
];

/** Countries whose own languages, as receipts print them, need no accents. */
export const PLAIN_LETTERS: ReadonlySet<string> = new Set('MY SG ID PH IN US GB IE AU NZ ZA AE'.split(' '));
