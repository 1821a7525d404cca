// Loads one bundle as Lambda does, calls it once, and tells the CPU time that took and how many requests it sent.
const { subscribe } = require("node:diagnostics_channel");
const [, , path, event] = process.argv;
let reads = 0;
subscribe("http.client.request.start", () => {
  reads++;
});
const before = process.cpuUsage();
require(path)
  .handler(JSON.parse(event))
  .then(() => {
    const { user, system } = process.cpuUsage(before);
    console.log(`cold ${(user + system) / 1000} reads ${reads}`);
  });
