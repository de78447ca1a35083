import { X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { expect, test } from 'vitest'
import { developmentAuthority, developmentFolder } from '../src/development/authority.ts'
import { certify } from '../src/development/certificates.ts'
import { developmentTls } from '../src/development/tls.ts'
import { listen, type ServerCertificate } from '../src/server.ts'

const NOW = Math.floor(Date.now() / 1000)
const home = () => mkdtempSync(join(tmpdir(), 'symbolon-home-'))
const inFolder = (place: string, file: string): string => join(developmentFolder(place), 'tls', file)
const certificateOf = ({ cert }: ServerCertificate): X509Certificate => new X509Certificate(cert)
const authorityOf = (place: string): X509Certificate => new X509Certificate(readFileSync(inFolder(place, 'authority.crt')))

test('a certificate for this machine by all its names, and for the host of the public address', async () => {
  const place = home()
  const certificate = certificateOf(await developmentTls(place, 'https://wallet.test:4000/tenant', NOW))
  for (const host of ['localhost', hostname(), 'wallet.test'])
    expect([host, certificate.checkHost(host)]).toEqual([host, host.toLowerCase()])
  for (const number of ['127.0.0.1', '::1']) expect(certificate.checkIP(number)).toBe(number)
  expect(certificate.checkHost('elsewhere.test')).toBeUndefined()
  expect(certificateOf(await developmentTls(home(), 'https://192.168.1.20:4000', NOW)).checkIP('192.168.1.20')).toBe('192.168.1.20')
})

test('RFC 5280 4.2.1.12: it is for servers, of its own authority, which signs for nothing else', async () => {
  const place = home()
  const certificate = certificateOf(await developmentTls(place, undefined, NOW))
  expect(certificate.ca).toBe(false)
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  const authority = authorityOf(place)
  expect(authority.ca).toBe(true)
  expect(certificate.checkIssued(authority) && certificate.verify(authority.publicKey)).toBe(true)
  const { credential } = await developmentAuthority(place, 'https://localhost:4000', NOW)
  expect(new X509Certificate(readFileSync(credential)).verify(authority.publicKey)).toBe(false)
})

test('the rest of the development authority is made whichever is asked for first', async () => {
  const place = home()
  await developmentTls(place, undefined, NOW)
  const files = await developmentAuthority(place, 'https://localhost:4000', NOW)
  expect(existsSync(files.status)).toBe(true)
})

test('what is copied to a phone holds no key; the key is of its owner alone', async () => {
  const place = home()
  await developmentTls(place, undefined, NOW)
  expect(readFileSync(inFolder(place, 'authority.crt'), 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\s*$/)
  for (const file of ['authority.pem', 'server.pem']) expect(statSync(inFolder(place, file)).mode & 0o777).toBe(0o600)
})

test('RFC 5280 4.2.1.10: with its key nobody can speak for another host', async () => {
  const place = home()
  await developmentTls(place, 'https://[2001:db8::20]:4000', NOW)
  const [pem, ca] = ['authority.pem', 'authority.crt'].map((file) => readFileSync(inFolder(place, file), 'utf8'))
  const told = async (...hosts: string[]): Promise<string> => {
    const forged = await certify({ subject: 'CN=forged', now: NOW, days: 1, hosts }, pem)
    const server = await listen('127.0.0.1', 0, { key: forged, cert: forged })
    const asked = connect({ port: server.port, host: '127.0.0.1', ca, checkServerIdentity: () => undefined })
    const outcome = await new Promise<string>((resolve) => {
      asked.once('secureConnect', () => resolve('trusted')).once('error', (error) => resolve(error.message))
    })
    asked.destroy()
    await server.close(100)
    return outcome
  }
  for (const host of ['localhost', '127.0.0.1', '::1', '2001:db8::20', 'wallet.localhost'])
    expect([host, await told(host)]).toEqual([host, 'trusted'])
  for (const host of ['bank.example', 'localhost.example', '10.0.0.1', '127.0.0.2', '2001:db8::21']) {
    expect([host, await told('localhost', host)]).toEqual([host, 'permitted subtree violation'])
  }
})

test('another host needs another authority, which keeps the ones before; one that was never held to any is replaced', async () => {
  const place = home()
  const crt = (): string => readFileSync(inFolder(place, 'authority.crt'), 'utf8')
  await developmentTls(place, undefined, NOW)
  const first = crt()
  await developmentTls(place, 'https://wallet.test', NOW)
  const second = crt()
  await developmentTls(place, undefined, NOW)
  expect([first === second, crt() === second]).toEqual([false, true])
  for (const broken of ['', '{}']) {
    writeFileSync(inFolder(place, 'hosts.json'), broken)
    const before = crt()
    await developmentTls(place, undefined, NOW)
    expect(crt()).not.toBe(before)
  }
})

test('made once; anew under the same authority when it ends soon, lacks a name, is damaged or of another authority', async () => {
  const place = home()
  await developmentTls(place, 'https://wallet.test', NOW)
  writeFileSync(inFolder(place, 'server.pem'), '')
  const first = await developmentTls(place, undefined, NOW)
  expect(await developmentTls(place, undefined, NOW + 86_400)).toEqual(first)
  const named = await developmentTls(place, 'https://wallet.test', NOW)
  const later = await developmentTls(place, 'https://wallet.test', NOW + 350 * 86_400)
  writeFileSync(inFolder(place, 'server.pem'), 'no certificate')
  const mended = await developmentTls(place, undefined, NOW)
  writeFileSync(inFolder(place, 'server.pem'), (await developmentTls(home(), undefined, NOW)).cert)
  const replaced = await developmentTls(place, undefined, NOW)
  const all = [first, named, later, mended, replaced].map(certificateOf)
  expect(new Set(all.map(({ fingerprint256 }) => fingerprint256)).size).toBe(5)
  for (const certificate of all) expect(certificate.verify(authorityOf(place).publicKey)).toBe(true)
})

test('a server speaks https with it, to those who trust the authority and to nobody else', async () => {
  const place = home()
  const server = await listen('127.0.0.1', 0, await developmentTls(place, undefined, NOW))
  server.answerWith((_request, response) => response.end('hello'))
  const ask = (ca?: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const asked = request(
        `https://localhost:${server.port}`,
        { ...(ca && { ca }), agent: false, lookup: (_host, _options, found) => found(null, [{ address: '127.0.0.1', family: 4 }]) },
        (response) => response.setEncoding('utf8').on('data', resolve),
      )
      asked.on('error', reject).end()
    })
  expect(await ask(readFileSync(inFolder(place, 'authority.crt'), 'utf8'))).toBe('hello')
  await expect(ask()).rejects.toThrow(/unable to verify|self-signed/)
  await server.close(100)
})
