import type { DateOrder } from '../date-time/dates.ts';
import { phrases } from './phrases.ts';

/** A country by its currency and by what its receipts say and others do not. */
export interface Country {
  /** ISO 3166-1 alpha-2. */
  readonly code: string;
  /** ISO 4217, in the order of likelihood. */
  readonly currency: string;
  readonly dateOrder: DateOrder;
  /** Names of taxes, registers and company forms: strong evidence. */
  readonly cues: readonly string[];
  /** Names of the country and its great cities, which streets and dishes bear elsewhere too. */
  readonly places: readonly string[];
  /** How the country writes tax numbers, postal codes or phone numbers, if nobody else does so. */
  readonly shape?: RegExp;
}

/** CLDR's order of day and month, month first in few countries. */
function dateOrderOf(code: string): DateOrder {
  const { language } = new Intl.Locale(`und-${code}`).maximize();
  const parts = new Intl.DateTimeFormat(`${language}-${code}`, {
    dateStyle: 'short',
    calendar: 'gregory',
    numberingSystem: 'latn',
  }).formatToParts(0);
  const order = parts.map(({ type }) => type).filter((type) => type === 'day' || type === 'month');
  if (parts.find(({ type }) => type !== 'literal')?.type === 'year') return 'ymd';
  return order[0] === 'month' ? 'mdy' : 'dmy';
}

const country = (code: string, currency: string, cues: string, places = '', shape?: RegExp): Country => ({
  code,
  currency,
  dateOrder: dateOrderOf(code),
  cues: phrases(cues),
  places: phrases(places),
  ...(shape && { shape }),
});

/** A state's letters and a ZIP code (USPS Publication 28, appendix B); an O among them may be read as a nought. */
const US_STATE =
  /(?<![\p{L}\d])(?:A[KLRZ]|C[AO0T]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINO0ST]|N[CDEHJMVY]|[O0][HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]) \d{5}(?:-\d{4})?(?!\d)/u;
/** A province's letters and a postal code, which alone has this shape. */
const CANADIAN = /(?<![\p{L}\d])[A-Z]\d[A-Z] \d[A-Z]\d(?![\p{L}\d])|\d{9} ?RT ?\d{4}/u;
const BRITISH = /(?<![\p{L}\d])[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}(?![\p{L}\d])|\bGB ?\d{3} ?\d{4} ?\d\d\b/u;
const IRISH =
  /(?<![\p{L}\d])[A-Z]\d\d ?[A-Z][A-Z\d]{3}(?![\p{L}\d])|\bIE ?\d{7}[A-Z]{1,2}\b|\bIE ?\d[A-Z\d]\d{5}[A-Z]\b/u;
const AUSTRALIAN = /(?<!\p{L})(?:NSW|VIC|QLD|TAS|ACT) \d{4}(?!\d)/u;
const BRAZILIAN = /\d\d\.\d{3}\.\d{3}\/\d{4}-\d\d/u;
/** A number of VAT with the letters of its country (Commission, VIES), or its international dialling code (ITU E.164). */
const european = (vat: string, dialling: string) =>
  new RegExp(String.raw`(?<![\p{L}\d])${vat}(?![\p{L}\d])|(?<![\d+])(?:\+|00)${dialling}[\s(\d]`, 'u');

/** Currencies that countries had before the euro, and the first day on which they no longer had them (Council of the EU). */
export const BEFORE_EURO: Readonly<Record<string, { readonly currency: string; readonly until: string }>> = {
  BG: { currency: 'BGN', until: '2026-01-01' },
  HR: { currency: 'HRK', until: '2023-01-01' },
  LT: { currency: 'LTL', until: '2015-01-01' },
  LV: { currency: 'LVL', until: '2014-01-01' },
  EE: { currency: 'EEK', until: '2011-01-01' },
};

