import { Link } from "@tanstack/react-router";
import { Button } from "../components/button.tsx";

/** A page that could not be drawn, or whose code did not come: the rest of the app stands. */
export const PageBroke = ({ reset }: { reset: () => void }) => (
  <Message title="This page could not be shown">
    <p>
      Its code did not come, or it met something it does not know. What was sent, and your drafts, are kept. After an
      update of the service a new load is needed.
    </p>
    <div className="flex flex-wrap gap-2">
      <Button onClick={() => location.reload()}>Load anew</Button>
      <Button look="plain" onClick={reset}>
        Try again
      </Button>
    </div>
  </Message>
);

export const NoSuchPage = () => (
  <main>
    <Message title="There is no such page">
      <p>The address may have been mistyped, or what it named is gone.</p>
      <Link to="/home" className="w-fit text-accent underline">
        Go to the start
      </Link>
    </Message>
  </main>
);

const Message = ({ title, children }: { title: string; children: React.ReactNode }) => (
  <section className="mx-auto flex min-h-[60dvh] w-full max-w-md flex-col justify-center gap-4 p-4">
    <h1 className="text-xl font-semibold">{title}</h1>
    {children}
  </section>
);
