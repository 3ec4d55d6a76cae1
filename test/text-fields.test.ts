import { generateIdentity, identityToRecipient } from "age-encryption";
import test from "ava";
import { databaseKinds } from "./support/databases.ts";
import { enrolling } from "./support/enrolling.ts";

for (const kind of databaseKinds()) {
  test(`text that no database or log can hold is refused where it comes in (${kind})`, async (t) => {
    const { service, customer, custodian, add } = await enrolling(t, kind);
    const age = await identityToRecipient(await generateIdentity());
    for (const text of ["a\0b", "a\ud800b", "\udfff"]) {
      const enrolled = await add({ age, name: text });
      t.like(enrolled.body, { code: "BAD_REQUEST", status: 400, pointer: "/name" });
      for (const field of ["to", "purpose"]) {
        const wanted = { customer, all: true, to: "Clerk", purpose: "order", [field]: text };
        const made = await service.call("POST", "/v1/links", custodian, wanted);
        t.like(made.body, { code: "BAD_REQUEST", status: 400, pointer: `/${field}` });
      }
      for (const [path, role] of [["/v1/customers"], ["/v1/tokens", "auditor"]] as const) {
        const made = await service.call("POST", path, service.admin, { role, name: text });
        t.like(made.body, { code: "BAD_REQUEST", status: 400 }, path);
      }
    }
    t.is((await add({ age, name: "Kæld 🔑" })).status, 201);
  });
}
