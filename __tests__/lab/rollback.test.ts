import { describeRollback } from '../scenarios/rollback.js';
import { rollbackStage } from './rollback-stage.js';

describeRollback('a real Incus', rollbackStage('socket'));
