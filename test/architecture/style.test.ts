import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { codeOf, importsOf, readSources, type Source } from "#test/support/sources.ts";

const product = readSources("bin", "lib", "lambdas", "shared", "frontend", "agent", "local", "scripts", "bench");
const tests = readSources("test");
const lambdas = product.filter(({ path }) => path.startsWith("lambdas/"));

const pages = ["README.md", ...readdirSync("docs", { recursive: true, encoding: "utf8" }).map((name) => `docs/${name}`)]
  .filter((path) => path.endsWith(".md"))
  .map((path) => ({ path, text: readFileSync(path, "utf8") }));

const linesOf = ({ text }: Source): number => text.trimEnd().split("\n").length;
const paths = (found: Source[]): string[] => found.map(({ path }) => path);
const withCode = (from: Source[], pattern: RegExp): string[] =>
  paths(from.filter((source) => pattern.test(codeOf(source))));

/** Tables of data may be as long as their data; each says so in its first lines. */
const isTable = ({ text }: Source): boolean => /table of data/i.test(text.slice(0, 600));

describe("every file", () => {
  it("has at most 250 lines, a test at most 300", () => {
    expect(paths(product.filter((source) => linesOf(source) > 250 && !isTable(source)))).toEqual([]);
    expect(paths(tests.filter((source) => linesOf(source) > 300 && !isTable(source)))).toEqual([]);
  });

  it("is short in the usual case: half of them at most 60 lines, nine in ten at most 150", () => {
    const lengths = product.map(linesOf).sort((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length * 0.5)]).toBeLessThanOrEqual(60);
    expect(lengths[Math.floor(lengths.length * 0.9)]).toBeLessThanOrEqual(150);
  });

  it("exports by name: a default export only where a tool asks for one", () => {
    const configs = /(^|\/)[\w.-]+\.config\.ts$|^test\/support\/mutation\/keeper\.ts$/;
    expect(
      withCode(
        product.concat(tests).filter(({ path }) => !configs.test(path)),
        /^export default\b/m,
      ),
    ).toEqual([]);
  });

  it("uses no `any`, no enum and no suppressed check", () => {
    expect(withCode(product, /:\s*any\b|<any>|\bas any\b/)).toEqual([]);
    expect(withCode(product, /^\s*(export\s+)?(const\s+)?enum\s/m)).toEqual([]);
    const suppressed = product.filter(({ text }) => /@ts-(ignore|nocheck|expect-error)/.test(text));
    expect(paths(suppressed)).toEqual([]);
  });

  it("re-exports no other file: there are no barrels", () => {
    expect(withCode(product, /^export \* from/m)).toEqual([]);
  });

  it("holds both sides of no merge, nor does a page of the docs", () => {
    const cut = [...product, ...tests, ...pages].filter(({ text }) => /^(<{7}|>{7}) /m.test(text));
    expect(cut.map(({ path }) => path)).toEqual([]);
  });

  it("refers to nothing outside the repository", () => {
    const outside = product.filter(
      ({ text }) => text.includes("/work/shared") || text.includes("../../shared/vectors"),
    );
    expect(paths(outside)).toEqual([]);
  });
});

/** One file for each domain of the API: as many as there are. */
const BY_DOMAIN = ["shared/contracts"];

describe("a folder", () => {
  it("holds at most twelve files", () => {
    const folders = Map.groupBy(product, ({ path }) => path.slice(0, path.lastIndexOf("/")));
    const full = [...folders].filter(([folder, files]) => files.length > 12 && !BY_DOMAIN.includes(folder));
    expect(full.map(([folder]) => folder)).toEqual([]);
  });
});

describe("the code behind the API", () => {
  it("K03 never scans a table, and speaks no PartiQL", () => {
    expect(withCode(lambdas, /\bScan(Command|Paginator)?\b|\bExecuteStatement\b|\bpaginateScan\b/)).toEqual([]);
  });

  it("builds a tenant's partition key in one place", () => {
    const built = lambdas.filter(({ text }) => /`TENANT#\$\{/.test(text));
    expect(paths(built)).toEqual(["lambdas/platform/tables/table.ts"]);
  });

  it("tells the time by its context: no clock of its own outside the platform", () => {
    const domains = lambdas.filter(({ path }) => !path.startsWith("lambdas/platform/"));
    expect(withCode(domains, /new Date\(\)|Date\.now\(\)/)).toEqual([]);
    expect(withCode(domains, /\bMath\.random\b/)).toEqual([]);
  });

  it("looks at where it runs in one place only: where Cognito's keys are fetched from", () => {
    const found = lambdas.filter(({ text }) =>
      /AWS_ENDPOINT_URL|process\.env\["STAGE"\]|\/\/localhost|127\.0\.0\.1/.test(text),
    );
    expect(paths(found)).toEqual(["lambdas/platform/services/pool.ts"]);
  });

  it("enters a tenant from outside only in the rules that begin there", () => {
    const domains = lambdas.filter(({ path }) => !path.startsWith("lambdas/platform/"));
    const may =
      /^lambdas\/(agents\/jobs\/[\w-]+|agents\/steps\/step|identity\/sessions\/sessions|tenants\/tenants|tenants\/invites\/answers|vault\/files\/clear-files)\.ts$|^lambdas\/(tasks|relay)\/|\.(steps|job)\.ts$/;
    expect(withCode(domains, /\benterTenant\b/).filter((path) => !may.test(path))).toEqual([]);
  });

  it("catches only where it can do something: no empty catch", () => {
    expect(withCode(lambdas, /catch\s*(\([^)]*\))?\s*\{\s*\}/)).toEqual([]);
  });

  it("reads its environment in one place; the endpoint and its own role's credentials where they are used", () => {
    const found = lambdas.filter((source) => /\bprocess\.env\b/.test(codeOf(source)));
    expect(paths(found).sort()).toEqual(
      ["env", "services/pool", "tenancy/environment-credentials"].map((name) => `lambdas/platform/${name}.ts`),
    );
  });

  it("serves every route through the one pipe", () => {
    const apis = lambdas.filter(({ path }) => path.endsWith("/api.ts"));
    const others = apis.filter((source) => !importsOf(source).includes("#platform/pipe/http.ts"));
    expect(paths(others)).toEqual(["lambdas/authorizer/api.ts"]);
  });
});

describe("the tests", () => {
  it("replace no module of ours by a mock", () => {
    const mocked = tests.filter((source) => /\bvi\.(mock|doMock)\(\s*"[#.]/.test(source.text));
    expect(paths(mocked)).toEqual([]);
  });

  it("leave none out, and none alone", () => {
    expect(withCode(tests, /\b(it|test|describe)\.(only|todo)\b|\b(it|test|describe)\.skip\(/)).toEqual([]);
  });
});
