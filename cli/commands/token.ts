/**
 * `meterseal token create | list | revoke`: who may do what.
 *
 * @module
 */
import { type Command, Option } from "commander";
import { pathOf } from "../client.ts";
import { run, textField } from "../context.ts";
import { field, printList } from "../listing.ts";
import { aligned } from "../table.ts";
import { shortTime, show } from "../text.ts";

const ROLES = ["installer", "custodian", "data-management", "auditor", "officer", "admin"];

/** Adds the noun `token`. */
export function addTokenCommands(program: Command): void {
  const noun = program.command("token").description("access tokens");

  noun
    .command("create")
    .description("create a token; it is shown once")
    .addOption(new Option("--role <role>", "what it may do").choices(ROLES).makeOptionMandatory())
    .option("--customer <id>", "only this customer's meters; without it, all customers'")
    .option("--name <text>", "who or what uses it")
    .option("--purpose <text>", "what for; kept with every access in the log")
    .option("--expires <time>", "90d, 12h, 30m or an RFC 3339 time")
    .action(
      run(async ({ client, option, output }) => {
        const body = {
          role: option("role"),
          customer: option("customer"),
          name: option("name"),
          purpose: option("purpose"),
          expires: option("expires"),
        };
        const answer = await (await client()).call("POST", pathOf(["v1", "tokens"]), body);
        await output.result(answer, () =>
          aligned([
            ["token", textField(answer, "token")],
            ["id", show(answer["id"])],
            ["role", show(answer["role"])],
            ["customer", show(answer["customer"] ?? "all customers")],
            ["expires", show(answer["expiresAt"])],
          ]),
        );
        output.note("The token is shown only now.");
        return 0;
      }),
    );

  noun
    .command("list")
    .description("list the tokens, without their secrets")
    .action(
      run(async (context) => {
        await printList(context, "tokens", {}, [
          field("ID", "id"),
          field("ROLE", "role"),
          field("NAME", "name", { clips: true }),
          field("EXPIRES", "expiresAt", { format: shortTime }),
          field("REVOKED", "revokedAt", { format: shortTime }),
        ]);
        return 0;
      }),
    );

  noun
    .command("revoke")
    .description("end a token at once")
    .argument("<id>", "its id, tok_…")
    .action(
      run(async ({ client, output }, id) => {
        const answer = await (await client()).call("DELETE", pathOf(["v1", "tokens", id]));
        await output.result(answer, () => [`token ${show(answer["id"] ?? id)} is revoked`]);
        return 0;
      }),
    );
}
