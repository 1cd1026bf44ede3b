import { phrases } from './phrases.ts';

/**
 * Legal forms that end a company's name (ISO 20275 lists them all), as they are to be written. An engine's misreading
 * of one ("SON BHD", "SDN BHO") is mended by the nearest form here.
 */
export const COMPANY_FORMS: readonly string[] = phrases(`
  SDN BHD, SDN. BHD., S/B, BERHAD, BHD, PLT, PTE LTD, PTE. LTD., PT, TBK, LTD, LTD., LIMITED, PLC, LLP, LLC, L.L.C., INC, INC., CORP,
  CORP., CORPORATION, CO LTD, CO., LTD., PVT LTD, PVT. LTD., PTY LTD, GMBH, GMBH & CO. KG, AG, KG, OHG, UG, E.K., SARL, S.A.R.L.,
  SAS, S.A.S., SA, S.A., EURL, SNC, SL, S.L., S.L.U., S.A. DE C.V., SRL, S.R.L., SPA, S.P.A., LDA, LDA., BV, B.V., NV, N.V.,
  BVBA, AB, APS, A/S, OY, OYJ, SP. Z O.O., S.R.O., KFT, KFT., D.O.O., DOO, D.D., S.P., SRL-D, SPRL, SIA, UAB, OÜ, EOOD, LTDA, LTDA., S.A.S, SPA., S.P.A, PTY LIMITED, (PTY) LTD, OHG, E.U., KDT, S.R.O, A.S., SP. Z O.O, SP. J., OYJ, ENK, IVS, TNHH, CORPORATION, COMPANY LIMITED, LTD. ŞTİ., A.Ş., PRIVATE LIMITED,
  株式会社, 有限会社, 有限公司, 股份有限公司, ООО, ОАО, ЗАО, АО, ПАО, ТОВ, ТОО, ЕООД, ООД, ДОО, Ο.Ε., Α.Ε., Ε.Ε., בע"מ, ذ.م.م, จำกัด`);

/** Legal forms that lead a name: "ООО Пример". */
export const LEADING_FORMS: ReadonlySet<string> = new Set(
  phrases('ООО, ОАО, ЗАО, АО, ПАО, ИП, ТОВ, ПП, ФОП, ПАТ, ТОО, ЕТ, บริษัท, شركة'),
);

/**
 * Legal forms in scripts that put no space beside them, before or after the name: 株式会社, (株), 주식회사, (주), 有限公司,
 * บริษัท. The first bracket before 주 is often lost.
 */
export const GLUED_FORMS =
  /株式会社|有限会社|合同会社|㈱|㈲|㈜|\((?:株|有|주|유)\)|^[(《]?주[)》]|주식회사|유한회사|有限责任公司|(?:股份)?有限公司|บริษัท|ห้างหุ้นส่วน/u;

/** Forms so short that they mean something only in capitals at the very end of a name. */
export const SHORT_FORMS: ReadonlySet<string> = new Set(
  phrases('PT, AG, KG, UG, SA, SL, AB, BV, NV, OY, SAS, SNC, SPA'),
);

/** Words for a trade that a name often ends or begins with. */
export const TRADE_WORDS: readonly string[] = phrases(`
  enterprise*, trading, restaurant*, restoran, hardware, cafe, kafe, café, coffee, kopitiam, mart, minimart, supermarket,
  hypermarket, market, store*, grocer*, fresh, frozen, pharmacy, farmasi, apotheke, pharmacie, farmacia, company, bakery,
  bakeries, cake*, boulangerie, bäckerei, panadería, confectionery, stationery, stationary, shop, book*, bookstore, gift*,
  deco, toys, hobby, textile*, jewel*, photo*, print*, advertising, design*, solution*, technolog*, network*, realty,
  leisure, hotel, inn, station, service*, supplies, supply, holdings, marketing, resources, industries, international,
  sports, electrical, electronics, motor*, auto, workshop, tyre*, clinic, klinik, dental, optical, salon, beauty, fashion,
  boutique, gallery, food*, beverage*, seafood, steamboat, cuisine, noodle*, sushi, ramen, bbq, burger*, catering,
  kitchen, bistro, bar, pub, grill, pizza*, pizzeria, trattoria, ristorante, osteria, brasserie, gasthaus, gasthof,
  metzgerei, supermercado, supermarché, tienda, bodega, taberna, kedai, syarikat, perniagaan, pasaraya, perusahaan, maju,
  petrol*, petroleum, parking, cinema*, laundry, group, brothers, bros, sons, maker, house, home, centre, center,
  florist, furniture, timber, machinery, engineering, construction, telecommunication*, communications, health,
  wellness, express, deli, diner, slagerij, bakkerij, winkel, drogerie, markt`);

/** Words that a name neither begins nor ends with by itself. */
export const CONNECTORS: readonly string[] = phrases('and, n, m, s, of, the, co');
