import { jest } from '@jest/globals';
import { describeDoctor } from '../doctor/scenarios.js';
import { clientBy } from './clients.js';
import { doctorStage } from './doctor-stage.js';

jest.setTimeout(180_000);

for (const [reach, version] of [['https admin', '6.0'], ['https restricted', '6.0'], ['https admin', '7.0']] as const) {
  describeDoctor(`Incus ${version} (${reach})`, doctorStage(reach, { version }), clientBy(reach, version));
}
