import { checkCommand } from './check.js';
import { createCommand } from './create.js';
import type { CreateFlow } from './create.js';
import type { Command, Terminal } from './define.js';
import { doctorCommand } from './doctor.js';
import type { DoctorFlow, DoctorHostFlow } from './doctor.js';
import { demoCommand } from './demo.js';
import type { DemoFlow } from './demo.js';
import { repairCommand } from './repair.js';
import type { RepairFlow, RepairHostFlow } from './repair.js';
import { aliasCommand } from './alias.js';
import type { AliasFlow } from './alias.js';
import { guideCommand } from './guide.js';
import type { GuideFlow } from './guide.js';
import { completionCommand } from './completion.js';
import { shellInitCommand } from './shell-init.js';
import { explainCommand } from './explain.js';
import type { ExplainFlow } from './explain.js';
import { recoverCommand } from './recover.js';
import type { RecoverFlow } from './recover.js';

/** What the commands run; handed in by main, so that a flow is loaded only when its command was named. */
export interface Flows<W> {
  create: CreateFlow<W>;
  recover: RecoverFlow<W>;
  doctor: DoctorFlow<W>;
  repair: RepairFlow<W>;
  doctorHost: DoctorHostFlow<W>;
  repairHost: RepairHostFlow<W>;
  explain: ExplainFlow<W>;
  alias: AliasFlow<W>;
  guide: GuideFlow<W>;
  demo: DemoFlow<W>;
}

/** Every subcommand of incus-safenet, in the order of the help. */
export function catalogue<W extends Terminal>(flows: Flows<W>): Command<W>[] {
  return [
    createCommand(flows.create),
    checkCommand(flows.create),
    guideCommand(flows.guide),
    doctorCommand(flows.doctor, flows.doctorHost),
    repairCommand(flows.repair, flows.repairHost),
    recoverCommand(flows.recover),
    explainCommand(flows.explain),
    shellInitCommand(),
    aliasCommand(flows.alias),
    completionCommand(),
    demoCommand(flows.demo),
  ];
}
