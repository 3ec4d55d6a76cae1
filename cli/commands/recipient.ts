/**
 * `meterseal recipient add | list | confirm | retire`: customers' own keys, so that what is handed
 * over opens nowhere else.
 *
 * @module
 */
import type { Command } from "commander";
import { type Answer, pathOf } from "../client.ts";
import { type Context, run } from "../context.ts";
import { Misuse } from "../errors.ts";
import { field, printList } from "../listing.ts";
import { readKek, readText } from "../recipient-files.ts";
import { aligned } from "../table.ts";
import { shortTime, show } from "../text.ts";

/** Adds the noun `recipient`. */
export function addRecipientCommands(program: Command): void {
  const noun = program
    .command("recipient")
    .description("enrolled recipients: keys and certificates of customers");
  addAdd(noun);

  noun
    .command("list")
    .description("list the recipients, with the fingerprints of their keys")
    .action(
      run(async (context) => {
        await printList(context, "recipients", {}, [
          field("ID", "id"),
          field("KIND", "kind"),
          field("STATE", "state"),
          field("FINGERPRINT", "fingerprint"),
          field("EXPIRES", "expiresAt", { format: shortTime }),
          field("NAME", "name", { clips: true }),
        ]);
        return 0;
      }),
    );

  noun
    .command("confirm")
    .description("confirm the fingerprint that its owner has read out; by another token than added")
    .argument("<id>", "its id, rcp_…")
    .requiredOption("--fingerprint <hex>", "as heard by telephone")
    .action(
      run(async ({ client, option, output }, id) => {
        const path = pathOf(["v1", "recipients", id, "confirm"]);
        const body = { fingerprint: option("fingerprint") };
        const answer = await (await client()).call("POST", path, body);
        await output.result(answer, () => [`recipient ${show(answer["id"] ?? id)} is confirmed`]);
        return 0;
      }),
    );

  noun
    .command("retire")
    .description("send nothing more to a recipient")
    .argument("<id>", "its id, rcp_…")
    .action(
      run(async ({ client, output }, id) => {
        const answer = await (await client()).call("DELETE", pathOf(["v1", "recipients", id]));
        await output.result(answer, () => [`recipient ${show(answer["id"] ?? id)} is retired`]);
        return 0;
      }),
    );
}

function addAdd(noun: Command): void {
  noun
    .command("add")
    .description("enrol a recipient's public key; confirm its fingerprint by telephone next")
    .requiredOption("--customer <id>", "whose recipient, cus_…")
    .requiredOption("--name <text>", "who or what it is")
    .option("--age <recipient>", "an age recipient, age1… or age1pq1…")
    .option("--certificate <file>", "a certificate in PEM, RSA, P-256 or P-384: CMS")
    .option("--rsa <file>", "an RSA public key in PEM, for an HSM")
    .option("--kek-file <file>", "an AES-256 key both sides have, 32 bytes or 64 hex digits")
    .option("--client-cert <file>", "the certificate its program must show to collect, PEM")
    .action(run(add));
}

async function add(context: Context): Promise<number> {
  const { client, option, output } = context;
  const body = {
    customer: option("customer"),
    name: option("name"),
    ...(await chosenKey(context)),
    clientCertificate: await readText(option("clientCert"), "--client-cert"),
  };
  const answer = await (await client()).call("POST", pathOf(["v1", "recipients"]), body);
  await output.result(answer, () => lines(answer));
  const { warnings } = answer;
  for (const warning of Array.isArray(warnings) ? warnings : []) {
    output.note(`warning: ${show(warning)}`);
  }
  output.note("Call the recipient and compare the fingerprint, then let somebody else confirm it.");
  return 0;
}

function lines(answer: Answer): readonly string[] {
  return aligned([
    ["recipient", show(answer["id"])],
    ["kind", show(answer["kind"])],
    ["fingerprint", show(answer["fingerprint"])],
    ["expires", show(answer["expiresAt"] ?? "never")],
    ["state", show(answer["state"])],
  ]);
}

async function chosenKey({ option }: Context): Promise<Readonly<Record<string, unknown>>> {
  const age = option("age");
  const [certificate, rsa, kek] = [option("certificate"), option("rsa"), option("kekFile")];
  const given = [age, certificate, rsa, kek].filter((one) => one !== undefined);
  if (given.length !== 1) {
    throw new Misuse("expected one of --age, --certificate, --rsa and --kek-file");
  }
  return {
    age,
    certificate: await readText(certificate, "--certificate"),
    rsa: await readText(rsa, "--rsa"),
    kek: await readKek(kek),
  };
}
