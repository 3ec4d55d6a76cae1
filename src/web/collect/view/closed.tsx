/**
 * Where a collection ended: what happened, what to do next, whom to call.
 *
 * @module
 */
import { useContext } from "preact/hooks";
import { Fact, Facts } from "../../look/facts.tsx";
import { Heading } from "../../look/heading.tsx";
import { Notice } from "../../look/notice.tsx";
import type { ClosedReason, Collecting, Screen } from "../contract.ts";
import { BrandContext, Contact, dial } from "./contact.tsx";
import { OfferFacts } from "./offer-facts.tsx";
import { useSpeech } from "./speech.ts";

/** Somebody may have keys who should not, or keys may be wrong: call at once. */
const ALARMING: readonly ClosedReason[] = ["collected", "damaged"];

/** The same page can go on. */
const GOES_ON: readonly ClosedReason[] = ["wiped"];

/** Shows why a collection is over. */
export function ClosedScreen(props: {
  readonly collecting: Collecting;
  readonly screen: Extract<Screen, { at: "closed" }>;
}) {
  const { reason, offer, claimedAt } = props.screen;
  const { words, time, say } = useSpeech();
  const { phone } = useContext(BrandContext);
  const { heading, sentence, next } = words.closed[reason];
  const alarming = ALARMING.includes(reason);
  const goesOn = GOES_ON.includes(reason);
  return (
    <>
      <Heading lead={sentence}>{heading}</Heading>
      <Notice sign={alarming ? "bad" : "note"}>
        <p>
          <strong>{next}</strong>
        </p>
        {!goesOn && (
          <p>
            <Contact />
          </p>
        )}
      </Notice>
      {goesOn && (
        <div>
          <button type="button" class="primary" onClick={() => props.collecting.retry()}>
            {words.closed.again}
          </button>
        </div>
      )}
      {alarming && phone !== null && (
        <div>
          <a class="button primary" href={dial(phone)}>
            {say(words.closed.report, { phone })}
          </a>
        </div>
      )}
      {claimedAt !== null && (
        <Facts>
          <Fact term={words.closed.claimedAt}>{time(claimedAt)}</Fact>
        </Facts>
      )}
      {offer !== null && <OfferFacts offer={offer} brief />}
    </>
  );
}
