import type { Implementation } from "#platform/pipe/http.ts";
import type { vaultContract } from "#shared/contracts/vault.ts";
import { changeItems } from "./changes.ts";
import { type FilesCtx, getFile, uploadFile } from "./files/files.ts";
import { getContent, listItems, listManifests, readBucket } from "./items.ts";
import { addSteps, putKeys } from "./members.ts";
import { answerOpening, listOpenings, startOpening } from "./openings/openings.ts";
import { answerVault, createVault, getVault, listVaults } from "./vaults.ts";

export const vaultRoutes: Implementation<typeof vaultContract, Pick<FilesCtx, "objects">> = {
  listVaults,
  createVault,
  getVault,
  answerVault,
  putKeys,
  addSteps,
  listManifests,
  listItems,
  readBucket,
  getContent,
  uploadFile,
  getFile,
  changeItems,
  startOpening,
  listOpenings,
  answerOpening,
};
