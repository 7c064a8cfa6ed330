#!/bin/bash
# Makes the certificates and keys of these tests anew. They are good for nothing else: the keys are public.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }

# signed <name> <common name> <extensions> [<start> <end> [<authority>]]
signed() {
  local name=$1 authority=${6:-$1}
  key "$name"
  : >"$work/index.txt"
  printf '[x]\n%b\n' "$3" >"$work/x.cnf"
  cat >"$work/ca.cnf" <<-END
	[ca]
	default_ca=d
	[d]
	database=$work/index.txt
	rand_serial=yes
	new_certs_dir=$work
	default_md=sha256
	policy=p
	[p]
	commonName=supplied
	END
  openssl req -new -key "$name.key" -subj "/CN=$2" -out "$work/r.csr"
  local by=(-selfsign -keyfile "$name.key")
  if [ "$authority" != "$name" ]; then by=(-cert "$authority.crt" -keyfile "$authority.key"); fi
  openssl ca -batch -notext -config "$work/ca.cnf" -extfile "$work/x.cnf" -extensions x "${by[@]}" \
    -startdate "${4:-20200101000000Z}" -enddate "${5:-21200101000000Z}" -in "$work/r.csr" -out "$name.crt" 2>/dev/null
}

leaf='basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\n'
here='subjectAltName=DNS:node1,IP:127.0.0.1,IP:::1'
signed server root@node1 "$leaf$here"
signed other root@node1 "$leaf$here"
signed expired root@node1 "$leaf$here" 20200101000000Z 20210101000000Z
signed future root@node1 "$leaf$here" 20990101000000Z 21200101000000Z
signed elsewhere root@elsewhere "${leaf}subjectAltName=DNS:elsewhere,IP:192.0.2.1"
signed nameless root@nameless "$leaf"
signed client ann@home 'basicConstraints=critical,CA:FALSE\nextendedKeyUsage=clientAuth'
signed stranger bob@home 'basicConstraints=critical,CA:FALSE\nextendedKeyUsage=clientAuth'
signed wrong-usage root@node1 "basicConstraints=critical,CA:FALSE\nextendedKeyUsage=clientAuth\n$here"
signed authority 'an authority' 'basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign'
signed by-authority server "${leaf}subjectAltName=DNS:srv,IP:127.0.0.1" '' '' authority
rm authority.key
