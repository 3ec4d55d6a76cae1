/**
 * Whether the log signed this entry, in words; the hashes are behind a disclosure.
 *
 * @module
 */
import { Code } from "../../look/code.tsx";
import { Notice } from "../../look/notice.tsx";
import { Scroll } from "../../look/scroll.tsx";
import type { CheckedEntry } from "../engine/entry-proof.ts";
import { useSpeech } from "./speech.ts";

export function ProofPart({ checked }: { readonly checked: CheckedEntry }) {
  const { words, say, time, plural } = useSpeech();
  const { proof } = words;
  const { fault } = checked;
  return (
    <>
      <div role={fault === null ? "status" : "alert"}>
        {fault === null ? (
          <Notice sign="ok">
            <p>{say(proof.good, { time: time(checked.at) })}</p>
          </Notice>
        ) : (
          <Notice sign="bad">
            <p>
              <strong>{proof.bad}</strong> {proof.faults[fault]}
            </p>
            <p>{proof.badNext}</p>
          </Notice>
        )}
      </div>
      <details class="proof">
        <summary>{proof.details}</summary>
        <dl class="facts narrow">
          <Hash term={proof.leaf}>{checked.leaf}</Hash>
          {checked.path.map((hash, at) => (
            <Hash key={at} term={`${proof.path} ${at + 1}`}>
              {hash}
            </Hash>
          ))}
          <Hash term={proof.root}>{checked.root}</Hash>
          <div>
            <dt>{plural(proof.size, checked.size)}</dt>
            <dd>
              <Scroll class="raw" label={proof.checkpoint}>
                {checked.checkpoint}
              </Scroll>
            </dd>
          </div>
        </dl>
      </details>
    </>
  );
}

function Hash(props: { readonly term: string; readonly children: string }) {
  return (
    <div>
      <dt>{props.term}</dt>
      <dd>
        <Code>{props.children}</Code>
      </dd>
    </div>
  );
}
