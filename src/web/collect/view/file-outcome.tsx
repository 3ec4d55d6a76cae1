/**
 * What became of the last file, and which meters are not in it.
 *
 * @module
 */
import { Code } from "../../look/code.tsx";
import { Notice } from "../../look/notice.tsx";
import type { FileOutcome } from "../contract.ts";
import { useSpeech } from "./speech.ts";

/** Rows named one by one; more of them are counted. */
const NAMED = 100;

/** Shows the outcome; its place is always there, so that it is heard when it comes. */
export function Outcome({ file }: { readonly file: FileOutcome | null }) {
  const { words, say } = useSpeech();
  const { files } = words;
  const refused = file?.refused.length ?? 0;
  const failure =
    file?.ok === false && file.code === "NOTHING_WRITTEN" ? files.nothing : files.failed;
  return (
    <div class="files stack">
      <div role="status">
        {file?.ok === true && (
          <Notice sign={refused > 0 ? "care" : "ok"}>
            <p>
              <strong>{say(files.saved, { file: file.fileName })}</strong>
            </p>
          </Notice>
        )}
        {file?.ok === false && (
          <Notice sign="bad">
            <p>
              <strong>{failure}</strong>
            </p>
          </Notice>
        )}
      </div>
      {file !== null && refused > 0 && <RefusedMeters file={file} />}
    </div>
  );
}

function RefusedMeters({ file }: { readonly file: FileOutcome }) {
  const { words, plural, number } = useSpeech();
  const { files, table } = words;
  const more = file.refused.length - NAMED;
  return (
    <div class="stack">
      <p id="refused">{plural(files.refused, file.refused.length)}</p>
      <div class="frame">
        <table aria-labelledby="refused">
          <thead>
            <tr>
              <th scope="col">{files.row}</th>
              <th scope="col">{table.meter}</th>
              <th scope="col">{files.reason}</th>
            </tr>
          </thead>
          <tbody>
            {file.refused.slice(0, NAMED).map((meter) => (
              <tr key={meter.row}>
                <td>{number(meter.row + 1)}</td>
                <th scope="row">
                  <Code>{meter.serial}</Code>
                </th>
                <td>{files.reasons[meter.code]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {more > 0 && <p>{plural(files.refusedMore, more)}</p>}
    </div>
  );
}
