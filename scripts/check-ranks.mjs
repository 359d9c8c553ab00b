// Holds the tree to its ranks: a folder imports only from lower ones. The rules of dependency-cruiser
// are generated from the two lists below, so that they stand in one place.
//
//   node scripts/check-ranks.mjs [ROOT] [--minimum MODULES]
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cruise } from "dependency-cruiser";

/** The library, lowest rank first; folders of one rank do not know each other. */
const RANKS = [
  ["base"],
  ["math"],
  ["runtime"],
  ["lattice"],
  ["crystal"],
  ["symmetry", "pattern"],
  ["io", "potentials", "diffraction", "builders", "bonding"],
  ["optimize", "dynamics", "recognition"],
  ["elastic", "phonons"],
  ["stability"],
  ["flow"],
  ["display"],
];

/** The kernel: what each folder may import besides itself. */
const KERNEL = {
  protocol: [],
  transport: ["protocol"],
  evaluate: [],
  session: ["protocol", "transport", "evaluate"],
  cli: ["protocol", "transport", "evaluate", "session"],
};

/** An unreadable tree gives an empty graph without an error: fewer modules than this is a failure. */
const MINIMUM_MODULES = 30;

const folders = (names) => `(${names.join("|")})/`;

function rankRules() {
  return RANKS.flatMap((rank, index) => {
    const higher = RANKS.slice(index + 1).flat();
    const above = higher.length === 0 ? "" : `|^src/${folders(higher)}`;
    const rules = [
      {
        name: `rank-${index}-${rank.join("-")}`,
        from: { path: `^src/${folders(rank)}` },
        // index.ts is the door for users of the library, internal.ts for the kernel: above all.
        to: { path: `^src/(index|internal)\\.ts$${above}` },
      },
    ];
    if (rank.length === 1) return rules;
    const siblings = {
      name: `rank-${index}-siblings`,
      from: { path: `^src/${folders(rank)}` },
      to: { path: `^src/${folders(rank)}`, pathNot: "^src/$1/" },
    };
    return [...rules, siblings];
  });
}

function kernelRules() {
  return Object.entries(KERNEL).map(([folder, allowed]) => ({
    name: `kernel-${folder}`,
    from: { path: `^kernel/${folder}/` },
    to: { path: "^kernel/", pathNot: `^kernel/${folders([folder, ...allowed])}` },
  }));
}

function rules() {
  const all = [
    ...rankRules(),
    ...kernelRules(),
    {
      name: "library-does-not-know-the-kernel",
      from: { path: "^src/" },
      to: { path: "^(dist/)?kernel/" },
    },
    {
      name: "kernel-imports-the-library-by-name",
      from: { path: "^kernel/" },
      to: { path: "^src/|^dist/src/(?!(index|internal)\\.js$)" },
    },
    {
      name: "only-runtime-touches-the-addon",
      from: { path: "^(src|kernel)/", pathNot: "^src/runtime/" },
      to: { path: "^src/runtime/(load-)?addon\\.ts$|\\.node$" },
    },
    // Types that name each other need no order of loading; values do.
    {
      name: "no-cycles",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    // The library's own name resolves only after a build.
    {
      name: "no-unresolved",
      from: {},
      to: { couldNotResolve: true, pathNot: "^prism-lab(/internal)?$" },
    },
  ];
  return all.map((rule) => ({ severity: "error", ...rule }));
}

/** Folders that stand in no list: without a rank no rule would hold them. */
function unrankedFolders(root) {
  const known = { src: RANKS.flat(), kernel: Object.keys(KERNEL) };
  return Object.entries(known).flatMap(([top, names]) =>
    readdirSync(path.join(root, top), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !names.includes(entry.name))
      .map((entry) => `${top}/${entry.name} has no rank; give it one in scripts/check-ranks.mjs`),
  );
}

/** Loading by path needs no import, so the graph does not show it. */
function addonLoads(root, modules) {
  return modules
    .filter(({ source }) => /^(src|kernel)\//.test(source) && !source.startsWith("src/runtime/"))
    .filter(({ source }) => /\bdlopen\b|prism\.node\b/.test(readFileSync(path.join(root, source))))
    .map(({ source }) => `only-runtime-touches-the-addon: ${source} names the addon's file`);
}

async function violations(root, minimum) {
  const { output } = await cruise(["src", "kernel"], {
    baseDir: root,
    ruleSet: { forbidden: rules() },
    validate: true,
    tsPreCompilationDeps: true,
    doNotFollow: { path: "(^|/)(node_modules|dist)/" },
    combinedDependencies: true,
    // Imports name the compiled ".js"; the sources beside them end in ".ts".
    enhancedResolveOptions: {
      extensions: [".ts", ".js", ".mjs", ".cjs", ".json", ".node"],
      extensionAlias: { ".js": [".ts", ".js"] },
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default"],
    },
  });
  const modules = output.modules.filter(({ source }) => /^(src|kernel)\/.*\.ts$/.test(source));
  const found = [
    ...unrankedFolders(root),
    ...addonLoads(root, modules),
    ...output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`),
  ];
  if (modules.length < minimum) {
    found.push(`expected at least ${minimum} modules in ${root}, saw ${modules.length}`);
  }
  return { found, moduleCount: modules.length };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minimum: { type: "string", default: String(MINIMUM_MODULES) } },
});
const root = path.resolve(positionals[0] ?? fileURLToPath(new URL("..", import.meta.url)));
process.chdir(root);
const { found, moduleCount } = await violations(root, Number(values.minimum));
for (const line of found) console.error(line);
console.log(`${moduleCount} modules, ${found.length} violations of the ranks`);
process.exitCode = found.length > 0 ? 1 : 0;
