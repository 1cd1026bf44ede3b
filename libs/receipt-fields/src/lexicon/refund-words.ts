import { phrases } from './phrases.ts';

/** What names money that is given back, if it stands beside an amount. */
export const REFUND_WORDS: readonly string[] = phrases(`
  refund, refund total, total refund, refund amount, refund due, amount refunded, refunded, cash refund, credit note, gutschrift, erstattung, rückerstattung,
  auszahlung, avoir, remboursement, total remboursé, reembolso, devolución de compra, nota de crédito, abono, rimborso, reso, nota di credito, retour bedrag, terugbetaling,
  creditnota, återbetalning, retur, refundering, refusjon, palautus, hyvitys, zwrot, vrácení, dobropis, visszatérítés, rambursare, povrat robe, storno, iade, возврат, возврат прихода, повернення,
  επιστροφή, 返金, 返品, 退款, 退货, 환불, 반품, คืนเงิน, hoàn tiền, pengembalian dana, החזר כספי, استرداد, مرتجع`);
