/**
 * What every answer of the web origin carries, in AWS (CloudFront's response headers policy) and on one machine (the local
 * proxy). The page holds keys in memory, so it runs its own scripts only and talks to its own origin only, and to the one bucket
 * that sealed files lie in: text that an agent wrote and that got past everything else still has nowhere to send a secret.
 */
const CONTENT_SECURITY_POLICY = {
  "default-src": ["'none'"],
  "script-src": ["'self'", "'wasm-unsafe-eval'"], // Argon2 runs in WebAssembly
  "worker-src": ["'self'"],
  "style-src": ["'self'"],
  "font-src": ["'self'"],
  "img-src": ["'self'", "data:", "blob:"], // QR codes and decrypted files; nothing from elsewhere
  "connect-src": ["'self'"], // the relay's WebSocket has the same host
  "manifest-src": ["'self'"],
  "base-uri": ["'none'"],
  "form-action": ["'self'"],
  "frame-ancestors": ["'none'"],
} as const;

const policyWith = (objects: string | undefined): string =>
  Object.entries(CONTENT_SECURITY_POLICY)
    .map(([directive, sources]) => [
      directive,
      ...sources,
      ...(directive === "connect-src" && objects ? [objects] : []),
    ])
    .map((words) => words.join(" "))
    .join("; ");

/** @param objects the address under which the bucket's objects lie, with a slash at its end: a signature decides about each */
export const webHeaders = (objects?: string) => ({ "content-security-policy": policyWith(objects), ...OTHERS });

const OTHERS = {
  "strict-transport-security": "max-age=63072000; includeSubDomains; preload",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy":
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)",
} as const;

/** Of what shows no page of the app. */
export const WEB_HEADERS = webHeaders();
