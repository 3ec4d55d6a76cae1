/**
 * `meterseal link mail`: mail, letter or text message about a link that was made before.
 *
 * Link and PIN are known to nobody by then: the text says where they belong. `link create --mail`
 * and `--letter` write them while they are known.
 *
 * @module
 */
import { type Command, Option } from "commander";
import { run } from "../context.ts";
import type { TextKind } from "../links/texts.ts";

const CHANNELS: readonly TextKind[] = ["mail", "letter", "sms"];

/** Adds the verb `mail` to the noun `link`. */
export function addLinkMail(noun: Command): void {
  noun
    .command("mail")
    .description("write the mail to a recipient, or the letter or text message about the PIN")
    .argument("<ref>", "reference of the link")
    .addOption(new Option("--channel <channel>", "which text").choices(CHANNELS).default("mail"))
    .option("--language <code>", "da, de, en, es, it or pl; by default en")
    .option("--time-zone <name>", "in which the expiry is told; by default this machine's")
    .action(
      run(async ({ client, option, output }, reference = "") => {
        const texts = await import("../links/texts.ts");
        const language = texts.parseLanguage(option("language"));
        const timeZone = texts.parseTimeZone(option("timeZone"));
        const facts = await texts.factsOf(await client(), reference, timeZone);
        const channel = CHANNELS.find((name) => name === option("channel")) ?? "mail";
        const text = texts.writeText(channel, facts, { language, email: null, pinTo: null }, null);
        await output.result({ reference, channel, language, text }, () => [text.trimEnd()]);
        output.note("Link and PIN are known only when they are made: put them in by hand.");
        return 0;
      }),
    );
}
