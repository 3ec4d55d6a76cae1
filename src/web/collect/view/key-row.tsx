/**
 * One key: of which meter, what for, its check value, and its value when asked for.
 *
 * @module
 */
import { Code, Grouped } from "../../look/code.tsx";
import type { KeyRow } from "../contract.ts";
import { useSpeech } from "./speech.ts";

/** Shows a key's row; `value` is null while the key is hidden. */
export function KeyTableRow(props: {
  readonly row: KeyRow;
  readonly value: string | null;
  readonly onToggle: () => void;
  readonly onCopy: () => void;
}) {
  const { row, value } = props;
  const { words, say } = useSpeech();
  const { table } = words;
  const of = say(table.of, { type: row.type, serial: row.serial });
  const origin = [row.manufacturer, row.name ?? ""].filter((part) => part !== "").join(" · ");
  return (
    <tr>
      <th scope="row">
        <Code>{row.serial}</Code>
        <div class="quiet">{origin}</div>
      </th>
      <td data-label={table.type}>
        <Code>{row.type}</Code>{" "}
        <span class="quiet">
          {row.algorithm}
          {row.keyVersion > 1 && `, ${say(table.version, { version: String(row.keyVersion) })}`}
        </span>
      </td>
      <td class="key">
        {value === null ? (
          <span class="masked">
            <span aria-hidden="true">•••• •••• •••• ••••</span>
            <span class="hidden">{table.hidden}</span>
          </span>
        ) : (
          <Grouped>{value}</Grouped>
        )}
      </td>
      <td data-label={table.kcv}>
        <Code>{row.kcv}</Code>
      </td>
      <td class="actions">
        <div class="row">
          <Act
            label={value === null ? table.reveal : table.hide}
            of={of}
            onPress={props.onToggle}
          />
          <Act label={table.copy} of={of} onPress={props.onCopy} />
        </div>
      </td>
    </tr>
  );
}

/** The same word stands in every row: who hears it, hears of which key. */
function Act(props: { readonly label: string; readonly of: string; readonly onPress: () => void }) {
  return (
    <button
      type="button"
      class="small"
      aria-label={`${props.label}: ${props.of}`}
      onClick={props.onPress}
    >
      {props.label}
    </button>
  );
}
