// Runs before `npm start` in whatever Node there is, also one too old to read TypeScript, and says what to do.
const { node } = process.versions;
if (Number(node.split(".")[0]) < 26) {
  console.error(`\nNode 26 is needed and this is Node ${node}.`);
  console.error("It comes with the packages on Linux (glibc) and macOS: npm ci, then npm start.");
  console.error("On another machine install it from https://nodejs.org and start again.");
  process.exit(1);
}
