/**
 * What is known of a delivery before the PIN: who sends what to whom, and until when.
 *
 * @module
 */
import { Code } from "../../look/code.tsx";
import { Fact, Facts } from "../../look/facts.tsx";
import type { Offer } from "../contract.ts";
import { Contact } from "./contact.tsx";
import { type Speech, useSpeech } from "./speech.ts";

/** Shows a delivery; `brief` leaves out what only matters before it is opened. */
export function OfferFacts(props: { readonly offer: Offer; readonly brief?: boolean }) {
  const speech = useSpeech();
  const { facts, meters } = speech.words.page;
  const { offer, brief = false } = props;
  return (
    <Facts>
      <Fact term={facts.sender}>{offer.sender}</Fact>
      <Fact term={facts.to}>{offer.to}</Fact>
      <Fact term={facts.contents}>{speech.plural(meters, offer.count)}</Fact>
      <Fact term={facts.purpose}>{offer.purpose}</Fact>
      <Fact term={facts.reference}>
        <Code>{offer.reference}</Code>
      </Fact>
      <Fact term={facts.created}>{speech.time(offer.createdAt)}</Fact>
      {!brief && (
        <>
          <Fact term={facts.expires}>
            {speech.time(offer.expiresAt)} <span class="quiet">{speech.away(offer.expiresAt)}</span>
          </Fact>
          <Fact term={facts.opened}>
            {opened(speech, offer)}
            {offer.opened > 0 && (
              <span class="quiet">
                {speech.words.page.notYou} <Contact />
              </span>
            )}
          </Fact>
        </>
      )}
    </Facts>
  );
}

function opened(speech: Speech, { opened: count, lastOpenedAt }: Offer): string {
  const { never, openedTimes, openedLast } = speech.words.page;
  if (count === 0) {
    return never;
  }
  const times = speech.plural(openedTimes, count);
  return lastOpenedAt === null
    ? times
    : speech.say(openedLast, { times, time: speech.time(lastOpenedAt) });
}
