/*
 * Starts a lab, says where it is and does nothing more: for tests that kill its owner.
 */
import { startLab } from './servers.js';

const { folder } = await startLab({ members: 2, ovs: ['ovn', 'none'] });
process.stdout.write(`${folder}\n`);
setInterval(() => {}, 60_000);
