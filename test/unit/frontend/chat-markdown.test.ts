import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { Markdown } from "../../../frontend/src/features/chat/text/markdown.tsx";

const show = (text: string, isPartial = false) => renderToStaticMarkup(createElement(Markdown, { text, isPartial }));

describe("markdown an agent wrote", () => {
  it("loads no image, from anywhere", () => {
    const images = [
      "https://evil.example/?q=secret",
      "/v1/me",
      "data:image/png;base64,AA",
      "blob:https://ocmt.example/1",
    ];
    for (const address of images) {
      const html = show(`![a cat](${address})\n\n![ref]\n\n[ref]: ${address}`);
      expect(html).not.toMatch(/<img|src=|evil\.example/);
      expect(html).toContain("a cat");
    }
  });

  it("leaves raw HTML as text", () => {
    const html = show(
      '<img src=x onerror=alert(1)> and <script>alert(1)</script>\n\n<iframe src="https://evil.example">',
    );
    expect(html).not.toMatch(/<(img|script|iframe)/);
  });

  it.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "/settings",
    "//evil.example/x",
    "#top",
    "vbscript:x",
    "irc://evil.example/x",
    "xmpp:someone@evil.example",
    "blob:https://a/1",
  ])("makes no link of %s", (address) =>
    expect(show(`[click](${address})`)).toBe('<p class="my-2 first:mt-0 last:mb-0"><span>click</span></p>'),
  );

  it("shows where a link leads, whatever its text says, and does not go there by a click alone", () => {
    const html = show("[https://bank.example](https://evil.example/?q=1)");
    expect(html).toContain("(evil.example)");
    expect(html).toMatch(/<button[^>]*>/);
    expect(html).not.toContain("href=");
  });

  it("closes what is half written", () => {
    expect(show("**bold", true)).toContain("<strong>bold</strong>");
    expect(show("run `ls", true)).toMatch(/<code[^>]*>ls<\/code>/);
    expect(show("see [the page](https://exam", true)).not.toContain("href=");
  });

  it("writes tables and code", () => {
    expect(show("| a | b |\n|---|---|\n| 1 | 2 |")).toContain("<td");
    expect(show("```sh\nls\n```")).toMatch(/<pre[\s\S]*ls/);
  });
});
