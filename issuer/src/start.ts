import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { integrity, metadataText } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import {
  developmentSecret,
  developmentTls,
  httpApp,
  type Log,
  listen,
  openLog,
  openMetrics,
  openStore,
  privateFolder,
  type Route,
} from '@symbolon/service'
import { explain, routes } from './app.ts'
import { openBricks } from './bricks.ts'
import { openBundles } from './bundles.ts'
import { openCodes } from './codes.ts'
import { publicAddress, type Settings, syntheticSource } from './config.ts'
import { openEbsiIdentity, whyNot } from './ebsi/ebsi_identity.ts'
import { redeemAuthorizationCode } from './grants/authorization_code.ts'
import { redeemPreAuthorizedCode } from './grants/pre_authorized_code.ts'
import { redeemRefreshToken } from './grants/refresh_token.ts'
import { certifiedIdentity, identityFor } from './identities.ts'
import type { IssuedType } from './issue.ts'
import { openSigners, type Signers } from './keys.ts'
import { openRecords } from './records.ts'
import { MIGRATIONS } from './schema.ts'
import { openSecrets } from './secrets.ts'
import { openSignIn } from './sign_in/settings.ts'
import { statusForms } from './status_forms/index.ts'
import { syntheticPersons } from './synthetic.ts'

/** A running issuer. */
export interface RunningIssuer {
  /** The credential issuer identifier. */
  readonly url: string
  readonly port: number
  /** Every address it answers. */
  readonly routes: readonly Pick<Route, 'method' | 'path'>[]
  /** Finishes the requests that run and lets go of everything. */
  close(): Promise<void>
}

/** What a test or a demonstration may put in place of the clock (seconds since 1970), of waiting (milliseconds), and of the log. */
export interface Surroundings {
  readonly now?: () => number
  readonly sleep?: (milliseconds: number) => Promise<void>
  readonly log?: Log
}

const MOST_BODY = 65_536
const PURGE_EVERY = 60_000

/** What to undo when the issuer stops, last first; requests have come to their end by then. */
type Opened = (() => Promise<void> | void)[]

/** Starts an issuer and answers when it is ready. Throws `SettingsError` with all that is wrong; nothing stays open then. */
export async function startIssuer(settings: Settings, surroundings: Surroundings = {}): Promise<RunningIssuer> {
  const given = {
    ...{ now: () => Math.floor(Date.now() / 1000), sleep, log: surroundings.log ?? openLog('issuer', settings.logLevel) },
    ...surroundings,
  }
  const { now, log } = given
  const certificate = settings.tls === undefined ? undefined : await developmentTls(settings.home, settings.url, now())
  const server = await listen(settings.host, settings.port, certificate, 'ISSUER_PORT')
  const opened: Opened = []
  const close = async (): Promise<void> => {
    await server.close()
    for (const undo of opened.splice(0).reverse()) await undo()
  }
  try {
    const url = publicAddress(settings, server.port)
    const { routes, listener } = await open(settings, url, given, opened)
    server.answerWith(listener)
    log.info({ url, port: server.port }, 'ready')
    return { url, port: server.port, routes, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function open(
  settings: Settings,
  url: string,
  { now, sleep, log }: Required<Surroundings>,
  opened: Opened,
): Promise<{ routes: Route[]; listener: RequestListener }> {
  const folder = privateFolder(join(settings.home, 'issuer'))
  const adminToken = settings.adminToken ?? developmentSecret(join(folder, 'admin-token'))
  const secrets = openSecrets(settings.secret ?? developmentSecret(join(folder, 'secret')))
  if (settings.mode === 'development' && settings.connections.synthetic === syntheticSource(settings.home)) {
    syntheticPersons(settings.connections.synthetic, now())
  }
  const bricks = openBricks(settings)
  for (const { source } of bricks) opened.push(() => source.close())
  const types = bricks.map(({ type }) => type)
  const ebsi = openEbsiIdentity(settings.ebsiFolder)
  const signers = await openSigners(settings, url, types, ebsi, now)
  const identities = { certificates: certifiedIdentity(signers.credential, url), ...(ebsi !== null && { did: ebsi }) }

  const store = await openStore(settings.databaseUrl, MIGRATIONS)
  opened.push(() => store.close())
  const records = openRecords(store, secrets, statusForms(signers.status, ebsi, now), { ...settings, url }, now)
  const metrics = openMetrics()
  const known: [string, IssuedType][] = []
  const unissued = new Map<string, string>()
  for (const brick of bricks) {
    const { type } = brick
    const identity = identityFor(identities, type, now())
    if (identity !== undefined) known.push([type.name, { ...brick, identity, integrity: await integrity(metadataText(type), primitives) }])
    else {
      const why = whyNot(settings.ebsiFolder, type, now()) ?? 'this issuer has no identity for its format'
      unissued.set(type.name, why)
      log.warn({ type: type.name, why }, 'not offered')
    }
  }
  const codes = await openCodes(
    store,
    known.map(([, one]) => one),
    signers.credential,
    primitives,
    { url },
    now,
  )
  const bundles = openBundles(store, records.lists, types, codes, signers.bundle, primitives, { ...settings, url }, now)
  const shared = { ...records, url, secrets, primitives, now, types: new Map(known) }
  const table = await routes({
    ...shared,
    ...{ name: settings.name, adminToken, log, metrics, sleep, bundles, codes, unissued, signIn: openSignIn(settings.signIn, types) },
    grants: [redeemPreAuthorizedCode(shared), redeemAuthorizationCode(shared), redeemRefreshToken(records.authorizations)],
    findClient: (id) => settings.clients.find((client) => client.id === id),
    counted: metrics.counter('symbolon_issued_total', 'Issuances by credential type', ['type']),
    ready: async () => areCurrent(signers, now()) && (await store.get('select 1 as ready')) !== undefined,
  })

  const purge = () =>
    records.purge().catch((error: unknown) => log.error({ error: error instanceof Error ? error.name : 'unknown' }, 'purging failed'))
  await purge()
  const timer = setInterval(purge, PURGE_EVERY)
  opened.push(() => clearInterval(timer))
  // With a certificate for development, browsers must not learn to stay with https: whatever else listens on localhost would be lost to them.
  const secure = url.startsWith('https:') && settings.tls === undefined
  return {
    routes: table,
    listener: httpApp({ routes: table, log, metrics, maxBody: MOST_BODY, secure, explain }),
  }
}

/** Whether none of our certificates has ended: with one that has, nothing is signed any more. */
const areCurrent = (signers: Signers, now: number): boolean =>
  Object.values(signers).every(({ certificate }) => now * 1000 <= certificate.validToDate.getTime())
