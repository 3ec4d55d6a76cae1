/**
 * The PIN: what waits here, what opening it means, and the field.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { FaultSummary } from "../../look/fault-summary.tsx";
import { textOf } from "../../look/form-text.ts";
import { Heading } from "../../look/heading.tsx";
import { Notice } from "../../look/notice.tsx";
import { Progress } from "../../look/progress.tsx";
import type { Collecting, PinFault, Screen } from "../contract.ts";
import { Contact } from "./contact.tsx";
import { OfferFacts } from "./offer-facts.tsx";
import { OfflineNotice } from "./offline.tsx";
import { PinField } from "./pin-field.tsx";
import { type Speech, useSpeech } from "./speech.ts";
import type { PinState } from "./typed-pin.ts";

type PinScreenState = Extract<Screen, { at: "pin" }>;

/** Shows the screen that asks for the PIN. */
export function PinScreen(props: {
  readonly collecting: Collecting;
  readonly screen: PinScreenState;
}) {
  const { collecting, screen } = props;
  const speech = useSpeech();
  const { page, pin } = speech.words;
  const [state, setState] = useState<PinState>("incomplete");
  const [attempt, setAttempt] = useState(0);
  const [sent, setSent] = useState(false);
  const busy = screen.working !== null;
  const fault = busy ? null : faultText(speech, screen.fault);
  // The same wrong PIN again would cost a try for nothing.
  const ready = state === "fits" && !(sent && screen.fault !== null);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (ready && !busy) {
      setAttempt(attempt + 1);
      setSent(true);
      collecting.openWith(textOf(event, "pin"));
    }
  };
  const typed = (now: PinState) => {
    setState(now);
    setSent(false);
  };
  return (
    <>
      <FaultSummary
        key={`${attempt} ${busy} ${screen.fault?.code}`}
        title={page.summary}
        faults={fault === null ? [] : [{ field: "pin", text: fault }]}
      />
      <OfflineNotice collecting={collecting} offline={screen.offline} />
      <Heading
        from={`${screen.offer.sender} · ${screen.offer.reference}`}
        lead={screen.returning ? pin.againLead : pin.lead}
      >
        {screen.returning ? pin.again : pin.heading}
      </Heading>
      {!screen.returning && (
        <Notice sign="note">
          <p>{pin.once}</p>
        </Notice>
      )}
      <form class="stack" onSubmit={submit} noValidate>
        <PinField fault={fault} busy={busy} onState={typed} />
        <p role="status" class={state === "misfits" ? "" : "quiet"}>
          {!busy && !sent && { incomplete: pin.waits, misfits: pin.misfits, fits: pin.fits }[state]}
        </p>
        <button type="submit" class="primary" disabled={!ready && !busy} aria-disabled={busy}>
          {pin.button}
        </button>
        <Progress
          text={screen.working === null ? null : page.working[screen.working.step]}
          part={screen.working?.part ?? null}
        />
        <details>
          <summary>{pin.none}</summary>
          <p>
            {speech.say(pin.noneText, { reference: screen.offer.reference })} <Contact />
          </p>
        </details>
      </form>
      <OfferFacts offer={screen.offer} />
    </>
  );
}

function faultText({ words, plural }: Speech, fault: PinFault | null): string | null {
  switch (fault?.code) {
    case undefined:
      return null;
    case "PIN_FORMAT":
      return words.pin.misfits;
    case "PIN_WRONG":
      return plural(words.pin.wrong, fault.left);
    case "PIN_MISMATCH":
      return words.pin.mismatch;
  }
}
