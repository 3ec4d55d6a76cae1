/**
 * `meterseal identity find | show | correct | restrict | release | export | erase`: what one person
 * may ask for (GDPR Art. 15 to 18 and 20). The log names people by random ids; these commands know
 * who they are.
 *
 * @module
 */
import type { Command } from "commander";
import { type Answer, pathOf } from "../client.ts";
import { demandConfirmation } from "../confirm.ts";
import { type Context, run } from "../context.ts";
import { aligned, createTable } from "../table.ts";
import { show } from "../text.ts";

const ID = "token id, link reference or recipient id";

/** Adds the noun `identity`. */
export function addIdentityCommands(program: Command): void {
  const noun = program
    .command("identity")
    .description("who tokens, links and recipients stand for, and what that person may ask for");

  noun
    .command("find")
    .description("find somebody by a part of a name or purpose; the search is in the log")
    .argument("<text>", "what to look for, whatever the case")
    .action(run(find));

  noun
    .command("show")
    .description("everything that is stored about one id, and how often the log names it")
    .argument("<id>", ID)
    .action(
      run(async ({ client, output }, id) => {
        const answer = await (await client()).call("GET", identityPath(id));
        await output.result(answer, () => lines(answer));
        return 0;
      }),
    );

  noun
    .command("correct")
    .description("give it another name")
    .argument("<id>", ID)
    .requiredOption("--name <text>", "the right name")
    .action(
      run(async ({ client, option, output }, id) => {
        const body = { name: option("name") };
        const answer = await (await client()).call("PATCH", identityPath(id), body);
        await output.result(answer, () => lines(answer));
        return 0;
      }),
    );

  addMark(
    noun,
    "restrict",
    "keep and do nothing else: for admins' eyes only, a token does nothing",
  );
  addMark(noun, "release", "end a restriction");

  noun
    .command("export")
    .description("the same as one JSON document, to hand over")
    .argument("<id>", ID)
    .action(
      run(async ({ client, output }, id) => {
        const answer = await (await client()).call("GET", identityPath(id, "export"));
        await output.write(`${JSON.stringify(answer, null, 2)}\n`);
        return 0;
      }),
    );

  noun
    .command("erase")
    .description("erase for good who it is; the log and every proof stay valid")
    .argument("<id>", `${ID}, not in use any more`)
    .option("--yes", "do not ask")
    .action(
      run(async (context, id) => {
        const { client, output } = context;
        await demandConfirmation(context, `Erase who ${id} is? Nobody can find out again.`);
        const answer = await (await client()).call("DELETE", identityPath(id));
        await output.result(answer, () => [`${show(answer["id"])}: erased`]);
        output.note("Backups from before still hold it: docs/data-inventory.md says until when.");
        return 0;
      }),
    );
}

function addMark(noun: Command, verb: "restrict" | "release", what: string): void {
  noun
    .command(verb)
    .description(what)
    .argument("<id>", ID)
    .action(
      run(async ({ client, output }, id) => {
        const answer = await (await client()).call("POST", identityPath(id, verb));
        await output.result(answer, () => lines(answer));
        return 0;
      }),
    );
}

async function find({ client, output }: Context, text: string): Promise<number> {
  const answer = await (await client()).call("GET", pathOf(["v1", "identities"], { text }));
  const items = Array.isArray(answer["items"]) ? (answer["items"] as Answer[]) : [];
  const table = createTable<Answer>([
    { title: "ID", value: (item) => show(item["id"]) },
    { title: "KIND", value: (item) => show(item["kind"]) },
    { title: "RESTRICTED", value: (item) => (item["restrictedAt"] === null ? "no" : "yes") },
    { title: "NAME", clips: true, value: (item) => show(part(item, "data")["name"]) },
    { title: "PURPOSE", clips: true, value: (item) => show(part(item, "data")["purpose"]) },
  ]);
  const rows = output.json ? items.map((item) => JSON.stringify(item)) : table(items);
  if (items.length > 0) {
    await output.write(`${rows.join("\n")}\n`);
  }
  if (items.length === 0) {
    output.note("nobody is known by that");
  } else if (answer["isCut"] === true) {
    output.note("there are more: look for a longer part of the name");
  }
  return 0;
}

function lines(answer: Answer): readonly string[] {
  const log = part(answer, "log");
  const named = (["by", "about"] as const).flatMap((which) => {
    const { entries, first, last } = part(log, which);
    const range =
      typeof entries !== "number" || entries === 0
        ? ""
        : `, ${show(part({ first }, "first")["at"])} to ${show(part({ last }, "last")["at"])}`;
    return entries === undefined ? [] : [[`log, ${which} it`, `${show(entries)}${range}`]];
  });
  return aligned([
    [show(answer["kind"]), show(answer["id"])],
    ["customer", show(answer["customer"] ?? "all customers")],
    ...pairs(part(answer, "data"), "is not stored"),
    ...pairs(part(answer, "facts"), "-"),
    ["restricted", show(answer["restrictedAt"] ?? "no")],
    ["erased", show(answer["erasedAt"] ?? "no")],
    ...(named as [string, string][]),
  ]);
}

function pairs(fields: Answer, empty: string): [string, string][] {
  return Object.entries(fields).map(([name, value]) => [name, show(value ?? empty)]);
}

function part(answer: Answer, name: string): Answer {
  const value = answer[name];
  return typeof value === "object" && value !== null ? (value as Answer) : {};
}

function identityPath(id: string, ...more: readonly string[]): string {
  return pathOf(["v1", "identities", id, ...more]);
}
