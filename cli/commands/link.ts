/**
 * `meterseal link …`: hands keys over by one-time links. The commands have files of their own.
 *
 * @module
 */
import type { Command } from "commander";
import { addLinkCheck } from "./link-check.ts";
import { addLinkCollect } from "./link-collect.ts";
import { addLinkCreate } from "./link-create.ts";
import { addLinkEnd } from "./link-end.ts";
import { addLinkList } from "./link-list.ts";
import { addLinkMail } from "./link-mail.ts";

/** Adds the noun `link`. */
export function addLinkCommands(program: Command): void {
  const noun = program.command("link").description("one-time links that hand keys over");
  addLinkCreate(noun);
  addLinkList(noun);
  addLinkMail(noun);
  addLinkEnd(noun);
  addLinkCheck(noun);
  addLinkCollect(noun);
}
