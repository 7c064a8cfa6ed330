#!/usr/bin/env node
import { main } from '../dist/main.js';
import { realWorld } from '../dist/world.js';

const status = await main('incus-network-create', process.argv.slice(2), realWorld());
// Requests that were left behind must not keep the process; what was written must get out first.
process.stdout.write('', () => process.stderr.write('', () => process.exit(status)));
