import type { Check, CheckName } from './check.js';
import { configKeys } from './config-keys.js';
import { configValues } from './config-values.js';
import { interfaceFree } from './interface-free.js';
import { journalClean } from './journal-clean.js';
import { membersDefined } from './members-defined.js';
import { membersOnline } from './members-online.js';
import { nameFree } from './name-free.js';
import { nameValid } from './name-valid.js';
import { ovnAvailable } from './ovn-available.js';
import { ovnUplink } from './ovn-uplink.js';
import { projectEffective } from './project-effective.js';
import { projectExists } from './project-exists.js';
import { projectLimits } from './project-limits.js';
import { subnetFree } from './subnet-free.js';
import { typeDefault } from './type-default.js';
import { typeSupported } from './type-supported.js';

/** Every check under its name, in the order in which they are printed; a name without a check does not compile. */
const checks = {
  'project-exists': projectExists,
  'project-effective': projectEffective,
  'type-supported': typeSupported,
  'type-default': typeDefault,
  'ovn-available': ovnAvailable,
  'ovn-uplink': ovnUplink,
  'name-valid': nameValid,
  'name-free': nameFree,
  'interface-free': interfaceFree,
  'members-online': membersOnline,
  'members-defined': membersDefined,
  'config-keys': configKeys,
  'config-values': configValues,
  'subnet-free': subnetFree,
  'project-limits': projectLimits,
  'journal-clean': journalClean,
} satisfies Record<CheckName, Check>;

export const catalogue: readonly Check[] = Object.values(checks);
