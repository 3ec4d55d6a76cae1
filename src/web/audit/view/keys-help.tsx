/**
 * The keys that work here.
 *
 * @module
 */
import { useEffect, useRef } from "preact/hooks";
import { useSpeech } from "./speech.ts";

export function KeysHelp({ onClose }: { readonly onClose: () => void }) {
  const { words } = useSpeech();
  const { help } = words;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const keys = [
    ["j", help.next],
    ["k", help.previous],
    ["Enter", help.enter],
    ["Esc", help.escape],
    ["/", help.search],
    ["?", help.keys],
  ] as const;
  return (
    <section class="keys-help screen-only" aria-labelledby="keys-heading">
      <h2 id="keys-heading" tabIndex={-1} ref={heading}>
        {help.heading}
      </h2>
      <dl>
        {keys.map(([key, text]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <button type="button" class="small" onClick={onClose}>
        {words.page.close}
      </button>
    </section>
  );
}
