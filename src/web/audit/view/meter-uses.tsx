/**
 * The access set of an entry as rows: which meters' keys were used, which version, how often.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";
import { Code } from "../../look/code.tsx";
import { Scroll } from "../../look/scroll.tsx";
import type { AuditError, MeterUse } from "../contract.ts";
import { fragmentOf, withFilter } from "../place.ts";
import { useDesk } from "./desk-context.ts";
import { useSpeech } from "./speech.ts";
import { faultOf } from "./use-answer.ts";
import { Fault, Waiting } from "./waiting.tsx";

interface Uses {
  readonly items: readonly MeterUse[];
  readonly next: number | null;
  readonly isWaiting: boolean;
  readonly fault: AuditError | null;
}

export function MeterUses({ index }: { readonly index: number }) {
  const { auditing } = useDesk();
  const { words } = useSpeech();
  const [uses, setUses] = useState<Uses>({
    items: [],
    next: null,
    isWaiting: true,
    fault: null,
  });
  const load = async (after: number | null) => {
    setUses((old) => ({ ...old, isWaiting: true, fault: null }));
    try {
      const { items, next } = await auditing.ask.metersOf(index, after);
      setUses((old) => ({ items: [...old.items, ...items], next, isWaiting: false, fault: null }));
    } catch (error) {
      setUses((old) => ({ ...old, isWaiting: false, fault: faultOf(error) }));
    }
  };
  useEffect(() => void load(null), [index]);
  const { items, next, isWaiting, fault } = uses;
  return (
    <div class="stack section">
      <h3>{words.entry.meters}</h3>
      {items.length > 0 && <UseTable items={items} />}
      {fault !== null && <Fault fault={fault} onAgain={() => load(next)} />}
      {next !== null && !isWaiting && (
        <button type="button" class="small screen-only" onClick={() => load(next)}>
          {words.entry.metersMore}
        </button>
      )}
      <Waiting isWaiting={isWaiting} />
    </div>
  );
}

function UseTable({ items }: { readonly items: readonly MeterUse[] }) {
  const { place } = useDesk();
  const { words } = useSpeech();
  const { entry } = words;
  return (
    <Scroll label={entry.meters}>
      <table class="dense uses">
        <thead>
          <tr>
            <th scope="col">{entry.address}</th>
            <th scope="col">{entry.name}</th>
            <th scope="col">{entry.version}</th>
            <th scope="col">{entry.counts}</th>
          </tr>
        </thead>
        <tbody>
          {items.map(({ number, meter, address, name, version, counts }) => (
            <tr key={`${number} ${version}`}>
              <th scope="row">
                {meter === null ? (
                  <span class="quiet">
                    #{number} {entry.gone}
                  </span>
                ) : (
                  <a href={fragmentOf({ ...withFilter(place, "meter", meter), view: "all" })}>
                    <Code>{address ?? meter}</Code>
                  </a>
                )}
              </th>
              <td>{name}</td>
              <td>{version}</td>
              <td>{counts.join(" · ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
