/**
 * No connection: nothing is lost, and the page keeps trying.
 *
 * @module
 */

import { Heading } from "../../look/heading.tsx";
import { Notice } from "../../look/notice.tsx";
import type { Collecting, Offer } from "../contract.ts";
import { OfferFacts } from "./offer-facts.tsx";
import { useSpeech } from "./speech.ts";

/** Shows the screen without a connection. */
export function OfflineScreen(props: {
  readonly collecting: Collecting;
  readonly offer: Offer | null;
}) {
  const { page } = useSpeech().words;
  return (
    <>
      <Heading lead={page.offlineLead}>{page.offline}</Heading>
      <div>
        <button type="button" class="primary" onClick={() => props.collecting.retry()}>
          {page.retry}
        </button>
      </div>
      {props.offer !== null && <OfferFacts offer={props.offer} />}
    </>
  );
}

/** Says on another screen that there is no connection; always there, so that it is heard. */
export function OfflineNotice(props: {
  readonly collecting: Collecting;
  readonly offline: boolean;
}) {
  const { page } = useSpeech().words;
  return (
    <div role="status" class={props.offline ? "" : "hidden"}>
      {props.offline && (
        <Notice sign="care">
          <p>
            <strong>{page.offline}.</strong> {page.offlineLead}
          </p>
          <button type="button" onClick={() => props.collecting.retry()}>
            {page.retry}
          </button>
        </Notice>
      )}
    </div>
  );
}
