import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { isQuizPassed, makeQuiz } from "#shared/crypto/slots/bip39.ts";
import { Button } from "../../button.tsx";
import { Field } from "../../fields/field.tsx";
import { Problem } from "../../problem.tsx";

interface WordCheckProps {
  readonly words: string;
  /** What follows from it that they are held. */
  readonly pass: () => Promise<unknown>;
  readonly onShow: () => void;
}

/** Three of the twelve, asked back: whoever has them on paper finds them. */
export function WordCheck({ words, pass, onShow }: WordCheckProps) {
  const [places] = useState(makeQuiz);
  const [typed, setTyped] = useState<readonly string[]>(places.map(() => ""));
  const [isWrong, setWrong] = useState(false);
  const queries = useQueryClient();
  const passed = useMutation({
    mutationFn: pass,
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const right = isQuizPassed(words, places, typed);
        setWrong(!right);
        if (right) passed.mutate();
      }}
    >
      <p>Type three of the words, so that you know they can be read.</p>
      {places.map((place, nth) => (
        <Field
          key={place}
          label={`Word ${place + 1}`}
          required
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={typed[nth] ?? ""}
          onChange={(event) => setTyped(typed.with(nth, event.target.value))}
        />
      ))}
      {isWrong && (
        <p role="alert" className="text-bad">
          That is not what was shown. Look at your paper, or at the words once more.
        </p>
      )}
      {passed.error && <Problem error={passed.error} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" disabled={passed.isPending}>
          Check words
        </Button>
        <Button look="plain" onClick={onShow}>
          Show the words again
        </Button>
      </div>
    </form>
  );
}
