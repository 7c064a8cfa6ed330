/** What an alternative gives, beside its command. */
export const alternatives = {
  existingInDefault: 'the network of that name that projects without networks of their own use already',
  bridgeOnAllMembers: 'a bridge on every member that projects without networks of their own can use',
  bridge: 'a bridge that projects without networks of their own can use',
  plainProject: 'a project without networks of its own, which uses those of default',
  forAdministrator: (note: string) => `${note}; an administrator has to run this`,
  onMembers: (members: readonly string[]) => `on ${members.join(', ')}`,
  onServer: 'on the server',
  setUpOvn: (where: string) => `${where}: what Open vSwitch knows of OVN; set what it lacks`,
  installOvn: (where: string) => `${where}, then connect it to OVN: what "ovn" networks need`,
};
