/**
 * The keys: saved, confirmed, and below to be looked at if need be.
 *
 * @module
 */
import { Code } from "../../look/code.tsx";
import { Fact, Facts } from "../../look/facts.tsx";
import { Heading } from "../../look/heading.tsx";
import { Notice } from "../../look/notice.tsx";
import type { Collecting, Screen } from "../contract.ts";
import { Confirm } from "./confirm.tsx";
import { Contact } from "./contact.tsx";
import { Files, InnerFile } from "./files.tsx";
import { Idle } from "./idle.tsx";
import { KeyTable } from "./key-table.tsx";
import { OfflineNotice } from "./offline.tsx";
import { useSpeech } from "./speech.ts";

/** Shows the screen of an opened package. */
export function KeysScreen(props: {
  readonly collecting: Collecting;
  readonly screen: Extract<Screen, { at: "keys" }>;
}) {
  const { collecting, screen } = props;
  const { words, plural, time, away, say } = useSpeech();
  const { facts, contents, meters, keys: keyCount } = words.page;
  const { keys } = words;
  const { inner } = screen;
  const counts = {
    meters: plural(meters, screen.meters),
    keys: plural(keyCount, screen.keys),
  };
  const ends = { time: time(screen.windowEndsAt), distance: away(screen.windowEndsAt) };
  return (
    <>
      <Heading next={inner === null ? keys.lead : keys.innerLead}>
        {inner === null ? keys.heading : keys.innerHeading}
      </Heading>
      <Notice sign="note" class="screen-only">
        <p>{say(keys.window, ends)}</p>
      </Notice>
      <Facts>
        <Fact term={facts.sender}>{screen.offer.sender}</Fact>
        <Fact term={facts.to}>{screen.offer.to}</Fact>
        <Fact term={facts.reference}>
          <Code>{screen.offer.reference}</Code>
        </Fact>
        <Fact term={facts.contents}>{say(contents, counts)}</Fact>
        <Fact term={keys.issuer}>
          <Code>{screen.issuer}</Code>{" "}
          <span class="quiet screen-only">
            {keys.issuerHelp} <Contact />
          </span>
        </Fact>
        {inner !== null && (
          <Fact term={keys.innerRecipient}>
            <Code>{inner.recipient}</Code> <span class="quiet screen-only">{keys.innerHelp}</span>
          </Fact>
        )}
      </Facts>
      {inner === null ? (
        <Files collecting={collecting} working={screen.working} file={screen.file} />
      ) : (
        <InnerFile
          collecting={collecting}
          why={keys.innerWhy[inner.kind]}
          working={screen.working}
          file={screen.file}
        />
      )}
      <Confirm collecting={collecting} saved={screen.file?.ok === true} working={screen.working} />
      {inner === null && <KeyTable collecting={collecting} />}
      <div class="floating stack screen-only">
        <OfflineNotice collecting={collecting} offline={screen.offline} />
        <Idle collecting={collecting} seconds={screen.idleSeconds} />
      </div>
    </>
  );
}
