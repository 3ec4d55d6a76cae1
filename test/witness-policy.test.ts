/**
 * C2SP tlog-policy: the specification's example, and every rule that a file can break.
 *
 * @module
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import test from "ava";
import { PRIMITIVES } from "../src/activity/hashing.ts";
import { type Policy, PolicyError, parsePolicy } from "../src/activity/tree/policy.ts";
import { isWitnessed, meetsQuorum } from "../src/activity/tree/policy-group.ts";
import { cosign, signedLog, vkeyOf } from "./support/witness.ts";

const LOG = vkeyOf("log.example", 1, ed25519.keygen().publicKey);
const [X1, X2, X3, Y1, Y2, Y3] = ["x1", "x2", "x3", "y1", "y2", "y3"].map((name) =>
  vkeyOf(`${name}.example`, 4, ed25519.keygen().publicKey),
) as [string, string, string, string, string, string];

/** The example policy of the specification, with keys. */
const EXAMPLE = `log ${LOG}

witness X1 ${X1}
witness X2 ${X2}
witness X3 ${X3}
group X-witnesses 2 X1 X2 X3

witness Y1 ${Y1}
witness Y2 ${Y2}
witness Y3 ${Y3}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;

test("tlog-policy: the example asks for two of X and one of Y", (t) => {
  const policy = parse(EXAMPLE);
  t.is(policy.logs.length, 1);
  t.deepEqual(
    policy.witnesses.map(({ name }) => name),
    ["X1", "X2", "X3", "Y1", "Y2", "Y3"],
  );
  const meets = (...names: string[]) =>
    meetsQuorum(policy.quorum, ({ name }) => names.includes(name));
  t.true(meets("X1", "X3", "Y2"));
  t.true(meets("X1", "X2", "X3", "Y1", "Y2", "Y3"));
  t.false(meets("X1", "X2", "X3"));
  t.false(meets("X1", "Y1", "Y2", "Y3"));
  t.false(meets());
});

test("tlog-policy: the thresholds any, all and a number", (t) => {
  const three = `witness a ${X1}\nwitness b ${X2}\nwitness c ${X3}\n`;
  for (const [threshold, needed] of [
    ["any", 1],
    ["1", 1],
    ["2", 2],
    ["3", 3],
    ["all", 3],
  ] as const) {
    const { quorum } = parse(`${three}group g ${threshold} a b c\nquorum g\n`);
    for (let n = 0; n <= 3; n++) {
      const names = ["a", "b", "c"].slice(0, n);
      t.is(
        meetsQuorum(quorum, ({ name }) => names.includes(name)),
        n >= needed,
        `${threshold} ${n}`,
      );
    }
  }
});

test("tlog-policy: quorum none asks for nobody; a quorum may be one witness", (t) => {
  t.true(meetsQuorum(parse("quorum none\n").quorum, () => false));
  const { quorum } = parse(`witness a ${X1}\nquorum a\n`);
  t.false(meetsQuorum(quorum, () => false));
  t.true(meetsQuorum(quorum, () => true));
});

test("tlog-policy: tabs, comments, empty lines, addresses and names of any octets", (t) => {
  const kelvin = "\u212a";
  const policy = parse(
    `# a comment\n\n \t # another\n\tlog\t ${LOG}  https://log.example/\t\n` +
      `witness K ${X1} https://k.example/\nwitness ${kelvin} ${X2}\nquorum ${kelvin}\n`,
  );
  t.is(policy.logs[0]?.url, "https://log.example/");
  t.is(policy.witnesses[0]?.url, "https://k.example/");
  t.is(policy.witnesses[1]?.url, null);
  t.true(meetsQuorum(policy.quorum, ({ name }) => name === kelvin));
  t.false(meetsQuorum(policy.quorum, ({ name }) => name === "K"));
  const octets = Buffer.concat([
    Buffer.from("witness "),
    Buffer.of(0xe2, 0xa0),
    Buffer.from(` ${X1}\nquorum `),
    Buffer.of(0xe2, 0xa0),
    Buffer.from("\n"),
  ]);
  t.is(parsePolicy(PRIMITIVES, octets).witnesses.length, 1, "a no-break space's octet is no space");
});

const A = `witness a ${X1}\n`;
const AB = `${A}witness b ${X2}\n`;
const ECDSA = LOG.replace(/\+A/, "+g");

