/** What the product logs to its standard output is shown with the test that caused it, and only where that test fails. */
const write = process.stdout.write.bind(process.stdout);

process.stdout.write = ((text: string | Uint8Array, ...rest: []) => {
  if (typeof text !== "string" || !text.startsWith('{"level":')) return write(text, ...rest);
  console.log(text.trimEnd());
  return true;
}) as typeof process.stdout.write; // its overloads differ only in where a callback stands, and ours passes it on