export const COUNTRIES: readonly Country[] = [
  country(
    'MY',
    'MYR',
    'sdn bhd, sdn, bhd, berhad, jalan, tarikh, jumlah, cukai, tunai, sst',
    `kuala lumpur, selangor, johor, penang, pulau pinang, perak, melaka, pahang, sabah, sarawak, malaysia`,
  ),
  country('SG', 'SGD', 'pte ltd, uen, nets', 'singapore'),
  country(
    'ID',
    'IDR',
    'npwp, ppn, tbk, pb1, struk, jl, kembali, tunai, belanja, telp',
    'indonesia, jakarta, bandung, surabaya, yogyakarta',
  ),
  country(
    'US',
    'USD',
    'sales tax, state tax, llc, ebt, zip',
    'usa, new york, los angeles, chicago, san francisco, california, texas, florida',
    US_STATE,
  ),
  country(
    'CA',
    'CAD',
    'hst, pst, qst, tvq, tps, gst hst, interac',
    'canada, ontario, quebec, québec, toronto, vancouver, montréal',
    CANADIAN,
  ),
  country(
    'GB',
    'GBP',
    'vat no gb, vat reg no gb, plc',
    'united kingdom, england, scotland, wales, london, manchester',
    BRITISH,
  ),
  country('IE', 'EUR', 'eircode, go raibh maith agat', 'ireland, dublin, cork, galway, limerick', IRISH),
  country(
    'AU',
    'AUD',
    'abn, acn, pty ltd, eftpos',
    'australia, sydney, melbourne, brisbane, nsw, qld',
    AUSTRALIAN,
  ),
  country(
    'NZ',
    'NZD',
    'nzbn, kiwi, ka kite, nzd',
    'new zealand, auckland, wellington, christchurch',
    /(?<!\d)GST (?:No:? ?)?\d\d-?\d{3}-?\d{3}(?!\d)/u,
  ),
  country(
    'ZA',
    'ZAR',
    'pty ltd sa, rand, dankie, (pty) ltd',
    'south africa, johannesburg, cape town, pretoria, durban',
    /\bVAT (?:Reg(?:\.|istration)? )?(?:No[:.]? ?)?4\d{9}(?!\d)/iu,
  ),
  country(
    'DE',
    'EUR',
    'ust-id, ust-idnr, steuernummer, steuer-nr, st nr, girocard, ec karte, handelsregister, hrb, tse',
    'deutschland, berlin, münchen, hamburg, köln, frankfurt',
    european(String.raw`DE ?\d{9}`, '49'),
  ),
  country(
    'AT',
    'EUR',
    'bankomat, uid nr, firmenbuch',
    'österreich, wien, graz, salzburg, innsbruck, linz',
    european(String.raw`ATU ?\d{8}`, '43'),
  ),
  country(
    'CH',
    'CHF',
    'mwst nr che, twint, rappen, genossenschaft',
    'schweiz, suisse, svizzera, zürich, genève, basel, bern, lausanne',
    european(String.raw`CHE[- ]?\d{3}\.?\d{3}\.?\d{3}`, '41'),
  ),
  country(
    'FR',
    'EUR',
    'ttc, siret, siren, sarl, sas, rcs, naf, carte bancaire, tva fr',
    'france, paris, lyon, marseille, toulouse, bordeaux, nantes',
    european(String.raw`FR ?[\dA-Z]{2} ?\d{3} ?\d{3} ?\d{3}`, '33'),
  ),
  country(
    'BE',
    'EUR',
    'btw be, tva be, bancontact, srl, bvba, htva',
    'belgië, belgique, bruxelles, brussel, antwerpen, gent, liège',
    european(String.raw`BE ?[01]\d{3}\.?\d{3}\.?\d{3}`, '32'),
  ),
  country('LU', 'EUR', 's.à r.l, tva lu', 'luxembourg, lëtzebuerg', european(String.raw`LU ?\d{8}`, '352')),
  country(
    'NL',
    'EUR',
    'btw nr nl, btw, kvk, b.v, pinnen, wisselgeld',
    'nederland, amsterdam, rotterdam, utrecht, den haag',
    european(String.raw`NL ?\d{9} ?B\d\d`, '31'),
  ),
  country(
    'ES',
    'EUR',
    'nif, cif, factura simplificada, s.l, s.l.u, igic',
    'españa, madrid, barcelona, valencia, sevilla',
    european(String.raw`ES ?[A-Z]\d{7}[\dA-Z]`, '34'),
  ),
  country(
    'IT',
    'EUR',
    'p.iva, partita iva, scontrino, documento commerciale, s.r.l, di cui iva, totale complessivo',
    'italia, roma, milano, torino, napoli, firenze',
    european(String.raw`IT ?\d{11}`, '39'),
  ),
  country(
    'PT',
    'EUR',
    'contribuinte, fatura, multibanco, atcud, nif pt',
    'portugal, lisboa, porto, coimbra',
    european(String.raw`PT ?[1-9]\d{8}|\d{4}-\d{3} \p{Lu}\p{L}+`, '351'),
  ),
  country(
    'GR',
    'EUR',
    'αφμ, φπα, δου, αποδειξη, νομιμη αποδειξη',
    'ελλάδα, αθήνα, θεσσαλονίκη, greece, athens',
    european(String.raw`EL ?\d{9}`, '30'),
  ),
  country(
    'CY',
    'EUR',
    'vat cy',
    'cyprus, nicosia, limassol, κύπρος, λευκωσία',
    european(String.raw`CY ?\d{8}[A-Z]`, '357'),
  ),
  country('MT', 'EUR', 'vat mt', 'malta, valletta, sliema', european(String.raw`MT ?\d{8}`, '356')),
  country(
    'FI',
    'EUR',
    'alv, y-tunnus, oy, oyj, pankkikortti',
    'suomi, finland, helsinki, tampere, turku, espoo',
    european(String.raw`FI ?\d{8}`, '358'),
  ),
  country(
    'EE',
    'EUR',
    'kmkr, käibemaks, reg kood, oü',
    'eesti, tallinn, tartu',
    european(String.raw`EE ?\d{9}`, '372'),
  ),
  country('LV', 'EUR', 'pvn, sia, pvn reg', 'latvija, rīga', european(String.raw`LV ?\d{11}`, '371')),
  country(
    'LT',
    'EUR',
    'pvm, uab, pvm mokėtojo kodas, kvitas',
    'lietuva, vilnius, kaunas',
    european(String.raw`LT ?\d{9}(?:\d{3})?`, '370'),
  ),
  country(
    'SK',
    'EUR',
    'ič dph, ičo, dkp, platobná karta',
    'slovensko, bratislava, košice',
    european(String.raw`SK ?\d{10}`, '421'),
  ),
  country(
    'SI',
    'EUR',
    'ddv, id za ddv, zoi, eor, d.o.o. si',
    'slovenija, ljubljana, maribor',
    european(String.raw`SI ?\d{8}`, '386'),
  ),
  country(
    'HR',
    'EUR',
    'oib, jir, zki',
    'hrvatska, zagreb, split, rijeka',
    european(String.raw`HR ?\d{11}`, '385'),
  ),
  country(
    'BA',
    'BAM',
    'jib, ibfm, pdv br',
    'bosna, sarajevo, mostar, banja luka',
    european(String.raw`JIB:? ?\d{13}`, '387'),
  ),
  country(
    'RS',
    'RSD',
    'пиб, пфр, фискални рачун, pib, pfr',
    'србија, srbija, beograd, београд, нови сад',
    /(?<![\d+])\+381[\s(\d]/u,
  ),
  country('ME', 'EUR', 'ikof, jikr', 'crna gora, podgorica', /(?<![\d+])\+382[\s(\d]/u),
  country('MK', 'MKD', 'едб, ддв, фискална сметка', 'македонија, скопје', /(?<![\d+])\+389[\s(\d]/u),
  country('AL', 'ALL', 'nipt, tvsh, nslf, nivf', 'shqipëri, tirana, tiranë', /(?<![\d+])\+355[\s(\d]/u),
  country(
    'PL',
    'PLN',
    'paragon fiskalny, ptu, nip, suma pln, sp z o.o, sprzedaż',
    'polska, warszawa, kraków, wrocław, poznań, gdańsk',
    european(String.raw`PL ?\d{10}`, '48'),
  ),
  country(
    'CZ',
    'CZK',
    'dič, ičo, eet, fik, bkp, účtenka, kč',
    'česko, praha, brno, ostrava, plzeň',
    european(String.raw`CZ ?\d{8,10}`, '420'),
  ),
  country(
    'HU',
    'HUF',
    'áfa, adószám, nyugta, adóügyi, kft, nav',
    'magyarország, budapest, szeged, debrecen, győr',
    european(String.raw`HU ?\d{8}|\d{8}-\d-\d\d`, '36'),
  ),
  country(
    'RO',
    'RON',
    'bon fiscal, cif ro, cui, numerar, lei, cod fiscal, c.i.f',
    'românia, bucurești, cluj, timișoara, brașov',
    european(String.raw`RO ?\d{6,10}`, '40'),
  ),
  country(
    'BG',
    'BGN',
    'еик, ддс, фискален бон, еоод, зддс, булстат',
    'българия, софия, варна, пловдив',
    european(String.raw`BG ?\d{9,10}`, '359'),
  ),
  country('MD', 'MDL', 'idno, mdl', 'moldova, chișinău', /(?<![\d+])\+373[\s(\d]/u),
  country(
    'UA',
    'UAH',
    'пдв, тов, єдрпоу, фіскальний чек, фоп, грн',
    'україна, київ, львів, одеса, харків',
    /(?<![\d+])\+380[\s(\d]/u,
  ),
  country(
    'RU',
    'RUB',
    'инн, ндс, ооо, фн, фд, ккт, сайт фнс, кассовый чек, рн ккт',
    'россия, москва, санкт петербург, казань',
    // "ООО" before a company's name, read as noughts.
    /nalog\.(?:gov\.)?ru|^000 ["«]?\p{Script=Cyrillic}|(?<![\d+])\+7[\s(\d]/u,
  ),
  country('BY', 'BYN', 'унп', 'беларусь, минск', /(?<![\d+])\+375[\s(\d]/u),
  country('KZ', 'KZT', 'бин, иин, жсн, тенге', 'казахстан, алматы, астана, қазақстан', /₸/u),
  country('GE', 'GEL', 'დღგ', 'georgia tbilisi, თბილისი', /₾/u),
  country(
    'TR',
    'TRY',
    'kdv, topkdv, vkn, vergi dairesi, fiş no, mersis, ltd şti',
    'türkiye, istanbul, i̇stanbul, ankara, izmir',
    european(String.raw`TR ?\d{10}`, '90'),
  ),
  country(
    'SE',
    'SEK',
    'org.nr, öresavrundning, kvitto, kvittonr, orgnr, swish, varav moms, öre',
    'sverige, stockholm, göteborg, malmö, uppsala',
    european(String.raw`SE ?\d{12}`, '46'),
  ),
  country(
    'NO',
    'NOK',
    'mva, foretaksregisteret, bankaxept, org nr no, salgskvittering, kvittering nr',
    'norge, oslo, bergen, trondheim, tromsø',
    european(String.raw`NO ?\d{3} ?\d{3} ?\d{3}(?: ?MVA)?`, '47'),
  ),
  country(
    'DK',
    'DKK',
    'cvr, dankort, heraf moms, mobilepay, aps, øreafrunding',
    'danmark, københavn, aarhus, odense',
    european(String.raw`DK ?\d{8}`, '45'),
  ),
  country('IS', 'ISK', 'vsk, kennitala, kt', 'ísland, reykjavík', /(?<![\d+])\+354[\s(\d]/u),
  country(
    'JP',
    'JPY',
    '消費税, 税込, 株式会社, 領収証, 領収書, 内税, 外税, お預り, お釣り, 登録番号, 有限会社',
    '東京都, 大阪府, 大阪市, 京都, 北海道, tokyo, osaka, japan',
    /〒\s?\d{3}-\d{4}(?!\d)|[ぁ-んァ-ヴ]{2}/u,
  ),
  country(
    'CN',
    'CNY',
    '人民币, 发票, 有限公司, 微信支付, 支付宝, 找零, 应收, 价税合计, 谢谢惠顾, 收银',
    '中国, 北京市, 上海市, 深圳市, beijing, shanghai',
  ),
  country(
    'TW',
    'TWD',
    '統一編號, 統編, 電子發票, 發票號碼, 中華民國, 民國, 悠遊卡, 股份有限公司, 營業稅, 總計',
    '台灣, 臺灣, 台北市, 臺北市, 高雄市, 台中市, taiwan, taipei',
  ),
  country('HK', 'HKD', '八達通, hkd, octopus', 'hong kong, kowloon, 香港, 九龍'),
  country(
    'KR',
    'KRW',
    '부가세, 영수증, 합계, 사업자번호, 사업자등록번호, 거스름돈, 결제금액, 대표자, 신용카드',
    '서울특별시, 부산광역시, 서울, seoul, busan',
    /\p{Script=Hangul}{2}/u,
  ),
  country(
    'TH',
    'THB',
    'ภาษีมูลค่าเพิ่ม, เงินสด, เงินทอน, ใบเสร็จ, บาท, บริษัท',
    'thailand, bangkok, กรุงเทพ, เชียงใหม่',
    /[ก-ฮ]{2}/u,
  ),
  country(
    'VN',
    'VND',
    'mst, thuế gtgt, tổng cộng, tiền mặt, hóa đơn, tnhh, vnđ, vnd, tiền, quý khách',
    'việt nam, vietnam, hà nội, hồ chí minh, hcm',
    /[ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/iu,
  ),
  country(
    'PH',
    'PHP',
    'vatable sales, vat exempt sales, tin, vat reg tin, zero rated sales, official receipt, salamat po, bir',
    'philippines, manila, quezon city, cebu, makati',
  ),
  country('KH', 'KHR', 'riel', 'cambodia, phnom penh', /៛|[ក-អ]{2}/u),
  country('LA', 'LAK', 'kip', 'laos, vientiane', /₭|[ກ-ຮ]{2}/u),
  country(
    'IN',
    'INR',
    'gstin, cgst, sgst, igst, fssai, pvt ltd, hsn, upi, e & o.e',
    'india, mumbai, delhi, bengaluru, bangalore, chennai, kolkata, hyderabad, pune',
    /(?<![\p{L}\d])\d\d[A-Z]{5}\d{4}[A-Z]\d?[A-Z\d]{1,2}(?![\p{L}\d])|[ऀ-ॿ]{3}/u,
  ),
  country(
    'PK',
    'PKR',
    'ntn, strn, fbr, pkr',
    'pakistan, karachi, lahore, islamabad',
    /(?<![\d+])\+92[\s(\d]/u,
  ),
  country('LK', 'LKR', 'lkr', 'sri lanka, colombo, kandy', /(?<![\d+])\+94[\s(\d]/u),
  country(
    'BD',
    'BDT',
    'bin no, mushak, mushok, taka',
    'bangladesh, dhaka, chittagong',
    /৳|(?<![\d+])\+880[\s(\d]/u,
  ),
  country(
    'NP',
    'NPR',
    'pan no, npr, nrs',
    'nepal, kathmandu, lalitpur, pokhara',
    /(?<![\d+])\+977[\s(\d-]|(?<!\p{L})N[Rr][Ss]\.?\s?\d/u,
  ),
  country(
    'IL',
    'ILS',
    'עוסק מורשה, מע מ, מעמ, ח פ, בע מ, חשבונית מס',
    'ישראל, תל אביב, ירושלים, israel, tel aviv',
    /[א-ת]{3}/u,
  ),
  country(
    'AE',
    'AED',
    'trn, aed, dhs, درهم',
    'dubai, abu dhabi, u.a.e, uae, sharjah, دبي, أبوظبي, الإمارات',
    /(?<![\d+])\+971[\s(\d]/u,
  ),
  country(
    'SA',
    'SAR',
    'ريال, riyal',
    'saudi arabia, riyadh, jeddah, الرياض, السعودية, جدة, الدمام',
    /(?<![\d+])\+966[\s(\d]|(?<!\d)3\d{13}3(?!\d)/u,
  ),
  country('QA', 'QAR', 'qar', 'qatar, doha, الدوحة', /(?<![\d+])\+974[\s(\d]/u),
  country('KW', 'KWD', 'kwd, دينار كويتي', 'kuwait, الكويت', /(?<![\d+])\+965[\s(\d]/u),
  country('BH', 'BHD', 'bhd dinar', 'bahrain, manama, البحرين', /(?<![\d+])\+973[\s(\d]/u),
  country('OM', 'OMR', 'omr', 'oman, muscat, عمان', /(?<![\d+])\+968[\s(\d]/u),
  country('JO', 'JOD', 'jod, دينار أردني', 'jordan, amman, الأردن', /(?<![\d+])\+962[\s(\d]/u),
  country('EG', 'EGP', 'egp, جنيه', 'egypt, cairo, مصر, القاهرة', /(?<![\d+])\+20[\s(\d]/u),
  country('MA', 'MAD', 'ice, dh, dirham', 'maroc, casablanca, rabat, marrakech', /(?<![\d+])\+212[\s(\d]/u),
  country('TN', 'TND', 'tnd, matricule fiscal, dinar', 'tunisie, tunis, sfax', /(?<![\d+])\+216[\s(\d]/u),
  country('DZ', 'DZD', 'dzd, nif algérie', 'algérie, alger, oran', /(?<![\d+])\+213[\s(\d]/u),
  country('NG', 'NGN', 'ngn, naira', 'nigeria, lagos, abuja', /₦|(?<![\d+])\+234[\s(\d]/u),
  country(
    'KE',
    'KES',
    'kra pin, m-pesa, mpesa, ksh, kes',
    'kenya, nairobi, mombasa',
    /(?<![\d+])\+254[\s(\d]/u,
  ),
  country('GH', 'GHS', 'ghs, nhil, getfund', 'ghana, accra, kumasi', /₵|(?<![\d+])\+233[\s(\d]/u),
  country('TZ', 'TZS', 'tzs, vrn, tra', 'tanzania, dar es salaam', /(?<![\d+])\+255[\s(\d]/u),
  country('UG', 'UGX', 'ugx, ura, ushs', 'uganda, kampala', /(?<![\d+])\+256[\s(\d]/u),
  country('ET', 'ETB', 'etb, birr', 'ethiopia, addis ababa', /(?<![\d+])\+251[\s(\d]/u),
  country(
    'BR',
    'BRL',
    'cnpj, cpf, cupom fiscal, nfc-e, nfce, icms, ltda, troco',
    'brasil, são paulo, rio de janeiro, brasília, belo horizonte',
    BRAZILIAN,
  ),
  country(
    'MX',
    'MXN',
    'rfc, s.a. de c.v, c.v, m.n, cfdi, iva 16',
    'méxico, guadalajara, monterrey, ciudad de méxico, c.p',
    /(?<![\p{L}\d])[A-ZÑ&]{3,4}\d{6}[A-Z\d]{3}(?![\p{L}\d])/u,
  ),
  country(
    'AR',
    'ARS',
    'cuit, iibb, ing brutos, cae, afip',
    'argentina, buenos aires, rosario, mendoza',
    /(?<!\d)(?:30|20|27|33)-\d{8}-\d(?!\d)/u,
  ),
  country(
    'CL',
    'CLP',
    'rut, boleta electronica, boleta electrónica, sii, vuelto, redcompra',
    'chile, santiago, valparaíso, concepción',
    /(?<!\d)\d\d\.\d{3}\.\d{3}-[\dkK](?![\p{L}\d])/u,
  ),
  country(
    'CO',
    'COP',
    'nit, régimen común, dian, s.a.s, impoconsumo, resolución dian',
    'colombia, bogotá, medellín, cali',
    /(?<!\d)[89]\d\d\.?\d{3}\.?\d{3}-\d(?!\d)/u,
  ),
  country('PE', 'PEN', 'igv, ruc, sunat, soles, op gravada', 'perú, lima, arequipa', /(?<!\p{L})S\/\.? ?\d/u),
  country('EC', 'USD', 'sri, clave de acceso', 'ecuador, quito, guayaquil'),
  country('UY', 'UYU', 'rut uruguay, dgi', 'uruguay, montevideo'),
  country('PY', 'PYG', 'guaraníes, timbrado', 'paraguay, asunción', /₲|(?<!\p{L})Gs\.? ?\d/u),
  country('BO', 'BOB', 'bolivianos', 'bolivia, la paz, santa cruz de la sierra', /(?<!\p{L})Bs\.? ?\d/u),
  country('CR', 'CRC', 'colones', 'costa rica, san josé costa rica', /₡/u),
  country('GT', 'GTQ', 'quetzales, dte', 'guatemala', /(?<!\p{L})GTQ/u),
  country('DO', 'DOP', 'rnc, itbis, ncf', 'república dominicana, santo domingo', /(?<!\p{L})RD\$/u),
  country('PA', 'PAB', 'itbms', 'panamá', /(?<!\p{L})B\/\. ?\d/u),
];
