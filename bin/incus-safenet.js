#!/usr/bin/env node
import { main } from '../dist/main.js';
import { realWorld } from '../dist/world.js';

process.exitCode = await main('incus-safenet', process.argv.slice(2), realWorld());
