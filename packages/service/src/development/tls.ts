import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { folderOnce, writePrivately } from '../files.ts'
import type { ServerCertificate } from '../server.ts'
import { authoritiesOnce, MONTH, maker, YEAR } from './authority.ts'

const HOSTS = 'hosts.json'

/**
 * A certificate for https on this machine (`SYMBOLON_TLS=dev`): for localhost in its three forms, the machine's own name and the host of `url`.
 *
 * It stands under a local authority of its own, so that a browser or a phone which trusts that one believes nothing else that the development authority signs;
 * and that one can speak for these hosts alone. The authority is made again when a host is new, the certificate also when it ends soon. `now` in seconds.
 */
export async function developmentTls(home: string, url: string | undefined, now: number): Promise<ServerCertificate> {
  const folder = join(await authoritiesOnce(home, now), 'tls')
  const hosts = hostsOf(url)
  await folderOnce(folder, (path) => makeAuthority(path, hosts, now))
  const known = hostsIn(folder)
  if (!hosts.every((host) => known.includes(host))) await makeAuthority(folder, [...new Set([...known, ...hosts])], now)
  const authority = readFileSync(join(folder, 'authority.pem'), 'utf8')
  const path = join(folder, 'server.pem')
  if (!existsSync(path) || !serves(path, hosts, new X509Certificate(authority), now)) {
    const { certify } = await maker()
    writePrivately(path, await certify({ subject: 'O=Symbolon development, CN=this machine', now, days: YEAR, hosts }, authority))
  }
  const pem = readFileSync(path, 'utf8')
  return { key: pem, cert: pem }
}

async function makeAuthority(folder: string, hosts: readonly string[], now: number): Promise<void> {
  const { certify } = await maker()
  const subject = 'O=Symbolon development, CN=local authority for https'
  const authority = await certify({ subject, now, days: 10 * YEAR, pathLength: 0, onlyFor: hosts })
  writePrivately(join(folder, 'authority.pem'), authority)
  // Without the key: this is what one copies to a phone.
  writePrivately(join(folder, 'authority.crt'), new X509Certificate(authority).toString())
  writePrivately(join(folder, HOSTS), `${JSON.stringify(hosts)}\n`)
}

/** The hosts that the authority of a folder can speak for; one that was made before it was held to any is made again. */
function hostsIn(folder: string): string[] {
  try {
    const hosts: unknown = JSON.parse(readFileSync(join(folder, HOSTS), 'utf8'))
    return Array.isArray(hosts) ? hosts.filter((host) => typeof host === 'string') : []
  } catch {
    return []
  }
}

function hostsOf(url: string | undefined): string[] {
  const named = url === undefined ? [] : [new URL(url).hostname.replace(/^\[|\]$/g, '')]
  return [...new Set(['localhost', '127.0.0.1', '::1', hostname().toLowerCase(), ...named])]
}

/** Whether a file holds a certificate of this authority that is good for a month and for all these hosts. */
function serves(path: string, hosts: readonly string[], authority: X509Certificate, now: number): boolean {
  try {
    const certificate = new X509Certificate(readFileSync(path))
    const names = (host: string): boolean => (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined
    return certificate.verify(authority.publicKey) && certificate.validToDate.getTime() / 1000 > now + MONTH && hosts.every(names)
  } catch {
    return false
  }
}
