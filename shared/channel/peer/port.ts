/** What an end needs of the world around it. The socket, its reconnecting and its tickets belong to the caller. */
export interface Port {
  /** One WebSocket text message. May drop it when the socket is down. */
  readonly send: (text: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Answers a function that stops it. */
  readonly startTimer: (ms: number, fire: () => void) => () => void;
}
