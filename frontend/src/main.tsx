import "@fontsource-variable/inter";
import "@fontsource-variable/jetbrains-mono";
import "./lib/theme.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { router } from "./app/router.tsx";
import { takeFragment } from "./lib/fragment.ts";
import { startPreferences } from "./lib/preferences.ts";
import { queries } from "./lib/queries.ts";

takeFragment();
startPreferences();
const place = document.getElementById("root");
if (!place) throw new Error("index.html has no #root");
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
