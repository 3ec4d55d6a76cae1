/**
 * What a reference or a meter's id stands for, where this reader may know it.
 *
 * @module
 */
import { Code } from "../../look/code.tsx";
import { useDesk } from "./desk-context.ts";
import { useSpeech } from "./speech.ts";
import { useAnswer } from "./use-answer.ts";

/** A link: for whom and what for, as long as that is kept. */
export function LinkFacts({ reference }: { readonly reference: string }) {
  const { auditing } = useDesk();
  const { words } = useSpeech();
  const { value } = useAnswer(reference, () => auditing.ask.link(reference));
  const facts = [
    [words.links.to, value?.to],
    [words.links.purpose, value?.purpose],
  ] as const;
  return (
    <>
      <Code>{reference}</Code>
      {facts.map(
        ([term, text]) =>
          typeof text === "string" && (
            <span key={term} class="quiet">
              {term}: {text}
            </span>
          ),
      )}
    </>
  );
}

/** A meter: its address and its name. */
export function MeterFacts({ meter }: { readonly meter: string }) {
  const { auditing } = useDesk();
  const { value } = useAnswer(meter, () => auditing.ask.meter(meter));
  return (
    <>
      {value !== null && (
        <>
          <Code>{value.address}</Code> {value.name}{" "}
        </>
      )}
      <span class="quiet">
        <Code>{meter}</Code>
      </span>
    </>
  );
}
