/**
 * How actors, actions, customers and outcomes are called: words first, the log's own name beside.
 *
 * @module
 */
import { Code } from "../../look/code.tsx";
import { Icon, type Sign } from "../../look/icon.tsx";
import type { Entry } from "../contract.ts";
import type { Names } from "../engine/names.ts";
import type { Speech } from "./speech.ts";
import { useSpeech } from "./speech.ts";

/** An action in words; one that has none keeps its own name. */
export function actionText({ words }: Speech, action: string): string {
  const { actions, unnamed } = words;
  if (action in actions) {
    return actions[action as keyof typeof actions];
  }
  // The refusal of a permission: named by it.
  const refused = /^(.+)\.refused$/.exec(action);
  return refused === null ? action : `${unnamed.refused}: ${refused[1]}`;
}

/** An actor's name, if there is one to read. */
export function actorText(names: Names, actor: string): string {
  const name = names.actors.get(actor)?.name;
  return name === null || name === undefined ? actor : `${name} (${actor})`;
}

/** Shows an actor: the name, and quietly the id that the log has. */
export function Actor(props: { readonly names: Names; readonly actor: string }) {
  const name = props.names.actors.get(props.actor)?.name;
  return name === null || name === undefined ? (
    <Code>{props.actor}</Code>
  ) : (
    <>
      {name}{" "}
      <span class="quiet">
        <Code>{props.actor}</Code>
      </span>
    </>
  );
}

/** Shows an outcome; never by colour alone. */
export function Outcome({ entry }: { readonly entry: Entry }) {
  const { words } = useSpeech();
  const outcome = String(entry["outcome"]);
  const code = entry["code"];
  const sign: Sign = outcome === "ok" ? "ok" : outcome === "failed" ? "bad" : "care";
  const text =
    outcome in words.outcomes ? words.outcomes[outcome as keyof typeof words.outcomes] : outcome;
  return (
    <span class={`outcome ${sign}`}>
      <Icon sign={sign} />
      <span>{text}</span>{" "}
      {typeof code === "string" && (
        <span class="quiet">
          <Code>{code}</Code>
        </span>
      )}
    </span>
  );
}
