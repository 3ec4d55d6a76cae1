/**
 * The receipt: a page to print or to save; nothing on it is secret.
 *
 * @module
 */
import { Code, Grouped } from "../../look/code.tsx";
import { Fact, Facts } from "../../look/facts.tsx";
import { Heading } from "../../look/heading.tsx";
import type { ShownReceipt } from "../contract.ts";
import { saveReceipt } from "./receipt-file.ts";
import { useSpeech } from "./speech.ts";

/** Shows the receipt. */
export function ReceiptScreen({ receipt }: { readonly receipt: ShownReceipt }) {
  const { words, plural, time, say } = useSpeech();
  const { facts, meters, keys, contents } = words.page;
  const counts = {
    meters: plural(meters, receipt.meters),
    keys: plural(keys, receipt.keys),
  };
  return (
    <>
      <Heading next={words.receipt.lead}>{words.receipt.heading}</Heading>
      <div class="row screen-only">
        <button type="button" class="primary" onClick={() => print()}>
          {words.receipt.print}
        </button>
        <button type="button" onClick={() => saveReceipt(receipt)}>
          {words.receipt.save}
        </button>
      </div>
      <Facts>
        <Fact term={facts.reference}>
          <Code>{receipt.reference}</Code>
        </Fact>
        <Fact term={facts.sender}>{receipt.sender}</Fact>
        <Fact term={facts.to}>{receipt.to}</Fact>
        <Fact term={facts.purpose}>{receipt.purpose}</Fact>
        <Fact term={facts.contents}>{say(contents, counts)}</Fact>
        <Fact term={words.receipt.name}>{receipt.name}</Fact>
        <Fact term={words.receipt.at}>{time(receipt.at)}</Fact>
        <Fact term={words.receipt.confirmedAt}>{time(receipt.confirmedAt)}</Fact>
      </Facts>
      <div class="stack section">
        <h2>{words.receipt.proof}</h2>
        <p class="quiet">{words.receipt.proofHelp}</p>
        <Facts>
          <Fact term={words.keys.issuer}>
            <Code>{receipt.issuer}</Code>
          </Fact>
          <Fact term={words.receipt.packageHash}>
            <Grouped>{receipt.packageHash}</Grouped>
          </Fact>
          <Fact term={words.receipt.signature}>
            <Grouped>{receipt.signature}</Grouped>
          </Fact>
          <Fact term={words.receipt.publicKey}>
            <Grouped>{receipt.publicKey}</Grouped>
          </Fact>
          <Fact term={words.receipt.signed}>
            <Grouped>{receipt.receipt}</Grouped>
          </Fact>
        </Facts>
      </div>
    </>
  );
}
