/** Collects where tokens start while a file is parsed. */

interface TokenStarts {
  readonly onToken: (token: { readonly start: number }) => void;
  /** Ascending. */
  readonly take: () => Int32Array;
}

export function onTokenStarts(): TokenStarts {
  const starts: number[] = [];
  return {
    onToken(token) {
      starts.push(token.start);
    },
    take: () => Int32Array.from(starts),
  };
}
