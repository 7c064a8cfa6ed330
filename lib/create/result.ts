/** How a transaction ended. */
export type Result =
  /** `chosen`: config that nobody asked for, or left to the server with `auto`. `despite`: the failure that the server reported. */
  | { kind: 'created'; chosen: Record<string, string>; despite?: string }
  | { kind: 'defined'; member: string }
  /** The server said no, or the network could not be made; nothing of ours is there. */
  | { kind: 'failed'; error: string; rollback: Rollback | null }
  /** `error`: why it could not be made, where that came before the interrupt. */
  | { kind: 'interrupted'; error?: string; rollback: Rollback | null }
  | { kind: 'left-behind'; error: string; rollback: Rollback | null; left: Left[] }
  /** The server could not be read after the request, or we left before it answered. The journal entry stays. */
  | { kind: 'unknown'; error: string };

/** What was undone. `verified`: read back from the server, not only answered by it. */
export interface Rollback {
  attempted: boolean;
  verified: boolean;
  /** In the order in which they were done, in words. */
  steps: string[];
}

/** Something that stays behind, and the command that removes it or makes it good. */
export interface Left {
  what: string;
  where: string;
  command: string;
}
