import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, normalize } from "node:path";
import test from "ava";

/** Every import of every source file: static, type, re-export and dynamic. */
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s+"([^"]+)"|import\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g;

const graph = new Map<string, string[]>();
for (const folder of ["keystore", "src", "bench", "cli"]) {
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (/\.tsx?$/.test(file)) {
      const path = join(folder, file);
      graph.set(path, importsOf(path));
    }
  }
}

function importsOf(path: string): string[] {
  const text = readFileSync(path, "utf8");
  return [...text.matchAll(IMPORT)].map((match) => {
    const name = match[1] ?? match[2] ?? match[3] ?? "";
    return name.startsWith(".") ? normalize(join(dirname(path), name)) : name;
  });
}

function filesIn(folder: string): string[] {
  return [...graph.keys()].filter((path) => path.startsWith(`${folder}/`));
}

/** Everything that a file imports, and what that imports, to the end. */
function reachable(path: string, seen = new Set<string>()): Set<string> {
  for (const next of graph.get(path) ?? []) {
    if (!seen.has(next)) {
      seen.add(next);
      reachable(next, seen);
    }
  }
  return seen;
}

test("the graph was read: every relative import names a file", (t) => {
  t.true(graph.size > 100);
  for (const [path, imports] of graph) {
    for (const name of imports.filter((i) => /^(keystore|src|bench|cli|test)\//.test(i))) {
      t.true(graph.has(name) || isStyleSheet(name), `${path} imports ${name}`);
    }
  }
});

/** The one kind of import that the build reads and the compiler does not. */
function isStyleSheet(path: string): boolean {
  return path.endsWith(".css") && existsSync(path);
}

test("keystore/ imports itself, @noble/* and node: only", (t) => {
  for (const path of filesIn("keystore")) {
    for (const name of graph.get(path) ?? []) {
      t.regex(name, /^(keystore\/|@noble\/|node:)/, path);
    }
  }
});

test("everybody enters the keystore by its door", (t) => {
  for (const path of [...filesIn("src"), ...filesIn("cli")]) {
    for (const name of graph.get(path) ?? []) {
      t.false(name.startsWith("keystore/") && name !== "keystore/index.ts", `${path}: ${name}`);
    }
  }
});

test("src/ imports neither cli/, bench/ nor test/", (t) => {
  for (const path of filesIn("src")) {
    for (const name of graph.get(path) ?? []) {
      t.notRegex(name, /^(cli|bench|test)\//, path);
    }
  }
});

test("bench/ measures from outside: `meterseal bench` alone loads it, and it loads no command", (t) => {
  for (const path of filesIn("cli").filter((name) => name !== "cli/commands/bench.ts")) {
    for (const name of graph.get(path) ?? []) {
      t.notRegex(name, /^bench\/(?!encode\/)/, path);
    }
  }
  for (const path of filesIn("bench")) {
    for (const name of graph.get(path) ?? []) {
      t.notRegex(name, /^(cli|test)\//, path);
    }
  }
});

test("nothing that src/exchange reaches is a key, a core table or a domain", (t) => {
  const allowed = /^src\/(exchange|handover\/protocol|http\/middleware|base|db\/exchange)\//;
  const shared = new Set(["open", "transaction", "bulk", "erase"].map((n) => `src/db/${n}.ts`));
  for (const path of filesIn("src/exchange")) {
    for (const name of reachable(path)) {
      if (/^(keystore|src|cli|bench|test)\//.test(name)) {
        t.true(allowed.test(name) || shared.has(name), `${path} reaches ${name}`);
      }
    }
  }
});

test("nothing that src/witness reaches is a key of ours, a core table or a domain", (t) => {
  const allowed = /^src\/(witness|base|activity\/tree)\/|^src\/activity\/hashing\.ts$/;
  const shared = new Set(["src/db/open.ts", "src/db/transaction.ts"]);
  t.true(filesIn("src/witness").length > 3);
  for (const path of filesIn("src/witness")) {
    for (const name of reachable(path)) {
      if (/^(keystore|src|cli|bench|test)\//.test(name)) {
        t.true(allowed.test(name) || shared.has(name), `${path} reaches ${name}`);
      }
    }
  }
});

/** Layers of src/, lowest first; a file imports its own folder and what lies below. */
const LAYERS = [
  ["base"],
  ["db"],
  ["activity"],
  ["access", "witness"],
  ["meters"],
  ["frames", "handover"],
  ["web"],
  ["exchange"],
  ["http"],
  ["programs"],
];

function layerOf(path: string): number {
  const folder = path.split("/")[1] ?? "";
  return LAYERS.findIndex((names) => names.includes(folder));
}

test("the arrows inside src/ point down", (t) => {
  for (const path of filesIn("src")) {
    t.true(layerOf(path) >= 0, `${path}: no layer`);
    for (const name of (graph.get(path) ?? []).filter((n) => n.startsWith("src/"))) {
      const sameFolder = name.split("/")[1] === path.split("/")[1];
      const isMiddleware =
        name.startsWith("src/http/middleware/") && layerOf(path) >= layerOf("src/exchange/x");
      t.true(
        sameFolder || isMiddleware || layerOf(name) < layerOf(path),
        `${path} imports ${name}`,
      );
    }
  }
});

test("src/http/middleware knows base/ only", (t) => {
  for (const path of filesIn("src/http/middleware")) {
    for (const name of graph.get(path) ?? []) {
      t.notRegex(name, /^(keystore|cli|bench)\/|^src\/(?!base\/|http\/middleware\/)/, path);
    }
  }
});

/** What runs in a browser, and what it may reach of the project. */
const BROWSER: readonly (readonly [folder: string, reaches: RegExp])[] = [
  ["src/activity/tree", /^src\/activity\/tree\//],
  ["src/handover/protocol", /^src\/handover\/protocol\//],
  ["src/handover/formats", /^src\/handover\/(protocol|formats)\//],
  ["src/web", /^src\/(web|activity\/tree|handover\/(protocol|formats))\//],
];

test("pages, protocol and formats run in a browser: nothing of node:", (t) => {
  const builtins = new Set(builtinModules);
  for (const [folder, reaches] of BROWSER) {
    for (const path of filesIn(folder)) {
      for (const name of reachable(path)) {
        t.false(name.startsWith("node:") || builtins.has(name), `${path} reaches ${name}`);
        if (/^(keystore|src|cli|bench|test)\//.test(name)) {
          t.regex(name, reaches, path);
        }
      }
    }
  }
});

test("parsers do no I/O and know no key", (t) => {
  for (const path of ["wmbus", "dlms", "lorawan", "cose", "telegram"].flatMap((name) =>
    filesIn(`src/frames/${name}`),
  )) {
    for (const name of graph.get(path) ?? []) {
      t.regex(name, /^src\/(frames|meters)\//, path);
    }
  }
});

test("encoders for tests share no code with the parsers", (t) => {
  for (const path of filesIn("bench/encode")) {
    for (const name of graph.get(path) ?? []) {
      t.regex(name, /^(bench\/encode\/|node:)/, path);
    }
  }
});

test("process.env is read in base/config.ts alone", (t) => {
  for (const path of [...filesIn("src"), ...filesIn("cli"), ...filesIn("keystore")]) {
    if (path !== "src/base/config.ts") {
      t.false(/process\.env\b/.test(readFileSync(path, "utf8")), path);
    }
  }
});

test("there is one barrel: keystore/index.ts", (t) => {
  for (const path of graph.keys()) {
    t.false(/\/index\.tsx?$/.test(path) && path !== "keystore/index.ts", path);
  }
});
