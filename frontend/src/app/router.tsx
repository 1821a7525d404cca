import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from "@tanstack/react-router";

const root = createRootRoute({ component: Outlet });
const at = <P extends string>(path: P, component: ReturnType<typeof lazyRouteComponent>) =>
  createRoute({ getParentRoute: () => root, path, component });

const routes = root.addChildren([
  at(
    "/",
    lazyRouteComponent(() => import("../features/sign-in/sign-in-page.tsx"), "SignInPage"),
  ),
  at(
    "/link",
    lazyRouteComponent(() => import("../features/link/link-page.tsx"), "LinkPage"),
  ),
  at(
    "/home",
    lazyRouteComponent(() => import("../features/home/home-page.tsx"), "HomePage"),
  ),
]);

export const router = createRouter({ routeTree: routes });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
