/**
 * `meterseal customer add | list`: the owners of meters.
 *
 * @module
 */
import type { Command } from "commander";
import { pathOf } from "../client.ts";
import { run, textField } from "../context.ts";
import { field, printList } from "../listing.ts";
import { printable, shortTime } from "../text.ts";

/** Adds the noun `customer`. */
export function addCustomerCommands(program: Command): void {
  const noun = program.command("customer").description("the owners of meters");

  noun
    .command("add")
    .description("add a customer")
    .argument("<name>", "name of the utility, housing company or service provider")
    .action(
      run(async ({ client, output }, name) => {
        const service = await client();
        const answer = await service.call("POST", pathOf(["v1", "customers"]), { name });
        const customer = textField(answer, "customer");
        await output.result(answer, () => [
          `customer ${customer} is ${printable(textField(answer, "name"))}`,
        ]);
        return 0;
      }),
    );

  noun
    .command("list")
    .description("list the customers")
    .action(
      run(async (context) => {
        await printList(context, "customers", {}, [
          field("CUSTOMER", "customer"),
          field("NAME", "name", { clips: true }),
          field("METERS", "meters"),
          field("SINCE", "createdAt", { format: shortTime }),
        ]);
        return 0;
      }),
    );
}
