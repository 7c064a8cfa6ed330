import fc from 'fast-check';

/** A network as the sequences know it; few, so that they meet. */
export interface Key {
  project: 'default' | 'test';
  name: string;
}

/** What happens to one run of ours. `at` counts its checkpoints: before and after each request and each change of the journal. */
export type Disturbance =
  | { kind: 'none' }
  /** The request at that checkpoint goes wrong. `forGood`: and all that come after it. */
  | { kind: 'fault'; fault: 'cut-before' | 'cut-after' | 'error-before' | 'junk'; at: number; forGood: boolean }
  /** The server fails at that step of its own. */
  | { kind: 'server-fails'; step: number }
  /** The process dies. */
  | { kind: 'kill'; at: number }
  /** The process dies while the server is at that step. */
  | { kind: 'kill-while'; step: number }
  | { kind: 'interrupt'; at: number; twice: boolean }
  | { kind: 'interrupt-while'; step: number; twice: boolean }
  /** Somebody else does something. */
  | { kind: 'foreign'; at: number; deed: Deed };

/** What others do, past us. */
export type Deed =
  | { kind: 'create'; key: Key; how: 'whole' | 'one-definition' | 'definitions' }
  | { kind: 'delete'; key: Key }
  | { kind: 'interface'; member: number; name: string };

export type Operation =
  | { kind: 'create'; key: Key; way: 'plain' | 'all-members' | 'target-1' | 'target-2'; ignoring: boolean; keys: boolean; disturbance: Disturbance }
  | { kind: 'recover'; disturbance: Disturbance }
  | { kind: 'foreign'; deed: Deed };

export interface Sequence {
  members: 1 | 2;
  operations: Operation[];
}

const names = ['web', 'db'];
const key: fc.Arbitrary<Key> = fc.record({ project: fc.constantFrom('default', 'default', 'test'), name: fc.constantFrom(...names) });
const at = fc.nat({ max: 40 });
const step = fc.nat({ max: 7 });

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('create' as const), key, how: fc.constantFrom('whole', 'one-definition', 'definitions') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), key }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('interface' as const), member: fc.nat({ max: 1 }), name: fc.constantFrom(...names) }) },
);

const disturbance: fc.Arbitrary<Disturbance> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Disturbance>({ kind: 'none' }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('fault' as const), fault: fc.constantFrom('cut-before', 'cut-after', 'error-before', 'junk'), at, forGood: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('server-fails' as const), step }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('kill' as const), at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('kill-while' as const), step }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('interrupt' as const), at, twice: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('interrupt-while' as const), step, twice: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('foreign' as const), at, deed }) },
);

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('create' as const),
      key,
      way: fc.constantFrom('plain', 'all-members', 'target-1', 'target-2'),
      ignoring: fc.boolean(),
      keys: fc.boolean(),
      disturbance,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('recover' as const), disturbance }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('foreign' as const), deed }) },
);

export const sequence: fc.Arbitrary<Sequence> = fc.record({
  members: fc.constantFrom(1, 2, 2),
  operations: fc.array(operation, { minLength: 1, maxLength: 6 }),
});
