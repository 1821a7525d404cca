import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from "@tanstack/react-router";
import { NoSuchPage, PageBroke } from "./page-trouble.tsx";
import { titleOf } from "./titles.ts";

const root = createRootRoute({ component: Outlet });
const frame = createRoute({
  getParentRoute: () => root,
  id: "frame",
  component: lazyRouteComponent(() => import("./frame.tsx"), "Frame"),
});

/** Every page is a file of its own, loaded when it is first gone to. */
const pages = {
  signIn: lazyRouteComponent(() => import("../features/sign-in/sign-in-page.tsx"), "SignInPage"),
  link: lazyRouteComponent(() => import("../features/link/link-page.tsx"), "LinkPage"),
  invite: lazyRouteComponent(() => import("../features/invite/invite-page.tsx"), "InvitePage"),
  home: lazyRouteComponent(() => import("../features/home/home-page.tsx"), "HomePage"),
  start: lazyRouteComponent(() => import("../features/start/start-page.tsx"), "StartPage"),
  chat: lazyRouteComponent(() => import("../features/chat/chat-page.tsx"), "ChatPage"),
  agents: lazyRouteComponent(() => import("../features/agents/agents-page.tsx"), "AgentsPage"),
  agent: lazyRouteComponent(() => import("../features/agents/agent-page.tsx"), "AgentPage"),
  vault: lazyRouteComponent(() => import("../features/vault/vault-page.tsx"), "VaultPage"),
  people: lazyRouteComponent(() => import("../features/people/people-page.tsx"), "PeoplePage"),
  lending: lazyRouteComponent(() => import("../features/lending/lending-page.tsx"), "LendingPage"),
  settings: lazyRouteComponent(() => import("../features/settings/settings-page.tsx"), "SettingsPage"),
};

const routeTree = root.addChildren([
  createRoute({ getParentRoute: () => root, path: "/", component: pages.signIn }),
  createRoute({ getParentRoute: () => root, path: "/link", component: pages.link }),
  createRoute({ getParentRoute: () => root, path: "/invite", component: pages.invite }),
  frame.addChildren([
    createRoute({ getParentRoute: () => frame, path: "/home", component: pages.home }),
    createRoute({ getParentRoute: () => frame, path: "/start", component: pages.start }),
    createRoute({ getParentRoute: () => frame, path: "/chat", component: pages.chat }),
    createRoute({ getParentRoute: () => frame, path: "/chat/$agentId", component: pages.chat }),
    createRoute({ getParentRoute: () => frame, path: "/chat/$agentId/$conversationId", component: pages.chat }),
    createRoute({ getParentRoute: () => frame, path: "/agents", component: pages.agents }),
    createRoute({ getParentRoute: () => frame, path: "/agents/$agentId", component: pages.agent }),
    createRoute({ getParentRoute: () => frame, path: "/vault", component: pages.vault }),
    createRoute({ getParentRoute: () => frame, path: "/vault/$itemId", component: pages.vault }),
    createRoute({ getParentRoute: () => frame, path: "/vault/in/$vaultId", component: pages.vault }),
    createRoute({ getParentRoute: () => frame, path: "/vault/in/$vaultId/$itemId", component: pages.vault }),
    createRoute({ getParentRoute: () => frame, path: "/people", component: pages.people }),
    createRoute({ getParentRoute: () => frame, path: "/people/lending", component: pages.lending }),
    createRoute({ getParentRoute: () => frame, path: "/settings", component: pages.settings }),
    createRoute({ getParentRoute: () => frame, path: "/settings/$section", component: pages.settings }),
  ]),
]);

export const router = createRouter({
  routeTree,
  scrollRestoration: true,
  notFoundMode: "root",
  defaultErrorComponent: PageBroke,
  defaultNotFoundComponent: NoSuchPage,
});

router.subscribe("onResolved", ({ toLocation }) => {
  document.title = titleOf(toLocation.pathname);
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
