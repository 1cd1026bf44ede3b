import { phrases } from './phrases.ts';

/** What names the date of the purchase itself, in several languages. */
export const PURCHASE_DATE = phrases(`
  date, dt, dated, tarikh, tanggal, tgl, datum, rechnungsdatum, belegdatum, date de vente, fecha, data, dato, päiväys,
  日期, 日付, 日時, 取引日, 交易日期, 消费时间, 일시, 거래일시, 판매일, 날짜, วันที่, วันที่ขาย, дата, күні, датум, تاریخ, ημερομηνία, ημ νια, תאריך, التاريخ, दिनांक, tarih, tarihi, ngày, dátum, datums, kuupäev, pvm, data zakupu, dato`);

/** What names some other date: of a warranty, an offer, a payment still to come, a law. */
export const OTHER_DATE = phrases(`
  due, expir*, exp date, valid*, effective, until, since, birth, dob, return by, returned by, delivery, warranty,
  starting, act, check in, arrival, gültig*, fällig*, bis zum, valable, échéance, hasta, vence, scadenza, geldig,
  berlaku, sehingga, promotion, printed`);
