import { describeRollback } from '../scenarios/rollback.js';
import { clientBy } from './clients.js';
import { rollbackStage } from './rollback-stage.js';

for (const reach of ['https admin', 'https restricted'] as const) describeRollback(`a real Incus (${reach})`, rollbackStage(reach), clientBy(reach));
