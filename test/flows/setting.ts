import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { issuerSettings, type RunningIssuer, startIssuer } from '@symbolon/issuer'
import { parseOfferLink } from '@symbolon/openid4vc'
import { openLog } from '@symbolon/service'
import { expect, vi } from 'vitest'
import { type Answer, good, send } from './answer.ts'
import { type Front, openFront } from './front.ts'

// Every wallet command makes a key of a passphrase, which is slow on purpose: a busy machine is no reason to fail.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

export const STATUTE = 'be-social-statute'
export const EHIC = 'ehic'
export const PDA1 = 'pda1'

const persons: { id: string; insz: string }[] = JSON.parse(
  readFileSync(new URL('../../issuer/sources/synthetic/persons.json', import.meta.url), 'utf8'),
).persons

/** The number of a synthetic person. */
export function numberOf(person: string): string {
  const found = persons.find(({ id }) => id === person)
  if (found === undefined) throw new Error(`there is no ${person}`)
  return found.insz
}

/** What the institution may wish of an offer. */
export interface Wish {
  readonly type?: string
  readonly person?: string
  readonly tx_code?: boolean
  readonly grant?: string
  readonly by_reference?: boolean
  /** With the small credentials for codes. */
  readonly codes?: boolean
}

/** An offer as the institution made it; no code where the link has none in it. */
export interface Offer {
  readonly id: string
  readonly uri: string
  readonly code: string
  readonly txCode: string | undefined
  readonly type: string
}

/** Everything a flow takes place in: a real issuer on its synthetic source, in a folder that goes away. */
export interface Setting {
  /** The public address of the issuer. */
  readonly url: string
  readonly home: string
  readonly trustFile: string
  readonly front: Front
  /** How far the issuer's clock goes ahead, in seconds. */
  readonly clock: { ahead: number }
  /** Seconds since 1970 by the issuer's clock. */
  now(): number
  /** What must never be read in a log or in what a program says. */
  readonly secrets: Set<string>
  /** A call of the institution, with its token. */
  institution(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** The first step: the institution offers a credential to a person. */
  offer(wish?: Wish): Promise<Offer>
  /** What has become of an offer. */
  stateOf(offer: Offer): Promise<unknown>
  /** The issuance of an offer that was redeemed. */
  issuanceOf(offer: Offer): Promise<string>
  /** Changes the status of an issuance. */
  changeStatus(issuance: string, status: string): Promise<Answer>
  /** Ends the issuer and starts it again in the same home. */
  restart(): Promise<void>
  folder(name: string): string
  /** Ends everything; fails when something secret stands in the log. */
  close(): Promise<void>
}

/** Starts the setting; one for each file of flows. `clients`: the wallets the institution knows, as they stand in its file. */
export async function startSetting(clients: readonly object[] = []): Promise<Setting> {
  const home = mkdtempSync(join(tmpdir(), 'symbolon-flows-'))
  const front = await openFront()
  const clock = { ahead: 0 }
  const now = () => Math.floor(Date.now() / 1000) + clock.ahead
  const log: string[] = []
  const secrets = new Set(persons.map(({ insz }) => insz))
  // Behind the front, which wallets and verifiers know as the issuer (OP-02: addresses from settings, never from a header).
  const clientsFile = join(home, 'clients.json')
  writeFileSync(clientsFile, JSON.stringify(clients))
  const settings = issuerSettings({
    ...{ SYMBOLON_HOME: home, ISSUER_PORT: '0', ISSUER_URL: front.url, ISSUER_LOG_LEVEL: 'debug', ISSUER_CLIENTS_FILE: clientsFile },
  })
  const start = async (): Promise<RunningIssuer> => {
    const issuer = await startIssuer(settings, { now, log: openLog('issuer', 'debug', { write: (line) => void log.push(line) }) })
    front.leadTo(issuer.port)
    return issuer
  }
  let issuer = await start()
  const adminToken = readFileSync(join(home, 'issuer', 'admin-token'), 'utf8').trim()
  secrets.add(adminToken)

  const institution: Setting['institution'] = (method, path, body, headers = { authorization: `Bearer ${adminToken}` }) =>
    send({
      method,
      address: `${front.url}/admin${path}`,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })

  const stateOf = async ({ id }: Offer) => good(await institution('GET', `/offers/${id}`)).state

  return {
    ...{ url: front.url, home, trustFile: settings.trustFile, front, clock, now, secrets, institution, stateOf },
    async offer({ type = STATUTE, person = 'P01', ...wish } = {}) {
      const made = good(await institution('POST', '/offers', { type, subject: numberOf(person), ...wish }), 201)
      const link = parseOfferLink(String(made.uri))
      const { code = '' } = ('offer' in link && link.offer.grants.preAuthorized) || {}
      const txCode = made.tx_code === undefined ? undefined : String(made.tx_code)
      for (const secret of [...(code === '' ? [] : [code]), ...(txCode === undefined ? [] : [`"${txCode}"`])]) secrets.add(secret)
      return { id: String(made.id), uri: String(made.uri), code, txCode, type }
    },
    async issuanceOf({ id }) {
      const { issuance } = good(await institution('GET', `/offers/${id}`))
      if (typeof issuance !== 'string') throw new Error('nothing was issued for this offer')
      return issuance
    },
    changeStatus: (issuance, status) => institution('POST', `/issuances/${issuance}/status`, { status, reason: 'a flow' }),
    async restart() {
      await issuer.close()
      issuer = await start()
    },
    folder(name) {
      const path = join(home, name)
      mkdirSync(path, { recursive: true, mode: 0o700 })
      return path
    },
    async close() {
      await issuer.close()
      await front.close()
      rmSync(home, { recursive: true, force: true })
      expect(log.length).toBeGreaterThan(0)
      expectNoSecret(log.join(''), secrets)
    },
  }
}

/** What was printed or logged has none of the secrets in it. */
export function expectNoSecret(text: string, secrets: ReadonlySet<string>): void {
  expect([...secrets].filter((secret) => text.includes(secret)).length, 'secrets in what was said').toBe(0)
}
