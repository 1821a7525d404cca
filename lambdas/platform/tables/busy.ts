/**
 * Others wrote the same rows each time this was tried: nothing of it was written, and no condition was looked at. Not an `AppError`,
 * so that no domain takes it for a refusal of its own; a caller hears `request.busy`, a machine tries again.
 */
export class TableBusy extends Error {
  override readonly name = "TableBusy";
}
