import { clusterCases } from '../scenarios/cluster-cases.js';
import { describeCluster } from '../scenarios/cluster.js';
import { createOn } from './create-on.js';
import { startLab } from './servers.js';

describeCluster('Incus 6.0', async (shape) => createOn(await startLab(shape)), clusterCases);
