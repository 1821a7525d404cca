import { Newcomers } from "../components/vault/enrolment/newcomers.tsx";

/** Stands over every page of a device whose vault is open, while another asks to be let in. */
export const NewcomerNews = () => (
  <div className="m-4 rounded-lg border border-warn bg-panel p-3 empty:hidden">
    <Newcomers />
  </div>
);
