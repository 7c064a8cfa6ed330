import { jest } from '@jest/globals';
import { describeDoctor } from '../doctor/scenarios.js';
import { clients } from './clients.js';
import { doctorStage } from './doctor-stage.js';

jest.setTimeout(180_000);

for (const reach of ['https admin', 'https restricted'] as const) describeDoctor(`Incus 6.0 (${reach})`, doctorStage(reach, { version: '6.0' }), clients[reach]);

// From 7.0 on an administrator has the database over HTTPS as well.
describeDoctor('Incus 7.0 (https admin)', doctorStage('https admin', { version: '7.0' }), { ...clients['https admin'], hasDatabase: true });
