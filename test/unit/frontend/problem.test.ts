import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { ApiError } from "#shared/client/api-client.ts";
import { describeError } from "#shared/errors.ts";
import { Problem } from "../../../frontend/src/components/problem.tsx";

const REQUEST = "req_7f3a9c21e0b4";
const show = (error: unknown) => renderToStaticMarkup(createElement(Problem, { error }));

describe("a problem on a page", () => {
  it("gives the request's id to a click, where the service named one", () => {
    const { status, title, fix } = describeError("internal");
    const problem = { type: "about:blank", title, status, code: "internal", fix, request_id: REQUEST } as const;
    const html = show(new ApiError("internal", title, { problem }));
    expect(html).toMatch(new RegExp(`<button type="button"[^>]*title="Copy"[^>]*>${REQUEST}<`));
    expect(html).toContain(fix);
  });

  it("has no id of a request that was not answered", () => {
    expect(show(new TypeError("fetch failed"))).not.toContain("<button");
  });
});
