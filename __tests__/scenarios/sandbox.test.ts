import { startSandboxTarget } from './sandbox-target.js';
import { describeServerFacts } from './server-facts.js';

describeServerFacts('sandbox', startSandboxTarget);
