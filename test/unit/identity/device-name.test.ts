import { describe, expect, it } from "vitest";
import { describeDevice } from "#shared/device-name.ts";

describe("the name of a device", () => {
  it.each([
    ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"],
    ["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140 Safari/537 Edg/140", "Edge on Windows"],
    ["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140 Safari/537 OPR/120", "Opera on Windows"],
    ["Mozilla/5.0 (Linux; Android 15) AppleWebKit/537 Chrome/140 Mobile Safari/537", "Chrome on Android"],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/605",
      "Safari on iPhone",
    ],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605 Version/18 Safari/605", "Safari on macOS"],
    ["ocmt-cli/1 (Linux)", "The ocmt program on Linux"],
    ["ocmt-cli/1 (freebsd)", "The ocmt program"],
    ["curl/8.5.0", "Unknown device"],
    ["", "Unknown device"],
  ])("%s is %s", (userAgent, name) => {
    expect(describeDevice(userAgent)).toBe(name);
  });
});
