/** The part of the browser's WebSocket that the link uses; `ws` on Node has it too. */
export interface Socket {
  readonly readyState: number;
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onclose: (() => void) | null;
  onerror: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
}

export interface SocketInput {
  /** A one-time ticket for each attempt. @throws when there is none to be had */
  readonly makeTicket: () => Promise<string>;
  readonly open: (ticket: string) => Socket;
  readonly startTimer: (ms: number, fire: () => void) => () => void;
  readonly onUp: () => void;
  readonly onDown: () => void;
  readonly onText: (text: string) => void;
  readonly onTicketRefused: (error: unknown) => void;
}

export interface StandingSocket {
  send(text: string): boolean;
  /** Now, not when the pause is over: the person came back, or the network did. */
  retryNow(): void;
  isUp(): boolean;
  close(): void;
}

const FIRST_PAUSE_MS = 250;
const PAUSE_MS_MAX = 15_000;
const OPEN = 1;

/** A socket that comes back: each time with a new ticket, after ever longer pauses, at once when asked. */
export function keepSocket(input: SocketInput): StandingSocket {
  let socket: Socket | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  let stopTimer: (() => void) | undefined;
  let isClosed = false;
  let isTrying = false;

  const retryLater = () => {
    if (isClosed) return;
    stopTimer?.();
    stopTimer = input.startTimer(pauseMs, () => void connect());
    pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX);
  };
  const lose = (lost: Socket) => {
    if (socket !== lost) return;
    socket = undefined;
    input.onDown();
    retryLater();
  };
  const attach = (made: Socket) => {
    made.onopen = () => {
      pauseMs = FIRST_PAUSE_MS;
      input.onUp();
    };
    made.onmessage = ({ data }) => {
      if (typeof data === "string") input.onText(data);
    };
    made.onerror = () => made.close();
    made.onclose = () => lose(made);
  };
  const connect = async () => {
    if (isClosed || isTrying || socket) return;
    isTrying = true;
    try {
      const ticket = await input.makeTicket();
      if (isClosed) return;
      socket = input.open(ticket);
      attach(socket);
    } catch (error) {
      input.onTicketRefused(error);
      retryLater();
    } finally {
      isTrying = false;
    }
  };
  void connect();

  return {
    send(text) {
      if (socket?.readyState !== OPEN) return false;
      socket.send(text);
      return true;
    },
    retryNow() {
      stopTimer?.();
      pauseMs = FIRST_PAUSE_MS;
      void connect();
    },
    isUp: () => socket?.readyState === OPEN,
    close() {
      isClosed = true;
      stopTimer?.();
      const last = socket;
      socket = undefined;
      last?.close();
    },
  };
}
