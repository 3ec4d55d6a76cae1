/**
 * Links whose keys nobody has collected and confirmed.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { Code } from "../../look/code.tsx";
import type { LinkItem } from "../contract.ts";
import { type LinkPage, UNCOLLECTED, type Uncollected } from "../engine/log-queries.ts";
import { fragmentOf } from "../place.ts";
import { useDesk } from "./desk-context.ts";
import { Actor } from "./naming.tsx";
import { useSpeech } from "./speech.ts";
import { useAnswer } from "./use-answer.ts";
import { Fault, Waiting } from "./waiting.tsx";

export function LinkList() {
  const { auditing } = useDesk();
  const { words } = useSpeech();
  const [state, setState] = useState("");
  const answer = useAnswer("", () => auditing.ask.uncollected());
  const { value } = answer;
  const items = (value?.items ?? []).filter((link) => state === "" || link.state === state);
  return (
    <section aria-label={words.views.links} aria-busy={answer.isWaiting}>
      <p class="view-lead">{words.links.lead}</p>
      {answer.fault !== null && <Fault fault={answer.fault} onAgain={answer.again} />}
      {value !== null && value.items.length === 0 && (
        <div class="empty">
          <p>
            <strong>{words.links.none}</strong>
          </p>
        </div>
      )}
      {value !== null && value.items.length > 0 && (
        <>
          <StateChoice page={value} state={state} onState={setState} />
          <Rows items={items} page={value} />
          {value.isCut && <p class="quiet">{words.links.more}</p>}
        </>
      )}
      <Waiting isWaiting={answer.isWaiting} />
    </section>
  );
}

function StateChoice(props: {
  readonly page: LinkPage;
  readonly state: string;
  readonly onState: (state: string) => void;
}) {
  const { words, number } = useSpeech();
  const count = (state: Uncollected) =>
    props.page.items.filter((link) => link.state === state).length;
  return (
    <div class="field inline screen-only">
      <label for="link-state">{words.links.filter}</label>
      <select
        id="link-state"
        value={props.state}
        onChange={(event) => props.onState(event.currentTarget.value)}
      >
        <option value="">
          {words.filters.any} ({number(props.page.items.length)})
        </option>
        {UNCOLLECTED.filter((state) => count(state) > 0).map((state) => (
          <option key={state} value={state}>
            {words.links.states[state]} ({number(count(state))})
          </option>
        ))}
      </select>
    </div>
  );
}

function Rows(props: { readonly items: readonly LinkItem[]; readonly page: LinkPage }) {
  const { words } = useSpeech();
  const { links } = words;
  return (
    <table class="dense links">
      <caption class="hidden">{links.caption}</caption>
      <thead>
        <tr>
          <th scope="col" class="reference">
            {links.reference}
          </th>
          <th scope="col">{links.state}</th>
          <th scope="col">{links.to}</th>
          <th scope="col">{links.purpose}</th>
          <th scope="col" class="time">
            {links.created}
          </th>
          <th scope="col">{links.by}</th>
          <th scope="col" class="time">
            {links.expires}
          </th>
          <th scope="col" class="amount">
            {links.content}
          </th>
        </tr>
      </thead>
      <tbody>
        {props.items.map((link) => (
          <Row key={link.reference} link={link} maker={props.page.makers.get(link.reference)} />
        ))}
      </tbody>
    </table>
  );
}

function Row(props: { readonly link: LinkItem; readonly maker: string | undefined }) {
  const { visit, place } = useDesk();
  const { words, minute, number, say } = useSpeech();
  const { link, maker } = props;
  const { links } = words;
  const state = link.state in links.states ? links.states[link.state as Uncollected] : link.state;
  const filters = { reference: link.reference };
  return (
    <tr>
      <th scope="row">
        <a
          class="open-row"
          href={fragmentOf({ ...place, view: "all", entry: null, filters })}
          aria-label={say(links.entries, { reference: link.reference })}
        >
          <Code>{link.reference}</Code>
        </a>
      </th>
      <td class="state">{state}</td>
      <td data-label={links.to}>{link.to}</td>
      <td data-label={links.purpose}>{link.purpose}</td>
      <td class="time" data-label={links.created}>
        {minute(link.createdAt)}
      </td>
      <td data-label={links.by}>
        {maker !== undefined && <Actor names={visit.names} actor={maker} />}
      </td>
      <td class="time" data-label={links.expires}>
        {minute(link.expiresAt)}
      </td>
      <td class="amount" data-label={links.content}>
        {number(link.keys)}
      </td>
    </tr>
  );
}
