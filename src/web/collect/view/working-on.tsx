/**
 * Progress of one step, shown where the step was started.
 *
 * @module
 */
import { Progress } from "../../look/progress.tsx";
import type { Working } from "../contract.ts";
import { useSpeech } from "./speech.ts";

/** Shows that a step is under way, and nothing while another is. */
export function WorkingOn(props: {
  readonly step: Working["step"];
  readonly working: Working | null;
}) {
  const { words } = useSpeech();
  const { step, working } = props;
  const here = working?.step === step ? working : null;
  return (
    <Progress text={here === null ? null : words.page.working[step]} part={here?.part ?? null} />
  );
}
