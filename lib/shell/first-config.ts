/** What the native client writes where there is no config.yml yet (shared/cliconfig/default.go, 6.0.4). */
export const firstConfig = `default-remote: local
remotes:
  images:
    addr: https://images.linuxcontainers.org
    protocol: simplestreams
    public: true
  local:
    addr: unix://
    public: false
aliases: {}
`;
