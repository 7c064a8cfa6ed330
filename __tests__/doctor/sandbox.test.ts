import { startSandboxStage } from './sandbox-stage.js';
import { describeDoctor } from './scenarios.js';

describeDoctor('the sandbox', (shape) => startSandboxStage(shape));
describeDoctor('the sandbox as Incus 7', (shape) => startSandboxStage(shape, { version: '7.0.2' }));
