/**
 * German: the receipt, and every way in which a collection ends without one.
 *
 * @module
 */
import type * as en from "../en/end.ts";

export const receipt: typeof en.receipt = {
  heading: "Quittung",
  lead: "Sie haben die Schlüssel abgeholt, und der Absender weiß es. Drucken oder speichern Sie diese Quittung; danach können Sie die Seite schließen.",
  print: "Drucken",
  save: "Als Datei speichern",
  name: "Bestätigt von",
  at: "Signiert",
  confirmedAt: "Beim Dienst eingegangen",
  proof: "Nachweis",
  proofHelp: "Mit diesen Werten lässt sich später prüfen, dass diese Quittung echt ist.",
  packageHash: "SHA-256 des Pakets",
  signature: "Signatur (ECDSA P-256)",
  publicKey: "Öffentlicher Schlüssel dieses Browsers",
  signed: "Quittung, wie signiert",
};

export const closed: typeof en.closed = {
  collected: {
    heading: "Diese Schlüssel wurden bereits abgeholt",
    sentence:
      "Sie wurden mit Link und PIN auf einem anderen Gerät oder in einem anderen Browser geöffnet.",
    next: "Fragen Sie in Ihrem Haus nach. War es niemand von Ihnen, melden Sie es sofort dem Absender, damit die Schlüssel ersetzt werden können.",
  },
  confirmed: {
    heading: "Diese Lieferung ist abgeschlossen",
    sentence:
      "Die Schlüssel wurden abgeholt, und ihr Empfang wurde bestätigt. Hier liegt nichts mehr.",
    next: "Wenn Sie die Datei nicht mehr haben, bitten Sie den Absender um einen neuen Link.",
  },
  expired: {
    heading: "Dieser Link ist abgelaufen",
    sentence: "Niemand hat die Schlüssel rechtzeitig abgeholt. Sie wurden hier gelöscht.",
    next: "Bitten Sie den Absender um einen neuen Link.",
  },
  revoked: {
    heading: "Der Absender hat diesen Link zurückgezogen",
    sentence: "Die Schlüssel lassen sich damit nicht mehr abholen.",
    next: "Fragen Sie den Absender, ob ein neuer Link unterwegs ist.",
  },
  locked: {
    heading: "Dieser Link ist gesperrt",
    sentence:
      "Es wurde zu oft eine falsche PIN eingegeben. Die Schlüssel wurden nicht herausgegeben und sind hier gelöscht.",
    next: "Bitten Sie den Absender um einen neuen Link. Kamen die Versuche nicht von Ihnen, sagen Sie es ihm.",
  },
  lapsed: {
    heading: "Die Frist zum Abschließen ist vorbei",
    sentence:
      "Die Schlüssel wurden abgeholt, aber ihr Empfang wurde nicht rechtzeitig bestätigt. Sie wurden hier gelöscht.",
    next: "Haben Sie die Schlüssel gespeichert, sagen Sie es dem Absender. Wenn nicht, bitten Sie um einen neuen Link.",
  },
  unknown: {
    heading: "Dieser Link führt nirgendwohin",
    sentence: "Er ist unvollständig, vertippt oder nicht mehr bekannt. Es wurde nichts abgeholt.",
    next: "Öffnen Sie den vollständigen Link noch einmal aus der Nachricht. Hilft das nicht, fragen Sie den Absender.",
  },
  damaged: {
    heading: "Diese Lieferung ist beschädigt",
    sentence:
      "Angekommen ist nicht, was der Absender versiegelt hat. Verwenden Sie keinen Schlüssel daraus.",
    next: "Melden Sie es sofort dem Absender und nennen Sie die Referenz.",
  },
  storage: {
    heading: "Dieser Browser kann nicht behalten, was er abholt",
    sentence:
      "Vielleicht ist es ein privates Fenster, oder der Speicher ist abgeschaltet. Es wurde nichts abgeholt; Ihr Link gilt weiter.",
    next: "Kopieren Sie den ganzen Link und öffnen Sie ihn in einem gewöhnlichen Fenster oder einem anderen Browser.",
  },
  unsupported: {
    heading: "Dieser Browser kann die Schlüssel nicht öffnen",
    sentence:
      "Ihm fehlen Funktionen zum Verschlüsseln, oder die Seite wurde nicht über https geöffnet. Es wurde nichts abgeholt; Ihr Link gilt weiter.",
    next: "Öffnen Sie den Link in einer aktuellen Version von Chrome, Edge, Firefox oder Safari.",
  },
  wiped: {
    heading: "Die Schlüssel sind weggeräumt",
    sentence: "Sie sind nicht mehr auf dieser Seite. Es ist nichts verloren.",
    next: "Öffnen Sie sie in diesem Browser wieder mit derselben PIN.",
  },
  claimedAt: "Abgeholt am",
  again: "Wieder öffnen",
  report: "Melden unter {phone}",
};
