/**
 * One of the other formats: what it needs, what to know before taking it.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { FormatId, FormatOption, FormatOptions } from "../../../handover/formats/contract.ts";
import { exportFormats } from "../../../handover/formats/formats.ts";
import { FaultSummary, type FieldFault } from "../../look/fault-summary.tsx";
import { Field, Tick } from "../../look/field.tsx";
import { isTicked, textOf } from "../../look/form-text.ts";
import { Notice } from "../../look/notice.tsx";
import type { Collecting, FileOutcome } from "../contract.ts";
import { OptionField } from "./option-field.tsx";
import { useSpeech } from "./speech.ts";

/** All but the spreadsheet, which has a button of its own; legacy ones last. */
const OTHERS = [...exportFormats.values()]
  .filter(({ id }) => id !== "csv")
  .sort((a, b) => Number(a.legacy) - Number(b.legacy));

type Fault = FormatOption | "legacy";

/** Shows a format to choose and its needs. */
export function FormatForm(props: {
  readonly collecting: Collecting;
  readonly busy: boolean;
  readonly file: FileOutcome | null;
}) {
  const { words } = useSpeech();
  const { files, formats } = words;
  const [id, setId] = useState<FormatId | undefined>(OTHERS[0]?.id);
  const [way, setWay] = useState(0);
  const [wrong, setWrong] = useState<readonly Fault[]>([]);
  const [attempt, setAttempt] = useState(0);
  const format = OTHERS.find((one) => one.id === id);
  if (format === undefined) {
    return null;
  }
  const needs = format.needs[way] ?? [];
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const options = Object.fromEntries(needs.map((need) => [need, typed(event, need)]));
    const missing: Fault[] = needs.filter((need) => options[need] === "");
    if (format.legacy && !isTicked(event, "legacy")) {
      missing.push("legacy");
    }
    setWrong(missing);
    setAttempt(attempt + 1);
    if (missing.length === 0 && !props.busy) {
      props.collecting.save(format.id, options as FormatOptions);
    }
  };
  const refused = props.busy ? [] : refusedOption(props.file, format.id, needs);
  const all = [...wrong, ...refused];
  const textFor = (fault: Fault) => (fault === "legacy" ? files.legacyFault : files.faults[fault]);
  const faults: FieldFault[] = all.map((fault) => ({ field: fault, text: textFor(fault) }));
  return (
    <form class="stack" onSubmit={submit} noValidate>
      <FaultSummary
        key={`${attempt} ${props.busy} ${all.join()}`}
        title={words.page.summary}
        faults={faults}
      />
      <Field id="format" label={files.format}>
        {(tied) => (
          <select
            {...tied}
            value={id}
            onChange={(event) => {
              setId(event.currentTarget.value as FormatId);
              setWay(0);
              setWrong([]);
            }}
          >
            {OTHERS.map((one) => (
              <option key={one.id} value={one.id}>
                {formats[one.id]}
              </option>
            ))}
          </select>
        )}
      </Field>
      {format.needs.length > 1 && (
        <Field id="way" label={files.way}>
          {(tied) => (
            <select
              {...tied}
              value={String(way)}
              onChange={(event) => {
                setWay(Number(event.currentTarget.value));
                setWrong([]);
              }}
            >
              {format.needs.map((options, at) => (
                <option key={options.join()} value={String(at)}>
                  {options.map((option) => files.ways[option]).join(", ")}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {needs.map((need) => (
        <OptionField
          key={need}
          option={need}
          fault={all.includes(need) ? files.faults[need] : null}
        />
      ))}
      {format.plaintext && <p>{files.plaintext}</p>}
      {format.legacy && (
        <>
          <Notice sign="bad">
            <p>{files.legacy}</p>
          </Notice>
          <Tick
            id="legacy"
            label={files.legacyTick}
            fault={all.includes("legacy") ? files.legacyFault : null}
          />
        </>
      )}
      <button type="submit" aria-disabled={props.busy}>
        {files.button}
      </button>
    </form>
  );
}

/** What was pasted around a recipient or a certificate is none of it; a passphrase is as typed. */
function typed(event: SubmitEvent, option: FormatOption): string {
  const text = textOf(event, option);
  return option === "passphrase" ? text : text.trim();
}

/** The option that the writer of this format would not take, if that is why there is no file. */
function refusedOption(
  file: FileOutcome | null,
  id: FormatId,
  needs: readonly FormatOption[],
): readonly FormatOption[] {
  if (file === null || file.ok || file.format !== id || file.code !== "FORMAT_OPTION") {
    return [];
  }
  return needs.filter((need) => need === file.option);
}
