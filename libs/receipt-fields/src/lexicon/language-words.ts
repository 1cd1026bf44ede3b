import { phrases } from './phrases.ts';

/** Words that receipts in a language have and those in others hardly do, by ISO 639-1. */
export const LANGUAGE_WORDS: Readonly<Record<string, readonly string[]>> = {
  en: phrases(
    'thank you, thanks, please, your, the, with, for, of, subtotal, change, cash, amount, receipt, invoice, date, cashier, items, tax, price, visit, balance, tendered, street, road',
  ),
  de: phrases(
    'vielen dank, danke, ihren, einkauf, besuch, summe, mwst, rückgeld, gegeben, netto, brutto, steuer, straße, uhr, bon, beleg, datum, zu zahlen, und, der, betrag, bezahlung, gesamt, gesamtbetrag',
  ),
  fr: phrases(
    'merci, votre, visite, rue, tva, ttc, facture, espèces, rendu, montant, reçu, carte, à bientôt, tél, de la, sous total, à payer, prix, quantité, désignation',
  ),
  es: phrases(
    'gracias, su compra, visita, calle, fecha, factura, efectivo, cambio, importe, tarjeta, descripción, cantidad, subtotal, venta, los, avda, iva, precio',
  ),
  pt: phrases(
    'obrigado, obrigada, volte sempre, rua, fatura, troco, desconto, valor, cartão, dinheiro, pagar, numerário, contribuinte, descrição, qtd, não, emissão, cupom',
  ),
  it: phrases(
    'grazie, arrivederci, via, scontrino, contanti, resto, totale, importo, pagamento, di cui iva, documento, sconto, prezzo, quantità, della, piazza',
  ),
  nl: phrases(
    'bedankt, tot ziens, uw, bon, kassabon, btw, totaal, wisselgeld, contant, te betalen, bedrag, aantal, omschrijving, subtotaal, straat, betaling, kaart, korting',
  ),
  sv: phrases(
    'välkommen åter, tack, kvitto, moms, att betala, kontant, kort, rabatt, org nr, kvittonr, öresavrundning, köp, belopp, summa, totalt, antal, varav moms',
  ),
  no: phrases(
    'takk for besøket, velkommen igjen, takk, kvittering, mva, å betale, kontant, tilbake, org nr, salgskvittering, vare, beløp, bankaxept, herav, avrunding, totalt',
  ),
  da: phrases(
    'tak for besøget, tak, moms, heraf moms, at betale, dankort, kontant, cvr, i alt, byttepenge, bon, beløb, kvittering, tlf, retur, rabat',
  ),
  fi: phrases(
    'kiitos, tervetuloa, kuitti, yhteensä, alv, veroton, vero, käteinen, takaisin, kortti, puh, pvm, maksettava, tuote, hinta, pankkikortti, oy',
  ),
  pl: phrases(
    'dziękujemy, zapraszamy, paragon, fiskalny, suma, ptu, gotówka, reszta, karta, nip, ul, rabat, razem, do zapłaty, sprzedaż, kwota, nr',
  ),
  cs: phrases(
    'děkujeme, nákup, účtenka, celkem, dph, hotovost, vráceno, sleva, dič, ičo, platba, kč, provozovna, množství, daň, základ, k úhradě',
  ),
  sk: phrases(
    'ďakujeme, nákup, spolu, dph, hotovosť, výdavok, zľava, dič, ičo, celkom, k úhrade, doklad, platobná karta, základ, medzisúčet',
  ),
  hu: phrases(
    'köszönjük, vásárlást, nyugta, összesen, áfa, készpénz, visszajáró, bankkártya, adószám, fizetendő, bruttó, nettó, utca, kft, kedvezmény, ft',
  ),
  ro: phrases(
    'vă mulțumim, mulțumim, bon fiscal, numerar, rest, tva, lei, cif, str, total de plată, reducere, card bancar, buc, cantitate, produs',
  ),
  hr: phrases(
    'hvala, račun, ukupno, pdv, gotovina, povrat, popust, oib, za platiti, osnovica, kartica, ulica, kn, naziv, kol, cijena, iznos, jir, zki',
  ),
  bs: phrases(
    'hvala na posjeti, bf, ukupno, za uplatu, pdv, gotovina, povrat, km, jib, ibfm, naziv, kol, iznos, fiskalni račun',
  ),
  sl: phrases(
    'hvala za obisk, hvala, račun št, skupaj, ddv, gotovina, vračilo, popust, za plačilo, osnova, kartica, znesek, zoi, eor, davek',
  ),
  lt: phrases(
    'ačiū, kvitas, mokėti, pvm, grynieji, grąža, nuolaida, iš viso, kortelė, suma, prekė, be pvm, uab, kvito',
  ),
  lv: phrases('paldies, čeks, kopā, pvn, skaidra nauda, atlikums, atlaide, samaksai, karte, bez pvn, sia'),
  et: phrases(
    'aitäh, kviitung, kokku, käibemaks, sularaha, tagasi, allahindlus, tasuda, kaart, summa, arve, toode, pangakaart',
  ),
  tr: phrases(
    'teşekkür ederiz, teşekkürler, fiş, toplam, kdv, topkdv, nakit, para üstü, kredi kartı, tarih, saat, ara toplam, tutar, indirim, adet, vergi, iyi günler',
  ),
  id: phrases(
    'terima kasih, kunjungan, struk, tunai, kembali, kembalian, belanja, diskon, tanggal, barang, jl, telp, harga, ppn, bayar, jumlah, anda, kasir',
  ),
  ms: phrases(
    'terima kasih, sila datang lagi, tunai, baki, jumlah, tarikh, resit, diskaun, jalan, pelarasan, cukai, harga, no resit',
  ),
  vi: phrases(
    'cảm ơn, quý khách, hẹn gặp lại, hóa đơn, tổng cộng, tiền mặt, ngày, thành tiền, số lượng, đơn giá, giảm giá, tổng tiền, thanh toán, tiền, thuế',
  ),
  ru: phrases('спасибо, чек, итого, итог, ндс, наличными, сдача, инн, скидка, сумма, кассир, всего, покупку'),
  uk: phrases('дякуємо, чек, сума, пдв, готівка, решта, знижка, до сплати, всього, касир, покупку'),
  bg: phrases('благодарим, бон, обща сума, ддс, в брой, ресто, отстъпка, еик, общо, касиер, междинна сума'),
  sr: phrases(
    'хвала, рачун, укупно, пдв, готовина, повраћај, попуст, пиб, износ, каса, hvala, račun, ukupno, pib',
  ),
  kk: phrases(
    'рақмет, барлығы, ққс, қайтарым, жиыны, сомасы, жсн, бсн, чек, кассир, қолма қол, төлеуге, жшс',
  ),
  mk: phrases('благодариме, сметка, вкупно, ддв, готово, кусур, вкупен, промет'),
};