const REFUSED: readonly (readonly [title: string, text: string, line: number])[] = [
  ["an empty file", "", 1],
  ["no quorum", `${AB}`, 2],
  ["two quorums", `${A}quorum a\nquorum a\n`, 3],
  ["a quorum of two names", `${AB}quorum a b\n`, 3],
  ["a quorum without a name", `${A}quorum\n`, 2],
  ["a quorum of an unknown name", `${A}quorum b\n`, 2],
  ["a quorum before its name", `quorum a\n${A}`, 1],
  ["a last line without its newline", `${A}quorum a`, 2],
  ["a statement of another kind", `${A}quorums a\n`, 2],
  ["a word of every object", "constructor a\nquorum none\n", 1],
  ["a control character", `${A}quorum a\u0001\n`, 2],
  ["a carriage return", `${A}quorum a\r\n`, 2],
  ["an octet 0x7F", `${A}# \u007f\nquorum a\n`, 2],
  ["a log with a witness's key", `log ${X1}\nquorum none\n`, 1],
  ["a log key of another type", `log ${ECDSA}\nquorum none\n`, 1],
  ["a witness with a log's key", `witness a ${LOG}\nquorum a\n`, 1],
  ["a key whose id is another", `witness a ${X1.replace(/\+.{8}\+/, "+00000000+")}\nquorum a\n`, 1],
  ["a log twice", `log ${LOG}\nlog ${LOG} https://b.example\nquorum none\n`, 2],
  ["a witness's key twice", `${A}witness b ${X1}\nquorum a\n`, 2],
  ["a name twice", `${A}witness a ${X2}\nquorum a\n`, 2],
  ["a group with a witness's name", `${A}group a any a\nquorum a\n`, 2],
  ["a witness named none", `witness none ${X1}\nquorum none\n`, 1],
  ["a group named none", `${A}group none any a\nquorum none\n`, 2],
  ["none as a member", `${A}group g any none\nquorum g\n`, 2],
  ["a group of nobody", `${A}group g any\nquorum g\n`, 2],
  ["a threshold of zero", `${AB}group g 0 a b\nquorum g\n`, 3],
  ["a threshold above the members", `${AB}group g 3 a b\nquorum g\n`, 3],
  ["a threshold with a leading zero", `${AB}group g 01 a b\nquorum g\n`, 3],
  ["a threshold that is no number", `${AB}group g most a b\nquorum g\n`, 3],
  ["a member twice in a group", `${AB}group g 2 a a\nquorum g\n`, 3],
  ["a member of two groups", `${AB}group g any a\ngroup h any a b\nquorum h\n`, 4],
  ["a group in itself", `${A}group g any g\nquorum g\n`, 2],
  ["a member that comes later", `group g any a\n${A}quorum g\n`, 1],
  ["more than an address", `witness a ${X1} https://a.example more\nquorum a\n`, 1],
];

for (const [title, text, line] of REFUSED) {
  test(`tlog-policy: refused with its line: ${title}`, (t) => {
    const error = t.throws(() => parse(text), { instanceOf: PolicyError });
    t.is(error?.line, line, error?.message);
    t.is(error?.code, "POLICY");
  });
}

test("tlog-policy: 32 logs, 32 witnesses and 32 groups are within the limits", (t) => {
  const many = Array.from({ length: 32 }, (_, i) => i);
  const key = (name: string, type: number) => vkeyOf(name, type, ed25519.keygen().publicKey);
  const text = [
    ...many.map((i) => `log ${key(`log${i}`, 1)}`),
    ...many.map((i) => `witness w${i} ${key(`w${i}`, 4)}`),
    ...many.map((i) => `group g${i} all w${i}${i === 0 ? "" : ` g${i - 1}`}`),
    "quorum g31",
  ];
  const { quorum } = parse(`${text.join("\n")}\n`);
  t.true(meetsQuorum(quorum, () => true));
  t.false(meetsQuorum(quorum, ({ name }) => name !== "w0"));
});

test("cosignatures under a note meet the quorum only as they verify", (t) => {
  const keys = [ed25519.keygen(), ed25519.keygen()];
  const vkeys = keys.map(({ publicKey }, i) => vkeyOf(`w${i}`, 4, publicKey));
  const { quorum } = parse(
    `witness a ${vkeys[0]}\nwitness b ${vkeys[1]}\ngroup g all a b\nquorum g\n`,
  );
  const log = signedLog("log.example");
  const note = log.checkpoint(9);
  const [first, second, forged] = [
    cosign("w0", keys[0]!, note, 5),
    cosign("w1", keys[1]!, note, 6),
    cosign("w1", keys[1]!, log.checkpoint(8), 6),
  ];
  t.true(isWitnessed(PRIMITIVES, quorum, `${note}${first}\n${second}\n`));
  t.false(isWitnessed(PRIMITIVES, quorum, `${note}${first}\n`));
  t.false(isWitnessed(PRIMITIVES, quorum, `${note}${first}\n${forged}\n`));
  t.false(isWitnessed(PRIMITIVES, quorum, `${note}${first}\n${second}`), "a note that is none");
});

function parse(text: string): Policy {
  return parsePolicy(PRIMITIVES, Buffer.from(text, "utf8"));
}
