import { describeServerFacts } from '../scenarios/server-facts.js';
import { startLab } from './servers.js';

describeServerFacts('incusd', startLab);
