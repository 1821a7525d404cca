import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "esbuild";

/** React and its DOM with one field: less than this no page of it can have. */
export async function bundleReact(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { createElement } from "react"; import { createRoot } from "react-dom/client";
        createRoot(document.body).render(createElement("input"));`,
      resolveDir: resolve("frontend"),
    },
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "silent",
  });
  const [file] = outputFiles;
  if (!file) throw new Error("esbuild gave no file");
  return file.contents;
}

/** The same as a page to be served. */
export async function buildReactPage(): Promise<string> {
  const folder = resolve(".local-test", "react-alone");
  await mkdir(join(folder, "assets"), { recursive: true });
  await writeFile(join(folder, "assets", "page.js"), await bundleReact());
  await writeFile(join(folder, "index.html"), PAGE);
  return folder;
}

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>One field</title>
<body><script type="module" src="/assets/page.js"></script></body></html>
`;
